package qr_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/qr"
)

// scan reads a PNG with zbar.
func scan(t *testing.T, picture []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "code.png")
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("zbarimg", "--quiet", "--raw", "--oneshot", "-Sdisable", "-Sqrcode.enable", path).Output()
	if err != nil {
		t.Errorf("zbarimg: %v", err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func needZbar(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Skip("zbarimg is not installed")
	}
}

// randomURI makes key URIs of many lengths, with all that may be in one.
func randomURI(r *rand.Rand) string {
	letters := func(alphabet string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	name := letters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~", 1+r.IntN(40))
	secret := letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16+r.IntN(100))
	return fmt.Sprintf("otpauth://totp/%s%%20%%C3%%A9:%s@example.com?secret=%s&issuer=%s&digits=%d", name, name, secret, name, 6+r.IntN(3))
}

func TestPNGIsRead(t *testing.T) {
	needZbar(t)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		text := randomURI(r)
		picture, err := encode(t, text, qr.Level(i%4)).PNG(1 + i%8 + 2)
		if err != nil {
			t.Fatal(err)
		}
		if got := scan(t, picture); got != text {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}

func TestEveryVersionIsRead(t *testing.T) {
	needZbar(t)
	seen := map[int]bool{}
	for n := 8; len(seen) < 40 && n < 2400; n += 3 {
		text := strings.Repeat("abcDEF123:/?&=", n/14+1)[:n]
		c, err := qr.Encode(text, qr.M)
		if err != nil || seen[c.Version()] {
			continue
		}
		seen[c.Version()] = true
		picture, err := c.PNG(4)
		if err != nil {
			t.Fatal(err)
		}
		if got := scan(t, picture); got != text {
			t.Errorf("version %d is read as %q", c.Version(), got)
		}
	}
	if len(seen) != 40 {
		t.Errorf("only %d versions", len(seen))
	}
}

func TestPNG(t *testing.T) {
	c := encode(t, uri, qr.M)
	for _, scale := range []int{1, 3, qr.MaxScale} {
		b, err := c.PNG(scale)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if side := (c.Size() + 8) * scale; picture.Bounds() != image.Rect(0, 0, side, side) {
			t.Fatalf("scale %d: %v", scale, picture.Bounds())
		}
		for y := range picture.Bounds().Dy() {
			for x := range picture.Bounds().Dx() {
				dark := picture.At(x, y) == color.RGBA{A: 255}
				if dark != c.Dark(x/scale-qr.QuietZone, y/scale-qr.QuietZone) {
					t.Fatalf("scale %d: pixel %d, %d: dark %v", scale, x, y, dark)
				}
			}
		}
	}
	for _, scale := range []int{-1, 0, qr.MaxScale + 1} {
		if b, err := c.PNG(scale); err == nil || b != nil {
			t.Errorf("scale %d accepted", scale)
		}
	}
}

func TestTerminal(t *testing.T) {
	c := encode(t, uri, qr.L)
	lines := strings.Split(strings.TrimSuffix(c.Terminal(), "\n"), "\n")
	if len(lines) != (c.Size()+9)/2 {
		t.Fatalf("%d lines for %d modules", len(lines), c.Size()+8)
	}
	for i, line := range lines {
		blocks := []rune(line)
		if len(blocks) != c.Size()+8 {
			t.Fatalf("line %d has %d characters", i, len(blocks))
		}
		for x, block := range blocks {
			upper, lower := block == '▀' || block == '█', block == '▄' || block == '█'
			y := 2*i - qr.QuietZone
			inside := y+1 < c.Size()+qr.QuietZone // below the last row there is nothing to print
			if upper == c.Dark(x-qr.QuietZone, y) || lower != (inside && !c.Dark(x-qr.QuietZone, y+1)) {
				t.Fatalf("line %d, character %d is %q", i, x, block)
			}
		}
	}
}

// fill draws an SVG path as the SVG standard has it: subpaths are closed, and inside is where the windings are not 0.
func fill(t *testing.T, path string, side int) [][]bool {
	t.Helper()
	winding := make([][]int, side)
	for y := range winding {
		winding[y] = make([]int, side)
	}
	edge := func(x, y0, y1 int) { // a vertical edge counts for all to its right
		for y := min(y0, y1); y < max(y0, y1); y++ {
			for to := x; to < side; to++ {
				if y1 > y0 {
					winding[y][to]++
				} else {
					winding[y][to]--
				}
			}
		}
	}
	x, y, startX, startY := 0, 0, 0, 0
	closeSubpath := func() {
		if x != startX && y != startY {
			t.Fatalf("a subpath closes askew, from %d, %d to %d, %d", x, y, startX, startY)
		}
		edge(x, y, startY)
	}
	commands := regexp.MustCompile(`([mMhHvV])(-?\d+)(?: ?(-?\d+))?`).FindAllStringSubmatch(path, -1)
	length := 0
	for _, c := range commands {
		length += len(c[0])
		a, _ := strconv.Atoi(c[2])
		b, _ := strconv.Atoi(c[3])
		switch c[1] {
		case "m":
			closeSubpath()
			x, y = x+a, y+b
			startX, startY = x, y
		case "M":
			closeSubpath()
			x, y = a, b
			startX, startY = x, y
		case "h":
			x += a
		case "H":
			x = a
		case "v":
			edge(x, y, y+a)
			y += a
		case "V":
			edge(x, y, a)
			y = a
		}
	}
	closeSubpath()
	if length != len(path) {
		t.Fatalf("not only moves and lines: %s", path)
	}
	filled := make([][]bool, side)
	for y := range filled {
		filled[y] = make([]bool, side)
		for x := range filled[y] {
			filled[y][x] = winding[y][x] != 0
		}
	}
	return filled
}

type svg struct {
	XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
	ViewBox string   `xml:"viewBox,attr"`
	Crisp   string   `xml:"shape-rendering,attr"`
	Role    string   `xml:"role,attr"`
	Title   string   `xml:"title"`
	Plate   struct {
		Width  string `xml:"width,attr"`
		Height string `xml:"height,attr"`
		Fill   string `xml:"fill,attr"`
	} `xml:"rect"`
	Paths []struct {
		Fill string `xml:"fill,attr"`
		D    string `xml:"d,attr"`
	} `xml:"path"`
}

func parseSVG(t *testing.T, text string) svg {
	t.Helper()
	var doc svg
	if err := xml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	if len(doc.Paths) != 1 {
		t.Fatalf("%d paths, want one", len(doc.Paths))
	}
	return doc
}

func TestSVGShowsTheModules(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	texts := []string{"1", uri, strings.Repeat("x", 2331)}
	for range 100 {
		texts = append(texts, randomURI(r))
	}
	for i, text := range texts {
		c := encode(t, text, qr.Level(i%2))
		doc := parseSVG(t, c.SVG("title"))
		side := c.Size() + 8
		if want := fmt.Sprintf("0 0 %d %d", side, side); doc.ViewBox != want {
			t.Fatalf("viewBox %q, want %q", doc.ViewBox, want)
		}
		for y, row := range fill(t, doc.Paths[0].D, side) {
			for x, filled := range row {
				if filled != c.Dark(x-qr.QuietZone, y-qr.QuietZone) {
					t.Fatalf("%q: filled %v at %d, %d", text, filled, x, y)
				}
			}
		}
	}
}

// The picture as its path has it, read by zbar.
func TestSVGIsRead(t *testing.T) {
	needZbar(t)
	c := encode(t, uri, qr.M)
	side := c.Size() + 8
	filled := fill(t, parseSVG(t, c.SVG("")).Paths[0].D, side)
	picture := image.NewGray(image.Rect(0, 0, 5*side, 5*side))
	for y := range 5 * side {
		for x := range 5 * side {
			if !filled[y/5][x/5] {
				picture.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	if got := scan(t, b.Bytes()); got != uri {
		t.Errorf("read as %q", got)
	}
}

func TestSVGDocument(t *testing.T) {
	c := encode(t, uri, qr.M)
	text := c.SVG(`Code for "Alice" <b>&amp; co` + "\x00")
	doc := parseSVG(t, text)
	side := strconv.Itoa(c.Size() + 8)
	if doc.Title != `Code for "Alice" <b>&amp; co`+"\ufffd" || doc.Role != "img" || doc.Crisp != "crispEdges" {
		t.Errorf("title %q, role %q, shape-rendering %q", doc.Title, doc.Role, doc.Crisp)
	}
	if doc.Plate.Width != side || doc.Plate.Height != side || doc.Plate.Fill != "#fff" || doc.Paths[0].Fill != "#000" {
		t.Errorf("plate %+v, path %q", doc.Plate, doc.Paths[0].Fill)
	}
	if strings.Contains(text, "style") || strings.Contains(text, "otpauth") || strings.Contains(text, "JBSWY") {
		t.Error("a style attribute, or the text itself")
	}
	if got := parseSVG(t, c.SVG("")).Title; got != "QR code" {
		t.Errorf("without a title: %q", got)
	}
	if len(text) > 5000 {
		t.Errorf("%d bytes for a URI of %d, want at most 5000", len(text), len(uri))
	}
}
