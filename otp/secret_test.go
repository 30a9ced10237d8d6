package otp_test

import (
	"bytes"
	"encoding/base32"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/otp"
)

// Bytes that show up in any rendering: as text, hex, base32 or numbers.
const telling = "Hello!\xde\xad\xbe\xefHello!\xde\xad\xbe\xef"

func leaks(text string) bool {
	for _, trace := range []string{"Hello", "48656c6c", "48 65 6c", "JBSWY3D", "72 101 108", "SGVsbG8", "0x48, 0x65", "[72,101"} {
		if strings.Contains(strings.ToLower(text), strings.ToLower(trace)) {
			return true
		}
	}
	return false
}

func TestSecretNeverPrints(t *testing.T) {
	secret, err := otp.SecretFromBytes([]byte(telling))
	if err != nil {
		t.Fatal(err)
	}
	if got := secret.String(); got != "[secret]" {
		t.Errorf("String gives %s", got)
	}
	if got := secret.GoString(); got != "[secret]" {
		t.Errorf("GoString gives %s", got)
	}
	key, err := otp.NewKey(secret, otp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	type open struct{ S otp.Secret }
	type closed struct {
		s otp.Secret
		p *otp.Secret
		k otp.Key
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%b", "%o", "%c", "%U", "%t", "%e", "%p"} {
		if got := fmt.Sprintf(verb, secret); verb != "%p" && got != "[secret]" {
			t.Errorf("%s prints %s", verb, got)
		}
		if got := fmt.Sprintf(verb, open{secret}); verb != "%p" && !strings.Contains(got, "[secret]") {
			t.Errorf("%s of a field prints %s", verb, got)
		}
		for _, value := range []any{secret, &secret, []otp.Secret{secret}, map[string]otp.Secret{"a": secret}, open{secret}, closed{secret, &secret, key}, &closed{secret, &secret, key}, key, &key} {
			if got := fmt.Sprintf(verb, value); leaks(got) {
				t.Errorf("%s of %T prints %s", verb, value, got)
			}
		}
	}
	if got := fmt.Errorf("could not use %w", fmt.Errorf("%v", secret)); leaks(got.Error()) {
		t.Errorf("an error prints %v", got)
	}
}

func TestSecretNeverMarshals(t *testing.T) {
	secret, err := otp.SecretFromBytes([]byte(telling))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(struct{ S, P any }{secret, &secret}); err != nil || string(got) != `{"S":"[secret]","P":"[secret]"}` {
		t.Errorf("JSON: %s, %v", got, err)
	}
	if got, err := json.Marshal(map[string]otp.Secret{"k": secret}); err != nil || string(got) != `{"k":"[secret]"}` {
		t.Errorf("JSON: %s, %v", got, err)
	}
	if got, err := secret.MarshalText(); err != nil || string(got) != "[secret]" {
		t.Errorf("text: %s, %v", got, err)
	}
	type envelope struct{ S otp.Secret }
	if got, err := xml.Marshal(envelope{secret}); err != nil || string(got) != "<envelope><S>[secret]</S></envelope>" {
		t.Errorf("XML: %s, %v", got, err)
	}
	var back otp.Secret
	//lint:ignore SA9005 that nothing is marshalled is the point
	if err := json.Unmarshal([]byte(`"[secret]"`), &back); err == nil {
		t.Error("a hidden secret was read back as one")
	}
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		out.Reset()
		slog.New(handler).Info("x", "secret", secret, "group", slog.GroupValue(slog.Any("in", struct{ s otp.Secret }{secret})))
		if !strings.Contains(out.String(), "[secret]") || leaks(out.String()) {
			t.Errorf("a log has %s", out.String())
		}
	}
}

func TestNewSecret(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		secret := otp.NewSecret()
		if secret.Bits() != 160 {
			t.Fatalf("%d bits", secret.Bits())
		}
		seen[secret.RevealBase32()] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d different ones of 1000", len(seen))
	}
	for size, isFine := range map[int]bool{-1: false, 0: false, 15: false, 16: true, 20: true, 64: true, 128: true, 129: false} {
		secret, err := otp.NewSecretOfSize(size)
		if (err == nil) != isFine || isFine && secret.Bits() != size*8 || !isFine && secret.Bits() != 0 {
			t.Errorf("size %d: %d bits, %v", size, secret.Bits(), err)
		}
	}
}

func TestParseSecret(t *testing.T) {
	const plain = "GEZDGNBVGY3TQOJQGEZDGNBVGY" // 16 bytes
	for name, text := range map[string]string{
		"plain":         plain,
		"lower case":    strings.ToLower(plain),
		"groups":        "gezd gnbv gy3t qojq gezd gnbv gy",
		"hyphens":       "GEZD-GNBV-GY3T-QOJQ-GEZD–GNBV—GY",
		"padding":       plain + "======",
		"less padding":  plain + "=",
		"more padding":  plain + "========",
		"spaced out":    "\t" + plain + " = = \r\n",
		"invisible":     "\ufeff" + plain[:8] + "\u200b" + plain[8:] + "\u00a0",
		"rest not zero": plain[:25] + "Z",
	} {
		secret, err := otp.ParseSecret(text)
		if err != nil || string(secret.Reveal()) != "1234567890123456" {
			t.Errorf("%s: %q, %v", name, secret.Reveal(), err)
		}
		if err == nil && secret.RevealBase32() != plain {
			t.Errorf("%s: written as %s", name, secret.RevealBase32())
		}
	}
}

func TestParseSecretRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "otp: the secret is empty",
		" =- ":                            "otp: the secret is empty",
		"GEZDGNBV0Y3TQOJQGEZDGNBVGY":      "otp: character 9 of the secret is not base32 (A to Z and 2 to 7)",
		"gé":                              "otp: character 2 of the secret is not base32 (A to Z and 2 to 7)",
		"ＧE":                              "otp: character 1 of the secret is not base32 (A to Z and 2 to 7)",
		"GE\xff":                          "otp: character 3 of the secret is not base32 (A to Z and 2 to 7)",
		"GE\x00":                          "otp: character 3 of the secret is not base32 (A to Z and 2 to 7)",
		"GEZDGNBVGY======GEZDGNBV":        "otp: character 17 of the secret comes after its padding",
		"GEZDGNBVGY3TQOJQGEZDGNBVG":       "otp: the secret is incomplete: base32 of this length does not exist",
		"GEZDGNBVGY3TQOJQ":                "otp: the secret has 80 bits; it needs 128 at least",
		strings.Repeat("A", 208):          "otp: the secret is longer than 128 bytes",
		strings.Repeat("A", 513):          "otp: the secret is longer than 512 characters",
		strings.Repeat("A", 26) + "=A":    "otp: character 28 of the secret comes after its padding",
		"https://example.com/?secret=GEZ": "otp: character 6 of the secret is not base32 (A to Z and 2 to 7)",
	} {
		secret, err := otp.ParseSecret(text)
		if err == nil || err.Error() != want || secret.Bits() != 0 {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestImportSecret(t *testing.T) {
	for text, bits := range map[string]int{"GE": 8, "JBSWY3DPEHPK3PXP": 80, strings.Repeat("A", 205): 1024} {
		if secret, err := otp.ImportSecret(text); err != nil || secret.Bits() != bits {
			t.Errorf("%d characters: %d bits, %v", len(text), secret.Bits(), err)
		}
	}
	for _, text := range []string{"", "  ", "====", "G", strings.Repeat("A", 208)} {
		if _, err := otp.ImportSecret(text); err == nil {
			t.Errorf("%q was imported", text)
		}
	}
	for size, isFine := range map[int]bool{0: false, 1: true, 15: true, 128: true, 129: false} {
		if _, err := otp.ImportSecretBytes(make([]byte, size)); (err == nil) != isFine {
			t.Errorf("import of %d bytes: %v", size, err)
		}
		if _, err := otp.SecretFromBytes(make([]byte, size)); (err == nil) != (isFine && size >= 16) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func TestSecretIsImmutable(t *testing.T) {
	for name, read := range map[string]func([]byte) (otp.Secret, error){
		"SecretFromBytes": otp.SecretFromBytes, "ImportSecretBytes": otp.ImportSecretBytes,
	} {
		raw := []byte(telling)
		secret, err := read(raw)
		if err != nil {
			t.Fatal(err)
		}
		raw[0]++
		secret.Reveal()[1]++
		if string(secret.Reveal()) != telling {
			t.Errorf("%s: the secret was changed from outside", name)
		}
	}
}

func TestSecretEqual(t *testing.T) {
	a := otp.NewSecret()
	b, err := otp.SecretFromBytes(a.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	shorter, err := otp.SecretFromBytes(a.Reveal()[:16])
	if err != nil {
		t.Fatal(err)
	}
	if !a.Equal(b) || !b.Equal(a) {
		t.Error("equal secrets differ")
	}
	if a.Equal(otp.NewSecret()) || a.Equal(shorter) || a.Equal(otp.Secret{}) {
		t.Error("different secrets are equal")
	}
	if (otp.Secret{}).Equal(otp.Secret{}) {
		t.Error("two absent secrets agree")
	}
}

// A secret comes back from base32 in whatever way it was written.
func TestSecretRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 1, 128).Draw(t, "raw")
		secret, err := otp.ImportSecretBytes(raw)
		if err != nil {
			t.Fatal(err)
		}
		text := secret.RevealBase32()
		if want := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw); text != want {
			t.Fatalf("written as %s, not %s", text, want)
		}
		var typed strings.Builder
		for _, r := range text {
			if rapid.Bool().Draw(t, "lower") {
				r = unicode.ToLower(r)
			}
			typed.WriteRune(r)
			typed.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-"}).Draw(t, "gap"))
		}
		typed.WriteString(strings.Repeat("=", rapid.IntRange(0, 8).Draw(t, "padding")))
		back, err := otp.ImportSecret(typed.String())
		if err != nil || !back.Equal(secret) {
			t.Fatalf("%q: %v", typed.String(), err)
		}
	})
}

func FuzzParseSecret(f *testing.F) {
	for _, seed := range []string{"JBSWY3DPEHPK3PXP", "gezd gnbv-gy3t=qojq", "GEZDGNBVGY3TQOJQGEZDGNBVGY======", "é\xff\u200b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		secret, err := otp.ImportSecret(text)
		strict, errStrict := otp.ParseSecret(text)
		if err != nil {
			if secret.Bits() != 0 || errStrict == nil {
				t.Fatalf("%v, %v", err, errStrict)
			}
			return
		}
		if bits := secret.Bits(); bits < 8 || bits > 1024 || (errStrict == nil) != (bits >= 128) {
			t.Fatalf("%d bits, %v", bits, errStrict)
		}
		if errStrict == nil && !strict.Equal(secret) {
			t.Fatal("the two parsers disagree")
		}
		back, err := otp.ImportSecret(secret.RevealBase32())
		if err != nil || !back.Equal(secret) {
			t.Fatalf("did not come back: %v", err)
		}
	})
}
