package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Skeleton returns what the key of a username looks like (UTS #39, section 4): names with one skeleton can be mistaken
// for each other, as "paypal", "paypa1" and Cyrillic "раураl" can. It is for comparing alone, no name and not to be shown.
//
// Capitals count as their small letters once they are mapped, so that '0', 'o' and 'O' are one, and a dot above an i or
// j counts for nothing (section 5.4); the skeleton of a skeleton is itself. Keys are in small letters: what only looks
// alike in capitals ("ian" and "lan" as "IAN" and "lAN") stays apart, so show keys where people tell others by name. A
// later version of Unicode may change it, so stored skeletons belong to the table in confusables_table.go.
//
// It takes any string; the result has at most 12 bytes for each of the input's.
func Skeleton(key string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToValidUTF8(key, "\uFFFD")) {
		if ignorable(r) {
			continue
		}
		target, ok := prototype(r)
		if !ok {
			r = unicode.ToLower(r)
			target, ok = prototype(r)
		}
		if !ok {
			target = string(r)
		}
		b.WriteString(target)
	}
	return undotted(norm.NFD.String(b.String()))
}

// prototype looks r up in the table by halving: a probe lands inside some line and steps back to its beginning.
func prototype(r rune) (string, bool) {
	for low, high := 0, len(confusables); low < high; {
		start := low + strings.LastIndexByte(confusables[low:low+(high-low)/2], '\n') + 1
		end := start + strings.IndexByte(confusables[start:], '\n')
		source, size := utf8.DecodeRuneInString(confusables[start:])
		switch {
		case source == r:
			return confusables[start+size : end], true
		case source < r:
			low = end + 1
		default:
			high = start
		}
	}
	return "", false
}

// undotted drops dots above that can't be seen: an i and a j have theirs already, and an l gets to be an i.
func undotted(s string) string {
	const dotAbove = '\u0307'
	if !strings.ContainsRune(s, dotAbove) {
		return s
	}
	out := make([]rune, 0, len(s))
	base := -1 // where the letter is that a dot would sit on
	for _, r := range s {
		if r == dotAbove && base >= 0 && strings.ContainsRune("ijl", out[base]) {
			if out[base] == 'l' {
				out[base] = 'i'
			}
			continue
		}
		out = append(out, r)
		switch class := norm.NFD.PropertiesString(string(r)).CCC(); class {
		case 0:
			base = len(out) - 1
		case above:
			base = -1
		}
	}
	return string(out)
}

// above is the combining class of marks that sit on top of a letter, where a dot then sits on them.
const above = 230

// ignorable reports what is invisible by default (Default_Ignorable_Code_Point, UAX #44), and other format characters.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
