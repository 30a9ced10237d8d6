package otp_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/otp"
)

// newKey makes a key of a secret's bytes, or ends the test.
func newKey(t testing.TB, raw string, options otp.Options) otp.Key {
	t.Helper()
	secret, err := otp.ImportSecretBytes([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	key, err := otp.NewKey(secret, options)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const (
	seed20 = "12345678901234567890"
	seed32 = seed20 + "123456789012"
	seed64 = seed20 + seed20 + seed20 + "1234"
)

func TestHOTPVectors(t *testing.T) { // RFC 4226, appendix D
	key := newKey(t, seed20, otp.Options{})
	for counter, want := range []string{
		"755224", "287082", "359152", "969429", "338314",
		"254676", "287922", "162583", "399871", "520489",
	} {
		code, err := key.HOTP(int64(counter))
		if err != nil || code.String() != want {
			t.Errorf("counter %d: got %s, %v; want %s", counter, code, err, want)
		}
		if got, ok := key.VerifyHOTPWithin(want, int64(counter), 1); !ok || got != int64(counter) {
			t.Errorf("counter %d: verified as %d, %t", counter, got, ok)
		}
	}
}

func TestTOTPVectors(t *testing.T) { // RFC 6238, appendix B
	seeds := map[otp.Algorithm]string{otp.SHA1: seed20, otp.SHA256: seed32, otp.SHA512: seed64}
	for _, row := range []struct {
		unix                 int64
		sha1, sha256, sha512 string
	}{
		{59, "94287082", "46119246", "90693936"},
		{1111111109, "07081804", "68084774", "25091201"},
		{1111111111, "14050471", "67062674", "99943326"},
		{1234567890, "89005924", "91819424", "93441116"},
		{2000000000, "69279037", "90698825", "38618901"},
		{20000000000, "65353130", "77737706", "47863826"},
	} {
		at := time.Unix(row.unix, 0)
		for algorithm, want := range map[otp.Algorithm]string{otp.SHA1: row.sha1, otp.SHA256: row.sha256, otp.SHA512: row.sha512} {
			for digits := 6; digits <= 8; digits++ {
				key := newKey(t, seeds[algorithm], otp.Options{Algorithm: algorithm, Digits: digits})
				want := want[8-digits:]
				code, err := key.TOTP(at)
				if err != nil || code.String() != want {
					t.Errorf("%s at %d: got %s, %v; want %s", algorithm, row.unix, code, err, want)
				}
				step, ok := key.VerifyTOTPWithin(want, at, otp.Window{})
				if !ok || step != row.unix/30 {
					t.Errorf("%s at %d: verified as %d, %t", algorithm, row.unix, step, ok)
				}
			}
		}
	}
}

func TestSteamVectors(t *testing.T) { // as PyOTP's tests have them
	for text, codes := range map[string][]string{
		"BASE32SECRET3232":                 {"2TC8B", "YKKK4", "M4HQB", "DTVB3"},
		"FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW": {"C5V56", "QJY8Y", "R3WQY", "JG3T3"},
	} {
		secret, err := otp.ImportSecret(text)
		if err != nil {
			t.Fatal(err)
		}
		key, err := otp.NewKey(secret, otp.Options{Steam: true})
		if err != nil {
			t.Fatal(err)
		}
		for step, want := range codes {
			at := time.Unix(int64(step)*30, 0)
			code, err := key.TOTP(at)
			if err != nil || code.String() != want {
				t.Errorf("step %d: got %s, %v; want %s", step, code, err, want)
			}
			if got, ok := key.VerifyTOTPWithin(want, at, otp.Window{}); !ok || got != int64(step) {
				t.Errorf("step %d: verified as %d, %t", step, got, ok)
			}
		}
	}
}
