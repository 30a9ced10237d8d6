package core_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// codeOf checks the code of an error.
func codeOf(t *testing.T, err error, want core.Code) *core.Error {
	t.Helper()
	var e *core.Error
	if !errors.As(err, &e) || e.Code != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	return e
}

func (p *person) answer(l core.Login, kind core.Kind, value string) error {
	_, err := p.w.Answer(p.w.ctx, caller, l, core.Response{Kind: kind, Value: value})
	return err
}

// wrongCode is six digits that are no code of p's near now.
func (p *person) wrongCode() string {
	for _, c := range []string{"000000", "111111", "222222"} {
		if _, near := p.key.SearchDrift(c, p.w.clock.Now(), 20); !near {
			return c
		}
	}
	panic("three lucky guesses")
}

// addKey binds another code app.
func (p *person) addKey() *person {
	p.w.t.Helper()
	p.w.clock.Add(30 * time.Second)
	s, err := p.w.Elevate(p.w.ctx, caller, p.signIn(), core.Response{Kind: core.KindTOTP, Value: p.codeAt(30 * time.Second)})
	p.w.check(err)
	e, err := p.w.ElevatedFrom(s)
	p.w.check(err)
	b, err := p.w.Bind(p.w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP, Label: "second"})
	p.w.check(err)
	other := &person{w: p.w, name: p.name}
	other.scan(b)
	bound, err := p.w.Confirm(p.w.ctx, caller, e, b.ID, other.code())
	p.w.check(err)
	if len(bound.RecoveryCodes) != 0 {
		p.w.t.Fatal("a second authenticator brought recovery codes")
	}
	return other
}

func TestDelaysAfterFailures(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.clock.Add(time.Minute)
	l := p.begin()
	wait := time.Duration(0)
	for failure := 1; failure <= 8; failure++ {
		if wait > 0 {
			e := codeOf(t, p.answer(l, core.KindTOTP, p.code()), core.CodeThrottled) // even the right one
			if e.RetryAfter != wait {
				t.Errorf("after %d failures: wait %v, want %v", failure-1, e.RetryAfter, wait)
			}
			w.clock.Add(wait)
		}
		codeOf(t, p.answer(l, core.KindTOTP, p.wrongCode()), core.CodeWrong)
		if failure >= 3 {
			wait = time.Second << (failure - 3)
		}
	}
}

func TestAHundredFailuresDisable(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	compared := 0
	for range 110 { // fresh logins each time: the count is the authenticator's, not the login's
		w.clock.Add(time.Hour)
		err := p.answer(p.begin(), core.KindTOTP, p.wrongCode())
		if core.IsCode(err, core.CodeLocked) {
			break
		}
		codeOf(t, err, core.CodeWrong)
		compared++
	}
	if compared != 100 {
		t.Errorf("%d guesses were compared", compared)
	}
	w.clock.Add(24 * time.Hour)
	l := p.begin()
	codeOf(t, p.answer(l, core.KindTOTP, p.code()), core.CodeLocked)
	err := w.Next(w.ctx, caller, l)
	var more *core.MoreNeeded
	if !errors.As(err, &more) || len(more.Offer) != 1 || more.Offer[0].Kind != core.KindRecoveryCode {
		t.Errorf("next is %+v: a disabled authenticator counts as bound and is not offered", err)
	}
	w.check(p.answer(l, core.KindRecoveryCode, p.recovery[0]))
}

func TestUsedCodeGivesItsReservationBack(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	p.signIn()
	used := p.used[len(p.used)-1]
	l := p.begin()
	for range 20 { // never delayed: it was right
		e := codeOf(t, p.answer(l, core.KindTOTP, used), core.CodeAlreadyUsed)
		if e.RetryAfter <= 0 || e.RetryAfter > 30*time.Second {
			t.Fatalf("wait %v", e.RetryAfter)
		}
	}
	w.clock.Add(30 * time.Second)
	w.check(p.answer(l, core.KindTOTP, p.code()))
}

func TestOlderStepOfTheWindowIsDead(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.clock.Add(5 * time.Minute)
	before := p.codeAt(-30 * time.Second) // never used
	p.signIn()
	codeOf(t, p.answer(p.begin(), core.KindTOTP, p.codeAt(-30*time.Second)), core.CodeAlreadyUsed)
	if before == p.code() {
		t.Skip("two steps with one code")
	}
}

func TestDriftIsToldOnceAMinuteAndNeverAccepted(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.clock.Add(time.Hour)
	l := p.begin()
	e := codeOf(t, p.answer(l, core.KindTOTP, p.codeAt(-3*time.Minute)), core.CodeClockDrift)
	if e.Drift > -150*time.Second || e.Drift < -210*time.Second {
		t.Errorf("drift %v, want about -3 minutes", e.Drift)
	}
	codeOf(t, p.answer(l, core.KindTOTP, p.codeAt(-3*time.Minute)), core.CodeWrong)
	w.clock.Add(61 * time.Second)
	e = codeOf(t, p.answer(l, core.KindTOTP, p.codeAt(4*time.Minute)), core.CodeClockDrift)
	if e.Drift < 3*time.Minute {
		t.Errorf("drift %v, want about 4 minutes", e.Drift)
	}
	told := p.codeAt(4 * time.Minute)
	w.clock.Add(4 * time.Minute)
	codeOf(t, p.answer(l, core.KindTOTP, told), core.CodeAlreadyUsed) // what was told about is never accepted
	w.clock.Add(2 * time.Minute)
	codeOf(t, p.answer(p.begin(), core.KindTOTP, p.codeAt(6*time.Minute)), core.CodeWrong) // further than ten steps
}

// TestAnotherToldDriftRevivesNone: who was told of a code to come can't have it back by being told of another.
func TestAnotherToldDriftRevivesNone(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.clock.Add(time.Hour)
	l := p.begin()
	told := p.codeAt(4 * time.Minute)
	codeOf(t, p.answer(l, core.KindTOTP, told), core.CodeClockDrift)
	w.clock.Add(90 * time.Second)
	codeOf(t, p.answer(l, core.KindTOTP, p.codeAt(-3*time.Minute)), core.CodeWrong) // right but for the clock, and not told
	w.clock.Add(150 * time.Second)
	codeOf(t, p.answer(l, core.KindTOTP, told), core.CodeAlreadyUsed)
	w.clock.Add(2 * time.Minute)
	codeOf(t, p.answer(p.begin(), core.KindTOTP, p.codeAt(-3*time.Minute)), core.CodeClockDrift)
}

func TestSeveralAuthenticators(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	a := w.enrol("owner")
	b := a.addKey()
	for range 120 { // signing in with one never wears the other out
		w.clock.Add(time.Hour)
		w.check(a.answer(a.begin(), core.KindTOTP, a.code()))
	}
	w.clock.Add(time.Hour)
	w.check(b.answer(b.begin(), core.KindTOTP, b.code()))

	list, err := w.Authenticators(w.ctx, a.signIn())
	w.check(err)
	l := a.begin()
	w.clock.Add(time.Minute)
	_, err = w.Answer(w.ctx, caller, l, core.Response{Kind: core.KindTOTP, Value: b.code(), Authenticator: list[0].ID})
	codeOf(t, err, core.CodeWrong) // the named one only
	_, err = w.Answer(w.ctx, caller, l, core.Response{Kind: core.KindTOTP, Value: b.code(), Authenticator: "another"})
	codeOf(t, err, core.CodeNotFound)

	w.clock.Add(time.Hour)
	l = a.begin()
	codeOf(t, a.answer(l, core.KindTOTP, a.wrongCodeFor(b)), core.CodeWrong) // counts on each
	rows, err := w.store.Authenticators(w.ctx, a.session.AccountID())
	w.check(err)
	if rows[0].Failures != 2 || rows[1].Failures != 1 {
		t.Errorf("failures %d and %d, want 2 and 1", rows[0].Failures, rows[1].Failures)
	}
}

func (p *person) wrongCodeFor(other *person) string {
	for _, c := range []string{"000000", "111111", "222222", "333333"} {
		_, near := p.key.SearchDrift(c, p.w.clock.Now(), 20)
		_, nearOther := other.key.SearchDrift(c, p.w.clock.Now(), 20)
		if !near && !nearOther {
			return c
		}
	}
	panic("lucky guesses")
}

func TestShapesCostNoAttempt(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.clock.Add(time.Minute)
	l := p.begin()
	for _, typed := range []string{"", "12345", "1234567", "abcdef", "1.23456e5", "-1", "ABCD-EFGH-IJKL", string(make([]byte, 1<<16))} {
		for range 5 {
			codeOf(t, p.answer(l, "", typed), core.CodeInvalid)
		}
	}
	for _, typed := range []string{" 123 456", "123-456"} { // shapes that people type are read
		if core.IsCode(p.answer(l, core.KindTOTP, typed), core.CodeInvalid) {
			t.Errorf("%q is refused for its shape", typed)
		}
	}
	c := p.code()
	w.check(p.answer(l, "", c[:3]+" "+c[3:]))
}

func TestRecoveryCodes(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, other := w.enrol("owner"), w.enrol("other")
	if len(p.recovery) != 10 {
		t.Fatalf("%d recovery codes", len(p.recovery))
	}
	codeOf(t, p.answer(p.begin(), core.KindRecoveryCode, other.recovery[0]), core.CodeWrong)
	l1, l2 := p.begin(), p.begin()
	w.check(p.answer(l1, core.KindRecoveryCode, p.recovery[0]))
	codeOf(t, p.answer(l2, core.KindRecoveryCode, p.recovery[1]), core.CodeLoginExpired) // the epoch moved on
	codeOf(t, p.answer(p.begin(), core.KindRecoveryCode, p.recovery[0]), core.CodeAlreadyUsed)

	s, err := w.Elevate(w.ctx, caller, p.signIn(), core.Response{Kind: core.KindRecoveryCode, Value: p.recovery[2]})
	w.check(err)
	e, err := w.ElevatedFrom(s)
	w.check(err)
	set, err := w.RecoveryCodes(w.ctx, s)
	w.check(err)
	if set.Remaining != 8 {
		t.Errorf("%d remain, want 8", set.Remaining)
	}
	fresh, err := w.NewRecoveryCodes(w.ctx, caller, e, set.Set)
	w.check(err)
	s, err = w.SessionFrom(w.ctx, core.TransportBearer, token(t, s))
	w.check(err)
	e, err = w.ElevatedFrom(s)
	w.check(err)
	_, err = w.NewRecoveryCodes(w.ctx, caller, e, set.Set) // the form sent twice
	codeOf(t, err, core.CodeWrongState)
	l := p.begin()
	e1 := codeOf(t, p.answer(l, core.KindRecoveryCode, p.recovery[5]), core.CodeWrong)
	if e1.Text != "recovery.older_set" {
		t.Errorf("an older set's code says %q", e1.Text)
	}
	w.check(p.answer(l, core.KindRecoveryCode, fresh[0]))
}

// TestOneCodeManyBrowsers is the race that others lost: one code, sent by many logins at once.
func TestOneCodeManyBrowsers(t *testing.T) {
	for _, kind := range []core.Kind{core.KindTOTP, core.KindRecoveryCode} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.enrol("owner")
			w.clock.Add(time.Minute)
			value := map[core.Kind]string{core.KindTOTP: p.code(), core.KindRecoveryCode: p.recovery[0]}[kind]
			logins := make([]core.Login, 64)
			for i := range logins {
				logins[i] = p.begin()
			}
			var in sync.Map
			var wg sync.WaitGroup
			for i, l := range logins {
				wg.Go(func() {
					if p.answer(l, kind, value) == nil {
						in.Store(i, true)
					}
				})
			}
			wg.Wait()
			n := 0
			in.Range(func(any, any) bool { n++; return true })
			if n != 1 {
				t.Errorf("%d were let in", n)
			}
		})
	}
}

func TestUnreadableSecretFailsClosed(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	rows, err := w.store.Authenticators(w.ctx, p.session.AccountID())
	w.check(err)
	w.check(w.store.Secrets(w.clock.Now).DeleteBlob(w.ctx, rows[0].SecretID, p.session.AccountID()))
	w.clock.Add(time.Minute)
	l := p.begin() // still asked for: unreadable counts as bound
	codeOf(t, p.answer(l, core.KindTOTP, p.code()), core.CodeUnavailable)
	w.check(p.answer(l, core.KindRecoveryCode, p.recovery[0]))
}

func TestPendingBindingIsNothingYet(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "owner", Password: ownersPassword})
	var bind, again *core.BindNeeded
	if !errors.As(err, &bind) {
		t.Fatal(err)
	}
	b, err := w.BindFirst(w.ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	seen, err := w.PendingFirst(w.ctx, bind.MustBind)
	w.check(err)
	if seen != b {
		t.Error("a reload shows another key")
	}
	p := &person{w: w, name: "owner"}
	p.scan(b)
	_, err = w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "owner"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	if !errors.As(err, &again) {
		t.Fatalf("before it is confirmed: %v", err)
	}
	_, err = w.PendingFirst(w.ctx, again.MustBind)
	codeOf(t, err, core.CodeNotFound) // another login's
	_, _, err = w.ConfirmFirst(w.ctx, caller, again.MustBind, b.ID, p.code(), "")
	codeOf(t, err, core.CodeNotFound)
	codeOf(t, p.answer(again.MustBind.Login(), core.KindTOTP, p.code()), core.CodeWrongState)

	w.clock.Add(11 * time.Minute)
	_, _, err = w.ConfirmFirst(w.ctx, caller, bind.MustBind, b.ID, p.code(), "")
	codeOf(t, err, core.CodeNotFound)
}

func TestSetUpCodeIsUsedUp(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	p := w.enrol("owner")
	codeOf(t, p.answer(p.begin(), core.KindTOTP, p.used[0]), core.CodeAlreadyUsed)
}

func TestFirstBindingAsksDecideAgain(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "owner", Password: ownersPassword})
	var bind *core.BindNeeded
	if !errors.As(err, &bind) {
		t.Fatal(err)
	}
	b, err := w.BindFirst(w.ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	p := &person{w: w, name: "owner"}
	p.scan(b)
	found, err := w.store.FindAccounts(w.ctx, core.Name{Key: "owner"})
	w.check(err)
	w.check(w.SetPolicy(w.ctx, caller, found[0].Account.ID, core.PolicyOptional)) // now the password is enough
	_, _, err = w.ConfirmFirst(w.ctx, caller, bind.MustBind, b.ID, p.code(), "")
	codeOf(t, err, core.CodeWrongState)
}

// TestALoginIsTakenOnce: its cookie is worth nothing after the sign-in, even with another right code.
func TestALoginIsTakenOnce(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.clock.Add(time.Minute)
	l := p.begin()
	w.check(p.answer(l, core.KindTOTP, p.code()))
	w.clock.Add(time.Minute)
	codeOf(t, p.answer(l, core.KindTOTP, p.code()), core.CodeLoginExpired)
	codeOf(t, p.answer(l, core.KindRecoveryCode, p.recovery[0]), core.CodeLoginExpired)
	w.check(p.answer(p.begin(), core.KindRecoveryCode, p.recovery[0])) // it was not used up by that
}
