package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// What was asked for while nothing could be sent is not sent when nobody waits for it any more: no link of today for what
// somebody gave up yesterday.
func TestRequestsAreNotHandledLate(t *testing.T) {
	tests := map[string]struct {
		ask  func(w *world, p *person)
		mail core.MessageKind
		good time.Duration
	}{
		"forgotten password": {func(w *world, _ *person) {
			w.check(w.Forgot(w.ctx, caller, "ana"))
		}, core.MailResetPassword, time.Hour},
		"forgotten by nobody": {func(w *world, _ *person) {
			w.check(w.Forgot(w.ctx, caller, "nobody@example.org"))
		}, core.MailNoAccount, time.Hour},
		"registration": {func(w *world, _ *person) {
			w.register("bob", "bob@example.org", ownersPassword)
		}, core.MailConfirmAddress, 24 * time.Hour},
		"change of address": {func(w *world, p *person) {
			w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
		}, core.MailChangeAddress, 24 * time.Hour},
	}
	for name, tt := range tests {
		for _, late := range []bool{false, true} {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			tt.ask(w, p)
			w.clock.Add(tt.good - time.Second)
			if late {
				w.clock.Add(time.Second)
			}
			sent := 0
			for _, m := range w.post() {
				if m.Kind == tt.mail {
					sent++
				}
			}
			if (sent == 0) != late {
				t.Errorf("%s, late %v: %d sent", name, late, sent)
			}
		}
	}
}

// A change of address that no page shows as waiting any more, and nobody can cancel, is not confirmed either, however late
// its message was made.
func TestAChangeOfAddressEndsWithItsAsking(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
	w.clock.Add(12 * time.Hour) // nothing was sent meanwhile
	msg := w.mail(core.MailChangeAddress)
	if until := p.waiting().ExpiresAt; !msg.ExpiresAt.Equal(until) {
		t.Errorf("the message says until %v, the page %v", msg.ExpiresAt, until)
	}
	w.clock.Add(12 * time.Hour)
	_, _, err := w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, msg)})
	codeOf(t, err, core.CodeWrong)
}
