package core_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// blobs counts the account's sealed secrets.
func (w *world) blobs() int {
	w.t.Helper()
	rows, err := w.store.Secrets(w.clock.Now).ListSealed(w.ctx, "", 1000)
	w.check(err)
	return len(rows)
}

// However often somebody begins to set up, an account leaves a handful of rows and secrets behind; what was begun last
// can be confirmed.
func TestPendingBindingsAreFew(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	e, before := p.elevated(), w.blobs()
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			if _, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := w.blobs() - before; n != 4 {
		t.Errorf("%d secrets are left", n)
	}
	w.clock.Add(time.Second)
	b, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	seen, err := w.Pending(w.ctx, e, b.ID)
	w.check(err)
	if seen != b {
		t.Error("a reload shows another key")
	}
	q := &person{w: w}
	q.scan(b)
	_, err = w.Confirm(w.ctx, p.holding(), e, b.ID, q.code())
	w.check(err)
}

// A session whose account changed begins nothing, and leaves nothing.
func TestPendingBindingOfAnOlderEpoch(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	e, before := p.elevated(), w.blobs()
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true}))
	_, err := w.Bind(w.ctx, caller, e, core.NewAuthenticator{Kind: core.KindTOTP})
	codeOf(t, err, core.CodeWrongState)
	if n := w.blobs(); n != before {
		t.Errorf("%d secrets more", n-before)
	}
}

// interrupted is a store that lets something happen between the count of an attempt and the decision about it.
type interrupted struct {
	core.Store
	once func()
}

func (s *interrupted) Settle(ctx context.Context, account string, now time.Time, fn func(core.Tx, core.State) error) error {
	if s.once != nil {
		once := s.once
		s.once = nil
		once()
	}
	return s.Store.Settle(ctx, account, now, fn)
}

// A code that was right is no failure, whatever became of its login meanwhile.
func TestARightCodeThatLosesItsLoginIsNotCounted(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	s := &interrupted{Store: w.store}
	w.cfg.Store = s
	w.Machine = w.restart()
	for range 5 {
		l := p.begin()
		w.clock.Add(30 * time.Second)
		s.once = func() { w.check(w.Cancel(w.ctx, l)) }
		codeOf(t, p.answer(l, core.KindTOTP, p.code()), core.CodeLoginExpired)
	}
	auths, err := w.store.Authenticators(w.ctx, p.session.AccountID())
	w.check(err)
	if auths[0].Failures != 0 {
		t.Errorf("%d failures are counted", auths[0].Failures)
	}
	codeOf(t, p.answer(p.begin(), core.KindTOTP, p.wrongCode()), core.CodeWrong)
	if auths, _ = w.store.Authenticators(w.ctx, p.session.AccountID()); auths[0].Failures != 1 {
		t.Errorf("%d failures after a wrong code", auths[0].Failures)
	}
}
