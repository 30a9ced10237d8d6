package flasksecurity

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// vectors are what passlib 1.7.4 and cryptography 38 made.
type vectors struct {
	Secrets map[string]string
	TOTP    []struct{ What, Stored, Code string }
	Keys    []string `json:"fernet_keys"`
	Fernet  []struct {
		Key   int
		Token string
	}
	Plain string
}

// made is when the vectors were.
func made() time.Time { return time.Unix(1_700_000_000, 0) }

func load(t testing.TB, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func loadVectors(t testing.TB) (v vectors, secrets map[string][]byte, keys []FernetKey) {
	t.Helper()
	load(t, "vectors.json", &v)
	text, err := json.Marshal(v.Secrets)
	if err != nil {
		t.Fatal(err)
	}
	if secrets, err = ParseTOTPSecrets(string(text)); err != nil {
		t.Fatal(err)
	}
	if keys, err = ParseFernetKeys(strings.Join(v.Keys, ",")); err != nil {
		t.Fatal(err)
	}
	return v, secrets, keys
}

func codeAt(t testing.TB, uri string, at time.Time) string {
	t.Helper()
	parsed, err := otpauth.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	key, err := parsed.OTP()
	if err != nil {
		t.Fatal(err)
	}
	code, err := key.TOTP(at)
	if err != nil {
		t.Fatal(err)
	}
	return code.String()
}

func TestKeysOfPasslib(t *testing.T) {
	v, secrets, _ := loadVectors(t)
	weak := 0
	for _, vector := range v.TOTP {
		a, trouble := readTOTP(vector.Stored, secrets)
		if trouble != nil {
			t.Errorf("%s: %+v", vector.What, trouble)
			continue
		}
		if got := codeAt(t, a.uri(), made()); got != vector.Code {
			t.Errorf("%s: %s, want %s", vector.What, got, vector.Code)
		}
		if a.isWeak() {
			weak++
		}
	}
	if len(v.TOTP) < 9 || weak != 1 {
		t.Errorf("%d vectors, %d of them weak", len(v.TOTP), weak)
	}
}

// TestWrongTOTPSecret: passlib authenticates nothing. Another secret under the tag gives another key, and only a trial tells.
func TestWrongTOTPSecret(t *testing.T) {
	v, _, _ := loadVectors(t)
	a, trouble := readTOTP(v.TOTP[1].Stored, map[string][]byte{"two": []byte("another")})
	if trouble != nil || codeAt(t, a.uri(), made()) == v.TOTP[1].Code {
		t.Errorf("%+v", trouble)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	_, secrets, _ := loadVectors(t)
	for stored, why := range map[string]string{
		"":                      "no JSON",
		"JBSWY3DPEHPK3PXP":      "no JSON",
		`{"type":"totp","v":1}`: "not of the form",
		`{"key":"JBSWY3DPEHPK3PXP","type":"totp","v":2}`:                                                       "not of the form",
		`{"key":"JBSWY3DPEHPK3PXP","type":"hotp","v":1}`:                                                       "not of the form",
		`{"key":"JBSWY3DPEHPK3PXP","type":"totp","v":1} 1`:                                                     "not of the form",
		`{"key":"JBSWY3DPEHPK3PXP","type":"totp","v":1,"t0":5}`:                                                "no JSON",
		`{"key":"1","type":"totp","v":1}`:                                                                      "not in base32",
		`{"key":"JBSWY3DPEHPK3PXP","type":"totp","v":1,"alg":"md5"}`:                                           "hash",
		`{"key":"JBSWY3DPEHPK3PXP","type":"totp","v":1,"period":-1}`:                                           "negative",
		`{"enckey":{"c":14,"k":"AAAA","s":"AAAA","t":"3","v":1},"type":"totp","v":1}`:                          "tag 3",
		`{"enckey":{"c":31,"k":"AAAA","s":"AAAA","t":"1","v":1},"type":"totp","v":1}`:                          "more work",
		`{"enckey":{"c":14,"k":"AAAA","s":"AAAA","t":"1","v":9},"type":"totp","v":1}`:                          "not known",
		`{"enckey":{"c":14,"k":"","s":"AAAA","t":"1","v":1},"type":"totp","v":1}`:                              "not in base32",
		`{"enckey":{"c":14,"k":"AAAA","s":"AAAA","t":"1","v":1},"key":"JBSWY3DPEHPK3PXP","type":"totp","v":1}`: "not of the form",
		"otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP":                                                             "key URI",
		"otpauth://totp/": "key URI",
		`{"key":"` + strings.Repeat("A", maxStored) + `","type":"totp","v":1}`: "no JSON",
	} {
		_, trouble := readTOTP(stored, secrets)
		if trouble == nil || !strings.Contains(trouble.Reason, why) || trouble.Cure == "" {
			t.Errorf("%.80s: %+v, want %q", stored, trouble, why)
		} else if strings.Contains(trouble.Reason, "JBSWY3") {
			t.Errorf("the reason shows the key: %s", trouble.Reason)
		}
	}
}

func TestFernetTokens(t *testing.T) {
	v, _, keys := loadVectors(t)
	for _, vector := range v.Fernet {
		if got, err := openFernet(keys, vector.Token, 0, made()); err != nil || got != v.Plain {
			t.Errorf("under key %d: %q, %v", vector.Key, got, err)
		}
		if _, err := openFernet(keys[1-vector.Key:2-vector.Key], vector.Token, 0, made()); err != errWrongKey {
			t.Errorf("under the other key: %v", err)
		}
		if got, err := openFernet(keys, vector.Token, time.Hour, made().Add(time.Hour)); err != nil || got != v.Plain {
			t.Errorf("at the end of its time: %q, %v", got, err)
		}
		if _, err := openFernet(keys, vector.Token, time.Hour, made().Add(time.Hour+time.Second)); err != errTooOld {
			t.Errorf("after it: %v", err)
		}
		for i := range vector.Token {
			changed := []byte(vector.Token)
			changed[i] ^= 1
			if got, err := openFernet(keys, string(changed), 0, made()); err == nil {
				t.Errorf("changed at %d: %q", i, got)
			}
		}
		if _, err := openFernet(nil, vector.Token, 0, made()); err != errWrongKey {
			t.Errorf("without keys: %v", err)
		}
	}
}

func TestSettingsOfTheApplication(t *testing.T) {
	for text, want := range map[string]string{
		`{"1": "a", "2": "b:c"}`: "1=a 2=b:c", "1: a\n# old\n\n 2 : b:c \n": "1=a 2=b:c", "1:a": "1=a",
	} {
		got, err := ParseTOTPSecrets(text)
		said := ""
		for _, tag := range []string{"1", "2"} {
			if secret, there := got[tag]; there {
				said += tag + "=" + string(secret) + " "
			}
		}
		if err != nil || strings.TrimSpace(said) != want {
			t.Errorf("%q: %s, %v", text, said, err)
		}
	}
	for _, text := range []string{"", "\n", "hunter2", "1:", ":hunter2", "1: a\n1: hunter2", "{", `{"1": 2}`, `{"1": ""}`, "{}", `["hunter2"]`, strings.Repeat("x", maxSettings+1)} {
		if got, err := ParseTOTPSecrets(text); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%.40q: %d secrets, %v", text, len(got), err)
		}
	}
	v, _, _ := loadVectors(t)
	list, err := json.Marshal(v.Keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{strings.Join(v.Keys, ","), strings.Join(v.Keys, "\n") + "\n", string(list)} {
		if keys, err := ParseFernetKeys(text); err != nil || len(keys) != 2 {
			t.Errorf("%d keys, %v", len(keys), err)
		}
	}
	for _, text := range []string{"", "hunter2", v.Keys[0] + " hunter2", "[1]", "[]", strings.Repeat("x", maxSettings+1)} {
		if keys, err := ParseFernetKeys(text); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%.40q: %d keys, %v", text, len(keys), err)
		}
	}
}

func TestNothingIsPrinted(t *testing.T) {
	_, secrets, keys := loadVectors(t)
	app := Application{TOTP: secrets, Recovery: keys}
	user := User{ID: "7", Password: "hunter2", TwoFactorSecret: "hunter2"}
	said := ""
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		said += fmt.Sprintf(verb+verb+verb, app, keys, struct{ FernetKey }{keys[0]})
	}
	said += fmt.Sprintf("%v%+v%#v%s", user, user, user, user)
	inJSON, err := json.Marshal([]any{app, keys})
	if err != nil {
		t.Fatal(err)
	}
	said += string(inJSON)
	for _, shown := range []string{"hunter2", "secret of", "a secret", "[0 1 2", "0x0, 0x1", "000102"} {
		if strings.Contains(said, shown) {
			t.Errorf("%q is printed: %s", shown, said)
		}
	}
}

// FuzzTOTP: whatever stands in the column, it is a key that core can read or is refused for a reason.
func FuzzTOTP(f *testing.F) {
	v, secrets, _ := loadVectors(f)
	for _, vector := range v.TOTP {
		f.Add(vector.Stored)
	}
	for tag := range secrets { // as cheap as passlib allows
		f.Add(`{"enckey":{"c":1,"k":"AAAA","s":"AAAA","t":"` + tag + `","v":1},"type":"totp","v":1}`)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		if strings.Contains(stored, `"c":1`) && !strings.Contains(stored, `"c":1,`) {
			t.Skip() // the work is bounded, and too much for a fuzzer
		}
		a, trouble := readTOTP(stored, secrets)
		if trouble != nil {
			if trouble.Reason == "" || trouble.Cure == "" || trouble.Moved {
				t.Fatalf("%+v", trouble)
			}
			return
		}
		uri := a.uri()
		if uri == "" {
			return // out of range for core, which says so
		}
		parsed, err := otpauth.Parse(uri)
		if err != nil || parsed.Type != otpauth.TOTP || !parsed.Secret.Equal(a.key.Secret) {
			t.Fatalf("%v", err)
		}
		if _, err := otp.NewKey(parsed.Secret, parsed.Options); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzFernet: nothing opens that was not sealed under a key.
func FuzzFernet(f *testing.F) {
	v, _, keys := loadVectors(f)
	known := map[string]bool{}
	for _, vector := range v.Fernet {
		f.Add(vector.Token)
		known[strings.TrimRight(vector.Token, "=")] = true
	}
	f.Add("gAAAAAA")
	f.Fuzz(func(t *testing.T, token string) {
		if got, err := openFernet(keys, token, 0, made()); err == nil && !known[strings.TrimRight(strings.NewReplacer("\n", "", "\r", "").Replace(token), "=")] {
			t.Fatalf("%q opens to %q", token, got)
		}
	})
}
