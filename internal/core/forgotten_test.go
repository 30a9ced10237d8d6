package core_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const newPassword = "another long enough passphrase"

func TestForgottenPassword(t *testing.T) {
	for _, by := range []string{"link", "code"} {
		t.Run(by, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			old, login := p.holding().Replaces, p.begin()
			w.check(w.Forgot(w.ctx, caller, "Ana"))
			msg := w.mail(core.MailResetPassword)
			if msg.To != "ana@example.org" {
				t.Fatalf("%+v", msg)
			}
			in := core.Mailed{Token: linkToken(w, msg)}
			if by == "code" {
				in = core.Mailed{Token: msg.Code, Login: "ana"}
				w.register("eve", "", squattersPassword)
				for _, login := range []string{"", "eve", "nobody"} { // it is worth nothing with another name
					codeOf(t, w.ResetPassword(w.ctx, caller, core.Mailed{Token: msg.Code, Login: login}, newPassword), core.CodeWrong)
				}
			}
			codeOf(t, w.ResetPassword(w.ctx, caller, in, "short"), core.CodeWeakPassword) // costs nothing
			w.check(w.ResetPassword(w.ctx, caller, in, newPassword))
			codeOf(t, w.ResetPassword(w.ctx, caller, in, newPassword), core.CodeWrong)
			if _, alive := w.alive(old); alive {
				t.Error("a session of before goes on")
			}
			w.clock.Add(30 * time.Second)
			codeOf(t, p.answer(login, core.KindTOTP, p.code()), core.CodeLoginExpired)
			codeOf(t, p.password(ownersPassword), core.CodeWrong)
			if _, more := p.password(newPassword).(*core.MoreNeeded); !more { // the second factor is as it was
				t.Error("no second step")
			}
			w.mail(core.MailPasswordReset)
		})
	}
}

func TestANewResetKillsTheOld(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.confirmed("ana")
	w.check(w.Forgot(w.ctx, caller, "ana"))
	first := core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}
	w.check(w.Forgot(w.ctx, caller, "ana@example.org"))
	second := core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}
	codeOf(t, w.ResetPassword(w.ctx, caller, first, newPassword), core.CodeWrong)
	w.clock.Add(time.Hour)
	codeOf(t, w.ResetPassword(w.ctx, caller, second, newPassword), core.CodeWrong)
}

// A reset link dies with every change of the account: somebody is in who may have to be kept out, or is the owner.
func TestResetLinkDiesWithTheEpoch(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.check(w.Forgot(w.ctx, caller, "ana"))
	in := core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}
	_, err := w.ChangePassword(w.ctx, p.holding(), p.elevated(), ownersPassword, newPassword)
	w.check(err)
	codeOf(t, w.ResetPassword(w.ctx, caller, in, squattersPassword), core.CodeWrong)
}

// The answer is the same for everybody; the mail says what there is to say.
func TestForgottenByNobody(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.check(w.Forgot(w.ctx, caller, "nobody"))
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
	w.check(w.Forgot(w.ctx, caller, "Nobody@example.org"))
	if msg := w.mail(core.MailNoAccount); msg.To != "Nobody@example.org" || msg.Link != "" || msg.Account != "" {
		t.Errorf("%+v", msg)
	}
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true, Untold: true}))
	w.check(w.Forgot(w.ctx, caller, "ana"))
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
}

// Whoever asks again and again fills nobody's mailbox.
func TestResetMailsAreFew(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.confirmed("ana")
	sent := 0
	for range 20 {
		w.check(w.Forgot(w.ctx, caller, "ana@example.org"))
		w.check(w.Forgot(w.ctx, caller, "nobody@example.org"))
		sent += len(w.post())
	}
	if sent != 10 {
		t.Errorf("%d messages in a minute, want 5 each", sent)
	}
	w.clock.Add(time.Hour)
	w.check(w.Forgot(w.ctx, caller, "ana@example.org"))
	w.mail(core.MailResetPassword)
}

// A mailbox proves itself by a reset, where nothing else is bound: that is what confirming it would have done.
func TestResetConfirmsTheMailbox(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	s := w.register("ana", "ana@example.org", ownersPassword)
	p := w.enrol("bob")
	w.post()
	for _, name := range []string{"ana", "bob"} {
		w.check(w.Forgot(w.ctx, caller, name))
		w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}, newPassword))
	}
	if !w.address(s).EmailConfirmed {
		t.Error("not confirmed")
	}
	if w.address(p.session).EmailConfirmed {
		t.Error("confirmed beside a second factor that nobody used")
	}
}

// Wrong codes of a message are counted under the client's address as wrong passwords are.
func TestCodesOfMessagesAreNotGuessedFreely(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.confirmed("ana")
	c := caller
	c.Address = "192.0.2.1"
	var err error
	for range 400 {
		if err = w.ResetPassword(w.ctx, c, core.Mailed{Token: "0000-0000-0000-0000", Login: "ana"}, newPassword); core.IsCode(err, core.CodeThrottled) {
			return
		}
	}
	t.Errorf("never refused: %v", err)
}

// What strangers ask for about addresses that end in the same mailbox uses up nothing of its owner's.
func TestForgottenPasswordIsDeniedByNobody(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.confirmed("ana")
	for i := range 20 {
		w.check(w.Forgot(w.ctx, caller, fmt.Sprintf("ana+%d@example.org", i)))
	}
	if n := len(w.post()); n != 5 {
		t.Errorf("%d messages to one mailbox about accounts that are none, want 5", n)
	}
	for i := range 6 { // accounts that gave such an address, and never proved it
		address := fmt.Sprintf("ana+account%d@example.org", i)
		w.register("", address, ownersPassword)
		w.check(w.Forgot(w.ctx, caller, address))
	}
	theirs := 0
	for _, m := range w.post() {
		if m.Kind == core.MailResetPassword {
			theirs++
		}
	}
	if theirs != 5 {
		t.Errorf("%d links to one mailbox for accounts that it never proved, want 5", theirs)
	}
	w.check(w.Forgot(w.ctx, caller, "ana@example.org"))
	w.mail(core.MailResetPassword)
}

// Nor do the notices of strangers' accounts that gave such an address.
func TestNoticesAreSilencedByNobody(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	owner := w.confirmed("ana")
	for i := range 3 {
		p := w.enrolAs(core.Registration{Username: fmt.Sprintf("mallory%d", i), Email: fmt.Sprintf("ana+%d@example.org", i), Password: ownersPassword})
		for j := range 10 {
			w.clock.Add(30 * time.Second)
			c := core.Caller{Transport: core.TransportCookie, UserAgent: fmt.Sprint(i, j)}
			_, err := w.SignIn(w.ctx, c, core.Beginning{Login: p.name}, ownersPassword, core.Response{Kind: core.KindTOTP, Value: p.code()})
			w.check(err)
		}
		for l := range 3 {
			w.clock.Add(time.Duration(l) * 30 * time.Second)
			_ = p.answer(p.begin(), core.KindTOTP, p.wrongCode()) // MailFailing
		}
	}
	theirs := map[core.MessageKind]int{}
	for _, m := range w.post() {
		if m.Link == "" {
			theirs[m.Kind]++
			theirs["all"]++
		}
	}
	if theirs["all"] > 13 { // ten, and what the half hour gives back
		t.Errorf("%d notices to a mailbox that nobody proved: %v", theirs["all"], theirs)
	}
	w.clock.Add(30 * time.Second)
	c := core.Caller{Transport: core.TransportCookie, UserAgent: "a thief's"}
	_, err := w.SignIn(w.ctx, c, core.Beginning{Login: "ana"}, ownersPassword, core.Response{Kind: core.KindTOTP, Value: owner.code()})
	w.check(err)
	w.mail(core.MailNewBrowser)
}

// TestTheLastNoticeIsSilencedByNobody: accounts of strangers with the owner's address use up nothing of what an account
// that is gone is told of, either.
func TestTheLastNoticeIsSilencedByNobody(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	owner := w.confirmed("ana")
	for i := range 12 {
		p := w.enrolAs(core.Registration{Username: fmt.Sprintf("mallory%d", i), Email: "ana@example.org", Password: ownersPassword})
		w.check(w.DeleteAccount(w.ctx, p.holding(), p.elevated()))
		w.post()
	}
	w.check(w.DeleteAccount(w.ctx, owner.holding(), owner.elevated()))
	if m := w.mail(core.MailDeleted); m.To != "ana@example.org" {
		t.Errorf("%+v", m)
	}
}
