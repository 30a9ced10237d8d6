package qr

import (
	"bytes"
	"encoding/xml"
	"strconv"
)

// SVG returns the code as an SVG document: black on a white plate with the quiet zone, whatever the colours around it,
// so that it scans in dark mode and prints. It stands alone, and may also be put into HTML as it is; it scales to
// whatever size the page gives it. It has no style attributes, which a strict Content-Security-Policy would drop.
//
// The title is what screen readers say in place of the picture; "QR code" if it is empty. It must not hold the text.
func (c *Code) SVG(title string) string {
	if title == "" {
		title = "QR code"
	}
	side := strconv.Itoa(c.Size() + 2*QuietZone)
	b := bytes.NewBuffer(make([]byte, 0, 512+3*c.Size()*c.Size()))
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + ` ` + side +
		`" shape-rendering="crispEdges" role="img"><title>`)
	xml.EscapeText(b, []byte(title)) // a bytes.Buffer never fails
	b.WriteString(`</title><rect width="` + side + `" height="` + side + `" fill="#fff"/><path fill="#000" d="`)
	b.Write(c.outline(b.AvailableBuffer()))
	b.WriteString(`"/></svg>`)
	return b.String()
}

// outline appends the edges of all dark areas to path. Areas filled as a whole show no seams between modules, as rows
// of strokes or squares do once a renderer smooths them.
func (c *Code) outline(path []byte) []byte {
	p := pen{code: c, path: path}
	size := c.Size()
	for y := range size {
		// Modules whose upper edge is an edge. Each contour has one, and passes it to the right.
		p.tops[y] = c.modules.rows[y]
		if y > 0 {
			p.tops[y] = p.tops[y].and(c.modules.rows[y-1].not())
		}
	}
	for y := range size {
		for x := range size {
			if p.tops[y].has(x) {
				p.trace(x, y)
			}
		}
	}
	return p.path
}

// pen follows the edges of dark areas with the dark on its right.
type pen struct {
	code   *Code
	path   []byte
	tops   [177]line // upper edges still to be passed
	px, py int       // where the path is
}

// The four ways that a pen goes, clockwise.
const (
	right = iota
	down
	left
	up
)

// trace appends the contour that begins with the upper edge of a module. Filling closes a contour by itself, so its
// last edge is left out.
func (p *pen) trace(startX, startY int) {
	p.move(startX, startY)
	x, y, way := startX, startY, right
	for {
		switch way {
		case right:
			p.tops[y].put(x, false)
			x++
		case down:
			y++
		case left:
			x--
		case up:
			y--
		}
		turned := p.turn(x, y, way)
		// It may come by its start on another way, where two areas touch.
		if x == startX && y == startY && turned == right {
			return
		}
		if turned != way {
			p.line(x, y)
		}
		way = turned
	}
}

// turn returns the way on from a corner. Where areas touch it goes on to the next one, which makes fewer contours.
func (p *pen) turn(x, y, way int) int {
	// The modules ahead, left and right, of a pen that goes to the right; turned with the way for the others.
	ahead := [4][2][2]int{
		right: {{0, -1}, {0, 0}},
		down:  {{0, 0}, {-1, 0}},
		left:  {{-1, 0}, {-1, -1}},
		up:    {{-1, -1}, {0, -1}},
	}[way]
	switch {
	case p.code.Dark(x+ahead[0][0], y+ahead[0][1]):
		return (way + 3) % 4
	case !p.code.Dark(x+ahead[1][0], y+ahead[1][1]):
		return (way + 1) % 4
	}
	return way
}

// move appends a move to a corner, and line one straight line: relative or absolute, whichever is shorter.
func (p *pen) move(x, y int) {
	var relative, absolute [12]byte
	r := appendPair(append(relative[:0], 'm'), x-p.px, y-p.py)
	a := appendPair(append(absolute[:0], 'M'), x+QuietZone, y+QuietZone)
	if len(p.path) == 0 || len(a) < len(r) {
		r = a
	}
	p.path = append(p.path, r...)
	p.px, p.py = x, y
}

func (p *pen) line(x, y int) {
	if y == p.py {
		p.path = appendShorter(p.path, 'h', x-p.px, 'H', x+QuietZone)
	} else {
		p.path = appendShorter(p.path, 'v', y-p.py, 'V', y+QuietZone)
	}
	p.px, p.py = x, y
}

func appendShorter(path []byte, relative byte, by int, absolute byte, to int) []byte {
	if width(to) < width(by) {
		return strconv.AppendInt(append(path, absolute), int64(to), 10)
	}
	return strconv.AppendInt(append(path, relative), int64(by), 10)
}

func appendPair(b []byte, x, y int) []byte {
	b = strconv.AppendInt(b, int64(x), 10)
	if y >= 0 {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(y), 10)
}

// width is how many characters a number has.
func width(n int) int {
	w := 1
	if n < 0 {
		w, n = 2, -n
	}
	for ; n >= 10; n /= 10 {
		w++
	}
	return w
}
