package engine_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/engine"
)

func TestCodeHoldsOnce(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		ctx := t.Context()
		first, a, bound := w.owner("ann")
		if len(bound.RecoveryCodes) != 10 || first.AAL() != 2 || first.AccountID() != "ann" {
			t.Fatalf("%d codes, AAL%d, %s", len(bound.RecoveryCodes), first.AAL(), first.AccountID())
		}
		_, err := w.begin(app(), "ann").Answer(ctx, engine.Response{Kind: engine.KindTOTP, Value: a.shows()})
		wants(t, err, engine.CodeAlreadyUsed) // it confirmed the app

		_, err = w.PasswordProved(ctx, app(), "ann")
		m := more(t, err)
		if kinds := []engine.Kind{m.Offer[0].Kind, m.Offer[1].Kind}; !slices.Equal(kinds, []engine.Kind{engine.KindTOTP, engine.KindRecoveryCode}) || m.Offer[0].Label != "phone" {
			t.Errorf("offer: %+v", m.Offer)
		}
		code := a.next()
		s, err := m.Login.Answer(ctx, code)
		must(t, err)
		if s.AAL() != 2 || !slices.Equal(s.AMR(), []string{"pwd", "otp", "mfa"}) || !s.SignedInAt().Equal(w.now()) {
			t.Errorf("AAL%d, %v, %v", s.AAL(), s.AMR(), s.SignedInAt())
		}
		_, err = m.Login.Answer(ctx, code)
		wants(t, err, engine.CodeLoginExpired)
		_, err = w.begin(app(), "ann").Answer(ctx, code)
		if e := wants(t, err, engine.CodeAlreadyUsed); e.Text == "" {
			t.Error("nothing is said")
		}
		spent := bound.RecoveryCodes[0]
		_, err = w.begin(app(), "ann").Answer(ctx, engine.Response{Value: spent})
		must(t, err)
		_, err = w.begin(app(), "ann").Answer(ctx, engine.Response{Kind: engine.KindRecoveryCode, Value: spent})
		wants(t, err, engine.CodeAlreadyUsed)
	})
}

// Of 64 that bring one code at once, in one sign-in or in as many, one is signed in.
func TestOneCodeOneSession(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		_, a, _ := w.owner("ann")
		for name, logins := range map[string]int{"one sign-in": 1, "many": 64} {
			held := make([]engine.Login, logins)
			for i := range held {
				held[i] = w.begin(app(), "ann")
			}
			code := a.next()
			sessions := make([]engine.Session, 64)
			errs := make([]error, 64)
			var group sync.WaitGroup
			for i := range 64 {
				group.Go(func() { sessions[i], errs[i] = held[i%logins].Answer(t.Context(), code) })
			}
			group.Wait()
			in := 0
			for i, err := range errs {
				if err == nil {
					in++
					if _, err := sessions[i].Account(t.Context()); err != nil {
						t.Errorf("%s: the one session: %v", name, err)
					}
				}
			}
			if in != 1 {
				t.Errorf("%s: %d sessions of one code", name, in)
			}
			w.advance(2 * time.Hour) // those who lost the race counted while it went on
		}
	})
}

// Wrong codes count across sign-ins, wait, and are turned off at a hundred.
func TestWrongCodesCount(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		_, a, _ := w.owner("ann")
		for i := 1; i <= 3; i++ {
			_, err := w.begin(app(), "ann").Answer(t.Context(), a.wrong())
			e := wants(t, err, engine.CodeWrong)
			if e.TriesLeft != 100-i {
				t.Errorf("wrong code %d leaves %d", i, e.TriesLeft)
			}
		}
		right := a.next() // which is longer than the third has to wait
		_, err := w.begin(app(), "ann").Answer(t.Context(), a.wrong())
		if e := wants(t, err, engine.CodeWrong); e.RetryAfter <= 0 {
			t.Errorf("no delay after four: %v", e.RetryAfter)
		}
		_, err = w.begin(app(), "ann").Answer(t.Context(), right)
		if e := wants(t, err, engine.CodeThrottled); e.RetryAfter <= 0 || e.Text == "" {
			t.Errorf("%+v", e)
		}
		w.advance(time.Minute)
		_, err = w.begin(app(), "ann").Answer(t.Context(), engine.Response{Value: a.shows()})
		must(t, err)
		_, err = w.begin(app(), "ann").Answer(t.Context(), a.wrong())
		if e := wants(t, err, engine.CodeWrong); e.TriesLeft != 99 {
			t.Errorf("after a right code %d are left", e.TriesLeft)
		}
		for range 99 {
			w.advance(2 * time.Hour)
			_, err = w.begin(app(), "ann").Answer(t.Context(), a.wrong())
			wants(t, err, engine.CodeWrong)
		}
		w.advance(2 * time.Hour)
		_, err = w.begin(app(), "ann").Answer(t.Context(), a.next())
		wants(t, err, engine.CodeLocked)
	})
}

func TestPasswords(t *testing.T) {
	w := open(t, nil)
	ctx := t.Context()
	_, errKnown := w.SignIn(ctx, app(), "ann", "a guess")
	_, errUnknown := w.SignIn(ctx, app(), "nobody", "a guess")
	known, unknown := wants(t, errKnown, engine.CodeWrong), wants(t, errUnknown, engine.CodeWrong)
	if known.Text != unknown.Text || known.Field != unknown.Field || known.Text == "" {
		t.Errorf("%+v, %+v", known, unknown)
	}
	s, err := w.SignIn(ctx, app(), "ann", password)
	must(t, err)
	if s.AAL() != 1 || s.AccountID() != "ann" {
		t.Errorf("AAL%d, %s", s.AAL(), s.AccountID())
	}
	c := app()
	c.Known = s.KnownToken()
	for range 3 {
		_, err = w.SignIn(ctx, app(), "ann", "a guess")
		wants(t, err, engine.CodeWrong)
	}
	_, err = w.SignIn(ctx, app(), "ann", password)
	wants(t, err, engine.CodeThrottled)
	_, err = w.SignIn(ctx, c, "ann", password) // in a lane of their own
	must(t, err)
	for _, id := range []string{"", "a\x00b", string(make([]byte, 256))} {
		_, err = w.PasswordProved(ctx, app(), id)
		wants(t, err, engine.CodeInternal)
	}
	_, err = w.PasswordProved(ctx, app(), "nobody")
	wants(t, err, engine.CodeWrong)
}

// In one form nothing is told of the password alone.
func TestCombined(t *testing.T) {
	w := open(t, func(c *sallyport.Config) { required(c); c.LoginForm = "combined" })
	_, a, _ := w.owner("ann")
	ctx := t.Context()
	right := a.next()
	_, err1 := w.SignIn(ctx, app(), "ann", password)
	_, err2 := w.SignInAtOnce(ctx, app(), "ann", password, a.wrong())
	_, err3 := w.SignInAtOnce(ctx, app(), "ann", "a guess", right)
	for _, err := range []error{err1, err2, err3} {
		if e := wants(t, err, engine.CodeWrong); e.Text != wants(t, err1, engine.CodeWrong).Text || e.TriesLeft != -1 {
			t.Errorf("it tells: %+v", e)
		}
	}
	w.advance(time.Minute) // after three
	s, err := w.SignInAtOnce(ctx, app(), "ann", password, a.next())
	must(t, err)
	if s.AAL() != 2 {
		t.Errorf("AAL%d", s.AAL())
	}
}

// A token is good for one thing, with one carrier.
func TestTokens(t *testing.T) {
	onBoth(t, required, func(t *testing.T, w *world) {
		_, a, _ := w.owner("ann")
		ctx := t.Context()
		for _, c := range []engine.Client{app(), browser()} {
			other := browser()
			if c.Carrier == engine.Cookie {
				other = app()
			}
			token := w.begin(c, "ann").Token()
			_, err := w.Session(ctx, c, token)
			wants(t, err, engine.CodeNotSignedIn) // a sign-in is no session
			_, err = w.Login(ctx, other, token)
			wants(t, err, engine.CodeLoginExpired)
			l, err := w.Login(ctx, c, token)
			must(t, err)
			if m := more(t, l.Next(ctx)); m.Login.Token() != token {
				t.Error("another token")
			}
			s, err := l.Answer(ctx, a.next())
			must(t, err)
			_, err = w.Session(ctx, other, s.Token())
			wants(t, err, engine.CodeNotSignedIn)
			_, err = w.Login(ctx, c, s.Token())
			wants(t, err, engine.CodeLoginExpired)
			_, err = w.Session(ctx, c, token)
			wants(t, err, engine.CodeNotSignedIn)
			found, err := w.Session(ctx, c, s.Token())
			must(t, err)
			if found.ID() != s.ID() || found.Token() != s.Token() {
				t.Error("another session")
			}
			c.Session = s.Token()
			_, err = w.begin(c, "ann").Answer(ctx, a.next())
			must(t, err)
			_, err = w.Session(ctx, c, s.Token())
			wants(t, err, engine.CodeNotSignedIn) // the new one took its place
		}
	})
}

// Both faces are one: the JSON API takes the bearer token, and a guard of the Gate too.
func TestTheGateKnowsTheSession(t *testing.T) {
	w := open(t, required)
	s, _, _ := w.owner("ann")
	r := httptest.NewRequest("GET", "http://localhost/page", nil)
	r.Header.Set("Authorization", "Bearer "+s.Token())
	found, err := w.gate.Session(r)
	must(t, err)
	if found.AccountID() != "ann" || found.ID() != s.ID() {
		t.Errorf("%s, %s", found.AccountID(), found.ID())
	}
	r = httptest.NewRequest("DELETE", "http://localhost/auth/api/v1/session", nil)
	r.Header.Set("Authorization", "Bearer "+s.Token())
	answer := httptest.NewRecorder()
	w.gate.ServeHTTP(answer, r)
	if answer.Code != http.StatusNoContent {
		t.Fatalf("signing out: %d", answer.Code)
	}
	_, err = s.Account(t.Context())
	wants(t, err, engine.CodeNotSignedIn)
}

func TestTrustedBrowser(t *testing.T) {
	w := open(t, required)
	_, a, _ := w.owner("ann")
	ctx := t.Context()
	code := a.next()
	code.TrustBrowser = true
	_, err := w.begin(app(), "ann").Answer(ctx, code)
	wants(t, err, engine.CodeInvalid) // a program is no browser
	_, err = w.PasswordProved(ctx, browser(), "ann")
	m := more(t, err)
	if m.TrustFor != 30*24*time.Hour {
		t.Errorf("for %v", m.TrustFor)
	}
	s, err := m.Login.Answer(ctx, code)
	must(t, err)
	c := browser()
	var until time.Time
	c.Browser, until = s.BrowserToken()
	if !until.Equal(w.now().Add(m.TrustFor)) {
		t.Errorf("until %v", until)
	}
	trusted, err := w.PasswordProved(ctx, c, "ann")
	must(t, err)
	if trusted.AAL() != 1 {
		t.Errorf("AAL%d", trusted.AAL())
	}
	if next, _ := trusted.BrowserToken(); next == "" || next == c.Browser {
		t.Error("the browser's token did not change")
	}
	more(t, errOf(w.PasswordProved(ctx, browser(), "ann")))
	_, err = s.Elevate(ctx, code)
	wants(t, err, engine.CodeInvalid)
	all, err := s.TrustedBrowsers(ctx)
	must(t, err)
	if len(all) != 1 || all[0].UserAgent != "Firefox" || all[0].Address != "192.0.2.7" {
		t.Fatalf("%+v", all)
	}
	wants(t, s.EndTrustedBrowser(ctx, "x"), engine.CodeNotFound)
	w.advance(time.Minute)
	more(t, errOf(w.PasswordProved(ctx, c, "ann"))) // a copy of the token that was used
	c.Browser = ""
	code = a.next()
	code.TrustBrowser = true
	s, err = w.begin(c, "ann").Answer(ctx, code)
	must(t, err)
	c.Browser, _ = s.BrowserToken()
	all, err = s.TrustedBrowsers(ctx)
	must(t, err)
	for _, b := range all {
		must(t, s.EndTrustedBrowser(ctx, b.ID))
	}
	more(t, errOf(w.PasswordProved(ctx, c, "ann")))
}

func TestCancel(t *testing.T) {
	w := open(t, required)
	_, a, _ := w.owner("ann")
	l := w.begin(app(), "ann")
	must(t, l.Cancel(t.Context()))
	must(t, l.Cancel(t.Context()))
	_, err := l.Answer(t.Context(), a.next())
	wants(t, err, engine.CodeLoginExpired)
	l = w.begin(app(), "ann")
	w.advance(l.ExpiresAt().Sub(w.now()))
	wants(t, l.Next(t.Context()), engine.CodeLoginExpired)
}

func errOf(_ engine.Session, err error) error { return err }
