package pskc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Problem is one reason why a file was not imported.
type Problem struct {
	ID, Serial string // of the key, as the file has them
	Number     int    // its place in the file, from 1; 0 where the whole file is meant
	Reason     string
	Cure       string
}

// Error names the key, the reason and the cure, with nothing in it that a terminal would obey.
func (p *Problem) Error() string {
	where := "the file"
	switch {
	case p.ID != "" && p.Serial != "":
		where = "key " + quote(p.ID) + " (serial number " + quote(p.Serial) + ")"
	case p.ID != "":
		where = "key " + quote(p.ID)
	case p.Serial != "":
		where = "the key with serial number " + quote(p.Serial)
	case p.Number > 0:
		where = "key number " + strconv.Itoa(p.Number)
	}
	return "pskc: " + where + ": " + p.Reason + "; " + p.Cure
}

// maxQuoted is how much of a foreign text a message repeats, in bytes.
const maxQuoted = 64

func quote(text string) string {
	if len(text) > maxQuoted {
		return strconv.QuoteToASCII(text[:maxQuoted]) + "..."
	}
	return strconv.QuoteToASCII(text)
}

// Problems are everything that is wrong with a file; never empty. Each can be had with errors.As.
type Problems []*Problem

// maxTold is how many problems a message lists.
const maxTold = 20

// Error lists the problems, a line each, and says how many more there are.
func (ps Problems) Error() string {
	var b strings.Builder
	for i, p := range ps {
		if i == maxTold {
			fmt.Fprintf(&b, "\npskc: and %d more", len(ps)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Error())
	}
	return b.String()
}

// Unwrap returns each problem.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// fault is a problem before it is known whose it is.
type fault struct{ reason, cure string }

func (f *fault) Error() string { return f.reason + "; " + f.cure }

// wrong makes a fault; most have one of the cures below.
func wrong(cure, format string, args ...any) error {
	return &fault{reason: fmt.Sprintf(format, args...), cure: cure}
}

const (
	askVendor = "ask the vendor for a file that follows RFC 6030"
	checkKey  = "check that the key or passphrase belongs to this file, and that the file is complete"
)

// problem is a fault of the file, until somebody says of which key.
func problem(err error) *Problem {
	p := &Problem{Reason: err.Error(), Cure: askVendor}
	if f := (*fault)(nil); errors.As(err, &f) {
		p.Reason, p.Cure = f.reason, f.cure
	}
	return p
}
