package otp

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Algorithm is the hash inside the HMAC. Its zero value is SHA1.
type Algorithm uint8

// The algorithms of RFC 6238, section 1.2. Many code apps ignore the parameter
// and use SHA1 whatever they were told; SHA1 is as strong here as the others,
// for HMAC does not rest on collision resistance.
const (
	SHA1 Algorithm = iota
	SHA256
	SHA512
)

// ParseAlgorithm reads "SHA1", "SHA256" or "SHA512" in either case, also with a
// hyphen after SHA. Anything else is an error, the empty string included.
func ParseAlgorithm(name string) (Algorithm, error) {
	for _, a := range [...]Algorithm{SHA1, SHA256, SHA512} {
		hyphened := "SHA-" + a.String()[len("SHA"):]
		if strings.EqualFold(name, a.String()) || strings.EqualFold(name, hyphened) {
			return a, nil
		}
	}
	return 0, errors.New("otp: the algorithm must be SHA1, SHA256 or SHA512")
}

// String returns the name that key URIs use, such as "SHA256".
func (a Algorithm) String() string {
	switch a {
	case SHA1:
		return "SHA1"
	case SHA256:
		return "SHA256"
	case SHA512:
		return "SHA512"
	}
	return fmt.Sprintf("Algorithm(%d)", uint8(a))
}

// MarshalText returns the name that String returns, so that stored settings do
// not depend on the order of constants. An unknown algorithm is an error.
func (a Algorithm) MarshalText() ([]byte, error) {
	if a > SHA512 {
		return nil, fmt.Errorf("otp: unknown algorithm %d", uint8(a))
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what ParseAlgorithm reads.
func (a *Algorithm) UnmarshalText(text []byte) error {
	parsed, err := ParseAlgorithm(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// Options are the settings of a key that both sides have to agree on. The zero
// value means what every code app does: SHA-1, 6 digits, 30 seconds.
type Options struct {
	// Algorithm is SHA1 (zero), SHA256 or SHA512.
	Algorithm Algorithm
	// Digits is the length of a code, 6 to 8; 0 means 6, or 5 with Steam.
	Digits int
	// Period is the length of a time step: whole seconds, from one second to a
	// day; 0 means 30 seconds. HOTP has no use for it.
	Period time.Duration
	// Steam asks for codes of 5 characters from Steam's alphabet. It goes with
	// SHA1 only.
	Steam bool
}

const (
	defaultDigits = 6
	steamDigits   = 5
	defaultPeriod = 30 * time.Second
	maxPeriod     = 24 * time.Hour
)

// resolve fills in the defaults and is the one place that validates.
func (o Options) resolve() (Options, error) {
	if o.Period == 0 {
		o.Period = defaultPeriod
	}
	if o.Digits == 0 && o.Steam {
		o.Digits = steamDigits
	} else if o.Digits == 0 {
		o.Digits = defaultDigits
	}
	switch {
	case o.Algorithm > SHA512:
		return Options{}, fmt.Errorf("otp: unknown algorithm %d", uint8(o.Algorithm))
	case o.Period < time.Second || o.Period > maxPeriod || o.Period%time.Second != 0:
		return Options{}, errors.New("otp: the period must be whole seconds, from one second to a day")
	case o.Steam && (o.Algorithm != SHA1 || o.Digits != steamDigits):
		return Options{}, errors.New("otp: Steam's codes have 5 characters and use SHA1")
	case !o.Steam && (o.Digits < 6 || o.Digits > 8):
		return Options{}, errors.New("otp: a code must have 6, 7 or 8 digits")
	}
	return o, nil
}

// modulus is how many codes resolved options allow.
func (o Options) modulus() uint32 {
	base, modulus := uint32(10), uint32(1)
	if o.Steam {
		base = uint32(len(steamAlphabet))
	}
	for range o.Digits {
		modulus *= base
	}
	return modulus
}
