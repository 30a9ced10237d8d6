// Package lookup makes look-up secrets, which people know as recovery codes, and reads them as they are typed.
//
// Use [Codes], as the machine's look-up secrets (NIST SP 800-63B-4, 3.1.2). It is not for storing or comparing them:
// core keeps keyed hashes, and a code is consumed by the statement that finds its hash.
//
// It trusts crypto/rand, which ends the program rather than give too little randomness.
package lookup

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

const (
	// alphabet is Crockford's: without I, L, O and U.
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

	symbols   = 16              // of a code
	codeBytes = symbols * 5 / 8 // 80 bits
	group     = 4               // symbols between two dashes
	maxTyped  = 16 * symbols    // bytes that are looked at
	groups    = symbols / group //
	shown     = symbols + groups - 1
)

// Codes makes and reads recovery codes. Its zero value is ready, and safe for concurrent use.
type Codes struct{}

// New returns n codes of 80 random bits each, as XXXX-XXXX-XXXX-XXXX; none when n is not positive.
func (Codes) New(n int) []string {
	codes := make([]string, max(n, 0))
	for i := range codes {
		codes[i] = newCode()
	}
	return codes
}

func newCode() string {
	var raw [codeBytes]byte
	rand.Read(raw[:]) // never fails: it ends the program instead
	plain := base32.NewEncoding(alphabet).EncodeToString(raw[:])
	var b strings.Builder
	b.Grow(shown)
	for i := 0; i < symbols; i += group {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(plain[i : i+group])
	}
	return b.String()
}

// Canonical returns the 16 symbols of a typed code. Case, white space and dashes of every kind don't matter, and
// O means 0, I and L mean 1, as Crockford has it. Anything else is an error, which says where and not what.
func (Codes) Canonical(typed string) (string, error) {
	if len(typed) > maxTyped {
		return "", fmt.Errorf("lookup: more than %d bytes", maxTyped)
	}
	code := make([]byte, 0, symbols)
	position := 0
	for _, r := range typed {
		position++
		if isSeparator(r) {
			continue
		}
		c, ok := symbol(r)
		if !ok || len(code) == symbols {
			return "", fmt.Errorf("lookup: character %d cannot be part of a recovery code", position)
		}
		code = append(code, c)
	}
	if len(code) != symbols {
		return "", errors.New("lookup: too short for a recovery code")
	}
	return string(code), nil
}

// brought is how many hexadecimal digits a code of Flask-Security has.
const brought = 12

// CanonicalBrought returns the 12 hexadecimal digits of a code that Flask-Security made (1a2b-3c4d-5e6f, 48 bits), in small letters. Case, white
// space and dashes don't matter, as with its own. What is of the form of New is an error here.
func (Codes) CanonicalBrought(typed string) (string, error) {
	if len(typed) > maxTyped {
		return "", fmt.Errorf("lookup: more than %d bytes", maxTyped)
	}
	code := make([]byte, 0, brought)
	for _, r := range strings.ToLower(typed) {
		switch {
		case isSeparator(r):
			continue
		case r > unicode.MaxASCII || strings.IndexByte("0123456789abcdef", byte(r)) < 0 || len(code) == brought:
			return "", errors.New("lookup: not 12 hexadecimal digits")
		}
		code = append(code, byte(r))
	}
	if len(code) != brought {
		return "", errors.New("lookup: not 12 hexadecimal digits")
	}
	return string(code), nil
}

// isSeparator says whether r may stand anywhere in a typed code: white space, dashes, the minus sign, and the
// invisible marks that copying from a document brings along.
func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) || r == '\u2212'
}

func symbol(r rune) (byte, bool) {
	if r > unicode.MaxASCII {
		return 0, false
	}
	c := byte(r)
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	switch c {
	case 'O':
		c = '0'
	case 'I', 'L':
		c = '1'
	}
	return c, strings.IndexByte(alphabet, c) >= 0
}
