package core_test

import (
	"errors"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

// TestThePasswordAloneShutsOutNoPasskey: whoever has it may answer wrongly until the passkey is off beside it. Alone, with
// its user checked, it opens the account, and is on again.
func TestThePasswordAloneShutsOutNoPasskey(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	phone, p := newPhone(), w.enrol("ann")
	p.addPasskey(phone)
	w.check(w.SetPasskeysOnly(w.ctx, p.holding(), w.elevatedWith(p, phone), true))
	bad := *phone
	bad.Tamper = func(c *virtual.Clientdata) { c.Origin = "https://evil.example" }
	for n := 0; ; n++ {
		_, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "ann"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
		var more *core.MoreNeeded
		if !errors.As(err, &more) || n > 150 {
			t.Fatal(n, err)
		}
		asked, err := w.Challenge(w.ctx, caller, more.Login, "webauthn")
		if err != nil {
			break
		}
		_, err = w.Answer(w.ctx, caller, more.Login, w.answered(&bad, asked.Options))
		w.clock.Add(codeOf(t, err, core.CodeWrong).RetryAfter)
	}
	_, err := w.alone(w.Machine, phone)
	w.check(err)
	w.clock.Add(time.Minute)
	_, err = w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "ann"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	var more *core.MoreNeeded
	if !errors.As(err, &more) || len(more.Offer) == 0 {
		t.Errorf("it is still off: %v", err)
	}
}

// TestASetUpThatIsNotEnoughAnyMore: a policy that comes in between refuses it, and leaves the first binding open.
func TestASetUpThatIsNotEnoughAnyMore(t *testing.T) {
	w := newWorld(t, core.PolicyRequired).withPasskeys()
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "ann", Password: ownersPassword})
	var bind *core.BindNeeded
	if !errors.As(err, &bind) {
		t.Fatal(err)
	}
	b, err := w.BindFirst(w.ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
	w.check(err)
	a, err := w.Lookup(w.ctx, "ann")
	w.check(err)
	w.check(w.SetPolicy(w.ctx, caller, a.ID, core.PolicyPasskey))
	p := &person{w: w, name: "ann"}
	p.scan(b)
	_, _, err = w.ConfirmFirst(w.ctx, caller, bind.MustBind, b.ID, p.code(), "")
	codeOf(t, err, core.CodeInvalid)
	if err := p.begun(); !errors.As(err, &bind) {
		t.Errorf("the account leads nowhere: %v", err)
	}
}

// begun is what the right password leads to.
func (p *person) begun() error { return p.password(ownersPassword) }

// TestASetUpOfAKindThatIsOff: what was begun before the operator turned its kind off is gone.
func TestASetUpOfAKindThatIsOff(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPasskeys()
	p := w.enrol("ann")
	e := p.elevated()
	b, err := w.Bind(w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindWebAuthn})
	w.check(err)
	w.cfg.Passkeys = nil
	w.Machine = w.restart()
	_, err = w.Pending(w.ctx, e, b.ID)
	codeOf(t, err, core.CodeNotFound)
	_, err = w.Confirm(w.ctx, p.holding(), e, b.ID, "{}")
	codeOf(t, err, core.CodeNotFound)
}

// TestMailedLinksToALostAddressDie: whoever proved the address to be theirs keeps nothing of what came there before for the
// account that had given it.
func TestMailedLinksToALostAddressDie(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	a := w.enrol("ann") // the address is Bob's
	w.post()
	_, err := w.ResetAuthenticators(w.ctx, caller, a.session.AccountID(), core.Order{Reason: "lost it"})
	w.check(err)
	bind := linkToken(w, w.mail(core.MailResetDone))
	w.check(w.Forgot(w.ctx, caller, "ann"))
	reset := w.lastOf(core.MailResetPassword)
	w.register("bob", "ann@example.org", squattersPassword)
	_, _, err = w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))})
	w.check(err)
	_ = w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, reset)}, newPassword)
	w.clock.Add(time.Minute)
	_, err = w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "ann", Link: bind}), core.Response{Kind: core.KindPassword, Value: newPassword})
	var open *core.BindNeeded
	if errors.As(err, &open) {
		t.Error("the mailed link binds anew")
	}
}
