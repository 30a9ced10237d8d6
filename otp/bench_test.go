package otp_test

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"testing"
	"time"

	"github.com/sallyport/sallyport/otp"
)

func variants() []otp.Options {
	return []otp.Options{{}, {Digits: 8, Algorithm: otp.SHA256}, {Digits: 8, Algorithm: otp.SHA512}, {Steam: true}}
}

func TestAllocatesNothing(t *testing.T) {
	now := time.Unix(1111111109, 0)
	for _, options := range variants() {
		key := newKey(t, seed64, options)
		code, err := key.TOTP(now)
		if err != nil {
			t.Fatal(err)
		}
		text := code.String()
		buffer := make([]byte, 0, 8)
		for name, work := range map[string]func(){
			"TOTP":       func() { c, _ := key.TOTP(now); buffer, _ = c.AppendText(buffer[:0]) },
			"HOTP":       func() { c, _ := key.HOTP(7); buffer, _ = c.AppendText(buffer[:0]) },
			"VerifyTOTP": func() { key.VerifyTOTP(text, now) },
			"VerifyHOTP": func() { key.VerifyHOTP(text, now.Unix()/30) },
			"refusing":   func() { key.VerifyTOTP("no code", now) },
			"Resync":     func() { key.ResyncHOTP(0, 10, text, text) },
			"Drift":      func() { key.SearchDrift(text, now, 10) },
			"StepAt":     func() { key.StepAt(now) },
		} {
			if n := testing.AllocsPerRun(100, work); n != 0 {
				t.Errorf("%+v: %s allocates %v times", options, name, n)
			}
		}
	}
}

// The floor under a code: an HMAC of a short message is four blocks of its
// hash, two for each of the two sums (RFC 2104).
func BenchmarkBareBlocks(b *testing.B) {
	var short, long [sha512.BlockSize + sha512.Size]byte
	b.Run("SHA1", func(b *testing.B) {
		for b.Loop() {
			sha1.Sum(short[:sha1.BlockSize+8])
			sha1.Sum(long[:sha1.BlockSize+sha1.Size])
		}
	})
	b.Run("SHA256", func(b *testing.B) {
		for b.Loop() {
			sha256.Sum256(short[:sha256.BlockSize+8])
			sha256.Sum256(long[:sha256.BlockSize+sha256.Size])
		}
	})
	b.Run("SHA512", func(b *testing.B) {
		for b.Loop() {
			sha512.Sum512(short[:sha512.BlockSize+8])
			sha512.Sum512(long[:])
		}
	})
}

func BenchmarkTOTP(b *testing.B) {
	now := time.Unix(1111111109, 0)
	for _, options := range variants() {
		key := newKey(b, seed20, options)
		b.Run(fmt.Sprintf("%v,steam=%t", options.Algorithm, options.Steam), func(b *testing.B) {
			b.ReportAllocs()
			buffer := make([]byte, 0, 8)
			for b.Loop() {
				code, _ := key.TOTP(now)
				buffer, _ = code.AppendText(buffer[:0])
			}
		})
	}
}

// Verifying makes three codes: compare a third of this with BenchmarkBareBlocks.
func BenchmarkVerifyTOTP(b *testing.B) {
	now := time.Unix(1111111109, 0)
	for _, options := range variants() {
		key := newKey(b, seed20, options)
		code, err := key.TOTP(now)
		if err != nil {
			b.Fatal(err)
		}
		text := code.String()
		b.Run(fmt.Sprintf("%v,steam=%t", options.Algorithm, options.Steam), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := key.VerifyTOTP(text, now); !ok {
					b.Fatal("refused")
				}
			}
		})
	}
}
