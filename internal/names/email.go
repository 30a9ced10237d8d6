package names

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Email returns an address to write to and the key that identifies it: the address in lower case. One bare address is
// accepted (RFC 5322, 3.4.1): no display name, comment, quoted local part or address literal, at most 254 bytes.
// Surrounding white space goes, and full-width forms become ordinary ones in both results, so that the address written
// to is never another one than the key names. What mail software may turn into something else on its way is refused:
// invisible characters, capitals that share a small letter with another one ("İ"), and in the domain what stands for
// something else in every mapping of domains ("ⓔ", an ideographic full stop).
//
// Local parts are compared without case, as mail hosts do. The two spellings of an internationalised domain stay two
// addresses: each is proven by mail to it, and a mapping between them (UTS #46) could lead to a third. The error is an
// [*Error].
func Email(s string) (display, key string, err error) {
	s, err = bounded(s)
	if err != nil {
		return "", "", err
	}
	s = fold(s)
	if len(s) > MaxEmail {
		return "", "", &Error{TooLong}
	}
	if strings.ContainsFunc(s, unprintable) || strings.ContainsFunc(s, oneWay) {
		return "", "", &Error{BadCharacter}
	}
	if !bare(s) {
		return "", "", &Error{NotAddress}
	}
	key = fold(strings.ToLower(s))
	if fold(strings.ToLower(key)) != key || len(key) > MaxEmail {
		return "", "", &Error{BadCharacter}
	}
	return s, key, nil
}

// bare reports one address and nothing else, in a domain that no mapping makes another one.
func bare(s string) bool {
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return false
	}
	local, domain, _ := strings.Cut(s, "@")
	return len(local) <= maxLocal && !strings.ContainsAny(domain, "@[]。") && norm.NFKC.String(domain) == domain
}

// unprintable reports white space, controls, what is invisible and anything unassigned: none can be part of an address,
// and each can hide something in one.
func unprintable(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || ignorable(r)
}

// oneWay reports capitals that share a small letter with another: the key would be that of someone else's address.
func oneWay(r rune) bool {
	small := unicode.ToLower(r)
	return small != r && unicode.ToUpper(small) != r
}
