package otp

import (
	"encoding/base32"
	"errors"
	"fmt"
	"unicode"
)

// maxSecretText bounds what is read: 128 bytes are 205 characters, and groups
// of four with separators and padding stay below this.
const maxSecretText = 512

func encodeBase32(raw []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
}

// decodeBase32 decodes what ParseSecret describes. The standard library's
// decoder stops at lower case, separators and uneven padding, and its errors
// count bytes.
func decodeBase32(text string) ([]byte, error) {
	if len(text) > maxSecretText {
		return nil, fmt.Errorf("otp: the secret is longer than %d characters", maxSecretText)
	}
	raw := make([]byte, 0, len(text)*5/8)
	var bits, held, letters, position int
	padded := false
	for _, r := range text {
		position++
		if r == '=' {
			padded = true
			continue
		}
		if isSeparator(r) {
			continue
		}
		value, ok := base32Value(r)
		if !ok {
			return nil, fmt.Errorf("otp: character %d of the secret is not base32 (A to Z and 2 to 7)", position)
		}
		if padded {
			return nil, fmt.Errorf("otp: character %d of the secret comes after its padding", position)
		}
		letters++
		held, bits = held<<5|value, bits+5
		if bits >= 8 {
			bits -= 8
			raw = append(raw, byte(held>>bits))
			held &= 1<<bits - 1
		}
	}
	// RFC 4648, 6: 1, 3 or 6 characters in the last group encode no whole
	// number of bytes. Something was lost on the way here.
	if last := letters % 8; last == 1 || last == 3 || last == 6 {
		return nil, errors.New("otp: the secret is incomplete: base32 of this length does not exist")
	}
	return raw, nil
}

func base32Value(r rune) (int, bool) {
	switch {
	case 'A' <= r && r <= 'Z':
		return int(r - 'A'), true
	case 'a' <= r && r <= 'z':
		return int(r - 'a'), true
	case '2' <= r && r <= '7':
		return int(r-'2') + 26, true
	}
	return 0, false
}

// isSeparator reports what people and programs put between groups: white
// space, dashes of every kind, and the invisible marks that come along when
// text is copied (zero-width space, direction marks).
func isSeparator(r rune) bool {
	switch {
	case r == '-' || r == ' ':
		return true
	case r == '\u00ad' || r == '\u2212' || r == '\u2060' || r == '\ufeff':
		return true // soft hyphen, minus sign, word joiner, byte order mark
	case '\u200b' <= r && r <= '\u200f', '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
		return true // zero width and direction
	}
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r)
}
