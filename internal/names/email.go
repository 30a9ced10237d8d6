package names

import (
	"net/mail"
	"strings"
	"unicode"
)

// Email returns an address to write to and the key that identifies it: the address in lower case. One bare address is
// accepted (RFC 5322, 3.4.1): no display name, comment, quoted local part or address literal, at most 254 bytes.
// Surrounding white space goes, and full-width forms become ordinary ones in both results, so that the address written
// to is never another one than the key names. Local parts are compared without case, as mail hosts do; the two
// spellings of an internationalised domain stay two. The error is an [*Error].
func Email(s string) (display, key string, err error) {
	s, err = bounded(s)
	if err != nil {
		return "", "", err
	}
	s = fold(s)
	if len(s) > MaxEmail {
		return "", "", &Error{TooLong}
	}
	if strings.ContainsFunc(s, unprintable) {
		return "", "", &Error{BadCharacter}
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return "", "", &Error{NotAddress}
	}
	local, domain, found := strings.Cut(s, "@")
	if !found || len(local) > maxLocal || strings.ContainsAny(domain, "@[]") {
		return "", "", &Error{NotAddress}
	}
	key = fold(strings.ToLower(s))
	if fold(strings.ToLower(key)) != key || len(key) > MaxEmail {
		return "", "", &Error{BadCharacter}
	}
	return s, key, nil
}

// unprintable reports white space, controls, formatting characters and anything unassigned: none can be part of an
// address, and each can hide something in one.
func unprintable(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.IsSpace(r)
}
