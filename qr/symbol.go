package qr

import "math/bits"

// line is one row or column of modules; bit i is module i, and 1 is dark. A symbol has at most 177, which leaves
// room for the margin that a penalty looks at. Three fields stay in registers where an array would not.
type line struct{ a, b, c uint64 }

func (l *line) has(i int) bool {
	switch i >> 6 {
	case 0:
		return l.a>>(i&63)&1 != 0
	case 1:
		return l.b>>(i&63)&1 != 0
	}
	return l.c>>(i&63)&1 != 0
}

func (l *line) put(i int, dark bool) {
	word := &l.a
	switch i >> 6 {
	case 1:
		word = &l.b
	case 2:
		word = &l.c
	}
	*word &^= 1 << (i & 63)
	if dark {
		*word |= 1 << (i & 63)
	}
}

// down moves every module n places towards 0, for n from 1 to 63.
func (l line) down(n uint) line {
	return line{l.a>>n | l.b<<(64-n), l.b>>n | l.c<<(64-n), l.c >> n}
}

// up moves every module n places away from 0, for n from 1 to 63.
func (l line) up(n uint) line {
	return line{l.a << n, l.b<<n | l.a>>(64-n), l.c<<n | l.b>>(64-n)}
}

func (l line) and(o line) line { return line{l.a & o.a, l.b & o.b, l.c & o.c} }
func (l line) xor(o line) line { return line{l.a ^ o.a, l.b ^ o.b, l.c ^ o.c} }
func (l line) or(o line) line  { return line{l.a | o.a, l.b | o.b, l.c | o.c} }
func (l line) not() line       { return line{^l.a, ^l.b, ^l.c} }

func (l line) count() int {
	return bits.OnesCount64(l.a) + bits.OnesCount64(l.b) + bits.OnesCount64(l.c)
}

// ones returns a line whose first n modules are set.
func ones(n int) (l line) {
	for i := range n {
		l.put(i, true)
	}
	return l
}

// symbol is a square of modules, as rows and once more as columns: what holds for one is asked of both.
type symbol struct {
	size       int
	rows, cols []line
}

func newSymbol(size int) *symbol {
	lines := make([]line, 2*size)
	return &symbol{size: size, rows: lines[:size], cols: lines[size:]}
}

func (s *symbol) put(x, y int, dark bool) {
	s.rows[y].put(x, dark)
	s.cols[x].put(y, dark)
}
