package names_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/names"
)

// TestUsernamesThatPassForAdmin says what becomes of each name that someone may register to be taken for admin.
func TestUsernamesThatPassForAdmin(t *testing.T) {
	const (
		sameKey   = "the same name"
		alike     = "looks the same" // refused as taken, by its skeleton
		different = "another name"
	)
	for in, want := range map[string]string{
		"admin": sameKey, "Admin": sameKey, "ADMIN ": sameKey, "\tadmin": sameKey, "\u00a0admin": sameKey,
		"ａｄｍｉｎ":      sameKey,
		"adm\u0131n": alike, "ADM\u0130N": alike, "admi\u0307n": alike, "adrnin": alike, "\u0251dmin": alike,
		"adm1n": different, "admln": different, "админ": different, "admin1": different, "administrator": different,
		"\u0430dmin":                names.MixedScript.String(), // Cyrillic
		"\u03b1dmin":                names.MixedScript.String(), // Greek
		"admi\u0578":                names.MixedScript.String(), // Armenian
		"\u13aadmin":                names.MixedScript.String(), // Cherokee
		"admin\u200b":               names.BadCharacter.String(),
		"ad\u00admin":               names.BadCharacter.String(),
		"ad\u200dmin":               names.BadCharacter.String(),
		"ad\u034fmin":               names.BadCharacter.String(),
		"\u202enimda":               names.BadCharacter.String(),
		"admin\ufe0f":               names.BadCharacter.String(),
		"admin\x00":                 names.BadCharacter.String(),
		"\U0001d5bddmin":            names.BadCharacter.String(), // mathematical sans-serif d
		"admin\u0660":               names.BadCharacter.String(), // an Arabic digit
		"admin\u0966":               names.MixedScript.String(),  // a Devanagari digit
		strings.Repeat("admin", 51): names.TooLong.String(),
	} {
		_, key, err := names.Username(in)
		got := different
		var refused *names.Error
		switch {
		case errors.As(err, &refused):
			got = refused.Reason.String()
		case key == "admin":
			got = sameKey
		case names.Skeleton(key) == names.Skeleton("admin"):
			got = alike
		}
		if got != want {
			t.Errorf("Username(%+.40q): %s (key %+q); want %s", in, got, key, want)
		}
	}
}

// TestEmailsThatPassForAnothers gives addresses an attacker may type to get mail meant for someone else. Each is refused
// ("") or is one address, kept as it is written to; only other spellings of an address in ASCII have its key.
func TestEmailsThatPassForAnothers(t *testing.T) {
	for in, want := range map[string]string{
		"v@x.example,a@y.example": "", "v@x.example;a@y.example": "", "v@x.example a@y.example": "",
		"v@x.example\na@y.example": "", "v@x.example\u3000a@y.example": "", "v@x.example，a@y.example": "",
		"v@x.example@y.example": "", "v＠x.example@y.example": "", "v﹫x.example": "", "v%y@x.example": "v%y@x.example",
		"\"v@x.example\"@y.example": "", "v@x.example\x00@y.example": "", "v@x.example\u200b": "", "[\"v@x.example\"]": "",
		"v\u034f@x.example": "", "v@x.example\ufe0f": "", "v@\u00adx.example": "",
		"ｖ＠ｘ．example": "v@x.example", " V@X.Example ": "V@X.Example",
		"gauss@x.example": "gauss@x.example", "gauß@x.example": "gauß@x.example", "gauẞ@x.example": "",
		"v@gauß.example": "v@gauß.example", "mike@x.example": "mike@x.example", "m\u0131ke@x.example": "m\u0131ke@x.example",
		"m\u0130ke@x.example": "", "v@g\u0130t.example": "", "v@g\u0131t.example": "v@g\u0131t.example",
		"mi\u212ae@x.example": "miKe@x.example", "v@mi\u212ae.example": "v@miKe.example",
		"v@\u24d4x.example": "", "v@x\u3002example": "", "v@x｡example": "", "v@o\ufb03ce.example": "", "v@x\u2100y.example": "",
		"\u0430dmin@x.example": "\u0430dmin@x.example",
	} {
		display, key, err := names.Email(in)
		if display != want || (err == nil) != (want != "") {
			t.Errorf("Email(%+q) = %+q, %v; want %+q", in, display, err, want)
		}
		if key != strings.ToLower(want) {
			t.Errorf("Email(%+q) is written to as %+q and found as %+q", in, display, key)
		}
	}
}
