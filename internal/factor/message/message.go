// Package message makes the codes that are sent to a mailbox or a telephone, and reads typed ones.
//
// A [Codes] is one such way; the login machine keeps what was sent, compares, and counts. It is not for codes that an
// authenticator makes itself (package otp), nor for sending (package deliver).
//
// NIST SP 800-63B-4, 3.1.3: a telephone is a restricted authenticator, and a mailbox none at all.
package message

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
)

// digits is how long a code is: NIST SP 800-63B-4, 3.1.3.2, asks for six at least.
const digits = 6

// Codes are those of one kind. It has no state beside its fields, and is safe for concurrent use.
type Codes struct {
	Of    core.Kind
	Read  func(typed string) (recipient string, err error) // its error is what the person is told
	Shown func(recipient string) (hint string)
}

var _ core.Messenger = Codes{}

// Kind is what the codes answer.
func (c Codes) Kind() core.Kind { return c.Of }

// Canonical returns the six ASCII digits that were typed, without spaces and dashes between them. Anything else is an
// error that does not hold what was typed.
func (c Codes) Canonical(response string) (string, error) {
	code, err := otp.Canonical(response)
	if err != nil {
		return "", err
	}
	if len(code) != digits {
		return "", errors.New("message: a code has six digits")
	}
	return code, nil
}

// NewCode returns six random digits, each number as likely as the others.
func (c Codes) NewCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand ends the program before it fails
	}
	return fmt.Sprintf("%0*d", digits, n)
}

// Recipient reads an address or number.
func (c Codes) Recipient(typed string) (string, error) { return c.Read(typed) }

// Hint shows a recipient to its owner.
func (c Codes) Hint(recipient string) string { return c.Shown(recipient) }

// MailboxHint shows the first letter of an address and its domain: "a…@example.org".
func MailboxHint(address string) string {
	for i, r := range address {
		if r == '@' {
			return first(address[:i]) + "…" + address[i:]
		}
	}
	return ""
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
