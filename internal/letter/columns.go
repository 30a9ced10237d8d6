package letter

import (
	"strings"
	"unicode"
)

// width is how many columns a text takes where letters are all alike: two for a character of Chinese or Japanese, and none
// for a mark.
func width(text string) (n int) {
	for _, r := range text {
		switch {
		case isWide(r):
			n += 2
		case !unicode.In(r, unicode.Mn, unicode.Cf):
			n++
		}
	}
	return n
}

// isWide reports the characters that Chinese and Japanese are written with, and their signs.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= '\u3000' && r <= '\u303F' || r >= '\uFF01' && r <= '\uFF60'
}

// breaks says whether a line may end between two characters of one word: beside each of a script without spaces, but not
// before a sign that closes, nor after one that opens.
func breaks(before, after rune) bool {
	return (isWide(before) || isWide(after)) && !strings.ContainsRune("。、，．：；？！）」』】》〉”’ーっッゃャゅュょョ", after) && !strings.ContainsRune("（「『【《〈“‘", before)
}
