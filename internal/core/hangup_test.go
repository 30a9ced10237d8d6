package core_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// hangsUp is a password hasher after whose work the client is gone.
type hangsUp struct {
	core.Passwords
	gone func()
}

func (h hangsUp) VerifyDummy(ctx context.Context, plain []byte) error {
	err := h.Passwords.VerifyDummy(ctx, plain)
	h.gone()
	return err
}

// TestHangingUpIsNoWayOut: who is gone when the answer is there has made an attempt all the same.
func TestHangingUpIsNoWayOut(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	c := core.Caller{Transport: core.TransportBearer, Address: "192.0.2.77"}
	var gone context.CancelFunc
	w.cfg.Passwords = hangsUp{w.cfg.Passwords, func() { gone() }}
	w.Machine = w.restart()
	var err error
	for i := range 310 {
		ctx, cancel := context.WithCancel(w.ctx)
		gone = cancel
		_, err = w.Answer(ctx, c, w.Begin(c, core.Beginning{Login: fmt.Sprintf("nobody%d", i)}), core.Response{Kind: core.KindPassword, Value: "x"})
		cancel()
		if core.IsCode(err, core.CodeThrottled) {
			return
		}
	}
	t.Errorf("after 310 attempts: %v", err)
}

// loses is a factor after whose comparison the client is gone.
type loses struct {
	core.Binder
	gone func()
}

func (l loses) Verify(ctx context.Context, q core.Question) (core.Finding, error) {
	f, err := l.Binder.Verify(ctx, q)
	l.gone()
	return f, err
}

// TestOwnersAreToldThoughTheClientHangsUp: the third wrong code in a row is told of, and each is an event.
func TestOwnersAreToldThoughTheClientHangsUp(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	gone := func() {}
	w.cfg.Binders = []core.Binder{loses{w.cfg.Binders[0], func() { gone() }}}
	w.Machine = w.restart()
	l := p.begin()
	for range 3 {
		ctx, cancel := context.WithCancel(w.ctx)
		gone = cancel
		_, err := w.Answer(ctx, caller, l, core.Response{Kind: core.KindTOTP, Value: p.wrongCode()})
		codeOf(t, err, core.CodeWrong)
		cancel()
	}
	w.mail(core.MailFailing)
	gone = func() {}
	wrong := 0
	for _, e := range w.events(p.again()) {
		if e.Kind == "login.second_factor" && e.Outcome == "wrong" {
			wrong++
		}
	}
	if wrong != 3 {
		t.Errorf("%d events of 3 wrong codes", wrong)
	}
}

// TestGuessesAtWhoSharesAnAddressAreCounted: an account of one's own with the same address does not make guesses at the
// other's password free, however often one changes one's own to the guess.
func TestGuessesAtWhoSharesAnAddressAreCounted(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.register("mallory", "v@example.org", squattersPassword)
	w.clock.Add(time.Second)
	victim := w.register("victim", "v@example.org", ownersPassword) // nobody has confirmed it
	for range 8 {
		w.check(w.byAddress("v@example.org", squattersPassword)) // each compares with the victim's first
	}
	p := &person{w: w, name: "victim", session: victim}
	codeOf(t, p.password(squattersPassword), core.CodeThrottled)
}
