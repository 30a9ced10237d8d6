// Package qr draws a text, such as the key URI of a code app, as a QR code (ISO/IEC 18004:2015).
//
// Use [Encode], then [Code.SVG] for pages, [Code.PNG] for mail and apps, or [Code.Terminal]. The smallest version that
// holds the text is taken, with its characters divided among numeric, alphanumeric and byte mode as is shortest, and
// the mask that the standard's penalties prefer. It is not for reading codes, nor for Micro QR, Kanji mode or texts
// split over several symbols. Text goes in as the bytes it has: readers take UTF-8 for what it is.
//
// A QR code is as secret as its text. A [Code] doesn't print itself or its text, but its pictures are for showing to
// one person once: don't cache, log or store them.
package qr

import (
	"errors"
	"fmt"
	"io"

	"rsc.io/qr/coding"
)

// Errors of [Encode].
var (
	ErrEmpty   = errors.New("qr: empty text")
	ErrTooLong = errors.New("qr: text does not fit into a QR code of this level")
)

// Level is how much of a symbol may be unreadable before its text is. The zero Level is M.
type Level int

// The levels of error correction (ISO/IEC 18004, 7.5.1).
const (
	M Level = iota // about 15 %: the usual one
	L              // about 7 %: the smallest symbol
	Q              // about 25 %
	H              // about 30 %
)

// QuietZone is the width of the light margin around every picture, in modules (ISO/IEC 18004, 6.3.8).
const QuietZone = 4

// longest is how many characters the largest symbol holds at best: digits in version 40-L.
const longest = 7089

// Code is one QR code. It doesn't change once made and is safe for concurrent use.
type Code struct {
	version int
	mask    int
	modules *symbol
}

// Encode returns the QR code of a text. It returns [ErrEmpty], [ErrTooLong], or an error for a level that there isn't.
func Encode(text string, level Level) (*Code, error) {
	correction, known := level.coding()
	switch {
	case !known:
		return nil, fmt.Errorf("qr: no level %d", int(level))
	case text == "":
		return nil, ErrEmpty
	case len(text) > longest:
		return nil, ErrTooLong
	}
	version, segments, fits := fit(text, correction)
	if !fits {
		return nil, ErrTooLong
	}
	plan, err := coding.NewPlan(version, correction, 0)
	if err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	drawn, err := plan.Encode(segments...)
	if err != nil {
		// Not wrapped: it quotes the text.
		return nil, errors.New("qr: text could not be encoded")
	}
	modules, mask := bestMask(plan, drawn)
	return &Code{version: int(version), mask: mask, modules: modules}, nil
}

func (l Level) coding() (coding.Level, bool) {
	switch l {
	case M:
		return coding.M, true
	case L:
		return coding.L, true
	case Q:
		return coding.Q, true
	case H:
		return coding.H, true
	}
	return 0, false
}

// Size returns the number of modules on a side, without the quiet zone: 21 to 177.
func (c *Code) Size() int { return c.modules.size }

// Version returns the version of the symbol: 1 to 40.
func (c *Code) Version() int { return c.version }

// Mask returns the mask pattern: 0 to 7.
func (c *Code) Mask() int { return c.mask }

// Dark reports whether the module in column x and row y is dark. Those outside the symbol are light.
func (c *Code) Dark(x, y int) bool {
	return y >= 0 && y < c.modules.size && x >= 0 && x < c.modules.size && c.modules.rows[y].has(x)
}

// String names the version and nothing of the text.
func (c Code) String() string {
	return fmt.Sprintf("qr.Code(version %d)", c.version)
}

// Format prints the same as String for every verb: the modules are as secret as the text.
func (c Code) Format(f fmt.State, _ rune) {
	io.WriteString(f, c.String())
}
