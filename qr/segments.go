package qr

import (
	"math"
	"strings"

	"rsc.io/qr/coding"
)

// mode is a way to encode characters (ISO/IEC 18004, 7.4).
type mode uint8

const (
	byteMode mode = iota
	alphanumeric
	numeric
	modes
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// fit returns the smallest version that holds text at a level, and its segments there.
func fit(text string, level coding.Level) (coding.Version, []coding.Encoding, bool) {
	for _, class := range [3][2]coding.Version{{1, 9}, {10, 26}, {27, 40}} { // 7.4.1, table 3: lengths of the counts
		segments := divide(text, class[0])
		bits := 0
		for _, s := range segments {
			bits += s.Bits(class[0])
		}
		for v := class[0]; v <= class[1]; v++ {
			if bits <= 8*v.DataBytes(level) {
				return v, segments, true
			}
		}
	}
	return 0, nil, false
}

// divide splits text into the segments that take the fewest bits in a version's class: the shortest path over the
// characters, where each step stays in a mode or pays for the header of another.
func divide(text string, v coding.Version) []coding.Encoding {
	// Costs are in sixths of a bit, so that a digit (10/3 bits) and a pair's half (11/2) are whole.
	head := [modes]int{6 * coding.String("").Bits(v), 6 * coding.Alpha("").Bits(v), 6 * coding.Num("").Bits(v)}
	from := make([][modes]mode, len(text)) // the mode of character i if the next one starts in the mode that is the index
	costs := head
	for i := range len(text) {
		costs, from[i] = step(text[i], costs, head)
	}
	last := byteMode
	for m := range modes {
		if costs[m] < costs[last] {
			last = m
		}
	}
	return cut(text, from, last)
}

// step adds one character: next[m] is the cost with m as the mode to go on in, from[m] the character's own.
func step(c byte, costs, head [modes]int) (next [modes]int, from [modes]mode) {
	own := [modes]int{costs[byteMode] + 6*8, math.MaxInt / 2, math.MaxInt / 2}
	if strings.IndexByte(alphabet, c) >= 0 {
		own[alphanumeric] = costs[alphanumeric] + 33
	}
	if '0' <= c && c <= '9' {
		own[numeric] = costs[numeric] + 20
	}
	for to := range modes {
		next[to], from[to] = own[to], to
		for m := range modes {
			// A segment ends on a whole bit.
			if switched := (own[m]+5)/6*6 + head[to]; switched < next[to] {
				next[to], from[to] = switched, m
			}
		}
	}
	return next, from
}

// cut walks the path back from its end and returns its segments.
func cut(text string, from [][modes]mode, last mode) []coding.Encoding {
	chosen := make([]mode, len(text))
	for i := len(text) - 1; i >= 0; i-- {
		last = from[i][last]
		chosen[i] = last
	}
	var segments []coding.Encoding
	for start := 0; start < len(text); {
		end := start + 1
		for end < len(text) && chosen[end] == chosen[start] {
			end++
		}
		segments = append(segments, chosen[start].segment(text[start:end]))
		start = end
	}
	return segments
}

func (m mode) segment(text string) coding.Encoding {
	switch m {
	case numeric:
		return coding.Num(text)
	case alphanumeric:
		return coding.Alpha(text)
	}
	return coding.String(text)
}
