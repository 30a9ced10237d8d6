package pskc

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// Bounds of a file.
const (
	maxFile = 1 << 20 // bytes
	maxKeys = 10_000
)

// Options are what the sender gives on another way than the file. What the file has no use for is not looked at.
type Options struct {
	// Key is the pre-shared AES key in hex, 32, 48 or 64 digits. Spaces, colons and dashes in it don't matter.
	Key string
	// Passphrase is what the key is derived from (RFC 6030, 6.2).
	Passphrase string
}

// Format writes no key, whatever the verb.
func (Options) Format(f fmt.State, _ rune) { io.WriteString(f, "[secret]") }

// LogValue returns "[secret]".
func (Options) LogValue() slog.Value { return slog.StringValue("[secret]") }

// What moves a token's codes on.
const (
	HOTP = "hotp" // a counter (RFC 4226)
	TOTP = "totp" // time (RFC 6238)
)

// Token is one token of a file. Its texts are printable, and of 128 bytes at most.
type Token struct {
	ID           string // the Id of its key: unique in the file, never empty
	Serial       string // what is printed on the device, or ""
	Manufacturer string // or ""
	Issuer       string // who issued the key, or ""
	Algorithm    string // HOTP or TOTP
	Secret       otp.Secret
	Digits       int           // 6 to 8
	Hash         otp.Algorithm // inside the HMAC
	Counter      int64         // with HOTP: the next, 0 to 2^62-1
	Period       time.Duration // with TOTP: 15 to 120 seconds

	// NotBefore and NotAfter are when the key may be used (RFC 6030, 5); zero where the file does not say.
	NotBefore, NotAfter time.Time
}

// UsableAt says why the token may not be used at a time: nil when it may. Whoever imports has to ask.
func (t Token) UsableAt(at time.Time) error {
	switch {
	case !t.NotBefore.IsZero() && at.Before(t.NotBefore):
		return t.problem("it is not to be used before "+t.NotBefore.Format(time.DateOnly), "import it then")
	case !t.NotAfter.IsZero() && !at.Before(t.NotAfter):
		return t.problem("it expired on "+t.NotAfter.Format(time.DateOnly), "replace the token")
	}
	return nil
}

func (t Token) problem(reason, cure string) error {
	return &Problem{ID: t.ID, Serial: t.Serial, Reason: reason, Cure: cure}
}

// Key is the token as a key URI describes it. Its account is the serial number, or where there is none the key's Id.
func (t Token) Key() otpauth.Key {
	k := otpauth.Key{
		Issuer: t.Issuer, Account: t.Serial, Secret: t.Secret,
		Options: otp.Options{Algorithm: t.Hash, Digits: t.Digits},
	}
	if k.Account == "" {
		k.Account = t.ID
	}
	if t.Algorithm == HOTP {
		k.Type, k.Counter = otpauth.HOTP, t.Counter
		return k
	}
	k.Options.Period = t.Period
	return k
}

// Read returns the tokens of a file of 1 MiB and 10,000 keys at most. Either all of them are read, or the error is a
// [Problems] that says what is wrong with each, and with the file.
//
// PINs that a key of the file refers to are no tokens and are left out: the device checks them itself. Seeds have 10 to
// 128 bytes, as in key URIs of others.
func Read(r io.Reader, opts Options) ([]Token, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, Problems{{Reason: "it can't be read: " + err.Error(), Cure: "try again"}}
	}
	if len(raw) > maxFile {
		return nil, Problems{{Reason: "it is larger than 1 MiB", Cure: "ask for it in several parts"}}
	}
	root, err := parse(raw)
	if err != nil {
		return nil, Problems{problem(err)}
	}
	c, err := open(root, opts)
	if err != nil {
		return nil, Problems{problem(err)}
	}
	return c.tokens()
}
