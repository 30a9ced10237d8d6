// Command icons draws the mark of internal/web/static/mark.svg as the pictures that systems show for an installed page: white
// on the accent colour, within the circle that every mask leaves (W3C, Web Application Manifest: the safe zone). From the folder of
// internal/web/static:
//
//	go -C ../../../tools run ./icons "$PWD"
//
// It trusts its argument to be a folder of ours.
package main

import (
	"image"
	"image/color"
	"image/png"
	"log"
	"math"
	"os"
	"path/filepath"
	"strconv"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("icons: want one folder")
	}
	for _, size := range []int{192, 512} {
		if err := write(filepath.Join(os.Args[1], "icon"+strconv.Itoa(size)+".png"), size); err != nil {
			log.Fatal("icons: ", err)
		}
	}
}

func write(name string, size int) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(file, draw(size)); err != nil {
		return err
	}
	return file.Close()
}

const (
	shades = 16   // between the colours, at edges
	square = 24.0 // the mark's own units
	part   = 0.64 // of the picture that the mark is wide
)

func draw(size int) image.Image {
	picture := image.NewPaletted(image.Rect(0, 0, size, size), palette())
	unit := float64(size) * part / square // pixels for one of the mark's
	for y := range size {
		for x := range size {
			mx := (float64(x)+.5-float64(size)/2)/unit + square/2
			my := (float64(y)+.5-float64(size)/2)/unit + square/2
			inside := (1-away(mx, my))*unit + .5 // the stroke is 2 wide
			picture.SetColorIndex(x, y, uint8(math.Round(min(max(inside, 0), 1)*shades)))
		}
	}
	return picture
}

// palette goes from the accent colour to white.
func palette() color.Palette {
	mix := func(from, step int) uint8 { return uint8(from + (255-from)*step/shades) }
	var p color.Palette
	for step := range shades + 1 {
		p = append(p, color.RGBA{mix(0x1d, step), mix(0x3f, step), mix(0x8f, step), 255})
	}
	return p
}

// away is how far a point is from the middle of the nearest stroke: M3 21V11a9 9 0 0 1 18 0v10 and M9 21v-8a3 3 0 0 1 6 0v8.
func away(x, y float64) float64 { return min(doorway(x, y, 9, 11), doorway(x, y, 3, 13)) }

// doorway is two posts that stand at 21, and half a circle of that radius on top of them.
func doorway(x, y, radius, top float64) float64 {
	if y < top {
		return math.Abs(math.Hypot(x-12, y-top) - radius)
	}
	return math.Hypot(math.Abs(x-12)-radius, max(y-21, 0))
}
