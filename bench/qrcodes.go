package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"

	"github.com/skip2/go-qrcode"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
	"github.com/sallyport/sallyport/qr"
)

const (
	qrScale = 4 // pixels a module, in both PNGs
	qrNanos = 200_000
	qrBytes = 5_000
)

// qrCodes compares drawing a typical key URI. The peer has no SVG: its closest is the symbol alone, as a matrix of
// booleans and not written out, which is less work; and its PNG.
func qrCodes(_ context.Context, _ *bench) ([]result, error) {
	uri, err := otpauth.Key{Issuer: "Sallyport", Account: "somebody@example.org", Secret: otp.NewSecret()}.RevealURI()
	if err != nil {
		return nil, err
	}
	work, err := checkQR(uri)
	if err != nil {
		return nil, err
	}
	svgTime, bitmapTime, svgRatio := duel(times(work.svg), times(work.peerBitmap))
	pngTime, peerPNGTime, pngRatio := duel(times(work.png), times(work.peerPNG))
	return []result{
		result{Name: "QR code as SVG", Ours: svgTime / 1000, Unit: "µs"}.
			against("skip2/go-qrcode, matrix alone", bitmapTime/1000, svgRatio).
			goal("at most 200 µs", svgTime <= qrNanos).
			note("URI of %d bytes, version %d", len(uri), work.version),
		result{Name: "QR code as SVG, size", Ours: float64(work.svgBytes), Unit: "bytes"}.
			against("skip2/go-qrcode, PNG", float64(work.peerPNGBytes), float64(work.svgBytes)/float64(work.peerPNGBytes)).
			goal("at most 5,000 bytes", work.svgBytes <= qrBytes),
		result{Name: "QR code as PNG", Ours: pngTime / 1000, Unit: "µs"}.
			against("skip2/go-qrcode, PNG", peerPNGTime/1000, pngRatio).
			note("both with %d pixels a module", qrScale),
	}, nil
}

// qrWork is the same URI drawn in four ways.
type qrWork struct {
	svg, png, peerBitmap, peerPNG   func() (int, error) // each says how many bytes or rows it made
	version, svgBytes, peerPNGBytes int
}

// checkQR does everything once, and makes sure that both draw a symbol of the same size.
func checkQR(uri string) (qrWork, error) {
	w := qrWorks(uri)
	code, err := qr.Encode(uri, qr.M)
	if err != nil {
		return w, err
	}
	w.version = code.Version()
	peer, err := qrcode.New(uri, qrcode.Medium)
	if err != nil {
		return w, err
	}
	if peer.VersionNumber != code.Version() {
		return w, fmt.Errorf("the peer needs version %d, ours %d", peer.VersionNumber, code.Version())
	}
	if w.svgBytes, err = w.svg(); err != nil {
		return w, err
	}
	picture, err := code.PNG(qrScale)
	if err != nil {
		return w, err
	}
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		return w, err
	}
	w.peerPNGBytes, err = w.peerPNG()
	return w, err
}

func qrWorks(uri string) qrWork {
	return qrWork{
		svg: func() (int, error) {
			code, err := qr.Encode(uri, qr.M)
			if err != nil {
				return 0, err
			}
			return len(code.SVG("QR code")), nil
		},
		png: func() (int, error) {
			code, err := qr.Encode(uri, qr.M)
			if err != nil {
				return 0, err
			}
			picture, err := code.PNG(qrScale)
			return len(picture), err
		},
		peerBitmap: func() (int, error) {
			code, err := qrcode.New(uri, qrcode.Medium)
			if err != nil {
				return 0, err
			}
			return len(code.Bitmap()), nil
		},
		peerPNG: func() (int, error) {
			picture, err := qrcode.Encode(uri, qrcode.Medium, -qrScale) // negative: pixels a module
			return len(picture), err
		},
	}
}

func times(work func() (int, error)) func(int) {
	return func(n int) {
		for range n {
			_, _ = work() // it worked before
		}
	}
}
