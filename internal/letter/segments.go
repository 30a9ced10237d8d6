package letter

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// How long text messages are (3GPP TS 23.038, 4, and 23.040, 9.2.3.24.1): with one character more than a segment there are
// two, each of which costs, and telephones get them in any order. One of several has less room: it says which it is.
const (
	narrow     = 160 // characters of the GSM 7-bit default alphabet
	narrowPart = 153
	wide       = 70 // units of 16 bits, where one character is of no such alphabet
	widePart   = 67
)

// units is how long a text is, and how much one segment of its kind holds: alone, and as one of several. None of ours has a
// character of the extension table, which would be two.
func units(text string) (n, alone, part int) {
	if isGSM(text) {
		return utf8.RuneCountInString(text), narrow, narrowPart
	}
	return len(utf16.Encode([]rune(text))), wide, widePart
}

// segments is how many a text has.
func segments(text string) int {
	n, alone, part := units(text)
	if n <= alone {
		return 1
	}
	return (n + part - 1) / part
}

// roomIn is how much can be added to a text before it has more than so many segments; less than 0 where it has already.
func roomIn(text string, most int) int {
	n, alone, part := units(text)
	if most == 1 {
		return alone - n
	}
	return most*part - n
}

// fitted shortens a name to so many units, at the end of a character, or leaves it out.
func fitted(name string, room int) string {
	const more = "..."
	size := func(s string) int { n, _, _ := units(s); return n }
	switch {
	case size(name) <= room:
		return name
	case room < leastName:
		return ""
	}
	runes := []rune(name)
	for size(string(runes)) > room-len(more) {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " .") + more
}
