package otp_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	factor "github.com/sallyport/sallyport/internal/factor/otp"
)

const usual = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // 160 bits

// TestAdopt: a key of another system verifies as it did there, from the next step on.
func TestAdopt(t *testing.T) {
	const step = 50_000_000
	for uri, length := range map[string]int{
		"otpauth://totp/a?secret=" + usual:                                6,
		"otpauth://totp/a?secret=" + usual + "&algorithm=SHA512&digits=8": 8,
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP":                        6, // 80 bits
		"otpauth://totp/a?secret=" + usual + "&period=60":                 6,
	} {
		now := time.Unix(step*period, 0)
		state, last, err := factor.TOTP{}.Adopt(uri, now)
		if err != nil {
			t.Fatal(err)
		}
		shown := show(t, state)
		if shown.Digits != length || last != now.Unix()/int64(shown.Period) {
			t.Errorf("%s: %d digits, the last step is %d", uri, shown.Digits, last)
		}
		for _, key := range []string{usual, "JBSWY3DPEHPK3PXP"} {
			if strings.Contains(uri+"&", "secret="+key+"&") != (shown.Secret == key) {
				t.Errorf("%s: the secret is %s", uri, shown.Secret)
			}
		}
	}
}

func TestAdoptRefuses(t *testing.T) {
	for uri, text := range map[string]string{
		"": "import.no_key", "otpauth://hotp/a?secret=" + usual: "import.no_key", "otpauth://totp/a": "import.no_key",
		"otpauth://totp/a?secret=AAAA": "import.no_key", "otpauth://totp/a?secret=" + usual + "&digits=7": "import.odd_digits",
	} {
		_, _, err := factor.TOTP{}.Adopt(uri, time.Now())
		var e *core.Error
		if !errors.As(err, &e) || e.Code != core.CodeInvalid || e.Text != text || strings.Contains(err.Error(), usual) {
			t.Errorf("%s: %v, want %s", uri, err, text)
		}
	}
}
