package otpauth_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

const hello = "JBSWY3DPEHPK3PXP" // PyOTP's example, of 80 bits

func secretOf(t testing.TB, text string) otp.Secret {
	t.Helper()
	secret, err := otp.ImportSecret(text)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// defaults are the options as Parse returns them.
func defaults() otp.Options { return otp.Options{Digits: 6, Period: 30 * time.Second} }

func TestParse(t *testing.T) {
	long := defaults()
	long.Algorithm, long.Digits, long.Period = otp.SHA512, 8, 60*time.Second
	steam := defaults()
	steam.Digits, steam.Steam = 5, true
	acme := otpauth.Key{Issuer: "ACME Co", Account: "jo@example.com", Options: defaults()}
	counted := otpauth.Key{Type: otpauth.HOTP, Account: "jo", Counter: 7, Options: defaults()}
	for name, row := range map[string]struct {
		uri  string
		want otpauth.Key
	}{
		"issuer twice":              {"otpauth://totp/ACME%20Co:jo%40example.com?secret=" + hello + "&issuer=ACME%20Co", acme},
		"issuer in the label":       {"otpauth://totp/ACME%20Co:jo@example.com?secret=" + hello, acme},
		"issuer as a parameter":     {"otpauth://totp/jo@example.com?issuer=ACME%20Co&secret=" + hello, acme},
		"encoded colon":             {"otpauth://totp/ACME%20Co%3A%20jo%40example.com?secret=" + hello, acme},
		"plus for a space":          {"otpauth://totp/jo@example.com?issuer=ACME+Co&secret=" + hello, acme},
		"raw space":                 {"otpauth://totp/ACME Co: jo@example.com?secret=" + hello, acme},
		"spelling of the parameter": {"otpauth://totp/acme%20co:jo@example.com?issuer=ACME%20Co&secret=" + hello, acme},
		"upper case":                {"OTPAUTH://TOTP/ACME%20Co:jo@example.com?SECRET=" + hello, acme},
		"secret in groups":          {"otpauth://totp/ACME%20Co:jo@example.com?secret=jbsw+y3dp-ehpk%203pxp====", acme},
		"colon in an account":       {"otpauth://totp/ACME%20Co:jo%3A@example.com?secret=" + hello, acme},
		"unknown parameters":        {"otpauth://totp/ACME%20Co:jo@example.com?color=red&secret=" + hello + "&counter=-1", acme},
		"plus in an account":        {"otpauth://totp/jo+x@example.com?secret=" + hello, otpauth.Key{Account: "jo+x@example.com", Options: defaults()}},
		"issuer alone":              {"otpauth://totp/Steam:?secret=" + hello + "&encoder=steam&digits=10", otpauth.Key{Issuer: "Steam", Options: steam}},
		"all settings":              {"otpauth://totp/jo?secret=" + hello + "&algorithm=sha512&digits=8&period=60", otpauth.Key{Account: "jo", Options: long}},
		"counter":                   {"otpauth://hotp/jo?secret=" + hello + "&counter=7&period=5", counted},
		"highest counter": {"otpauth://hotp/jo?counter=9223372036854775807&secret=" + hello,
			otpauth.Key{Type: otpauth.HOTP, Account: "jo", Counter: 1<<63 - 1, Options: defaults()}},
		"counter missing": {"otpauth://hotp/jo?secret=" + hello, otpauth.Key{Type: otpauth.HOTP, Account: "jo", Options: defaults()}},
		"image": {"otpauth://totp/jo?secret=" + hello + "&image=https%3A%2F%2Fexample.com%2Fa.png",
			otpauth.Key{Account: "jo", Image: "https://example.com/a.png", Options: defaults()}},
		"hidden characters": {"otpauth://totp/A%E2%80%AEcme%0D%0A:j%00o%E2%80%8B?secret=" + hello, otpauth.Key{Issuer: "Acme", Account: "jo", Options: defaults()}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := otpauth.Parse(row.uri)
			if err != nil {
				t.Fatal(err)
			}
			row.want.Secret = secretOf(t, hello)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	with := func(rest string) string { return "otpauth://totp/jo?secret=" + hello + rest }
	for uri, param := range map[string]string{
		"":                                                     "uri",
		"otpauth://":                                           "type",
		"http://evil?digits=99":                                "uri",
		"otpauth://yubi/jo?secret=AAAA":                        "type",
		"otpauth://totp.example/jo":                            "type",
		"otpauth://totp?secret=" + hello:                       "label",
		"otpauth://totp/:?secret=" + hello:                     "label",
		"otpauth://totp/%E2%80%AE?secret=" + hello:             "label",
		"otpauth://totp/%zz?secret=" + hello:                   "label",
		"otpauth://totp/%ff?secret=" + hello:                   "label",
		"otpauth://totp/jo":                                    "secret",
		"otpauth://totp/jo?secret=":                            "secret",
		"otpauth://totp/jo?secret=ABCDEFGH":                    "secret", // 40 bits
		"otpauth://totp/jo?secret=" + strings.Repeat("A", 208): "secret", // 130 bytes
		"otpauth://totp/jo?secret=JBSW1":                       "secret",
		"otpauth://totp/ACME:jo?issuer=Other&secret=" + hello:  "issuer",
		"otpauth://totp/a#b?secret=" + hello:                   "uri",
		with("&issuer=%ff"):                                    "issuer",
		with("&issuer=%"):                                      "issuer",
		with("&%=1"):                                           "uri",
		with("&secret=" + hello):                               "secret",
		with("&SECRET=" + hello):                               "secret",
		with("&digits=6&digits=8"):                             "digits",
		with("&x=1&x=2"):                                       "uri",
		with("&digits=0"):                                      "digits",
		with("&digits=-1"):                                     "digits",
		with("&digits=+6"):                                     "digits",
		with("&digits=%2B6"):                                   "digits",
		with("&digits=5"):                                      "digits",
		with("&digits=99"):                                     "digits",
		with("&digits=1e1"):                                    "digits",
		with("&digits="):                                       "digits",
		with("&period=0"):                                      "period",
		with("&period=14"):                                     "period",
		with("&period=121"):                                    "period",
		with("&period=99999999999999999999"):                   "period",
		with("&algorithm=MD5"):                                 "algorithm",
		with("&algorithm="):                                    "algorithm",
		with("&encoder=base64"):                                "encoder",
		with("&image=http://example.com/a.png"):                "image",
		with("&image=https://example.com"):                     "image",
		with("&image=https://jo:pw@example.com/a.png"):         "image",
		with("&image=javascript:alert(1)"):                     "image",
		with("&image=https://example.com/" + strings.Repeat("a", 300)):   "image",
		with(strings.Repeat("&", 10) + strings.Repeat("a", 2048)):        "uri",
		"otpauth://hotp/jo?counter=-0&secret=" + hello:                   "counter",
		"otpauth://hotp/jo?counter=-1&secret=" + hello:                   "counter",
		"otpauth://hotp/jo?counter=18446744073709551615&secret=" + hello: "counter",
		"otpauth://hotp/jo?counter=9223372036854775808&secret=" + hello:  "counter",
		"otpauth://hotp/jo?encoder=steam&secret=" + hello:                "encoder",
	} {
		_, err := otpauth.Parse(uri)
		var wrong *otpauth.Error
		if !errors.As(err, &wrong) {
			t.Errorf("%s: got %v, want an *Error", uri, err)
			continue
		}
		if wrong.Param != param {
			t.Errorf("%s: blames %q, want %q", uri, wrong.Param, param)
		}
		if strings.Contains(err.Error(), hello) || strings.Contains(err.Error(), "Other") {
			t.Errorf("%s: the error repeats a value: %v", uri, err)
		}
	}
}

func TestParseBoundsParameters(t *testing.T) {
	uri := "otpauth://totp/jo?secret=" + hello
	for i := range 31 {
		uri += "&p" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "=1"
	}
	if _, err := otpauth.Parse(uri); err != nil {
		t.Errorf("32 parameters: %v", err)
	}
	if _, err := otpauth.Parse(uri + "&last=1"); err == nil {
		t.Error("33 parameters were accepted")
	}
}

// Any key that can be built is read back as it went out, and net/url, another
// parser, sees the same secret and issuer and no parameter more.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := drawKey(t)
		uri, err := key.RevealURI()
		if err != nil {
			if key.Issuer+key.Account != "" && strings.ContainsFunc(key.Issuer+key.Account, isPlain) {
				t.Fatal(err)
			}
			return
		}
		first, err := otpauth.Parse(uri)
		if err != nil {
			t.Fatalf("%s: %v", uri, err)
		}
		again, err := first.RevealURI()
		if err != nil || again != uri {
			t.Fatalf("built again, %v:\n%s\n%s", err, uri, again)
		}
		if !first.Secret.Equal(key.Secret) || first.Type != key.Type || first.Counter != key.Counter || first.Image != key.Image {
			t.Fatalf("%+v became %+v", key, first)
		}
		agreesWithStandardLibrary(t, uri, first)
	})
}

func isPlain(r rune) bool { return 'a' <= r && r <= 'z' }

func agreesWithStandardLibrary(t *rapid.T, uri string, key otpauth.Key) {
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || u.Scheme != "otpauth" || u.Host != key.Type.String() || u.Fragment != "" {
		t.Fatalf("%s: %v", uri, err)
	}
	if got := query["secret"]; len(got) != 1 || got[0] != key.Secret.RevealBase32() {
		t.Fatalf("%s: secret", uri)
	}
	if query.Get("issuer") != key.Issuer || len(query["issuer"]) > 1 {
		t.Fatalf("%s: issuer %q", uri, query["issuer"])
	}
	label := strings.TrimPrefix(u.Path, "/")
	if issuer, account, isSplit := strings.Cut(label, ":"); isSplit != (key.Issuer != "") ||
		isSplit && (issuer != key.Issuer || account != key.Account) || !isSplit && label != key.Account {
		t.Fatalf("%s: label %q", uri, label)
	}
	for name := range query {
		if !strings.Contains(" secret issuer counter algorithm digits period image encoder ", " "+name+" ") {
			t.Fatalf("%s: parameter %q was injected", uri, name)
		}
	}
}

func drawKey(t *rapid.T) otpauth.Key {
	nasty := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z:&#?%=+ /\r\n\x{202e}\x{200b}é世]{0,200}`))
	raw := rapid.SliceOfN(rapid.Byte(), 10, 128).Draw(t, "secret")
	secret, err := otp.ImportSecretBytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	key := otpauth.Key{
		Issuer:  nasty.Draw(t, "issuer"),
		Account: nasty.Draw(t, "account"),
		Secret:  secret,
		Image:   rapid.SampledFrom([]string{"", "https://example.com/a.png?b=c&d=%20#e"}).Draw(t, "image"),
	}
	if rapid.Bool().Draw(t, "steam") {
		key.Options.Steam = true
		return key
	}
	key.Options.Algorithm = otp.Algorithm(rapid.IntRange(0, 2).Draw(t, "algorithm"))
	key.Options.Digits = rapid.IntRange(6, 8).Draw(t, "digits")
	key.Options.Period = time.Duration(rapid.IntRange(15, 120).Draw(t, "period")) * time.Second
	if rapid.Bool().Draw(t, "hotp") {
		key.Type = otpauth.HOTP
		key.Counter = rapid.Int64Min(0).Draw(t, "counter")
	}
	return key
}

func FuzzParse(f *testing.F) {
	f.Add("otpauth://totp/ACME%20Co:jo%40example.com?secret=" + hello + "&issuer=ACME%20Co")
	f.Add("otpauth://hotp/jo?secret=" + hello + "&counter=7&algorithm=SHA256&digits=8")
	f.Add("otpauth://totp/Steam:?secret=" + hello + "&encoder=steam&image=https%3A%2F%2Fexample.com%2Fa")
	f.Add("otpauth://totp/a%3Ab:c?issuer=ab&secret=" + hello)
	f.Fuzz(func(t *testing.T, uri string) {
		key, err := otpauth.Parse(uri)
		if err != nil {
			var wrong *otpauth.Error
			if !errors.As(err, &wrong) || wrong.Param == "" || wrong.Reason == "" {
				t.Fatalf("not an *Error: %v", err)
			}
			return
		}
		if bits := key.Secret.Bits(); bits < 80 || bits > 1024 {
			t.Fatalf("accepted a secret of %d bits", bits)
		}
		if _, err := key.OTP(); err != nil {
			t.Fatal(err)
		}
		built, err := key.RevealURI()
		if err != nil {
			t.Fatal(err)
		}
		again, err := otpauth.Parse(built)
		if err != nil {
			t.Fatalf("%s: %v", built, err)
		}
		if diff := cmp.Diff(key, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
