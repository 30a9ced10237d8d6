package otpauth

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes a name harmless for a label: no colon, for it separates issuer
// and account; nothing that cannot be seen or that reorders what can; single
// spaces; most bytes at most, and whole characters only.
func clean(name string, most int) string {
	var b strings.Builder
	space := false
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		name = name[size:]
		switch {
		case unicode.IsSpace(r): // line ends among them
			space = b.Len() > 0
			continue
		case r == ':' || r == utf8.RuneError || isHidden(r):
			continue
		}
		if space {
			size++
		}
		if b.Len()+size > most {
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isHidden reports characters without a shape of their own: controls, format
// and bidirectional characters, and fillers that count as letters.
func isHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point)
}

const upperHex = "0123456789ABCDEF"

// escape percent-encodes everything but RFC 3986's unreserved characters. The
// functions of net/url leave characters alone that some parsers split at, or
// write a space as +, which some apps show.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if isUnreserved(c) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(upperHex[c>>4])
		b.WriteByte(upperHex[c&0xf])
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '-' || c == '.' || c == '_' || c == '~'
}

// checkImage accepts what PyOTP does, an https URL with a host and a path, and
// nothing with a password in it.
func checkImage(image string) error {
	if image == "" {
		return nil
	}
	u, err := url.Parse(image)
	if err != nil || len(image) > maxImage || !utf8.ValidString(image) ||
		u.Scheme != "https" || u.Host == "" || u.Path == "" || u.User != nil {
		return &Error{"image", "must be an https URL with a host and a path, of 256 bytes at most; or leave it out"}
	}
	return nil
}
