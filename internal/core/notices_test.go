package core_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// moveAddress gives an account another address, as the end of a change does.
func (w *world) moveAddress(account, to string) {
	w.t.Helper()
	w.check(w.store.Settle(w.ctx, account, w.clock.Now(), func(tx core.Tx, _ core.State) error {
		_, err := tx.ConfirmAddress(account, to, to)
		return err
	}))
}

// enqueue puts a message into the outbox as it is.
func (w *world) enqueue(msg core.Message) {
	w.t.Helper()
	plain, err := json.Marshal(msg)
	w.check(err)
	row := core.MessageRow{ID: "by hand", CreatedAt: w.clock.Now(), DueAt: w.clock.Now(), ExpiresAt: msg.ExpiresAt}
	row.Payload, err = w.cfg.Seals.Seal(core.MessageTable, row.ID, plain)
	w.check(err)
	w.check(w.store.Enqueue(w.ctx, row))
}

// Whoever changes the address right after a deed, or deletes the account, diverts no notice of the deed.
func TestNoticesGoToWhoWasOwnerThen(t *testing.T) {
	deeds := map[core.MessageKind]func(w *world, p *person){
		core.MailRecoveryCodesMade: func(w *world, p *person) {
			_, err := w.NewRecoveryCodes(w.ctx, p.holding(), p.elevated(), "")
			w.check(err)
		},
		core.MailFailing: func(_ *world, p *person) { // posted by itself
			l := p.begin()
			for range 3 {
				_ = p.answer(l, core.KindTOTP, p.wrongCode())
			}
		},
	}
	afterwards := map[string]func(w *world, account string){
		"changed": func(w *world, account string) { w.moveAddress(account, "thief@example.org") },
		"deleted": func(w *world, account string) { w.check(w.Delete(w.ctx, caller, account)) },
	}
	for kind, deed := range deeds {
		for name, then := range afterwards {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			deed(w, p)
			then(w, p.session.AccountID())
			if msg := w.mail(kind); msg.To != "ana@example.org" || msg.Name != "ana" {
				t.Errorf("%s, then %s: %+v", kind, name, msg)
			}
		}
	}
}

// A link has nothing to open once the account is gone.
func TestLinksOfDeletedAccountsAreNotSent(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	_, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	w.check(w.Delete(w.ctx, caller, p.session.AccountID()))
	if sent := w.post(); len(sent) != 1 || sent[0].Kind != core.MailDeleted {
		t.Errorf("%+v", sent)
	}
}

// What has no address of its own goes to the one that is there when it is sent: it was posted before there was one, or
// by an older server.
func TestNoticesWithoutAnAddress(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrolWithout("ana")
	_, err := w.NewRecoveryCodes(w.ctx, p.holding(), p.elevated(), "")
	w.check(err)
	w.enqueue(core.Message{Kind: core.MailUnbound, Account: p.session.AccountID(), At: w.clock.Now(), ExpiresAt: w.clock.Now().Add(time.Hour)})
	w.moveAddress(p.session.AccountID(), "ana@example.org")
	for _, msg := range w.post() {
		if msg.To != "ana@example.org" || msg.Name != "ana" {
			t.Errorf("%+v", msg)
		}
	}
	w.enqueue(core.Message{Kind: core.MailUnbound, Account: "nobody", At: w.clock.Now(), ExpiresAt: w.clock.Now().Add(time.Hour)})
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
}

// Whoever proves that a mailbox is theirs gets no notices of a stranger's account that had given it.
func TestNoticesOfALostAddress(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	ana := w.register("ana", "", ownersPassword)
	eve := w.enrol("eve")
	w.post()
	_, err := w.NewRecoveryCodes(w.ctx, eve.holding(), eve.elevated(), "")
	w.check(err)
	w.moveAddress(ana.AccountID(), "eve@example.org")
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
}
