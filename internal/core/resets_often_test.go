package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// Who asks for a reset and cancels it in turn fills no mailbox: neither the account's nor the one that a thief changed it from,
// where the link that takes that back would be buried.
func TestResetsAskedAndCancelledInTurn(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, _ := w.hijacked()
	told := map[string]int{}
	var refused error
	for range 12 {
		_, err := w.AskReset(w.ctx, caller, p.begin())
		if err != nil {
			refused = err
			break
		}
		w.check(w.CancelOwnReset(w.ctx, caller, p.session))
		for _, m := range w.post() {
			if m.Kind == core.MailResetAsked {
				told[m.To]++
			}
		}
	}
	codeOf(t, refused, core.CodeThrottled)
	if told["ana@example.org"] != 5 || told["thief@example.net"] != 5 {
		t.Errorf("in one hour: %v", told)
	}
	w.clock.Add(time.Hour)
	due, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	for range 12 { // this asks for no message
		if again, err := w.AskReset(w.ctx, caller, p.begin()); err != nil || !again.Equal(due) {
			t.Errorf("asked again: %v %v", again, err)
		}
	}
}

// An administrator's reset takes the place of one that somebody asked for, whose links end: a thief who got one at the
// address that was taken back does not stop what helps the owner.
func TestOrderedResetEndsEarlierLinks(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, undo := w.hijacked()
	_, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	var thiefs core.Mailed
	for _, m := range w.post() {
		if m.To == "thief@example.net" {
			thiefs.Token = linkToken(w, m)
		}
	}
	w.check(w.UndoAddress(w.ctx, caller, undo))
	w.post()
	_, err = w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "stolen phone", Wait: 24 * time.Hour})
	w.check(err)
	ordered := w.mail(core.MailResetOrdered)
	codeOf(t, w.CancelReset(w.ctx, caller, thiefs), core.CodeWrong)
	if r, err := w.store.Reset(w.ctx, p.session.AccountID()); err != nil || r == nil {
		t.Errorf("the reset is gone: %v", err)
	}
	w.check(w.CancelReset(w.ctx, caller, core.Mailed{Token: linkToken(w, ordered)}))
}

// Who asks for a reset over and over uses up no text that tells the telephone of it later.
func TestResetAskedOverAndOverStillTellsTelephones(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withCodes()
	p := w.confirmed("ana")
	p.elevated()
	e := p.elevatedStill()
	b, err := w.Bind(w.ctx, caller, e, ofPhone("+4930123456"))
	w.check(err)
	_, err = w.Confirm(w.ctx, caller, e, b.ID, w.sentCode())
	w.check(err)
	w.post()
	for _, kind := range []core.MessageKind{core.MailResetAsked, core.MailResetHalfway, core.MailResetDone} {
		l := p.begin()
		for range 12 {
			_, err := w.AskReset(w.ctx, caller, l)
			w.check(err)
		}
		w.check(w.RunResets(w.ctx)) // within the hour
		if to := w.textsOf(kind); len(to) != 1 {
			t.Errorf("%s told %q", kind, to)
		}
		w.clock.Add(36*time.Hour + time.Minute)
	}
}

// An account that was shut after the halfway notice gets another when it is opened, and time to object: no link worked meanwhile.
func TestResetOfAnAccountShutAfterTheNotice(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	_, err := w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "stolen phone", Wait: 72 * time.Hour})
	w.check(err)
	w.clock.Add(36 * time.Hour)
	w.check(w.RunResets(w.ctx))
	w.mail(core.MailResetHalfway)
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true}))
	w.clock.Add(60 * 24 * time.Hour)
	w.check(w.RunResets(w.ctx))
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{}))
	w.check(w.RunResets(w.ctx))
	again := w.mail(core.MailResetHalfway)
	if left := again.ExpiresAt.Sub(w.clock.Now()); left != 24*time.Hour {
		t.Errorf("%v are left to object", left)
	}
	p.asked(caller, "before the owner had time to object")
	w.check(w.CancelReset(w.ctx, caller, core.Mailed{Token: linkToken(w, again)}))
}
