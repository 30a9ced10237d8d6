package qr

// penalty is what the standard holds against a masked symbol (ISO/IEC 18004, 7.8.3.1, table 11).
func (s *symbol) penalty() int {
	pairs := ones(s.size - 1) // where a module has one after it
	sum := s.imbalance()
	for i := range s.size {
		sum += runs(s.rows[i], pairs) + runs(s.cols[i], pairs)
		sum += finders(s.rows[i]) + finders(s.cols[i])
		if i > 0 {
			sum += blocks(s.rows[i-1], s.rows[i], pairs)
		}
	}
	return sum
}

// runs is 3 for five modules in a row of one colour, and 1 more for each that follows.
func runs(l, pairs line) int {
	same := l.xor(l.down(1)).not().and(pairs) // i and i+1 are equal
	two := same.and(same.down(1))
	five := two.and(two.down(2)) // and so are i to i+4: a run of n modules has n-4 of these
	starts := five.and(five.up(1).not())
	return five.count() + 2*starts.count()
}

// blocks is 3 for each two by two modules of one colour in two rows, overlapping ones included.
func blocks(upper, lower, pairs line) int {
	above := upper.xor(upper.down(1))
	below := lower.xor(lower.down(1))
	return 3 * above.or(below).or(upper.xor(lower)).not().and(pairs).count()
}

// finders is 40 for each 1:1:3:1:1 of dark, light, dark, light, dark with four light modules before or after it. The
// quiet zone counts as light.
func finders(l line) int {
	l = l.up(QuietZone)
	light := l.not()
	triple := l.and(l.down(1)).and(l.down(2))
	core := l.and(light.down(1)).and(triple.down(2)).and(light.down(5)).and(l.down(6))
	pair := light.and(light.down(1))
	four := pair.and(pair.down(2)) // i to i+3 are light
	return 40 * core.and(four.up(4).or(four.down(7))).count()
}

// imbalance is 10 for each whole 5 % that the share of dark modules is off one half.
func (s *symbol) imbalance() int {
	dark := 0
	for _, row := range s.rows {
		dark += row.count()
	}
	total := s.size * s.size
	off := 20*dark - 10*total
	return 10 * (max(off, -off) / total)
}
