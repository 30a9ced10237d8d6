package otp_test

import (
	"context"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/core"
	factor "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

const maxCounter = 1<<62 - 1

// tokenState is what DraftURI would have made of these settings.
func tokenState(t interface{ Fatal(...any) }, secret []byte, digits int, counter int64) []byte {
	state, err := json.Marshal(map[string]any{
		"v": 1, "origin": "given", "secret": secret, "algorithm": "SHA1", "digits": digits, "counter": counter,
	})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func tokenOf(t interface{ Fatal(...any) }, secret []byte, digits int) otp.Key {
	s, err := otp.SecretFromBytes(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := otp.NewKey(s, otp.Options{Digits: digits})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func press(t interface{ Fatal(...any) }, token otp.Key, counter int64) string {
	code, err := token.HOTP(counter)
	if err != nil {
		t.Fatal(err)
	}
	return code.String()
}

func verifyHOTP(t interface{ Fatal(...any) }, state []byte, last int64, response string) core.Finding {
	f, err := factor.HOTP{}.Verify(context.Background(), core.Question{State: state, LastStep: last, Response: response})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// RFC 4226, appendix D.
func TestHOTPVectorsOfTheRFC(t *testing.T) {
	state := tokenState(t, secret, 6, 0)
	for i, code := range []string{
		"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
	} {
		want := core.Finding{Verdict: core.Right, Step: int64(i)}
		if d := cmp.Diff(want, verifyHOTP(t, state, int64(i)-1, code)); d != "" {
			t.Errorf("counter %d: %s", i, d)
		}
		if d := cmp.Diff(want, verifyHOTP(t, state, -1, code)); d != "" {
			t.Errorf("counter %d, from a fresh token: %s", i, d)
		}
	}
}

// Security row B06: c+1 to c+10 and nothing else; c and the nine before are known and dead.
func TestWhichCountersAreAccepted(t *testing.T) {
	for _, digits := range []int{6, 7, 8} {
		state, token := tokenState(t, secret, digits, 0), tokenOf(t, secret, digits)
		const last = 5000
		for off := int64(-15); off <= 15; off++ {
			var want core.Finding
			switch {
			case 1 <= off && off <= 10:
				want = core.Finding{Verdict: core.Right, Step: last + off}
			case -9 <= off && off <= 0:
				want = core.Finding{Verdict: core.Spent}
			}
			if d := cmp.Diff(want, verifyHOTP(t, state, last, press(t, token, last+off))); d != "" {
				t.Errorf("%d digits, %+d: %s", digits, off, d)
			}
		}
	}
}

func TestResynchronisation(t *testing.T) {
	const last = 5000
	state, token := tokenState(t, secret, 6, 0), tokenOf(t, secret, 6)
	right := func(step int64) core.Finding { return core.Finding{Verdict: core.Right, Step: step} }
	for _, tt := range []struct {
		name          string
		first, second int64
		want          core.Finding
	}{
		{"the next two", last + 1, last + 2, right(last + 2)},
		{"beyond the look-ahead of one code", last + 11, last + 12, right(last + 12)},
		{"as far as it goes", last + 1000, last + 1001, right(last + 1001)},
		{"one further", last + 1001, last + 1002, core.Finding{}},
		{"one left out", last + 20, last + 22, core.Finding{}},
		{"the wrong way round", last + 21, last + 20, core.Finding{}},
		{"the same twice", last + 20, last + 20, core.Finding{}},
		{"the last one and a new one", last, last + 1, core.Finding{}},
		{"the same pair again", last - 1, last, core.Finding{Verdict: core.Spent}},
		{"the oldest pair that is known", last - 9, last - 8, core.Finding{Verdict: core.Spent}},
		{"an older pair", last - 10, last - 9, core.Finding{}},
	} {
		for _, between := range []string{"", " ", "  ", "\n", "-", ", ", ",", "/"} {
			pair, err := factor.HOTP{}.Canonical(press(t, token, tt.first) + between + press(t, token, tt.second))
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if d := cmp.Diff(tt.want, verifyHOTP(t, state, last, pair)); d != "" {
				t.Errorf("%s, %q between: %s", tt.name, between, d)
			}
		}
	}
}

// One code never reaches as far as two do, and a token that was found far ahead goes on from there.
func TestATokenFarAhead(t *testing.T) {
	state, token := tokenState(t, secret, 6, 100), tokenOf(t, secret, 6)
	if f := verifyHOTP(t, state, -1, press(t, token, 600)); !cmp.Equal(f, core.Finding{}) {
		t.Errorf("one code: %+v", f)
	}
	f := verifyHOTP(t, state, -1, press(t, token, 600)+press(t, token, 601))
	if f.Verdict != core.Right || f.Step != 601 {
		t.Fatalf("two codes: %+v", f)
	}
	for counter, want := range map[int64]core.Verdict{600: core.Spent, 601: core.Spent, 602: core.Right, 612: core.Wrong, 100: core.Wrong} {
		if f := verifyHOTP(t, state, f.Step, press(t, token, counter)); f.Verdict != want {
			t.Errorf("afterwards, counter %d: %+v", counter, f)
		}
	}
}

// A token starts at its own counter, whatever core stored: what it showed before is dead.
func TestWhereATokenStarts(t *testing.T) {
	token := tokenOf(t, secret, 6)
	for _, start := range []int64{0, 1, 5, 1 << 40, maxCounter} {
		state := tokenState(t, secret, 6, start)
		for _, last := range []int64{-1, 0} {
			if last >= start {
				continue
			}
			for off := int64(-2); off <= 10; off++ {
				if start+off < 0 {
					continue
				}
				want := core.Finding{Verdict: core.Right, Step: start + off}
				if off < 0 {
					want = core.Finding{Verdict: core.Spent}
				} else if off == 10 {
					want = core.Finding{}
				}
				if d := cmp.Diff(want, verifyHOTP(t, state, last, press(t, token, start+off))); d != "" {
					t.Errorf("start %d, last %d, %+d: %s", start, last, off, d)
				}
			}
		}
	}
}

// RFC 4226, 7.2: the counter never comes round, and security row B07.
func TestCountersDoNotWrap(t *testing.T) {
	state, token := tokenState(t, secret, 6, 0), tokenOf(t, secret, 6)
	for _, last := range []int64{-2, math.MinInt64, math.MaxInt64, math.MaxInt64 - 1, math.MaxInt64 - 1000} {
		for _, code := range []string{press(t, token, 0), press(t, token, 0) + press(t, token, 1)} {
			f, err := factor.HOTP{}.Verify(t.Context(), core.Question{State: state, LastStep: last, Response: code})
			if err == nil || !cmp.Equal(f, core.Finding{}) {
				t.Errorf("after %d: %+v, %v", last, f, err)
			}
		}
	}
	const far = math.MaxInt64 - 2000
	if f := verifyHOTP(t, state, far, press(t, token, far+10)); f.Step != far+10 {
		t.Errorf("near the end: %+v", f)
	}
	if f := verifyHOTP(t, state, far, press(t, token, far+1000)+press(t, token, far+1001)); f.Step != far+1001 {
		t.Errorf("near the end, two codes: %+v", f)
	}
}

func TestLengthsThatAreNotTheTokens(t *testing.T) {
	for digits := 6; digits <= 8; digits++ {
		state := tokenState(t, secret, digits, 0)
		for other := 6; other <= 8; other++ {
			token := tokenOf(t, secret, other)
			one, two := press(t, token, 0), press(t, token, 0)+press(t, token, 1)
			want := core.Wrong
			if other == digits {
				want = core.Right
			}
			if f := verifyHOTP(t, state, -1, one); f.Verdict != want {
				t.Errorf("%d digits typed into %d: %+v", other, digits, f)
			}
			if f := verifyHOTP(t, state, -1, two); f.Verdict != want {
				t.Errorf("twice %d digits typed into %d: %+v", other, digits, f)
			}
		}
	}
	// What stands in for a code of a wrong length is never believed, where it is a code.
	const zeros = 349495 // the counter whose code is 000000
	state := tokenState(t, secret, 6, zeros)
	for _, typed := range []string{"0000000", "00000000", "", "x", "00000a", strings.Repeat("0", 14)} {
		if f := verifyHOTP(t, state, -1, typed); !cmp.Equal(f, core.Finding{}) {
			t.Errorf("%q: %+v", typed, f)
		}
	}
	if f := verifyHOTP(t, state, -1, "000000"); f.Verdict != core.Right {
		t.Errorf("six zeros: %+v", f)
	}
}

func TestHOTPCanonical(t *testing.T) {
	for typed, want := range map[string]string{
		"123456": "123456", " 123 456\n": "123456", "1234567": "1234567", "1234-5678": "12345678", "０１２３４５": "012345",
		"123456 654321": "123456654321", "123456,654321": "123456654321", "123 456 / 654 321": "123456654321",
		"12345671234567": "12345671234567", "12345678 12345678": "1234567812345678",
	} {
		if got, err := (factor.HOTP{}).Canonical(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{
		"", "12345", "123456789", "1234567890", "12345678901", "1234567890123", "123456789012345", "12345678901234567",
		"123456,", ",123456", "123,456", "123456,1234567", "123456,123456,123456", "1.23456e5", "-1", "12345a", "123456.654321",
		"ABCD-EFGH-JKMN-PQRS", strings.Repeat("1", 1e6), strings.Repeat("1,", 1e6),
	} {
		got, err := factor.HOTP{}.Canonical(typed)
		if err == nil {
			t.Errorf("%.20q: %q, want an error", typed, got)
		} else if len(typed) > 4 && strings.Contains(err.Error(), typed) {
			t.Errorf("the error repeats what was typed: %v", err)
		}
	}
}

// Security row B14.
func TestURIsOfOthers(t *testing.T) {
	base32 := func(n int) string {
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(strings.Repeat("k", n)))
	}
	good := "otpauth://hotp/Acme:ann?secret=" + base32(20) + "&issuer=Acme"
	for uri, want := range map[string]core.Enrolment{
		good:                                     {Algorithm: "SHA1", Digits: 6},
		good + "&counter=7&digits=8":             {Algorithm: "SHA1", Digits: 8, Counter: 7},
		good + "&algorithm=SHA256&digits=7":      {Algorithm: "SHA256", Digits: 7},
		good + "&counter=4611686018427387903":    {Algorithm: "SHA1", Digits: 6, Counter: 1<<62 - 1},
		"otpauth://hotp/a?secret=" + base32(10):  {Algorithm: "SHA1", Digits: 6},
		"otpauth://hotp/a?secret=" + base32(128): {Algorithm: "SHA1", Digits: 6},
	} {
		state, err := factor.HOTP{}.DraftURI(uri)
		if err != nil {
			t.Errorf("%s: %v", uri, err)
			continue
		}
		shown, err := factor.HOTP{}.Show(state, "Acme", "ann")
		if d := cmp.Diff(want, shown); err != nil || d != "" {
			t.Errorf("%s: %v %s", uri, err, d)
		}
	}
	for _, uri := range []string{
		"", "http://evil?digits=99", strings.Replace(good, "hotp", "totp", 1), strings.Replace(good, "hotp", "ocra", 1),
		good + "&digits=0", good + "&digits=5", good + "&digits=9", good + "&digits=99", good + "&digits=-6", good + "&digits=",
		good + "&counter=-1", good + "&counter=4611686018427387904", good + "&counter=18446744073709551615", good + "&counter=1e3",
		good + "&counter=1&counter=2", good + "&Counter=1&counter=1", good + "&digits=6&digits=6", good + "&secret=" + base32(20),
		good + "&algorithm=MD5", good + "&algorithm=", good + "&algorithm=SHA1&algorithm=SHA1", good + "&encoder=steam",
		"otpauth://hotp/a?secret=" + base32(9), "otpauth://hotp/a?secret=" + base32(129), "otpauth://hotp/a", "otpauth://hotp/a?secret=",
	} {
		state, err := factor.HOTP{}.DraftURI(uri)
		var told *otpauth.Error
		if !errors.As(err, &told) || state != nil {
			t.Errorf("%s: %s, %v", uri, state, err)
		} else if strings.Contains(err.Error(), base32(20)) {
			t.Errorf("the error holds the secret: %v", err)
		}
	}
}

// A URI's counter is where its token starts.
func TestAURIWithACounter(t *testing.T) {
	token := tokenOf(t, secret, 8)
	uri, err := otpauth.Key{
		Type: otpauth.HOTP, Account: "4711", Secret: token.Secret(), Options: token.Options(), Counter: 42,
	}.RevealURI()
	if err != nil {
		t.Fatal(err)
	}
	state, err := factor.HOTP{}.DraftURI(uri)
	if err != nil {
		t.Fatal(err)
	}
	for counter, want := range map[int64]core.Verdict{41: core.Spent, 42: core.Right, 51: core.Right, 52: core.Wrong} {
		if f := verifyHOTP(t, state, -1, press(t, token, counter)); f.Verdict != want {
			t.Errorf("counter %d: %+v", counter, f)
		}
	}
}

func TestHOTPDraftAndShow(t *testing.T) {
	seen := map[string]bool{}
	for range 20 {
		state, _, err := factor.HOTP{}.Draft(core.NewAuthenticator{})
		if err != nil {
			t.Fatal(err)
		}
		shown, err := factor.HOTP{}.Show(state, "Acme: Corp", "ann@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if len(shown.Secret) != 32 || seen[shown.Secret] || shown.Algorithm != "SHA1" || shown.Digits != 6 || shown.Period != 0 {
			t.Fatalf("not 160 new bits with the usual settings: %+v", shown)
		}
		seen[shown.Secret] = true
		parsed, err := otpauth.Parse(shown.URI)
		if err != nil || parsed.Type != otpauth.HOTP || parsed.Counter != 0 || parsed.Secret.RevealBase32() != shown.Secret {
			t.Fatalf("the URI says %+v, %v", parsed, err)
		}
		app, err := parsed.OTP()
		if err != nil {
			t.Fatal(err)
		}
		if f := verifyHOTP(t, state, -1, press(t, app, 0)); f.Verdict != core.Right || f.Step != 0 {
			t.Errorf("the token's first code: %+v", f)
		}
	}
}

func TestUnreadableHOTPStateVerifiesNothing(t *testing.T) {
	good := string(tokenState(t, secret, 6, 7))
	b64 := base64.StdEncoding.EncodeToString(secret)
	code := press(t, tokenOf(t, secret, 6), 7)
	change := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in %s", old, good)
		}
		return strings.Replace(good, old, with, 1)
	}
	for _, bad := range []string{
		"", "{}", "null", "[]", good[:len(good)-1], good + good, good + "x", string(stateOf(t, secret, "SHA1", 6)),
		change(`"v":1`, `"v":2`), change(`"v":1`, `"v":0`), change(`given`, ``), change(`given`, `stolen`),
		change(`"digits":6`, `"digits":0`), change(`"digits":6`, `"digits":5`), change(`"digits":6`, `"digits":9`),
		change(`"counter":7,`, ``), change(`"counter":7`, `"counter":null`), change(`"counter":7`, `"counter":-1`),
		change(`"counter":7`, `"counter":4611686018427387904`), change(`"counter":7`, `"counter":9223372036854775808`),
		change(`SHA1`, `MD5`), change(`SHA1`, ``), change(b64, ""), change(`"secret"`, `"other"`), change(b64, "?"),
	} {
		f, err := factor.HOTP{}.Verify(t.Context(), core.Question{State: []byte(bad), LastStep: 6, Response: code})
		if err == nil || !cmp.Equal(f, core.Finding{}) {
			t.Errorf("%s: %+v, %v", bad, f, err)
		} else if strings.Contains(err.Error(), b64) {
			t.Errorf("the error holds the secret: %v", err)
		}
		if _, err := (factor.HOTP{}).Show([]byte(bad), "a", "b"); err == nil {
			t.Errorf("%s was shown", bad)
		}
	}
	if f, err := (factor.TOTP{}).Verify(t.Context(), core.Question{State: []byte(good), Response: code}); err == nil {
		t.Errorf("TOTP read a state of HOTP: %+v", f)
	}
}

// Whatever the response: right means live counters whose codes it is, in a row, and never twice.
func TestHOTPVerdictsMeanWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 16, 64).Draw(t, "secret")
		digits := rapid.IntRange(6, 8).Draw(t, "digits")
		start := rapid.Int64Range(0, 50).Draw(t, "start")
		last := rapid.Int64Range(-1, 2000).Draw(t, "last")
		state, token := tokenState(t, raw, digits, start), tokenOf(t, raw, digits)
		floor := max(last, start-1)
		at := max(0, floor+rapid.Int64Range(-13, 13).Draw(t, "off"))
		typed, reach := press(t, token, at), int64(10)
		if rapid.Bool().Draw(t, "pair") {
			at = max(0, floor+rapid.Int64Range(-13, 1005).Draw(t, "off"))
			typed, reach = press(t, token, at)+press(t, token, at+rapid.Int64Range(0, 2).Draw(t, "gap")), 1000
		}
		if rapid.IntRange(0, 9).Draw(t, "guess") == 0 {
			typed = fmt.Sprintf("%0*d", digits, rapid.IntRange(0, 999999).Draw(t, "code"))
			reach = 10
		}
		matches := func(n int64) bool {
			return n >= 0 && (typed == press(t, token, n) || typed == press(t, token, n)+press(t, token, n+1))
		}
		wide := int64(len(typed)/digits) - 1
		live, dead := false, false
		for n := floor + 1; n <= floor+reach; n++ {
			live = live || matches(n)
		}
		for n := floor - 9; n+wide <= floor; n++ {
			dead = dead || matches(n)
		}
		f := verifyHOTP(t, state, last, typed)
		if (f.Verdict == core.Right) != live || (f.Verdict == core.Spent) != (dead && !live) {
			t.Fatalf("live %v, dead %v: %+v", live, dead, f)
		}
		if f.Verdict != core.Right {
			return
		}
		if f.Step <= floor || !matches(f.Step-wide) {
			t.Fatalf("above %d: %+v", floor, f)
		}
		if again := verifyHOTP(t, state, f.Step, typed); again.Verdict == core.Right && !matches(again.Step-wide) {
			t.Fatalf("the second time: %+v", again)
		} else if again.Verdict == core.Wrong {
			t.Fatal("the second time it is not known again")
		}
	})
}

func FuzzHOTP(f *testing.F) {
	f.Add("otpauth://hotp/Acme:ann?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=9&digits=8", "123456 123456", int64(3))
	f.Add("otpauth://hotp/a?secret=GEZDGNBVGY3TQOJQ&counter=4611686018427387903", "755224", int64(-1))
	f.Fuzz(func(t *testing.T, uri, typed string, last int64) {
		code, err := factor.HOTP{}.Canonical(typed)
		if err == nil {
			again, err := factor.HOTP{}.Canonical(code)
			if n := len(code); err != nil || again != code || n != 6 && n != 7 && n != 8 && n != 12 && n != 14 && n != 16 {
				t.Fatalf("%q is not canonical: %q, %v", code, again, err)
			}
		}
		state, err := factor.HOTP{}.DraftURI(uri)
		if err != nil {
			return
		}
		shown, err := factor.HOTP{}.Show(state, "i", "a")
		if err != nil || shown.Digits < 6 || shown.Digits > 8 || shown.Secret != "" || shown.URI != "" {
			t.Fatalf("%+v, %v", shown, err)
		}
		found, err := factor.HOTP{}.Verify(t.Context(), core.Question{State: state, LastStep: last, Response: code})
		if found.Verdict == core.Right && (err != nil || found.Step <= last) {
			t.Fatalf("after %d: %+v, %v", last, found, err)
		}
	})
}
