package pskc_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/importer/pskc"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// What RFC 6030 encrypts its examples with (6.1 and 6.2).
const (
	rfcKey        = "12345678901234567890123456789012"
	rfcPassphrase = "qwerty"
	rfcSecret     = "12345678901234567890"
)

func file(t testing.TB, name string) string {
	raw, err := os.ReadFile(filepath.Join("testdata", name+".pskcxml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func read(text string, opts pskc.Options) ([]pskc.Token, error) {
	return pskc.Read(strings.NewReader(text), opts)
}

// seed makes secrets comparable.
func seed() cmp.Option {
	return cmp.Comparer(func(a, b otp.Secret) bool { return a.Equal(b) })
}

func secretOf(t testing.TB, raw string) otp.Secret {
	s, err := otp.ImportSecretBytes([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestExamplesOfTheRFC(t *testing.T) {
	secret := secretOf(t, rfcSecret)
	token := func(id, serial, maker, issuer string, digits int) pskc.Token {
		return pskc.Token{
			ID: id, Serial: serial, Manufacturer: maker, Issuer: issuer, Algorithm: pskc.HOTP, Secret: secret, Digits: digits,
		}
	}
	during := func(tok pskc.Token, from, to string) pskc.Token {
		tok.NotBefore, _ = time.Parse(time.DateOnly, from)
		tok.NotAfter, _ = time.Parse(time.DateOnly, to)
		return tok
	}
	for name, want := range map[string][]pskc.Token{
		"figure3": {token("12345678", "987654321", "Manufacturer", "Issuer", 8)},
		"figure5": {token("12345678", "987654321", "Manufacturer", "Issuer", 8)}, // and the PIN of that key
		"figure6": {token("12345678", "987654321", "Manufacturer", "Issuer", 8)},
		"figure7": {token("123456", "987654321", "TokenVendorAcme", "Example-Issuer", 8)},
		"figure9": {token("123", "0755225266", "TokenVendorAcme", "Example-Issuer", 6)},
		"figure10": {
			during(token("1", "654321", "TokenVendorAcme", "Issuer", 8), "2006-05-01", "2006-05-31"),
			during(token("2", "123456", "TokenVendorAcme", "Issuer", 8), "2006-05-01", "2006-05-31"),
			during(token("3", "9999999", "TokenVendorAcme", "Issuer", 8), "2006-03-01", "2006-03-31"),
			during(token("4", "9999999", "TokenVendorAcme", "Issuer", 8), "2006-04-01", "2006-04-30"),
		},
	} {
		got, err := read(file(t, name), pskc.Options{Key: rfcKey, Passphrase: rfcPassphrase})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(want, got, seed()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// Examples that no importer of tokens can use: each names the key and the reason.
func TestExamplesOfTheRFCWithoutTokens(t *testing.T) {
	for name, want := range map[string]string{
		"figure2": `key "12345678": Key has no element AlgorithmParameters; ask the vendor`,
		"figure4": `key "12345678" (serial number "987654321"): it has no secret, only a reference to one; ask the vendor`,
		"figure8": `the file: its seeds are encrypted for a certificate, or with a key of another kind that is not supported; ask`,
	} {
		refused(t, name, file(t, name), pskc.Options{Key: rfcKey}, want)
	}
}

func refused(t *testing.T, name, text string, opts pskc.Options, want string) {
	t.Helper()
	got, err := read(text, opts)
	var all pskc.Problems
	switch {
	case err == nil || got != nil:
		t.Errorf("%s: read as %+v, %v; want %q", name, got, err, want)
	case !errors.As(err, &all) || len(all) == 0 || all[0].Reason == "" || all[0].Cure == "":
		t.Errorf("%s: %#v is no problem with a cure", name, err)
	case !strings.Contains(err.Error(), want):
		t.Errorf("%s: %v; want %q", name, err, want)
	}
	for _, secret := range []string{rfcSecret, "MTIzNDU2Nzg5", rfcKey, rfcPassphrase} {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error holds %q: %v", name, secret, err)
		}
	}
}

// Files that another implementation wrote (python-pskc 1.2): AES-256 under a passphrase with HMAC-SHA256 throughout, and
// AES-192 with HMAC-SHA512.
func TestFilesOfAPeer(t *testing.T) {
	want := []pskc.Token{{
		ID: "HT-1", Serial: "HT-1", Manufacturer: "Acme", Issuer: "Example", Algorithm: pskc.HOTP,
		Secret: secretOf(t, "a secret of 20 bytes"), Digits: 6, Counter: 42,
	}, {
		ID: "TT-2", Serial: "TT-2", Manufacturer: "Acme", Algorithm: pskc.TOTP,
		Secret: secretOf(t, "another secret, of thirty-two b."), Digits: 8, Hash: otp.SHA256, Period: time.Minute,
	}}
	for name, opts := range map[string]pskc.Options{
		"peer-passphrase": {Passphrase: "correct horse"},
		"peer-preshared":  {Key: "00010203 04050607 08090A0B 0c0d0e0f 10:11:12:13 14-15-16-17\n"},
	} {
		got, err := read(file(t, name), opts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(want, got, seed()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestWrongKeys(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts pskc.Options
		want string
	}{
		{"figure6", pskc.Options{}, `the file: its seeds are encrypted with the pre-shared key "Pre-shared-key"; give that key in hex`},
		{"figure6", pskc.Options{Passphrase: rfcPassphrase}, `pre-shared key "Pre-shared-key"`},
		{"figure6", pskc.Options{Key: "1234"}, "not 32, 48 or 64 hex digits"},
		{"figure6", pskc.Options{Key: rfcKey[:31] + "x"}, "not 32, 48 or 64 hex digits"},
		{"figure6", pskc.Options{Key: rfcKey + rfcKey[:16]}, "a key of 128 bits, and the one that was given has 192"},
		{"figure6", pskc.Options{Key: strings.Repeat("0", 32)}, "check that the key or passphrase belongs to this file"},
		{"figure7", pskc.Options{}, `the file: its seeds are encrypted under a passphrase, "My Password 1"; give the passphrase`},
		{"figure7", pskc.Options{Key: rfcKey}, `a passphrase, "My Password 1"`},
		{"figure7", pskc.Options{Passphrase: "qwertz"}, "check that the key or passphrase belongs to this file"},
	} {
		refused(t, tt.name, file(t, tt.name), tt.opts, tt.want)
	}
}

// Every byte of what is encrypted is authenticated, the initialisation vector too, and before it is decrypted: a change
// is told as one of the MAC, never of the padding.
func TestChangedSeeds(t *testing.T) {
	text := file(t, "figure6")
	for _, value := range []string{
		"AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv", "Su+NvtQfmvfJzF6bmQiJqoLRExc=",
	} {
		raw, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			t.Fatal(err)
		}
		for i := range raw {
			raw[i] ^= 1
			changed := change(t, text, value, base64.StdEncoding.EncodeToString(raw))
			refused(t, value, changed, pskc.Options{Key: rfcKey},
				`key "12345678" (serial number "987654321"): its secret does not match its ValueMAC`)
			raw[i] ^= 1
		}
	}
	short := base64.StdEncoding.EncodeToString(make([]byte, 19))
	refused(t, "short", change(t, text, "Su+NvtQfmvfJzF6bmQiJqoLRExc=", short), pskc.Options{Key: rfcKey}, "does not match")
}

// RFC 3394, section 4, and RFC 5649, section 6: the vectors whose data could be a seed.
func TestKeyWrap(t *testing.T) {
	const data = "00112233445566778899aabbccddeeff"
	for _, tt := range []struct{ key, algorithm, wrapped, data string }{
		{"000102030405060708090A0B0C0D0E0F", "kw-aes128", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5", data},
		{"000102030405060708090A0B0C0D0E0F1011121314151617", "kw-aes192", "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D", data},
		{
			"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "kw-aes256",
			"64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7", data,
		},
		{
			"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "kw-aes256",
			"28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
			data + "000102030405060708090a0b0c0d0e0f",
		},
		{
			"5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "kw-aes192",
			"138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a", "c37b7e6492584340bed12207808941155068f738",
		},
	} {
		wrapped, err := hex.DecodeString(tt.wrapped)
		if err != nil {
			t.Fatal(err)
		}
		text := func() string {
			s := change(t, file(t, "figure6"), "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv",
				base64.StdEncoding.EncodeToString(wrapped))
			s = cut(t, s, "<MACMethod", "</MACMethod>")
			s = cut(t, s, "<ValueMAC>", "</ValueMAC>")
			return change(t, s, "aes128-cbc", tt.algorithm)
		}
		got, err := read(text(), pskc.Options{Key: tt.key})
		if err != nil || hex.EncodeToString(got[0].Secret.Reveal()) != tt.data {
			t.Errorf("%s: %v, %v", tt.algorithm, got, err)
		}
		for i := range wrapped {
			wrapped[i] ^= 0x80
			refused(t, tt.algorithm, text(), pskc.Options{Key: tt.key}, "what is encrypted does not open")
			wrapped[i] ^= 0x80
		}
		wrapped = wrapped[:16]
		refused(t, tt.algorithm, text(), pskc.Options{Key: tt.key}, "what is encrypted does not open")
	}
}

// change replaces what has to be there.
func change(t testing.TB, text, old, with string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in the file", old)
	}
	return strings.Replace(text, old, with, 1)
}

func cut(t testing.TB, text, from, to string) string {
	t.Helper()
	a, b := strings.Index(text, from), strings.Index(text, to)
	if a < 0 || b < a {
		t.Fatalf("%s to %s is not in the file", from, to)
	}
	return text[:a] + text[b+len(to):]
}

func TestUsableAt(t *testing.T) {
	tokens, err := read(file(t, "figure10"), pskc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{
		"2006-04-30": `key "1" (serial number "654321"): it is not to be used before 2006-05-01; import it then`,
		"2006-05-01": "", "2006-05-30": "",
		"2006-05-31": `key "1" (serial number "654321"): it expired on 2006-05-31; replace the token`,
	} {
		at, _ := time.Parse(time.DateOnly, day)
		got := ""
		if err := tokens[0].UsableAt(at); err != nil {
			got = strings.TrimPrefix(err.Error(), "pskc: ")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
	always, err := read(file(t, "figure3"), pskc.Options{})
	if err != nil || always[0].UsableAt(time.Unix(0, 0)) != nil || always[0].UsableAt(time.Unix(1<<40, 0)) != nil {
		t.Errorf("without dates: %v, %v", always, err)
	}
}

// A key may be used while both its device and its policy allow it.
func TestDatesOfADevice(t *testing.T) {
	for dates, want := range map[string]string{
		"<StartDate>2006-05-10T00:00:00Z</StartDate><ExpiryDate>2006-05-20T02:00:00+02:00</ExpiryDate>": "2006-05-10 2006-05-20",
		"<StartDate>2006-04-10T00:00:00Z</StartDate><ExpiryDate>2006-06-20T00:00:00Z</ExpiryDate>":      "2006-05-01 2006-05-31",
		"<ExpiryDate>2006-05-20T00:00:00Z</ExpiryDate>":                                                 "2006-05-01 2006-05-20",
	} {
		tokens, err := read(change(t, file(t, "figure10"), "</SerialNo>", "</SerialNo>"+dates), pskc.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := tokens[0].NotBefore.Format(time.DateOnly) + " " + tokens[0].NotAfter.Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", dates, got, want)
		}
	}
}

// The URI of a token says the same as the file.
func TestKeyOfAToken(t *testing.T) {
	tokens, err := read(file(t, "peer-preshared"), pskc.Options{Key: "000102030405060708090A0B0C0D0E0F1011121314151617"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []otpauth.Key{
		{Type: otpauth.HOTP, Issuer: "Example", Account: "HT-1", Counter: 42, Options: otp.Options{Digits: 6, Period: 30 * time.Second}},
		{Account: "TT-2", Options: otp.Options{Algorithm: otp.SHA256, Digits: 8, Period: time.Minute}},
	} {
		uri, err := tokens[i].Key().RevealURI()
		if err != nil {
			t.Fatal(err)
		}
		got, err := otpauth.Parse(uri)
		want.Secret = tokens[i].Secret
		if d := cmp.Diff(want, got, seed()); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
	}
}
