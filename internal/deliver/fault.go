package deliver

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Fault says what a failed attempt means for the message.
type Fault int

const (
	// Temporary is a failure of this message that may pass: it is tried again, later and later, until it expires.
	Temporary Fault = iota
	// Unavailable is like Temporary, but the fault of the server or the way there: it would meet any message. Several in a
	// row make the worker pause.
	Unavailable
	// Unsure is a connection lost when the message may have been taken already. It is tried once more in all.
	Unsure
	// Permanent is a message that will never be taken: it is dropped.
	Permanent
)

// String is the fault's name in the log.
func (f Fault) String() string {
	switch f {
	case Temporary:
		return "temporary"
	case Unavailable:
		return "unavailable"
	case Unsure:
		return "unsure"
	case Permanent:
		return "permanent"
	}
	return "unknown"
}

// Error is a failed attempt.
type Error struct {
	Fault Fault
	Err   error // why; without secrets
	// RetryAfter is how long the server asked to be left alone about this message, at least; 0 if it didn't. A message
	// that expires sooner is dropped.
	RetryAfter time.Duration
}

// Error says why.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Fault.String() + " failure"
	}
	return e.Err.Error()
}

// Unwrap returns why.
func (e *Error) Unwrap() error { return e.Err }

// FaultOf returns the fault of the first [*Error] in err, and Temporary if there is none.
func FaultOf(err error) Fault {
	var failed *Error
	if errors.As(err, &failed) {
		return failed.Fault
	}
	return Temporary
}

// retryAfter returns how long the first [*Error] in err has to be waited for.
func retryAfter(err error) time.Duration {
	var failed *Error
	if errors.As(err, &failed) {
		return failed.RetryAfter
	}
	return 0
}

const (
	maxPrinted = 300  // bytes
	maxRead    = 4096 // bytes that are looked at to get those
)

// Printable returns what may be logged of a text that comes from elsewhere, such as a server's answer: one line of at most
// 300 bytes without control characters, and with words that hold an address left out.
func Printable(text string) string {
	if len(text) > maxRead {
		text = text[:maxRead]
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	words := strings.Fields(text)
	for i, word := range words {
		if strings.ContainsAny(word, "@＠") {
			words[i] = "[address]"
		}
	}
	return shortened(strings.Join(words, " "))
}

func shortened(s string) string {
	if len(s) <= maxPrinted {
		return s
	}
	const more = "..."
	end := maxPrinted - len(more)
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + more
}
