package otp

import (
	"crypto/subtle"
	"errors"
	"log/slog"
)

// Key generates and verifies codes: a Secret with its Options, checked and
// ready. A Key never changes; copies are safe and so is concurrent use. The
// zero Key generates nothing and verifies nothing.
type Key struct {
	secret  Secret
	options Options
	modulus uint32       // how many codes there are
	pads    func() *pads // a function for the same reason as in Secret
}

// NewKey joins a secret and its options. An empty secret, a digit count outside
// 6 to 8, a period that is not whole seconds up to a day, an unknown algorithm,
// or Steam with anything but SHA1 is an error.
func NewKey(secret Secret, options Options) (Key, error) {
	if secret.Bits() == 0 {
		return Key{}, errors.New("otp: the secret is empty")
	}
	resolved, err := options.resolve()
	if err != nil {
		return Key{}, err
	}
	p := newPads(resolved.Algorithm, secret.bytes())
	return Key{
		secret:  secret,
		options: resolved,
		modulus: resolved.modulus(),
		pads:    func() *pads { return p },
	}, nil
}

// Secret returns the key's secret.
func (k Key) Secret() Secret { return k.secret }

// Options returns the key's options with every default filled in.
func (k Key) Options() Options { return k.options }

func (k Key) isZero() bool { return k.pads == nil }

// Code is a generated code. Print it with String, or append it to a buffer with
// AppendText, which allocates nothing. It stays out of logs written with
// log/slog. To compare a typed code use a Key's Verify methods; == does not
// compile.
type Code struct {
	_      [0]func()
	value  uint32
	digits uint8
	steam  bool
}

// steamAlphabet is what Steam's codes are written in, as PyOTP has it.
const steamAlphabet = "23456789BCDFGHJKMNPQRTVWXY"

// String returns the code as it is typed, with leading zeros; the zero Code is
// empty.
func (c Code) String() string {
	text, _ := c.AppendText(make([]byte, 0, 8))
	return string(text)
}

// AppendText appends what String returns to b. It never fails.
func (c Code) AppendText(b []byte) ([]byte, error) {
	var text [8]byte
	rest := c.value
	if c.steam { // least significant character first
		for i := range c.digits {
			text[i] = steamAlphabet[rest%uint32(len(steamAlphabet))]
			rest /= uint32(len(steamAlphabet))
		}
		return append(b, text[:c.digits]...), nil
	}
	for i := int(c.digits) - 1; i >= 0; i-- {
		text[i] = byte('0' + rest%10)
		rest /= 10
	}
	return append(b, text[:c.digits]...), nil
}

// LogValue returns "[code]": a code in a log opens a door while it is fresh.
func (Code) LogValue() slog.Value { return slog.StringValue("[code]") }

// code is RFC 4226, 5.3 with an HMAC already truncated to 31 bits.
func (k Key) code(counter int64) Code {
	return Code{
		value:  k.pads().truncated(k.options.Algorithm, uint64(counter)) % k.modulus,
		digits: uint8(k.options.Digits),
		steam:  k.options.Steam,
	}
}

// read turns a typed code into a Code, or reports that it is not in this key's
// canonical form: exactly as many ASCII digits as its codes have, or exactly
// five characters of Steam's alphabet.
func (k Key) read(typed string) (Code, bool) {
	if k.isZero() || len(typed) != k.options.Digits {
		return Code{}, false
	}
	code := Code{digits: uint8(k.options.Digits), steam: k.options.Steam}
	for i := range len(typed) {
		if k.options.Steam {
			value, ok := steamValue(typed[len(typed)-1-i])
			if !ok {
				return Code{}, false
			}
			code.value = code.value*uint32(len(steamAlphabet)) + value
			continue
		}
		if typed[i] < '0' || typed[i] > '9' {
			return Code{}, false
		}
		code.value = code.value*10 + uint32(typed[i]-'0')
	}
	return code, true
}

func steamValue(c byte) (uint32, bool) {
	for i := range len(steamAlphabet) {
		if steamAlphabet[i] == c {
			return uint32(i), true
		}
	}
	return 0, false
}

// equal is 1 for two codes of one key that are the same, and 0 otherwise, in
// constant time.
func (c Code) equal(other Code) int {
	return subtle.ConstantTimeEq(int32(c.value), int32(other.value))
}

// choose is a if which is 1 and b if it is 0, without a branch.
func choose(which int, a, b int64) int64 {
	mask := -int64(which)
	return a&mask | b&^mask
}

// within brings n into the bounds least and most.
func within(n, least, most int) int { return min(max(n, least), most) }
