package core_test

import (
	"errors"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	totp "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/otp"
)

// pending begins to set another app up, and scans it.
func (p *person) pending(e core.Elevated) (*person, core.Binding) {
	p.w.t.Helper()
	b, err := p.w.Bind(p.w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindTOTP})
	p.w.check(err)
	app := &person{w: p.w, name: p.name}
	app.scan(b)
	return app, b
}

// At set-up a clock is told to be off by up to ten minutes, and from the second wrong code on to scan again. Nothing is
// spent by that: the secret is known to who is asked.
func TestASetUpTellsAWrongClock(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	e := p.elevated()
	for off := range map[time.Duration]bool{-10 * time.Minute: true, 10 * time.Minute: true, -3 * time.Minute: true, time.Minute: true} {
		app, b := p.pending(e)
		fails := func(code string, want core.Code, text string) {
			t.Helper()
			_, err := w.Confirm(w.ctx, p.holding(), e, b.ID, code)
			if got := codeOf(t, err, want); got.Text != text || got.Field != "response" || want == core.CodeClockDrift && got.Drift != off {
				t.Errorf("%v off: %+v, want %q", off, got, text)
			}
		}
		fails(app.codeAt(off), core.CodeClockDrift, "")
		fails(app.codeAt(off), core.CodeClockDrift, "drift.scan_again")
		fails(app.wrongCode(), core.CodeWrong, "code.scan_again")

		app, b = p.pending(e)
		fails(app.wrongCode(), core.CodeWrong, "code.wrong_setup")
		_, err := w.Confirm(w.ctx, p.holding(), e, b.ID, app.code())
		w.check(err)
		w.clock.Add(time.Minute)
		e = p.elevated()
	}
}

// An entry that an earlier set-up left in the app is known by its code, whoever typed it there, and nobody else's is.
func TestASetUpKnowsEntriesOfEarlierOnes(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	e := p.elevated()
	old, first := p.pending(e)
	w.clock.Add(step)
	_, second := p.pending(e)
	w.clock.Add(step)
	newest, third := p.pending(e)
	textOf := func(e core.Elevated, id, code string) string {
		t.Helper()
		_, err := w.Confirm(w.ctx, p.holding(), e, id, code)
		return codeOf(t, err, core.CodeWrong).Text
	}
	if got := textOf(e, third.ID, old.code()); got != "code.earlier_entry" {
		t.Errorf("the code of the first, for the third: %q", got)
	}
	if got := textOf(e, first.ID, newest.code()); got != "code.wrong_setup" {
		t.Errorf("the code of the newest, for the first: %q", got)
	}
	if got := textOf(e, second.ID, old.code()); got != "code.earlier_entry" {
		t.Errorf("the code of the first, for the second: %q", got)
	}
}

// Another login's pending secrets are not to be guessed at: each set-up counts its attempts anew.
func TestASetUpTellsNothingOfOthers(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	begin := func() core.MustBind {
		var bind *core.BindNeeded
		_, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "owner"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
		if !errors.As(err, &bind) {
			t.Fatal(err)
		}
		return bind.MustBind
	}
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "owner", Password: ownersPassword})
	var bind *core.BindNeeded
	if !errors.As(err, &bind) {
		t.Fatal(err)
	}
	owners, err := w.BindFirst(w.ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	owner := &person{w: w}
	owner.scan(owners)
	w.clock.Add(time.Second)
	thief := begin()
	b, err := w.BindFirst(w.ctx, caller, thief, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	_, _, err = w.ConfirmFirst(w.ctx, caller, thief, b.ID, owner.code(), "")
	if got := codeOf(t, err, core.CodeWrong); got.Text != "code.wrong_setup" {
		t.Errorf("a thief hears %q", got.Text)
	}
}

// app is a code app that does what it can with what it scans.
func (p *person) app(b core.Binding, does otp.Options) *person {
	p.w.t.Helper()
	secret, err := otp.ParseSecret(b.Enrolment.Secret)
	p.w.check(err)
	app := &person{w: p.w, name: p.name}
	app.key, err = otp.NewKey(secret, does)
	p.w.check(err)
	return app
}

func newWorldWith(t *testing.T, policy core.Policy, keys totp.TOTP) *world {
	w := newWorld(t, policy)
	w.cfg.Binders, w.cfg.Digits = []core.Binder{keys}, keys.Digits
	w.Machine = w.restart()
	return w
}

// Who has an app that ignores what a key asks for gets one that suits it, in the same set-up. The key before is dead.
func TestAnAppThatIgnoresTheAlgorithm(t *testing.T) {
	w := newWorldWith(t, core.PolicyRequired, totp.TOTP{Algorithm: otp.SHA256, Digits: 8})
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "owner", Password: ownersPassword})
	var must *core.BindNeeded
	if !errors.As(err, &must) {
		t.Fatal(err)
	}
	b, err := w.BindFirst(w.ctx, caller, must.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	p := &person{w: w, name: "owner"}
	before := w.blobs()
	full := p.app(b, otp.Options{Algorithm: otp.SHA256, Digits: 8})

	_, _, err = w.ConfirmFirst(w.ctx, caller, must.MustBind, b.ID, p.app(b, otp.Options{}).codeFar(0), "")
	var again *core.BindAgain
	if e := codeOf(t, err, core.CodeWrongState); !errors.As(err, &again) || e.Text != "setup.ignores_both" || e.Field != "response" {
		t.Fatalf("%v: %+v", err, e)
	}
	anew := again.Binding
	if anew.ID != b.ID || anew.Enrolment.Secret == b.Enrolment.Secret || anew.Enrolment.Algorithm != "SHA1" || anew.Enrolment.Digits != 6 {
		t.Fatalf("another key: %+v", anew)
	}
	if shown, err := w.PendingFirst(w.ctx, must.MustBind); err != nil || shown != anew {
		t.Errorf("a reload shows %+v, %v", shown, err)
	}
	if n := w.blobs(); n != before {
		t.Errorf("%d secrets are left, of %d", n, before)
	}
	_, _, err = w.ConfirmFirst(w.ctx, caller, must.MustBind, b.ID, full.codeFar(0), "") // by an app that would have done it all
	codeOf(t, err, core.CodeInvalid)                                                    // eight digits are none of the new key
	app := p.app(anew, otp.Options{})
	_, bound, err := w.ConfirmFirst(w.ctx, caller, must.MustBind, b.ID, app.code(), "")
	w.check(err)
	if len(bound.RecoveryCodes) == 0 {
		t.Error("no recovery codes")
	}
	w.clock.Add(time.Minute)
	w.check(app.answer(app.begin(), core.KindTOTP, app.code()))
}

// Two requests with the code of an app that ignores the algorithm, or one and a right one: what is bound is what was compared.
func TestRenewingRacesWithConfirming(t *testing.T) {
	w := newWorldWith(t, core.PolicyOptional, totp.TOTP{Algorithm: otp.SHA256})
	s, err := w.Register(w.ctx, caller, core.Registration{Username: "owner", Password: ownersPassword})
	w.check(err)
	p := &person{w: w, name: "owner", session: s}
	s, err = w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	w.check(err)
	e, err := w.ElevatedFrom(s)
	w.check(err)
	b, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	ignorant, able := p.app(b, otp.Options{}), p.app(b, otp.Options{Algorithm: otp.SHA256})
	between := &interrupted{Store: w.store}
	w.cfg.Store = between
	w.Machine = w.restart()
	between.once = func() { // the right code was compared, and another request renews the key
		_, err := w.Confirm(w.ctx, caller, e, b.ID, ignorant.codeFar(0))
		codeOf(t, err, core.CodeWrongState)
	}
	_, err = w.Confirm(w.ctx, caller, e, b.ID, able.code())
	codeOf(t, err, core.CodeNotFound) // its key is dead
	list, err := w.store.Authenticators(w.ctx, s.AccountID())
	w.check(err)
	if len(list) != 0 {
		t.Errorf("%d bound", len(list))
	}
	anew, err := w.Pending(w.ctx, e, b.ID)
	w.check(err)
	_, err = w.Confirm(w.ctx, caller, e, b.ID, p.app(anew, otp.Options{}).code())
	w.check(err)
}

// What is bound keeps what it was made with, whatever new keys are like; a code of another length costs no attempt.
func TestBoundKeysKeepTheirSettings(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("owner")
	w.cfg.Binders, w.cfg.Digits = []core.Binder{totp.TOTP{Algorithm: otp.SHA512, Digits: 8}}, 8
	w.Machine = w.restart()
	for range 5 {
		e := codeOf(t, p.answer(p.begin(), core.KindTOTP, "12345678"), core.CodeInvalid)
		if e.Text != "code.shape" || e.Field != "response" {
			t.Errorf("%+v", e)
		}
		if e := codeOf(t, p.answer(p.begin(), core.KindTOTP, "1234567"), core.CodeInvalid); e.Text != "code.shape_of" || e.Args[0] != 8 {
			t.Errorf("%+v", e)
		}
	}
	rows, err := w.store.Authenticators(w.ctx, p.session.AccountID())
	w.check(err)
	if rows[0].Failures != 0 {
		t.Errorf("%d attempts were counted", rows[0].Failures)
	}
	p.signIn()

	e := p.elevated()
	b, err := w.Bind(w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	long := p.app(b, otp.Options{Algorithm: otp.SHA512, Digits: 8})
	_, err = w.Confirm(w.ctx, p.holding(), e, b.ID, long.code())
	w.check(err)
	w.cfg.Binders, w.cfg.Digits = []core.Binder{totp.TOTP{}}, 0 // the operator changes it back
	w.Machine = w.restart()
	w.clock.Add(time.Minute)
	w.check(long.answer(long.begin(), core.KindTOTP, long.code()))
	w.clock.Add(time.Minute)
	w.check(p.answer(p.begin(), core.KindTOTP, p.code()))
	codeOf(t, p.answer(p.begin(), core.KindTOTP, p.wrongCode()), core.CodeWrong)
	rows, err = w.store.Authenticators(w.ctx, p.session.AccountID())
	w.check(err)
	if rows[0].Failures != 1 || rows[1].Failures != 0 {
		t.Errorf("failures %d and %d: six digits count where codes have six", rows[0].Failures, rows[1].Failures)
	}
}
