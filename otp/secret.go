package otp

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

const (
	defaultSecretBytes = 20  // RFC 4226, 4, R6: 160 bits recommended.
	minSecretBytes     = 16  // RFC 4226, 4, R6: 128 bits at least.
	maxSecretBytes     = 128 // The longest block of the three hashes.
)

const hidden = "[secret]"

// Secret is the key that a code app and its verifier share. It never prints
// itself: every way of formatting, logging or marshalling it gives "[secret]",
// also from inside another type's unexported field. What it holds comes out
// only through the methods whose names begin with Reveal.
//
// The zero Secret is empty: no Key can be made of it, and it equals nothing.
// A Secret never changes, so copies are safe and so is concurrent use. Secrets
// are compared with Equal; == does not compile.
type Secret struct {
	// A function, since fmt reads unexported fields of other types without
	// calling Format, and with some verbs follows pointers; into a function it
	// cannot see. It also keeps == from compiling.
	read func() []byte
}

// hide takes over raw.
func hide(raw []byte) Secret {
	return Secret{read: func() []byte { return raw }}
}

// NewSecret returns a random secret of 160 bits, the length that RFC 4226,
// section 4, R6 recommends. It cannot fail: where the operating system has no
// randomness to give, the program ends (crypto/rand).
func NewSecret() Secret { return randomSecret(defaultSecretBytes) }

// NewSecretOfSize returns a random secret of size bytes, 16 to 128. RFC 6238,
// section 5.1 asks for as many bytes as the hash is long: 32 for SHA-256, 64
// for SHA-512. Any other size is an error.
func NewSecretOfSize(size int) (Secret, error) {
	if size < minSecretBytes || size > maxSecretBytes {
		return Secret{}, fmt.Errorf("otp: a secret has %d to %d bytes, not %d", minSecretBytes, maxSecretBytes, size)
	}
	return randomSecret(size), nil
}

func randomSecret(size int) Secret {
	raw := make([]byte, size)
	rand.Read(raw) // never returns an error
	return hide(raw)
}

// ParseSecret reads a secret from base32 (RFC 4648, section 6) as people and
// other programs write it: upper or lower case, with spaces or hyphens between
// groups, with padding, without, or with too much. Errors name the position of
// what is wrong and never the content. A secret shorter than 128 bits or longer
// than 128 bytes is an error.
func ParseSecret(text string) (Secret, error) {
	raw, err := decodeBase32(text)
	if err != nil {
		return Secret{}, err
	}
	return newSecret(raw, minSecretBytes)
}

// ImportSecret is ParseSecret for secrets that were made elsewhere and are in
// use already: it accepts those shorter than 128 bits too, which RFC 4226
// forbids to make. Bits tells them. An empty secret is still an error.
func ImportSecret(text string) (Secret, error) {
	raw, err := decodeBase32(text)
	if err != nil {
		return Secret{}, err
	}
	return newSecret(raw, 1)
}

// SecretFromBytes returns the secret that consists of a copy of raw, 16 to 128
// bytes; any other length is an error.
func SecretFromBytes(raw []byte) (Secret, error) {
	return newSecret(append([]byte(nil), raw...), minSecretBytes)
}

// ImportSecretBytes is SecretFromBytes for secrets that were made elsewhere, or
// that were accepted earlier and come back from storage: it takes 1 to 128
// bytes.
func ImportSecretBytes(raw []byte) (Secret, error) {
	return newSecret(append([]byte(nil), raw...), 1)
}

// newSecret takes over raw.
func newSecret(raw []byte, least int) (Secret, error) {
	switch {
	case len(raw) == 0:
		return Secret{}, fmt.Errorf("otp: the secret is empty")
	case len(raw) < least:
		return Secret{}, fmt.Errorf("otp: the secret has %d bits; it needs %d at least", len(raw)*8, least*8)
	case len(raw) > maxSecretBytes:
		return Secret{}, fmt.Errorf("otp: the secret is longer than %d bytes", maxSecretBytes)
	}
	return hide(raw), nil
}

func (s Secret) bytes() []byte {
	if s.read == nil {
		return nil
	}
	return s.read()
}

// Reveal returns a copy of the secret's bytes. It is for sealing and storing.
func (s Secret) Reveal() []byte { return append([]byte(nil), s.bytes()...) }

// RevealBase32 returns the secret in base32, upper case and without padding,
// as key URIs have it and as it is shown to be typed in by hand.
func (s Secret) RevealBase32() string { return encodeBase32(s.bytes()) }

// Bits returns the secret's length in bits: 0 for the zero Secret, below 128
// for an imported one that should be replaced.
func (s Secret) Bits() int { return len(s.bytes()) * 8 }

// Equal reports whether both secrets hold the same bytes, in a time that
// depends on their lengths alone. An empty secret equals nothing, itself
// included: two absent secrets are no agreement.
func (s Secret) Equal(other Secret) bool {
	return s.Bits() > 0 && subtle.ConstantTimeCompare(s.bytes(), other.bytes()) == 1
}

// String returns "[secret]".
func (Secret) String() string { return hidden }

// GoString returns "[secret]".
func (Secret) GoString() string { return hidden }

// Format writes "[secret]" whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) }

// MarshalText returns "[secret]". There is no way back: to store a secret, seal
// what Reveal returns.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON returns "[secret]" as a JSON string.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue returns "[secret]".
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
