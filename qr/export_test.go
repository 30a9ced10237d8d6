package qr

import "rsc.io/qr/coding"

// WithMask draws a text with a given mask, and says what penalty that has.
func WithMask(version, level, mask int, text string) (*Code, int, error) {
	plan, err := coding.NewPlan(coding.Version(version), coding.Level(level), 0)
	if err != nil {
		return nil, 0, err
	}
	drawn, err := plan.Encode(coding.String(text))
	if err != nil {
		return nil, 0, err
	}
	bare, maskable := separate(plan, drawn)
	s := newSymbol(bare.size)
	apply(s, bare, maskable, coding.Mask(mask))
	drawFormat(s, formatBits(plan.Level, mask))
	return &Code{version: version, mask: mask, modules: s}, s.penalty(), nil
}

// Columns returns the code as its columns have it.
func (c *Code) Columns(x, y int) bool { return c.modules.cols[x].has(y) }

// SegmentBits returns how many bits the segments of a text take, and their text put together again.
func SegmentBits(text string, version int) (bits int, joined string, kinds string) {
	for _, s := range divide(text, coding.Version(version)) {
		bits += s.Bits(coding.Version(version))
		switch s := s.(type) {
		case coding.Num:
			joined, kinds = joined+string(s), kinds+"N"
		case coding.Alpha:
			joined, kinds = joined+string(s), kinds+"A"
		case coding.String:
			joined, kinds = joined+string(s), kinds+"B"
		}
	}
	return bits, joined, kinds
}
