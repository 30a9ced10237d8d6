package phone

import (
	"strings"
	"unicode"
)

const (
	maxTyped   = 64 // bytes
	lastDigits = 3  // that may be shown, and that neighbours differ in
)

// plain returns the digits that were typed as ASCII, behind the plus sign if there was one, and whether that is all there
// was but for what people put between digits. Letters and what stands before an extension ("x", "ext.", ",", ";", "#") are
// no digits: they would be dialled.
func plain(typed string) (string, bool) {
	if len(typed) > maxTyped {
		return "", false
	}
	var b strings.Builder
	for _, r := range typed {
		digit, isDigit := digitOf(r)
		switch {
		case isDigit:
			b.WriteByte(digit)
		case isPlus(r) && b.Len() == 0:
			b.WriteByte('+')
		case !separates(r):
			return "", false
		}
	}
	return b.String(), strings.Trim(b.String(), "+") != ""
}

// digitOf returns the ASCII digit of a decimal digit in any script. Unicode keeps each script's ten together and in order
// (The Unicode Standard, 4.6), so that the distance from the beginning of their range tells.
func digitOf(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r), true
	}
	for _, part := range unicode.Nd.R16 {
		if r >= rune(part.Lo) && r <= rune(part.Hi) {
			return '0' + byte((r-rune(part.Lo))%10), true
		}
	}
	for _, part := range unicode.Nd.R32 {
		if r >= rune(part.Lo) && r <= rune(part.Hi) {
			return '0' + byte((r-rune(part.Lo))%10), true
		}
	}
	return 0, false
}

func isPlus(r rune) bool { return r == '+' || r == '\uFF0B' }

// separates reports spaces and dashes of all kinds, what else stands between digits, and the invisible marks of direction
// that address books wrap numbers in.
func separates(r rune) bool {
	return unicode.In(r, unicode.Zs, unicode.Pd) || strings.ContainsRune("\t()[].·/\u2212\uFF08\uFF09\uFF0E\uFF0F", r) ||
		strings.ContainsRune("\u00AD\u061C\u200B\u200E\u200F\u2060\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFEFF", r)
}

// Hint is what may be shown and logged of a number: that it ends in those three digits.
func Hint(e164 string) string {
	if len(e164) <= lastDigits {
		return "…"
	}
	return "…" + e164[len(e164)-lastDigits:]
}

// Prefix is what a number has in common with its 999 neighbours, everything but the last three digits, for a cap on all of
// them: who is paid for each message has numbers by the block.
func Prefix(e164 string) string { return e164[:max(len(e164)-lastDigits, 0)] }
