package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
)

// MaxScale is the most pixels that a module of a PNG may have on a side.
const MaxScale = 32

// PNG returns the code as a black and white PNG with the quiet zone; a module is scale by scale pixels, 1 to
// [MaxScale]. Six or more scan well from a screen.
func (c *Code) PNG(scale int) ([]byte, error) {
	if scale < 1 || scale > MaxScale {
		return nil, fmt.Errorf("qr: scale %d is not within 1 to %d", scale, MaxScale)
	}
	side := (c.Size() + 2*QuietZone) * scale
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range c.Size() {
		top := (y + QuietZone) * scale
		first := picture.Pix[top*picture.Stride:][:side]
		for x := range c.Size() {
			if c.Dark(x, y) {
				left := (x + QuietZone) * scale
				for i := range scale {
					first[left+i] = 1
				}
			}
		}
		for i := 1; i < scale; i++ {
			copy(picture.Pix[(top+i)*picture.Stride:], first)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	return b.Bytes(), nil
}

// Terminal returns the code for a terminal with light text on a dark ground, as lines of Unicode half blocks: each
// character is two modules, one above the other, and what is printed is the light ones with the quiet zone.
func (c *Code) Terminal() string {
	blocks := [4]string{" ", "▀", "▄", "█"} // by which are light: neither, the upper, the lower, both
	var b strings.Builder
	end := c.Size() + QuietZone
	for y := -QuietZone; y < end; y += 2 {
		for x := -QuietZone; x < end; x++ {
			light := 0
			if !c.Dark(x, y) {
				light = 1
			}
			if y+1 < end && !c.Dark(x, y+1) {
				light |= 2
			}
			b.WriteString(blocks[light])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
