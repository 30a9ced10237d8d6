package otpauth_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

func TestRevealURI(t *testing.T) {
	secret := secretOf(t, hello)
	for want, key := range map[string]otpauth.Key{
		// As PyOTP's README has them.
		"otpauth://totp/Secure%20App:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Secure%20App":           {Issuer: "Secure App", Account: "alice@google.com"},
		"otpauth://hotp/Secure%20App:alice%40google.com?secret=JBSWY3DPEHPK3PXP&issuer=Secure%20App&counter=0": {Type: otpauth.HOTP, Issuer: "Secure App", Account: "alice@google.com"},
		"otpauth://hotp/jo?secret=JBSWY3DPEHPK3PXP&counter=9":                                                  {Type: otpauth.HOTP, Account: "jo", Counter: 9, Options: otp.Options{Period: 5 * time.Second}},
		// As PyOTP's tests have them.
		"otpauth://totp/FooCorp%21:baco%40peperina?secret=JBSWY3DPEHPK3PXP&issuer=FooCorp%21&algorithm=SHA256&digits=8&period=60": {
			Issuer: "FooCorp!", Account: "baco@peperina", Options: otp.Options{Algorithm: otp.SHA256, Digits: 8, Period: time.Minute}},
		"otpauth://totp/jo?secret=JBSWY3DPEHPK3PXP&image=https%3A%2F%2Fexample.com%2Flogo.png": {Account: "jo", Image: "https://example.com/logo.png"},

		"otpauth://totp/Steam:gordon?secret=JBSWY3DPEHPK3PXP&issuer=Steam&encoder=steam":    {Issuer: "Steam", Account: "gordon", Options: otp.Options{Steam: true}},
		"otpauth://totp/Steam:?secret=JBSWY3DPEHPK3PXP&issuer=Steam":                        {Issuer: "Steam"},
		"otpauth://totp/jo?secret=JBSWY3DPEHPK3PXP":                                         {Account: "jo", Options: otp.Options{Digits: 6, Period: 30 * time.Second}},
		"otpauth://totp/AT%26T:ab%26secret%3DAAAA%23?secret=JBSWY3DPEHPK3PXP&issuer=AT%26T": {Issuer: "AT&T", Account: "a:b&secret=AAAA#"},
		"otpauth://totp/C%2B%2B:x%250d%250a?secret=JBSWY3DPEHPK3PXP&issuer=C%2B%2B":         {Issuer: "C++", Account: "x%0d%0a"},
		"otpauth://totp/a%20b:c%2Fd%3Fe?secret=JBSWY3DPEHPK3PXP&issuer=a%20b":               {Issuer: " a\r\n\u2028b: ", Account: "c/d?e\u202e\u2066\u3164\x00"},
		"otpauth://totp/%D8%B3:%E4%B8%96?secret=JBSWY3DPEHPK3PXP&issuer=%D8%B3":             {Issuer: "\u200fس\u200f", Account: "世\xff"},
	} {
		key.Secret = secret
		if got, err := key.RevealURI(); err != nil || got != want {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
}

func TestRevealURICutsNames(t *testing.T) {
	key := otpauth.Key{Issuer: strings.Repeat("世", 300), Account: strings.Repeat("é", 300), Secret: secretOf(t, hello)}
	uri, err := key.RevealURI()
	if err != nil {
		t.Fatal(err)
	}
	back, err := otpauth.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Issuer) != 63 || len(back.Account) != 128 || !utf8.ValidString(back.Issuer+back.Account) {
		t.Errorf("cut to %d and %d bytes", len(back.Issuer), len(back.Account))
	}
}

// A space is cut together with what it led to.
func TestRevealURICutsAtASpace(t *testing.T) {
	for issuer, want := range map[string]int{strings.Repeat("a", 62) + " b": 64, strings.Repeat("a", 63) + " b": 63, strings.Repeat("a", 64) + " ": 64} {
		uri, err := otpauth.Key{Issuer: issuer, Secret: secretOf(t, hello)}.RevealURI()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := otpauth.Parse(uri); err != nil || len(back.Issuer) != want {
			t.Errorf("cut to %d bytes, not %d, %v", len(back.Issuer), want, err)
		}
	}
}

// The longest key has to fit the bound that Parse sets.
func TestLongestURI(t *testing.T) {
	raw := make([]byte, 128)
	secret, err := otp.SecretFromBytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	key := otpauth.Key{
		Type: otpauth.HOTP, Issuer: strings.Repeat("&", 64), Account: strings.Repeat("&", 128),
		Secret: secret, Options: otp.Options{Algorithm: otp.SHA512, Digits: 8}, Counter: 1<<63 - 1,
		Image: "https://h/" + strings.Repeat("/", 246),
	}
	uri, err := key.RevealURI()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := otpauth.Parse(uri); err != nil {
		t.Errorf("%d bytes: %v", len(uri), err)
	}
}

func TestRevealURIRefuses(t *testing.T) {
	secret := secretOf(t, hello)
	for name, key := range map[string]otpauth.Key{
		"zero":            {},
		"no names":        {Secret: secret},
		"no visible name": {Secret: secret, Account: ":\u202e "},
		"no secret":       {Account: "jo"},
		"short secret":    {Account: "jo", Secret: secretOf(t, "ABCDEFGH")},
		"digits":          {Account: "jo", Secret: secret, Options: otp.Options{Digits: 9}},
		"short period":    {Account: "jo", Secret: secret, Options: otp.Options{Period: 14 * time.Second}},
		"long period":     {Account: "jo", Secret: secret, Options: otp.Options{Period: 121 * time.Second}},
		"type":            {Account: "jo", Secret: secret, Type: 2},
		"counter":         {Account: "jo", Secret: secret, Type: otpauth.HOTP, Counter: -1},
		"totp counter":    {Account: "jo", Secret: secret, Counter: 1},
		"steam hotp":      {Account: "jo", Secret: secret, Type: otpauth.HOTP, Options: otp.Options{Steam: true}},
		"plain image":     {Account: "jo", Secret: secret, Image: "http://example.com/a.png"},
		"bare image":      {Account: "jo", Secret: secret, Image: "https:///a.png"},
	} {
		if uri, err := key.RevealURI(); err == nil || uri != "" {
			t.Errorf("%s: built %q", name, uri)
		}
	}
}

func TestKeyDoesNotPrintItsSecret(t *testing.T) {
	key := otpauth.Key{Account: "jo", Secret: secretOf(t, hello)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		text := fmt.Sprintf(verb, key) + fmt.Sprintf(verb, &key)
		if strings.Contains(text, hello) || strings.Contains(text, "Hello") || strings.Contains(text, "48656c6c") {
			t.Errorf("%s prints %s", verb, text)
		}
		if !strings.Contains(text, "[secret]") {
			t.Errorf("%s prints no [secret]: %s", verb, text)
		}
	}
}
