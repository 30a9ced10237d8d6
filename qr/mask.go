package qr

import "rsc.io/qr/coding"

const masks = 8

// bestMask returns a symbol with the mask that has the lowest penalty, the first of equals (ISO/IEC 18004, 7.8.3.1).
// It is given one drawn with mask 0, and takes that mask off again: making eight plans would cost ten times as much.
func bestMask(plan *coding.Plan, drawn *coding.Code) (*symbol, int) {
	bare, maskable := separate(plan, drawn)
	var best *symbol
	chosen, lowest := 0, 0
	trial := newSymbol(bare.size)
	for mask := range masks {
		apply(trial, bare, maskable, coding.Mask(mask))
		drawFormat(trial, formatBits(plan.Level, mask))
		if p := trial.penalty(); best == nil || p < lowest {
			best, trial = trial, best
			chosen, lowest = mask, p
		}
		if trial == nil {
			trial = newSymbol(bare.size)
		}
	}
	return best, chosen
}

// separate returns the drawn modules without mask 0, and which of them a mask applies to.
func separate(plan *coding.Plan, drawn *coding.Code) (bare, maskable *symbol) {
	bare, maskable = newSymbol(drawn.Size), newSymbol(drawn.Size)
	for y, row := range plan.Pixel {
		for x, pixel := range row {
			masked := pixel.Role() >= coding.Data // data, check and remainder bits
			if masked {
				maskable.put(x, y, true)
			}
			if drawn.Black(x, y) != (masked && (x+y)%2 == 0) { // 7.8.2, table 10: mask 000
				bare.put(x, y, true)
			}
		}
	}
	return bare, maskable
}

// apply sets to to the bare symbol with a mask on it. Every mask repeats after 12 modules in both directions.
func apply(to, bare, maskable *symbol, mask coding.Mask) {
	const period = 12
	var across, downwards [period]line
	for i := range period {
		var byX, byY uint64
		for j := range period {
			if mask.Invert(i, j) {
				byX |= 1 << j
			}
			if mask.Invert(j, i) {
				byY |= 1 << j
			}
		}
		across[i], downwards[i] = repeated(byX, period), repeated(byY, period)
	}
	for i := range to.size {
		to.rows[i] = bare.rows[i].xor(across[i%period].and(maskable.rows[i]))
		to.cols[i] = bare.cols[i].xor(downwards[i%period].and(maskable.cols[i]))
	}
}

// repeated fills a line with copies of its first n modules.
func repeated(first uint64, n uint) line {
	l := line{a: first}
	for ; n < 64; n *= 2 {
		l = l.or(l.up(n))
	}
	// n is 96 by now, and the first 96 modules are right.
	return l.or(line{0, l.a << 32, l.a>>32 | l.b<<32})
}

// formatBits returns the 15 bits that say level and mask: BCH(15,5), masked (7.9.1).
func formatBits(level coding.Level, mask int) uint32 {
	data := uint32(level^1)<<3 | uint32(mask) // L is 01, M 00, Q 11, H 10
	remainder := data << 10
	for i := 14; i >= 10; i-- {
		if remainder>>i&1 != 0 {
			remainder ^= 0x537 << (i - 10)
		}
	}
	return (data<<10 | remainder) ^ 0x5412
}

// drawFormat puts the format bits in their two places (7.9.1, figure 25).
func drawFormat(s *symbol, bits uint32) {
	for i := range 15 {
		dark := bits>>i&1 != 0
		switch { // around the upper left finder
		case i < 6:
			s.put(8, i, dark)
		case i < 8:
			s.put(8, i+1, dark)
		case i < 9:
			s.put(7, 8, dark)
		default:
			s.put(14-i, 8, dark)
		}
		if i < 8 { // below the upper right one, and beside the lower left one
			s.put(s.size-1-i, 8, dark)
		} else {
			s.put(8, s.size-15+i, dark)
		}
	}
}
