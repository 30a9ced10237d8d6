package otpauth

import (
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/otp"
)

// Type says what moves a key's codes on. Its zero value is TOTP.
type Type uint8

// The types of key URI.
const (
	TOTP Type = iota // time (RFC 6238), Steam's codes included
	HOTP             // a counter (RFC 4226)
)

// String returns the type as a URI has it: "totp" or "hotp".
func (t Type) String() string {
	switch t {
	case TOTP:
		return "totp"
	case HOTP:
		return "hotp"
	}
	return "Type(" + strconv.Itoa(int(t)) + ")"
}

// Key is what a key URI says. It is a plain value: copies are independent, and
// printing one shows everything but the secret.
type Key struct {
	// Type is TOTP (zero) or HOTP.
	Type Type
	// Issuer is the service's name and Account the name of the account there.
	// One of them has to be there. In URIs both lose colons, which separate
	// them, and control, format and bidirectional characters; white space is
	// brought to single spaces; the issuer is cut at 64 bytes and the account
	// at 128, never within a character.
	Issuer, Account string
	// Secret has 10 bytes (80 bits) or more. New ones should have 20; see
	// otp.NewSecret.
	Secret otp.Secret
	// Options are the algorithm, the digits and the period, 15 to 120 seconds
	// in a URI. The zero value means the defaults; Parse fills them in.
	Options otp.Options
	// Counter is the next counter of a HOTP key, 0 or more. TOTP has none.
	Counter int64
	// Image is the address of a picture that some apps show, or empty. It has
	// to be an https URL with a host and a path, of 256 bytes at most.
	Image string
}

// Error is what RevealURI and Parse return. It never holds a secret, nor any
// other value of the URI.
type Error struct {
	// Param names the part that is wrong: a parameter's name, or "uri",
	// "type", "label", "options".
	Param string
	// Reason says what is wrong and how to cure it.
	Reason string
}

// Error returns the part and the reason.
func (e *Error) Error() string { return "otpauth: " + e.Param + ": " + e.Reason }

const (
	minSecretBits = 80
	defaultPeriod = 30 * time.Second
	minPeriod     = 15 * time.Second
	maxPeriod     = 120 * time.Second
	maxIssuer     = 64
	maxAccount    = 128
	maxImage      = 256
)

// OTP returns the key that generates and verifies codes.
func (k Key) OTP() (otp.Key, error) { return otp.NewKey(k.Secret, k.Options) }

// checked returns k as a URI can hold it: names cleaned, options resolved,
// everything within its bounds.
func (k Key) checked() (Key, error) {
	k.Issuer, k.Account = clean(k.Issuer, maxIssuer), clean(k.Account, maxAccount)
	if k.Issuer == "" && k.Account == "" {
		return Key{}, &Error{"label", "name an issuer or an account"}
	}
	if k.Secret.Bits() < minSecretBits {
		return Key{}, &Error{"secret", "missing, or shorter than 80 bits"}
	}
	key, err := k.OTP()
	if err != nil {
		return Key{}, &Error{"options", strings.TrimPrefix(err.Error(), "otp: ")}
	}
	k.Options = key.Options()
	if k.Type == HOTP {
		k.Options.Period = defaultPeriod // a URI has nowhere to say it
	}
	if k.Options.Period < minPeriod || k.Options.Period > maxPeriod {
		return Key{}, &Error{"period", "must be 15 to 120 seconds"}
	}
	switch {
	case k.Type > HOTP:
		return Key{}, &Error{"type", "must be totp or hotp"}
	case k.Type == HOTP && k.Options.Steam:
		return Key{}, &Error{"encoder", "Steam's codes are of type totp"}
	case k.Counter < 0 || k.Type == TOTP && k.Counter != 0:
		return Key{}, &Error{"counter", "must be 0 or more, and 0 for totp"}
	}
	return k, checkImage(k.Image)
}

// RevealURI returns the key URI. It holds the secret, hence the name: show it
// to the account's owner, once, and to nobody else.
//
// Its parameters stand in PyOTP's order, and what is a default is left out. A
// key that breaks one of the bounds above is an *Error.
func (k Key) RevealURI() (string, error) {
	k, err := k.checked()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("otpauth://" + k.Type.String() + "/")
	if k.Issuer != "" {
		b.WriteString(escape(k.Issuer) + ":")
	}
	b.WriteString(escape(k.Account) + "?secret=" + k.Secret.RevealBase32())
	for _, p := range k.parameters() {
		b.WriteString("&" + p.name + "=" + escape(p.value))
	}
	return b.String(), nil
}

type parameter struct{ name, value string }

// parameters lists what a URI says beside the secret, for a checked key.
func (k Key) parameters() []parameter {
	var list []parameter
	add := func(isNeeded bool, name, value string) {
		if isNeeded {
			list = append(list, parameter{name, value})
		}
	}
	o := k.Options
	add(k.Issuer != "", "issuer", k.Issuer)
	add(k.Type == HOTP, "counter", strconv.FormatInt(k.Counter, 10))
	add(o.Algorithm != otp.SHA1, "algorithm", o.Algorithm.String())
	add(o.Digits != 6 && !o.Steam, "digits", strconv.Itoa(o.Digits))
	add(k.Type == TOTP && o.Period != defaultPeriod, "period", strconv.Itoa(int(o.Period/time.Second)))
	add(k.Image != "", "image", k.Image)
	add(o.Steam, "encoder", "steam")
	return list
}
