package core_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// lost are secrets of which some can't be opened any more.
type lost struct {
	core.Secrets
	ids map[string]bool
}

func (l lost) Get(ctx context.Context, account, purpose, id string) ([]byte, error) {
	if l.ids[id] {
		return nil, errors.New("no key")
	}
	return l.Secrets.Get(ctx, account, purpose, id)
}

// elsewhere hashes with a key of its own, and has none of those of before.
type elsewhere struct{ core.Keys }

func (elsewhere) ActiveID() string { return "another" }

func (elsewhere) MAC(string, string, ...[]byte) ([]byte, error) { return nil, errors.New("no key") }

// The owner sees what is of no use any more, and no other authenticator suffers.
func TestWhatCannotBeReadIsNotCalledUsable(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	p.addKey()
	w.clock.Add(time.Minute)
	s := p.signIn()
	rows, err := w.store.Authenticators(w.ctx, p.session.AccountID())
	w.check(err)
	w.cfg.Secrets = lost{w.cfg.Secrets, map[string]bool{rows[0].SecretID: true}}
	w.Machine = w.restart()
	list, err := w.Authenticators(w.ctx, s)
	w.check(err)
	if a, b := list[0], list[1]; a.Usable || !a.Unreadable || !b.Usable || b.Unreadable {
		t.Errorf("%+v\n%+v", a, b)
	}
	codes, err := w.RecoveryCodes(w.ctx, s)
	w.check(err)
	if codes.Remaining != 10 {
		t.Errorf("their key is there: %+v", codes)
	}
	w.cfg.Keys = elsewhere{w.cfg.Keys}
	w.Machine = w.restart()
	gone, err := w.RecoveryCodes(w.ctx, s)
	w.check(err)
	if gone.Remaining != 0 || gone.Set != codes.Set {
		t.Errorf("none of them is right any more: %+v", gone)
	}
}
