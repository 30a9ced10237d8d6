package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (w *world) token(link string) string { return linkToken(w, core.Message{Link: link}) }

// boundAlone is somebody without an address who has a second factor.
func (w *world) boundAlone() (p *person, account string) {
	account, _, err := w.Create(w.ctx, caller, core.NewPerson{Username: "ana", Password: ownersPassword})
	w.check(err)
	p = &person{w: w, name: "ana"}
	p.bindAnew("")
	return p, account
}

// Who lost password and second factor, and has no address, gets both links from the second of the two commands, in
// either order: the password first, then what binds anew.
func TestBothLostWithoutAddress(t *testing.T) {
	reset := func(w *world, account string) core.Handed {
		out, err := w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "lost it"})
		w.check(err)
		return out
	}
	shut := func(w *world, account string) core.Handed {
		out, err := w.ExposePassword(w.ctx, caller, account, core.Order{Reason: reason})
		w.check(err)
		return out.Handed
	}
	for name, do := range map[string][2]func(*world, string) core.Handed{"factors first": {reset, shut}, "password first": {shut, reset}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, core.PolicyRequired)
			p, account := w.boundAlone()
			before := do[0](w, account)
			if (before.Password == "") == (before.Bind == "") {
				t.Fatalf("the first command: %+v", before)
			}
			handed := do[1](w, account)
			for _, dead := range []string{before.Password, before.Bind} {
				if dead != "" {
					_, err := w.LookAt(w.ctx, core.PurposeBindAnew, core.Mailed{Token: w.token(dead)})
					codeOf(t, err, core.CodeWrong)
					_, err = w.LookAt(w.ctx, core.PurposeResetPassword, core.Mailed{Token: w.token(dead)})
					codeOf(t, err, core.CodeWrong)
				}
			}
			codeOf(t, p.withLink(w.token(handed.Bind)), core.CodeWrongState) // the old password opens nothing, with it either
			w.clock.Add(time.Hour)
			w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: w.token(handed.Password)}, newPassword))
			codeOf(t, p.withLink(w.token(handed.Bind)), core.CodeWrong)
			w.clock.Add(time.Hour)
			codeOf(t, p.password(newPassword), core.CodeWrongState)
			bind := w.token(handed.Bind)
			l := w.Begin(caller, core.Beginning{Login: "ana", Link: bind})
			_, err := w.Answer(w.ctx, caller, l, core.Response{Kind: core.KindPassword, Value: newPassword})
			if _, ok := err.(*core.BindNeeded); !ok {
				t.Errorf("the link to bind anew, after the new password: %v", err)
			}
			w.clock.Add(24 * time.Hour)
			_, err = w.LookAt(w.ctx, core.PurposeBindAnew, core.Mailed{Token: bind})
			codeOf(t, err, core.CodeWrong) // a new password is no longer life
		})
	}
}

// A04: what was mailed to bind anew dies with a new password, as its message says, and no command shows one.
func TestMailedRebindDiesWithThePassword(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	p := w.confirmed("ana")
	account := p.session.AccountID()
	w.expose(p)
	handed, err := w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "lost it"})
	w.check(err)
	if handed != (core.Handed{}) {
		t.Errorf("shown beside mail: %+v", handed)
	}
	link := linkToken(w, w.lastOf(core.MailResetDone))
	w.check(w.Forgot(w.ctx, caller, "ana"))
	w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}, newPassword))
	_, err = w.LookAt(w.ctx, core.PurposeBindAnew, core.Mailed{Token: link})
	codeOf(t, err, core.CodeWrong)
	codeOf(t, p.password(newPassword), core.CodeWrongState)
	if again := linkToken(w, w.mail(core.MailResetDone)); again == link {
		t.Error("the same link again")
	}
}
