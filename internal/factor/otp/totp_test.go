package otp_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/core"
	factor "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

const period = 30

// stateOf is what Draft would have made of these settings.
func stateOf(t interface{ Fatal(...any) }, secret []byte, algorithm string, digits int) []byte {
	state, err := json.Marshal(map[string]any{
		"v": 1, "secret": secret, "algorithm": algorithm, "digits": digits, "period": period,
	})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func keyOf(t interface{ Fatal(...any) }, secret []byte) otp.Key {
	s, err := otp.SecretFromBytes(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := otp.NewKey(s, otp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func codeAt(t interface{ Fatal(...any) }, key otp.Key, step int64) string {
	code, err := key.TOTP(time.Unix(step*period, 0))
	if err != nil {
		t.Fatal(err)
	}
	return code.String()
}

func verify(t *testing.T, q core.Question) core.Finding {
	t.Helper()
	f, err := factor.TOTP{}.Verify(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// secret is the one of RFC 6238, appendix B. The codes below lie far enough apart for no two steps around them to
// collide.
var secret = []byte("12345678901234567890")

// RFC 6238, appendix B, each with as many bytes of secret as its hash is long.
func TestVectorsOfTheRFC(t *testing.T) {
	long := strings.Repeat("1234567890", 7)
	vectors := []struct {
		unix                 int64
		sha1, sha256, sha512 string
	}{
		{59, "94287082", "46119246", "90693936"},
		{1111111109, "07081804", "68084774", "25091201"},
		{1111111111, "14050471", "67062674", "99943326"},
		{1234567890, "89005924", "91819424", "93441116"},
		{2000000000, "69279037", "90698825", "38618901"},
		{20000000000, "65353130", "77737706", "47863826"},
	}
	for _, v := range vectors {
		for _, c := range []struct {
			algorithm, code string
			bytes           int
		}{{"SHA1", v.sha1, 20}, {"SHA256", v.sha256, 32}, {"SHA512", v.sha512, 64}} {
			f := verify(t, core.Question{
				State: stateOf(t, []byte(long[:c.bytes]), c.algorithm, 8), Response: c.code, Now: time.Unix(v.unix, 0),
			})
			if f.Verdict != core.Right || f.Step != v.unix/period {
				t.Errorf("%s at %d: %+v", c.algorithm, v.unix, f)
			}
		}
	}
	f := verify(t, core.Question{State: stateOf(t, secret, "SHA1", 6), Response: "287082", Now: time.Unix(59, 0)})
	if f.Verdict != core.Right || f.Step != 1 {
		t.Errorf("six digits: %+v", f)
	}
}

func TestWhichStepsAreAccepted(t *testing.T) {
	const step = 50_000_000
	now := time.Unix(step*period+29, 0)
	state, key := stateOf(t, secret, "SHA1", 6), keyOf(t, secret)
	for off := int64(-12); off <= 12; off++ {
		f := verify(t, core.Question{State: state, Response: codeAt(t, key, step+off), Now: now})
		f.RetryAfter = 0
		var want core.Finding
		switch {
		case -1 <= off && off <= 1:
			want = core.Finding{Verdict: core.Right, Step: step + off, Off: int(off), Drift: time.Duration(off) * period * time.Second}
		case -10 <= off && off <= 10:
			want = core.Finding{Verdict: core.Drifted, Step: step + off, Off: int(off), Drift: time.Duration(off) * period * time.Second}
		}
		if d := cmp.Diff(want, f); d != "" {
			t.Errorf("%+d steps: %s", off, d)
		}
	}
}

func TestDeadSteps(t *testing.T) {
	const step = 50_000_000
	state, key := stateOf(t, secret, "SHA1", 6), keyOf(t, secret)
	tests := []struct {
		name          string
		code          int64 // step of the code
		last          int64
		secondsIntoIt int64
		verdict       core.Verdict
		retry         time.Duration
	}{
		{"used just now", step, step, 10, core.Spent, 20 * time.Second},
		{"older than the one used", step - 1, step, 10, core.Spent, 20 * time.Second},
		{"used, of a clock that is ahead", step + 1, step + 1, 10, core.Spent, 50 * time.Second},
		{"present, after one that was ahead", step, step + 1, 0, core.Spent, 60 * time.Second},
		{"used in the step before", step - 1, step - 1, 10, core.Spent, time.Second},
		{"at the very end of its step", step, step, 29, core.Spent, time.Second},
		{"the next after the one used", step + 1, step, 10, core.Right, 50 * time.Second},
		{"the present after the one before", step, step - 1, 10, core.Right, 20 * time.Second},
		{"outside the window and dead", step - 2, step, 10, core.Drifted, 0},
		{"the one used, long after", step - 4, step - 4, 10, core.Spent, time.Second}, // no reason to speak of clocks
		{"everything dead, and wrong", step + 12, step + 100, 10, core.Wrong, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := verify(t, core.Question{
				State: state, Response: codeAt(t, key, tt.code), LastStep: tt.last,
				Now: time.Unix(step*period+tt.secondsIntoIt, 0),
			})
			if f.Verdict != tt.verdict || f.RetryAfter != tt.retry {
				t.Errorf("verdict %d, retry after %v; want %d, %v", f.Verdict, f.RetryAfter, tt.verdict, tt.retry)
			}
		})
	}
}

// Two steps of one window can have the same code: with a million codes it happens to somebody every day.
func TestLiveStepWinsOverDeadOneWithTheSameCode(t *testing.T) {
	state, key := stateOf(t, secret, "SHA1", 6), keyOf(t, secret)
	step := int64(0)
	for codeAt(t, key, step) != codeAt(t, key, step+1) {
		step++
	}
	code := codeAt(t, key, step)
	for _, tt := range []struct {
		now, last int64
		want      core.Finding
	}{
		{step, step, core.Finding{Verdict: core.Right, Step: step + 1, Off: 1, Drift: period * time.Second}},
		{step, step - 1, core.Finding{Verdict: core.Right, Step: step + 1, Off: 1, Drift: period * time.Second}},
		{step, step + 1, core.Finding{Verdict: core.Spent}},
		{step - 1, step - 2, core.Finding{Verdict: core.Right, Step: step, Off: 1, Drift: period * time.Second}},
		{step - 1, step, core.Finding{Verdict: core.Spent}}, // the later one is out of reach still
	} {
		f := verify(t, core.Question{State: state, Response: code, LastStep: tt.last, Now: time.Unix(tt.now*period, 0)})
		f.RetryAfter = 0
		if d := cmp.Diff(tt.want, f); d != "" {
			t.Errorf("now %d, last %d (collision at %d): %s", tt.now, tt.last, step, d)
		}
	}
}

func TestTimesWithoutSteps(t *testing.T) {
	state := stateOf(t, secret, "SHA1", 6)
	for _, now := range []time.Time{time.Unix(-1, 0), {}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if f, err := (factor.TOTP{}).Verify(t.Context(), core.Question{State: state, Response: "123456", Now: now}); err == nil {
			t.Errorf("%v: %+v, want an error", now, f)
		}
	}
	key := keyOf(t, secret)
	for _, edge := range []int64{0, 253402300799 / period} {
		f := verify(t, core.Question{State: state, Response: codeAt(t, key, edge), LastStep: -1, Now: time.Unix(edge*period, 0)})
		if f.Verdict != core.Right || f.Step != edge {
			t.Errorf("step %d: %+v", edge, f)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, typed := range []string{"012345", " 012 345\n", "012-345", "０１２３４５", "٠١٢٣٤٥"} {
		if got, err := (factor.TOTP{}).Canonical(typed); err != nil || got != "012345" {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "12345", "0123456", "123456789", "1.23456e5", "-1", "12345a", "ABCD-EFGH-JKMN-PQRS", strings.Repeat("1", 1e6)} {
		got, err := factor.TOTP{}.Canonical(typed)
		if err == nil {
			t.Errorf("%.20q: %q, want an error", typed, got)
		} else if len(typed) > 2 && strings.Contains(err.Error(), typed) {
			t.Errorf("the error repeats what was typed: %v", err)
		}
	}
}

func TestDraftAndShow(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		state, _, err := factor.TOTP{}.Draft(core.NewAuthenticator{})
		if err != nil {
			t.Fatal(err)
		}
		shown, err := factor.TOTP{}.Show(state, "Acme: Corp", "ann@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if len(shown.Secret) != 32 || seen[shown.Secret] {
			t.Fatalf("not 160 new bits: %q", shown.Secret)
		}
		seen[shown.Secret] = true
		if shown.Algorithm != "SHA1" || shown.Digits != 6 || shown.Period != period {
			t.Errorf("settings: %+v", shown)
		}
		checkURI(t, shown, state)
	}
}

// checkURI does what a code app does.
func checkURI(t *testing.T, shown core.Enrolment, state []byte) {
	t.Helper()
	parsed, err := otpauth.Parse(shown.URI)
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Account != "ann@example.org" || parsed.Issuer != "Acme Corp" || parsed.Secret.RevealBase32() != shown.Secret {
		t.Errorf("the URI says %+v", parsed)
	}
	app, err := parsed.OTP()
	if err != nil {
		t.Fatal(err)
	}
	f := verify(t, core.Question{State: state, Response: codeAt(t, app, 1000), Now: time.Unix(1000*period, 0)})
	if f.Verdict != core.Right {
		t.Errorf("the app's code: %+v", f)
	}
}

func TestUnreadableStateVerifiesNothing(t *testing.T) {
	good := string(stateOf(t, secret, "SHA1", 6))
	b64 := base64.StdEncoding.EncodeToString(secret)
	code := codeAt(t, keyOf(t, secret), 1000)
	change := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in %s", old, good)
		}
		return strings.Replace(good, old, with, 1)
	}
	for _, bad := range []string{
		"", "{}", "null", "[]", good[:len(good)-1], good + good, good + "x",
		change(`"v":1`, `"v":2`), change(`"v":1`, `"v":0`), change(`"digits":6`, `"digits":0`),
		change(`"digits":6`, `"digits":99`), change(`"digits":6,`, ``), change(`"period":30`, `"period":0`),
		change(`"period":30`, `"period":-30`), change(`SHA1`, `MD5`), change(`SHA1`, ``),
		change(b64, ""), change(`"secret"`, `"other"`), change(b64, "?"),
	} {
		f, err := factor.TOTP{}.Verify(t.Context(), core.Question{State: []byte(bad), Response: code, Now: time.Unix(1000*period, 0)})
		if err == nil || f.Verdict != core.Wrong {
			t.Errorf("%s: %+v, %v", bad, f, err)
		} else if strings.Contains(err.Error(), b64) {
			t.Errorf("the error holds the secret: %v", err)
		}
		if _, err := (factor.TOTP{}).Show([]byte(bad), "a", "b"); err == nil {
			t.Errorf("%s was shown", bad)
		}
	}
}

// Whatever the response: right means a live step of the window whose code it is, and never twice.
func TestVerdictsMeanWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 16, 64).Draw(t, "secret")
		state, key := stateOf(t, raw, "SHA1", 6), keyOf(t, raw)
		unix := rapid.Int64Range(period*20, 253402300799-period*20).Draw(t, "now")
		step, last := unix/period, unix/period+rapid.Int64Range(-4, 4).Draw(t, "last")
		code := codeAt(t, key, step+rapid.Int64Range(-13, 13).Draw(t, "off"))
		if rapid.IntRange(0, 9).Draw(t, "guess") == 0 {
			code = fmt.Sprintf("%06d", rapid.IntRange(0, 999999).Draw(t, "code"))
		}
		window := rapid.IntRange(-1, 1).Draw(t, "window")
		q := core.Question{State: state, Response: code, LastStep: last, Window: window, Now: time.Unix(unix, 0)}
		f, err := factor.TOTP{}.Verify(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		live, dead := false, false
		for s := step + int64(window) - 1; s <= step+int64(window)+1; s++ {
			matches := codeAt(t, key, s) == code
			live, dead = live || matches && s > last, dead || matches && s <= last
		}
		dead = dead || max(last-step, step-last) <= 10 && codeAt(t, key, last) == code
		if (f.Verdict == core.Right) != live || (f.Verdict == core.Spent) != (dead && !live) {
			t.Fatalf("live %v, dead %v: %+v", live, dead, f)
		}
		if f.Verdict != core.Right {
			return
		}
		if f.Step <= last || codeAt(t, key, f.Step) != code {
			t.Fatalf("step %d: %+v", step, f)
		}
		q.LastStep = f.Step
		if again, err := (factor.TOTP{}).Verify(t.Context(), q); err != nil || again.Verdict != core.Spent {
			t.Fatalf("the second time: %+v, %v", again, err)
		}
	})
}
