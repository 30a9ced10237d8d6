package qr_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/qr"
)

const keyURI = "otpauth://totp/Example:alice@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example"

// A picture for a page: put it into the HTML, or serve it as image/svg+xml.
func ExampleCode_SVG() {
	code, err := qr.Encode(keyURI, qr.M)
	if err != nil {
		fmt.Println(err)
		return
	}
	picture := code.SVG("QR code for your code app")
	fmt.Println(picture[:strings.Index(picture, "<title>")])
	// Output: <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 49 49" shape-rendering="crispEdges" role="img">
}

// A file with six pixels a module.
func ExampleCode_PNG() {
	code, err := qr.Encode(keyURI, qr.M)
	if err != nil {
		fmt.Println(err)
		return
	}
	picture, err := code.PNG(6)
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.CreateTemp("", "code-*.png")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()
	_, err = file.Write(picture)
	fmt.Println(err)
	// Output: <nil>
}

// A code to scan from a dark terminal.
func ExampleCode_Terminal() {
	code, err := qr.Encode("HELLO", qr.L)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(code.Terminal(), "\n"), "lines")
	// Output: 15 lines
}

func BenchmarkEncode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := qr.Encode(uri, qr.M); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		code, err := qr.Encode(uri, qr.M)
		if err != nil {
			b.Fatal(err)
		}
		size = len(code.SVG("QR code"))
	}
	b.ReportMetric(float64(size), "bytes")
}

func FuzzEncode(f *testing.F) {
	f.Add(uri, 0)
	f.Add("1", 1)
	f.Add("\x00\xff", 3)
	f.Fuzz(func(t *testing.T, text string, level int) {
		code, err := qr.Encode(text, qr.Level(level))
		if err != nil {
			return
		}
		if size := code.Size(); size != 17+4*code.Version() || !code.Dark(0, 0) || !code.Dark(8, size-8) {
			t.Fatalf("%q: %d modules, version %d", text, size, code.Version())
		}
		if picture := code.SVG(""); len(picture) < 500 {
			t.Fatalf("%q: an SVG of %d bytes", text, len(picture))
		}
	})
}
