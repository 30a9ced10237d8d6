package core_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// browser is a client that keeps cookies.
func browser(trusted string) core.Caller {
	return core.Caller{Transport: core.TransportCookie, Browser: trusted}
}

// trust signs in with a code and has the browser trusted.
func (p *person) trust() (cookie string) {
	p.w.t.Helper()
	p.w.clock.Add(30 * time.Second)
	s, err := p.w.Answer(p.w.ctx, browser(""), p.beginIn(browser("")),
		core.Response{Kind: core.KindTOTP, Value: p.code(), TrustBrowser: true})
	p.w.check(err)
	cookie, until, made := s.NewBrowser()
	if !made || !until.Equal(p.w.clock.Now().Add(30*24*time.Hour)) {
		p.w.t.Fatalf("%q until %v", cookie, until)
	}
	return cookie
}

func (p *person) beginIn(c core.Caller) core.Login {
	p.w.t.Helper()
	_, err := p.passwordIn(c)
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		p.w.t.Fatalf("%v", err)
	}
	return more.Login
}

func (p *person) passwordIn(c core.Caller) (core.Session, error) {
	return p.w.Answer(p.w.ctx, c, p.w.Begin(c, core.Beginning{Login: p.name}),
		core.Response{Kind: core.KindPassword, Value: ownersPassword})
}

// asked says that the second step is asked for.
func (p *person) asked(c core.Caller, why string) {
	p.w.t.Helper()
	_, err := p.passwordIn(c)
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		p.w.t.Errorf("%s: the second step was skipped: %v", why, err)
	}
}

func TestTrustedBrowser(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	first := p.trust()
	s, err := p.passwordIn(browser(first))
	w.check(err)
	second, _, made := s.NewBrowser()
	if !made || second == first || s.Level() != core.AAL1 {
		t.Fatalf("token %q after %q, level %d", second, first, s.Level())
	}
	if amr := s.AMR(); len(amr) != 1 || amr[0] != "pwd" {
		t.Errorf("amr %q", amr)
	}
	// The answer got lost: the same once more, for 30 seconds.
	w.clock.Add(29 * time.Second)
	s, err = p.passwordIn(browser(first))
	w.check(err)
	if again, _, _ := s.NewBrowser(); again != second {
		t.Errorf("%q, want %q", again, second)
	}
	// It is never asked at reauthentication.
	if _, err := w.ElevatedFrom(s); !core.IsCode(err, core.CodeElevationNeeded) {
		t.Errorf("%v", err)
	}
	_, err = w.Elevate(w.ctx, browser(second), s, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	codeOf(t, err, core.CodeWrongState)
	if list, err := w.Browsers(w.ctx, s); err != nil || len(list) != 1 {
		t.Errorf("%+v %v", list, err)
	}
}

// Requests that a browser sends at once with one token all get the same successor, and none is asked for a code.
func TestTrustedBrowserSendsTwoRequests(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	cookie := p.trust()
	var all sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for range 3 { // more passwords at once would be delayed
		all.Go(func() {
			s, err := p.passwordIn(browser(cookie))
			if err != nil {
				t.Error(err)
				return
			}
			next, _, _ := s.NewBrowser()
			mu.Lock()
			defer mu.Unlock()
			got[next]++
		})
	}
	all.Wait()
	if len(got) != 1 {
		t.Errorf("%d successors", len(got))
	}
}

// A token that was replaced before is a copy: somebody has it besides the owner.
func TestStolenBrowserEndsTheFamily(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	first := p.trust()
	s, err := p.passwordIn(browser(first))
	w.check(err)
	second, _, _ := s.NewBrowser()
	w.post()
	w.clock.Add(31 * time.Second)
	p.asked(browser(first), "a replaced token")
	w.mail(core.MailBrowserStolen)
	p.asked(browser(second), "the present token of a stolen family")
}

func TestWhatIsNoTrustedBrowser(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, other := w.enrol("ana"), w.enrol("bob")
	cookie := p.trust()
	p.asked(browser(cookie[:len(cookie)-1]), "a shorter token")
	// that was a copy, as far as anybody can tell
	cookie = p.trust()
	other.asked(browser(cookie), "another account's")
	c := browser(cookie)
	c.Transport = core.TransportBearer
	p.asked(c, "a bearer client's")
	codeOf(t, p.wrongPassword(cookie), core.CodeWrong)
	w.check(w.SetPolicy(w.ctx, caller, p.session.AccountID(), core.PolicyAAL2))
	p.asked(browser(cookie), "where the policy is aal2")
	w.check(w.SetPolicy(w.ctx, caller, p.session.AccountID(), ""))
	w.clock.Add(time.Minute)
	s, err := p.passwordIn(browser(cookie)) // its token had not changed where it was not used
	w.check(err)
	cookie, until, _ := s.NewBrowser()
	w.clock.Add(until.Sub(w.clock.Now()))
	p.asked(browser(cookie), "an expired one")
	for _, m := range w.post() {
		if m.Kind == core.MailBrowserStolen && m.At.After(until.Add(-time.Hour)) {
			t.Error("an expired one is taken for a stolen one")
		}
	}
}

func (p *person) wrongPassword(cookie string) error {
	c := browser(cookie)
	_, err := p.w.Answer(p.w.ctx, c, p.w.Begin(c, core.Beginning{Login: p.name}),
		core.Response{Kind: core.KindPassword, Value: squattersPassword})
	return err
}

func TestEveryChangeEndsTrustedBrowsers(t *testing.T) {
	changes := map[string]func(w *world, p *person){
		"password": func(w *world, p *person) {
			_, err := w.ChangePassword(w.ctx, p.holding(), p.elevated(), ownersPassword, newPassword)
			w.check(err)
			_, err = w.ChangePassword(w.ctx, p.holding(), p.elevated(), newPassword, ownersPassword)
			w.check(err)
		},
		"recovery codes": func(w *world, p *person) {
			_, err := w.NewRecoveryCodes(w.ctx, p.holding(), p.elevated(), "")
			w.check(err)
		},
		"a recovery code used": func(w *world, p *person) {
			w.check(p.answer(p.begin(), core.KindRecoveryCode, p.recovery[0]))
		},
		"the owner ends it": func(w *world, p *person) {
			list, err := w.Browsers(w.ctx, p.again())
			w.check(err)
			w.check(w.EndBrowser(w.ctx, p.holding(), p.session, list[0].ID))
		},
		"disabled and enabled": func(w *world, p *person) {
			w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true}))
			w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{}))
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			cookie := p.trust()
			change(w, p)
			p.asked(browser(cookie), "after "+name)
		})
	}
}

func TestTrustedBrowsersTurnedOff(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	cookie := p.trust()
	w.cfg.TrustBrowserFor = 0
	w.Machine = w.restart()
	p.asked(browser(cookie), "turned off")
	w.clock.Add(30 * time.Second)
	s, err := w.Answer(w.ctx, browser(""), p.beginIn(browser("")), core.Response{Kind: core.KindTOTP, Value: p.code(), TrustBrowser: true})
	w.check(err)
	if _, _, made := s.NewBrowser(); made {
		t.Error("trusted all the same")
	}
}

func TestNobodyEndsAnothersBrowser(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, other := w.enrol("ana"), w.enrol("eve")
	cookie := p.trust()
	list, err := w.Browsers(w.ctx, p.again())
	w.check(err)
	codeOf(t, w.EndBrowser(w.ctx, caller, other.again(), list[0].ID), core.CodeNotFound)
	_, err = p.passwordIn(browser(cookie))
	w.check(err)
}
