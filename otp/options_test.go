package otp_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport/otp"
)

func TestNewKeyResolvesOptions(t *testing.T) {
	plain := otp.Options{Algorithm: otp.SHA1, Digits: 6, Period: 30 * time.Second}
	steam := otp.Options{Algorithm: otp.SHA1, Digits: 5, Period: 30 * time.Second, Steam: true}
	full := otp.Options{Algorithm: otp.SHA512, Digits: 8, Period: 24 * time.Hour}
	for options, want := range map[otp.Options]otp.Options{
		{}:                      plain,
		plain:                   plain,
		{Steam: true}:           steam,
		steam:                   steam,
		full:                    full,
		{Period: time.Second}:   {Digits: 6, Period: time.Second},
		{Algorithm: otp.SHA256}: {Algorithm: otp.SHA256, Digits: 6, Period: 30 * time.Second},
		{Digits: 7}:             {Digits: 7, Period: 30 * time.Second},
	} {
		if got := newKey(t, seed20, options).Options(); got != want {
			t.Errorf("%+v became %+v", options, got)
		}
	}
}

func TestNewKeyRefuses(t *testing.T) {
	secret := otp.NewSecret()
	for _, options := range []otp.Options{
		{Algorithm: 3}, {Algorithm: 255},
		{Digits: -1}, {Digits: 1}, {Digits: 5}, {Digits: 9}, {Digits: 1 << 40},
		{Period: -30 * time.Second}, {Period: 30}, {Period: time.Second - 1}, {Period: 1500 * time.Millisecond}, {Period: 24*time.Hour + time.Second}, {Period: 1<<63 - 1},
		{Steam: true, Digits: 6}, {Steam: true, Algorithm: otp.SHA256},
	} {
		key, err := otp.NewKey(secret, options)
		if err == nil {
			t.Errorf("%+v was accepted", options)
		}
		if _, err := key.HOTP(0); err == nil {
			t.Errorf("%+v: the key that came with the error works", options)
		}
	}
}

func TestKeyKeepsItsSecret(t *testing.T) {
	if got := newKey(t, seed20, otp.Options{}).Secret(); string(got.Reveal()) != seed20 {
		t.Error("another secret came back")
	}
}

func TestAlgorithm(t *testing.T) {
	for name, want := range map[string]otp.Algorithm{"SHA1": otp.SHA1, "sha1": otp.SHA1, "SHA-1": otp.SHA1, "Sha256": otp.SHA256, "SHA-256": otp.SHA256, "SHA512": otp.SHA512} {
		if got, err := otp.ParseAlgorithm(name); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "MD5", "SHA", "SHA224", "SHA3-256", "SHA1 ", "HmacSHA1", strings.Repeat("SHA1", 1000)} {
		if _, err := otp.ParseAlgorithm(name); err == nil {
			t.Errorf("%q is an algorithm", name)
		}
	}
	for _, a := range []otp.Algorithm{otp.SHA1, otp.SHA256, otp.SHA512} {
		text, err := json.Marshal(otp.Options{Algorithm: a})
		var back otp.Options
		if err != nil || !strings.Contains(string(text), `"`+a.String()+`"`) {
			t.Errorf("%s, %v", text, err)
		}
		if err := json.Unmarshal(text, &back); err != nil || back.Algorithm != a {
			t.Errorf("%s came back as %v, %v", text, back.Algorithm, err)
		}
	}
	if _, err := otp.Algorithm(3).MarshalText(); err == nil || otp.Algorithm(3).String() != "Algorithm(3)" {
		t.Error("a fourth algorithm")
	}
	kept := otp.SHA512
	if err := kept.UnmarshalText([]byte("MD5")); err == nil || kept != otp.SHA512 {
		t.Errorf("%v, %v", kept, err)
	}
}

func TestCanonical(t *testing.T) {
	for typed, want := range map[string]string{
		"123456":                         "123456",
		"012345":                         "012345",
		" 123 456\r\n":                   "123456",
		"\t123\u00a0456\u3000":           "123456", // no-break and ideographic spaces
		"123-456":                        "123456",
		"12‐34–56—78−9":                  "123456789", // hyphen, dashes, minus sign
		"１２３４５６":                         "123456",
		"٠١٢٣٤٥٦٧٨٩":                     "0123456789",
		"۰۱۲۳۴۵۶۷۸۹":                     "0123456789",
		"\u200f١٢٣ ٤٥٦\u200e":            "123456",
		"\u2066123\u200b456\u2069\ufeff": "123456",
		"1２٣۴":                           "1234",
		strings.Repeat("0", 128):         strings.Repeat("0", 128),
	} {
		if got, err := otp.Canonical(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]string{
		"":                       "otp: the code is empty",
		" - ":                    "otp: the code is empty",
		"12345a":                 "otp: character 6 of the code is not a digit",
		"１２x":                    "otp: character 3 of the code is not a digit",
		"123.456":                "otp: character 4 of the code is not a digit",
		"+123456":                "otp: character 1 of the code is not a digit",
		"1\x002":                 "otp: character 2 of the code is not a digit",
		"12\xff":                 "otp: character 3 of the code is not a digit",
		"१२३":                    "otp: character 1 of the code is not a digit", // Devanagari
		"①":                      "otp: character 1 of the code is not a digit",
		"²":                      "otp: character 1 of the code is not a digit",
		"1_2":                    "otp: character 2 of the code is not a digit",
		strings.Repeat("0", 129): "otp: the code is longer than 128 bytes",
	} {
		if got, err := otp.Canonical(typed); err == nil || err.Error() != want || got != "" {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{"123 456", "１２３-４５６", "٠١٢۰۱۲", "12\xff", "1e5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := otp.Canonical(typed)
		if err != nil {
			if code != "" || !utf8.ValidString(err.Error()) {
				t.Fatalf("%q with %v", code, err)
			}
			return
		}
		if code == "" || strings.Trim(code, "0123456789") != "" || len(code) > len(typed) {
			t.Fatalf("%q", code)
		}
		if again, err := otp.Canonical(code); err != nil || again != code {
			t.Fatalf("%q became %q, %v", code, again, err)
		}
	})
}
