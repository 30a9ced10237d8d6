package otp_test

import (
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	factor "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// Wherever the window was moved, and whatever moved it, three steps are accepted, and the present one is among them.
func TestTheWindowIsThreeStepsWide(t *testing.T) {
	const step = 50_000_000
	state, key := stateOf(t, secret, "SHA1", 6), keyOf(t, secret)
	for window, want := range map[int][]int64{
		-1 << 62: {-2, -1, 0}, -2: {-2, -1, 0}, -1: {-2, -1, 0}, 0: {-1, 0, 1}, 1: {0, 1, 2}, 2: {0, 1, 2}, 1 << 62: {0, 1, 2},
	} {
		var got []int64
		for off := int64(-15); off <= 15; off++ {
			f := verify(t, core.Question{State: state, Response: codeAt(t, key, step+off), Window: window, Now: time.Unix(step*period, 0)})
			if f.Verdict == core.Right {
				got = append(got, off)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("window at %d: accepted %v, want %v", window, got, want)
		}
	}
}

// While a key is set up a wrong clock is looked for ten minutes to each side.
func TestASetUpLooksFurther(t *testing.T) {
	const step = 50_000_000
	state, key := stateOf(t, secret, "SHA1", 6), keyOf(t, secret)
	for off := int64(-22); off <= 22; off++ {
		f := verify(t, core.Question{State: state, Response: codeAt(t, key, step+off), SetUp: true, Now: time.Unix(step*period, 0)})
		want := core.Drifted
		switch {
		case -1 <= off && off <= 1:
			want = core.Right
		case off < -20 || off > 20:
			want = core.Wrong
		}
		if f.Verdict != want || want != core.Wrong && f.Drift != time.Duration(off)*period*time.Second {
			t.Errorf("%+d steps: %+v, want verdict %d", off, f, want)
		}
	}
}

// An app that ignores the algorithm or the digits of a key is known by its code, while the key is set up and only then. What
// suits it is a key of its own.
func TestAppsThatIgnoreParameters(t *testing.T) {
	now := time.Unix(1000*period, 0)
	sha256, sha512 := otp.SHA256, otp.SHA512
	for _, c := range []struct {
		asked, does otp.Options
		text        string
	}{
		{otp.Options{Algorithm: sha256}, otp.Options{}, "setup.ignores_algorithm"},
		{otp.Options{Algorithm: sha512, Digits: 8}, otp.Options{Digits: 8}, "setup.ignores_algorithm"},
		{otp.Options{Digits: 8}, otp.Options{}, "setup.ignores_digits"},
		{otp.Options{Algorithm: sha256, Digits: 8}, otp.Options{Algorithm: sha256}, "setup.ignores_digits"},
		{otp.Options{Algorithm: sha512, Digits: 8}, otp.Options{}, "setup.ignores_both"},
		{otp.Options{Algorithm: sha256}, otp.Options{Algorithm: sha512}, ""},
		{otp.Options{}, otp.Options{Algorithm: sha256}, ""},
	} {
		maker := factor.TOTP{Algorithm: c.asked.Algorithm, Digits: c.asked.Digits}
		state := stateOf(t, secret, c.asked.Algorithm.String(), max(c.asked.Digits, 6))
		code := codeAt(t, appWith(t, maker, state, c.does), 1000)
		q := core.Question{State: state, Response: code, Now: now}
		if f := verify(t, q); f.Verdict != core.Wrong || f.NewState != nil {
			t.Errorf("%+v as %+v, bound: %+v", c.asked, c.does, f)
		}
		q.SetUp = true
		f := verify(t, q)
		if c.text == "" {
			if f.Verdict != core.Wrong {
				t.Errorf("%+v as %+v: %+v", c.asked, c.does, f)
			}
			continue
		}
		if f.Verdict != core.Ignored || f.Text != c.text {
			t.Fatalf("%+v as %+v: %+v", c.asked, c.does, f)
		}
		old, anew := show(t, state), show(t, f.NewState)
		if anew.Secret == old.Secret || len(anew.Secret) != 32 {
			t.Errorf("the new key's secret: %q", anew.Secret)
		}
		again := core.Question{State: f.NewState, Response: codeAt(t, appWith(t, maker, f.NewState, c.does), 1000), SetUp: true, Now: now}
		if f := verify(t, again); f.Verdict != core.Right {
			t.Errorf("%+v as %+v, with the new key: %+v", c.asked, c.does, f)
		}
	}
}

// New keys are as the settings say, and the app is told so.
func TestDraftsAsTold(t *testing.T) {
	for _, o := range []otp.Options{{Algorithm: otp.SHA256}, {Algorithm: otp.SHA512, Digits: 8}, {Digits: 8}} {
		state, _, err := factor.TOTP{Algorithm: o.Algorithm, Digits: o.Digits}.Draft(core.NewAuthenticator{})
		if err != nil {
			t.Fatal(err)
		}
		shown := show(t, state)
		parsed, err := otpauth.Parse(shown.URI)
		if err != nil {
			t.Fatal(err)
		}
		if shown.Algorithm != o.Algorithm.String() || shown.Digits != max(o.Digits, 6) ||
			parsed.Options.Algorithm != o.Algorithm || parsed.Options.Digits != shown.Digits {
			t.Errorf("%+v: %s, %d digits, %+v", o, shown.Algorithm, shown.Digits, parsed.Options)
		}
	}
}

// A code of another length is compared with nothing, and says how long the key's are.
func TestCodesOfAnotherLength(t *testing.T) {
	now := time.Unix(1000*period, 0)
	for digits, typed := range map[int]string{6: "12345678", 8: "123456"} {
		f := verify(t, core.Question{State: stateOf(t, secret, "SHA1", digits), Response: typed, Now: now})
		if f.Verdict != core.Wrong || f.Digits != digits {
			t.Errorf("%q for %d digits: %+v", typed, digits, f)
		}
		f = verify(t, core.Question{State: stateOf(t, secret, "SHA1", digits), Response: typed, Now: now, SetUp: true})
		if f.Verdict != core.Wrong || f.Digits != digits {
			t.Errorf("%q for %d digits, set up: %+v", typed, digits, f)
		}
	}
	if got, err := (factor.TOTP{}).Canonical("1234 5678"); err != nil || got != "12345678" {
		t.Errorf("%q, %v", got, err)
	}
}

func show(t *testing.T, state []byte) core.Enrolment {
	t.Helper()
	shown, err := factor.TOTP{}.Show(state, "Acme", "ann")
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// appWith scans a key, and does with it what it can.
func appWith(t *testing.T, maker factor.TOTP, state []byte, does otp.Options) otp.Key {
	t.Helper()
	shown, err := maker.Show(state, "Acme", "ann")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := otpauth.Parse(shown.URI)
	if err != nil {
		t.Fatal(err)
	}
	key, err := otp.NewKey(parsed.Secret, does)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
