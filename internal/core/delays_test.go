package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (w *world) delays(p *person) core.Delays {
	w.t.Helper()
	d, err := w.Delays(w.ctx, p.session.AccountID())
	w.check(err)
	return d
}

// What is said to wait is refused until then, to the millisecond, and no longer.
func TestDelaysAreThoseOfPasswords(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, other := w.enrol("ana"), w.enrol("ben")
	for n, wait := range []time.Duration{0, 0, time.Second, 2 * time.Second} {
		codeOf(t, p.password(squattersPassword), core.CodeWrong)
		d := w.delays(p)
		if d.PasswordFailures != n+1 || (wait == 0) != d.Password.IsZero() || wait > 0 && !d.Password.Equal(w.clock.Now().Add(wait)) {
			t.Fatalf("after %d guesses: %+v", n+1, d)
		}
		if wait == 0 {
			continue
		}
		w.clock.Add(wait - time.Millisecond)
		codeOf(t, p.password(ownersPassword), core.CodeThrottled)
		w.clock.Add(time.Millisecond)
		if d := w.delays(p); !d.Password.IsZero() || d.PasswordFailures != n+1 {
			t.Fatalf("it is over: %+v", d)
		}
	}
	if d := w.delays(other); d.PasswordFailures != 0 || !d.Password.IsZero() {
		t.Errorf("another account: %+v", d)
	}
	p.begin()
	if d := w.delays(p); d.PasswordFailures != 0 {
		t.Errorf("the password was right: %+v", d)
	}
}

// Second factors wait each for itself, and so do recovery codes. What was disabled waits for nothing.
func TestDelaysAreThoseOfSecondFactors(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	other := p.addKey()
	list := w.authenticators(p)
	first, second := list[0].ID, list[1].ID
	for range 3 {
		codeOf(t, p.answerTo(p.begin(), first, p.wrongCodeFor(other)), core.CodeWrong)
	}
	until := w.clock.Now().Add(time.Second)
	if d := w.delays(p); len(d.Authenticators) != 1 || !d.Authenticators[first].Equal(until) || !d.RecoveryCodes.IsZero() || !d.Password.IsZero() {
		t.Fatalf("%+v", d)
	}
	for range 3 {
		codeOf(t, p.answer(p.begin(), core.KindRecoveryCode, "aaaa-aaaa-aaaa-aaaa"), core.CodeWrong)
	}
	if d := w.delays(p); !d.RecoveryCodes.Equal(until) || !d.Authenticators[second].IsZero() {
		t.Fatalf("%+v", d)
	}
	for range 97 {
		w.clock.Add(2 * time.Hour)
		codeOf(t, p.answerTo(p.begin(), first, p.wrongCodeFor(other)), core.CodeWrong)
	}
	if d := w.delays(p); len(d.Authenticators) != 0 || w.authenticators(p)[0].Usable {
		t.Errorf("%+v", d)
	}
	if d, err := w.Delays(w.ctx, "nobody"); err != nil || d.PasswordFailures != 0 {
		t.Errorf("%+v %v", d, err)
	}
}
