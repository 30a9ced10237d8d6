// Package mail sends one message to one address: over SMTP, into a directory, or to standard error.
//
// Use [Open] with the settings mail and mail_from, and [Check] to find all mistakes in them without
// connecting anywhere; [Shown] is what may be printed of the first. Errors of [Sender.Send] are [*deliver.Error] and say
// whether to try again; package deliver does. It is not for bulk mail: there is one recipient, no list, no attachment,
// and one connection for each message.
//
// It trusts TLS to know the mail server, and the server with what it is given. It doesn't trust what it says, nor that it
// says it soon or ends; nor the texts of a message: whatever is in them, the message has one set of headers and goes to
// the one address.
package mail

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/names"
)

// Message is one message to one address.
type Message struct {
	// ID is what its Message-ID is made of: 1 to 100 ASCII letters, digits, "-", "_" and "." other than in front. It is
	// the same for each attempt, so that mail programs and people can tell a duplicate.
	ID string
	// To is the recipient: one bare address, as [names.Email] returns it.
	To string
	// Subject is shown in one line: control characters and line ends in it become spaces.
	Subject string
	// Text is the message for every mail program, in lines that end in "\n".
	Text string
	// HTML is the same for those that show it; "" leaves it out.
	HTML string
	// Date is when the message was written, the same for each attempt.
	Date time.Time
}

// Sender sends messages. It is safe for concurrent use.
type Sender interface {
	// Send returns nil once the message is on its way, or an [*deliver.Error] that holds neither the recipient's address
	// nor a password. It returns soon after ctx ended.
	Send(ctx context.Context, m Message) error
}

// Options are what tests and embedding programs may choose. The zero value is for production.
type Options struct {
	// Stderr is where "stderr" writes. Default: os.Stderr.
	Stderr io.Writer
	// RootCAs are whom mail servers' certificates have to come from. Default: the system's.
	RootCAs *x509.CertPool
	// Timeouts are how long a mail server may take.
	Timeouts Timeouts
}

// Timeouts are how long a mail server may take. What ends sooner is the context of [Sender.Send].
type Timeouts struct {
	Dial    time.Duration // to be reached, TLS included. Default: 10 seconds
	Command time.Duration // for each answer. Default: 1 minute
	Data    time.Duration // to take the message, and then to answer. Default: 3 minutes
}

func (t Timeouts) withDefaults() Timeouts {
	for field, fallback := range map[*time.Duration]time.Duration{
		&t.Dial: 10 * time.Second, &t.Command: time.Minute, &t.Data: 3 * time.Minute,
	} {
		if *field <= 0 {
			*field = fallback
		}
	}
	return t
}

// Open returns what sends according to the settings mail and mail_from: "stderr", "dir:PATH" or
// "smtp://user:password@host:port?tls=starttls", and the sender's address with or without a name. The directory is made,
// with mode 0700, if only it is missing; no mail server is contacted. Mistakes are
// [deliver.Mistakes].
func Open(spec, from string) (Sender, error) { return Options{}.Open(spec, from) }

// Open is [Open] with options.
func (o Options) Open(spec, from string) (Sender, error) {
	set, author, wrong := read(spec, from)
	if len(wrong) > 0 {
		return nil, wrong
	}
	switch set.kind {
	case kindStderr:
		if o.Stderr == nil {
			o.Stderr = os.Stderr
		}
		return &stderrSender{to: o.Stderr}, nil
	case kindDir:
		dir, err := openDir(set.dir, author)
		if err != nil {
			return nil, err
		}
		return dir, nil
	default:
		return newSMTP(set.server, author, o), nil
	}
}

const (
	maxID      = 100 // bytes
	maxSubject = 250 // bytes
	maxBody    = 1 << 20
)

// checked returns the message as it may be written anywhere, or why it may not: errors here are ours, and permanent.
func (m Message) checked() (Message, error) {
	refuse := func(why string) (Message, error) {
		return Message{}, &deliver.Error{Fault: deliver.Permanent, Err: fmt.Errorf("message refused: %s", why)}
	}
	to, _, err := names.Email(m.To)
	switch {
	case err != nil || to != m.To:
		return refuse("its recipient is not one bare address")
	case !goodID(m.ID):
		return refuse("its id is not one")
	case m.Date.Year() < 2000:
		return refuse("it has no date")
	case len(m.Text) > maxBody || len(m.HTML) > maxBody:
		return refuse("it is too large")
	}
	m.Subject, m.Text, m.HTML = oneLine(m.Subject), lines(m.Text), lines(m.HTML)
	if m.Subject == "" || strings.TrimSpace(m.Text) == "" {
		return refuse("it has no subject or no text")
	}
	return m, nil
}

// goodID lets an id be part of a Message-ID and of a file's name.
func goodID(id string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
	return id != "" && len(id) <= maxID && !strings.ContainsFunc(id, func(r rune) bool { return !strings.ContainsRune(allowed, r) }) &&
		id[0] != '.' && !strings.Contains(id, "..") && id[len(id)-1] != '.'
}

// oneLine makes a subject of any text. What looks like an encoded word (RFC 2047) is taken apart, so that it stays what
// was written.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unprintable(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "=?", "= ?")
	if len(s) > maxSubject {
		end := maxSubject
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = strings.TrimSpace(s[:end]) + "…"
	}
	return s
}

// lines keeps a text's lines and drops what could move a terminal's cursor or turn the direction of reading.
func lines(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unprintable(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// unprintable reports controls, separators of lines, and the marks that override the direction of reading.
func unprintable(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7F && r < 0xA0, r == '\u2028', r == '\u2029', r == '\uFEFF':
		return true
	}
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}
