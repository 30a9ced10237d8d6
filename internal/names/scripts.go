package names

import (
	"slices"
	"unicode"
)

// mixed reports a name in letters of several scripts that nobody writes together: anything but one script, or Latin
// with those of Japanese, Korean or Chinese ("Highly Restrictive", UTS #39, section 5.2). What all scripts share, as
// digits, hyphens and accents, counts for none. It goes by Script, not Script_Extensions, which Go doesn't have.
func mixed(s string) bool {
	var scripts []string
	last := unicode.Common
	for _, r := range s {
		if unicode.Is(last, r) || unicode.In(r, unicode.Common, unicode.Inherited) {
			continue
		}
		var name string
		name, last = script(r)
		if slices.Contains(scripts, name) {
			continue
		}
		if scripts = append(scripts, name); !together(scripts) {
			return true
		}
	}
	return false
}

func together(scripts []string) bool {
	if len(scripts) < 2 {
		return true
	}
	for _, writing := range [][]string{
		{"Latin", "Han", "Hiragana", "Katakana"},
		{"Latin", "Han", "Bopomofo"},
		{"Latin", "Han", "Hangul"},
	} {
		if !slices.ContainsFunc(scripts, func(s string) bool { return !slices.Contains(writing, s) }) {
			return true
		}
	}
	return false
}

// script finds the one script of a letter; what has none is a script of its own, mixing with no other.
func script(r rune) (string, *unicode.RangeTable) {
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name, table
		}
	}
	return "", unicode.Common
}
