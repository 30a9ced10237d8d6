// Package names brings what people type as a username or an email address to one canonical form, before it is a key in
// the database or of a failure counter.
//
// Use [Username] and [Email] where an account is made or changed, and [Login] for the field that takes either. Each
// gives a key, to be compared byte by byte, and the first two also the form to show and to write to. It is not for
// passwords (every byte counts there), nor does it know whether an address exists, or reserved names: what may be done
// hangs on no name here, so "admin" is one like any other.
//
// Against names that look like others there are two means. [Username] refuses letters of scripts that nobody mixes
// (UTS #39, section 5.2). And [Skeleton] gives what a name looks like, to be kept unique beside the key: a name all in
// Cyrillic or Greek is welcome, unless it looks like one that an account has. Addresses need neither: who holds one has
// shown that mail to it arrives.
//
// It trusts nothing: any string may come in. Work is bounded by size before anything is parsed.
package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// MaxUsername is how many code points a username may have.
const MaxUsername = 64

// MaxEmail is how many bytes an email address may have (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MaxEmail = 254

const (
	maxInput = 1024 // bytes looked at, in any form: well above what either kind needs
	maxLocal = 64   // bytes before the @ (RFC 5321, 4.5.3.1.1)
)

// Username returns a username as its owner likes it written and the key that identifies it, by the
// UsernameCaseMapped profile (RFC 8265, 3.3). Surrounding white space goes; a name has 1 to 64 code points and no '@',
// so that it can't be mistaken for an address. It is in one script, or in Latin letters with those of Chinese, Japanese
// or Korean (UTS #39, "Highly Restrictive"). The error is an [*Error].
func Username(s string) (display, key string, err error) {
	if display, key, err = username(s); err != nil {
		return "", "", err
	}
	if mixed(display) {
		return "", "", &Error{MixedScript}
	}
	return display, key, nil
}

// username is Username for names that exist as well: which scripts may mix is asked of new ones alone.
func username(s string) (display, key string, err error) {
	s, err = bounded(s)
	if err != nil {
		return "", "", err
	}
	display, err = precis.UsernameCasePreserved.String(s)
	if err != nil {
		return "", "", &Error{BadCharacter}
	}
	if key, err = usernameKey(display); err != nil {
		return "", "", err
	}
	return display, key, nil
}

func usernameKey(s string) (string, error) {
	key, err := precis.UsernameCaseMapped.String(s)
	if err != nil {
		return "", &Error{BadCharacter}
	}
	// RFC 8265 doesn't promise that its mapping is idempotent; a key that would map on has no one form.
	if again, err := precis.UsernameCaseMapped.String(key); err != nil || again != key {
		return "", &Error{BadCharacter}
	}
	switch {
	case key == "":
		return "", &Error{Empty}
	case strings.Contains(key, "@"): // after mapping: a full-width one becomes this
		return "", &Error{HasAt}
	case utf8.RuneCountInString(key) > MaxUsername || utf8.RuneCountInString(s) > MaxUsername:
		return "", &Error{TooLong}
	}
	return key, nil
}

// Login returns the key for what was typed into a field that takes a username or an address, and whether it is an
// address (it has an '@'). It is total: input that is no valid name gets a bounded key too, the same for spellings
// that differ in case, width or surrounding space, so that failures are counted under it. Such a key never equals that
// of a valid name: it holds a space. Names of mixed scripts are valid here: an account may have got one before they
// were refused.
func Login(s string) (key string, isEmail bool) {
	if len(s) <= maxInput {
		if _, key, err := username(s); err == nil {
			return key, false
		}
		if _, key, err := Email(s); err == nil {
			return key, true
		}
	}
	key = fallback(s)
	return key, strings.Contains(key, "@")
}

// fallback is the canonical form of what is no name. The space in its prefix keeps it apart from every valid key.
func fallback(s string) string {
	const longest = 256
	s = strings.ToValidUTF8(s[:min(len(s), maxInput)], "")
	s = strings.Map(visible, s)
	s = strings.ToLower(fold(s))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "")
	}
	return "? :" + s
}

// fold maps full-width and half-width forms to their ordinary ones and composes, as the username profile does.
func fold(s string) string {
	return norm.NFC.String(width.Fold.String(s))
}

// visible drops what can't be seen or stored: controls and formatting characters (bidi overrides, zero-width joiners).
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf):
		return -1
	}
	return r
}

// bounded refuses what is empty, too long to look at or not UTF-8, and takes off surrounding white space.
func bounded(s string) (string, error) {
	if len(s) > maxInput {
		return "", &Error{TooLong}
	}
	if !utf8.ValidString(s) {
		return "", &Error{BadCharacter}
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return "", &Error{Empty}
	}
	return s, nil
}
