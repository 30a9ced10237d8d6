package core_test

import (
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const reason = "found in a breach of another service"

func (w *world) expose(p *person) core.Replacement {
	w.t.Helper()
	out, err := w.ExposePassword(w.ctx, caller, p.session.AccountID(), core.Order{Reason: reason, ToNewAddress: true})
	w.check(err)
	return out
}

// A08: who has the password that others may know gets nothing with it, on no way, and the link replaces it.
func TestExposedPassword(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	cookie, login, tok := p.trust(), p.begin(), p.holding().Replaces
	w.post()
	if out := w.expose(p); !out.Mailed || out.Password != "" {
		t.Fatalf("%+v", out)
	}
	if rows, err := w.store.Browsers(w.ctx, p.session.AccountID()); len(rows) > 0 || err != nil {
		t.Errorf("%d browsers are trusted (%v)", len(rows), err)
	}
	msg := w.mail(core.MailPasswordExposed)
	if msg.To != "ana@example.org" || msg.Args["reason"] != reason || msg.Code == "" {
		t.Fatalf("%+v", msg)
	}
	if _, alive := w.alive(tok); alive {
		t.Error("a session of before goes on")
	}
	w.clock.Add(30 * time.Second)
	codeOf(t, p.answer(login, core.KindTOTP, p.code()), core.CodeLoginExpired)
	var last core.Message
	for name, c := range map[string]core.Caller{"a program": caller, "a browser": browser(""), "the trusted browser": browser(cookie)} {
		w.clock.Add(time.Hour)
		_, err := w.Answer(w.ctx, c, w.Begin(c, core.Beginning{Login: "ana"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
		if e := codeOf(t, err, core.CodeWrongState); e.Field != "password" {
			t.Errorf("%s: %+v", name, e)
		}
		w.post()
		w.clock.Add(time.Hour)
		_, err = w.SignIn(w.ctx, c, core.Beginning{Login: "ana"}, ownersPassword, core.Response{Value: p.code()})
		codeOf(t, err, core.CodeWrongState)
		last = w.lastOf(core.MailPasswordRefused)
	}
	w.clock.Add(59 * time.Minute)
	codeOf(t, p.password("wrong all the same"), core.CodeWrong)
	in := core.Mailed{Token: linkToken(w, last)}
	codeOf(t, w.ResetPassword(w.ctx, caller, in, ownersPassword), core.CodeWeakPassword) // it is what has to go
	w.check(w.ResetPassword(w.ctx, caller, in, newPassword))
	codeOf(t, p.password(ownersPassword), core.CodeWrong)
	if _, more := p.password(newPassword).(*core.MoreNeeded); !more { // the second factor is as it was
		t.Error("no second step")
	}
}

// lastOf is the newest message of a kind among those that would be sent now.
func (w *world) lastOf(kind core.MessageKind) (last core.Message) {
	w.t.Helper()
	for _, m := range w.post() {
		if m.Kind == kind {
			last = m
		}
	}
	if last.Kind == "" {
		w.t.Fatalf("no %s", kind)
	}
	return last
}

// The mark itself shuts the door, whatever became of the epoch: it is asked in the transaction that would open it.
func TestExposedPasswordIsNoEvidence(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	s := w.register("ana", "", ownersPassword)
	p := w.enrol("bob")
	e, login := p.elevated(), p.begin()
	for _, id := range []string{s.AccountID(), p.session.AccountID()} {
		w.check(w.store.Settle(w.ctx, id, w.clock.Now(), func(tx core.Tx, _ core.State) error { return tx.SetPasswordExposed(id, true) }))
	}
	_, err := w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	codeOf(t, err, core.CodeWrongState)
	_, err = w.ChangePassword(w.ctx, p.holding(), e, ownersPassword, newPassword)
	codeOf(t, err, core.CodeWrongState)
	w.clock.Add(30 * time.Second)
	codeOf(t, p.answer(login, core.KindTOTP, p.code()), core.CodeWrongState)
}

// Wrong passwords and guesses of names are answered as ever, and the right one is delayed like a wrong one.
func TestExposedPasswordIsCounted(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.expose(p)
	w.post()
	for range 3 {
		codeOf(t, p.password(ownersPassword), core.CodeWrongState)
	}
	codeOf(t, p.password(ownersPassword), core.CodeThrottled)
	mails := 0
	for range 20 {
		w.clock.Add(time.Minute)
		_ = p.password(ownersPassword)
		for _, m := range w.post() {
			if m.Kind != core.MailPasswordRefused || m.To != "ana@example.org" {
				t.Errorf("%+v", m)
			}
			mails++
		}
	}
	if mails < 3 || mails > 6 {
		t.Errorf("%d messages in twenty minutes", mails)
	}
	var refused int
	for _, e := range mustEvents(w) {
		if e.Kind == "login.password" && e.Outcome == string(core.CodeWrongState) {
			refused++
		}
	}
	if refused < 3 {
		t.Errorf("%d events tell of it", refused)
	}
}

// Without a proved mailbox the administrator gets the link, and nobody is mailed one.
func TestExposedPasswordWithoutAddress(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	for _, p := range []*person{w.enrolWithout("ana"), w.enrol("unconfirmed")} {
		w.post()
		first, out := w.expose(p), w.expose(p)
		if out.Mailed || out.Password == "" {
			t.Fatalf("%+v", out)
		}
		codeOf(t, p.password(ownersPassword), core.CodeWrongState)
		if sent := w.post(); len(sent) != 0 {
			t.Errorf("%+v", sent)
		}
		older := core.Mailed{Token: linkToken(w, core.Message{Link: first.Password})}
		codeOf(t, w.ResetPassword(w.ctx, caller, older, newPassword), core.CodeWrong)
		w.clock.Add(23 * time.Hour)
		w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, core.Message{Link: out.Password})}, newPassword))
		if _, more := p.password(newPassword).(*core.MoreNeeded); !more {
			t.Error("no second step")
		}
		w.post()
	}
}

func TestExposeNeedsAReasonAndAnAccount(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	_, err := w.ExposePassword(w.ctx, caller, p.session.AccountID(), core.Order{Reason: ""})
	codeOf(t, err, core.CodeInvalid)
	_, err = w.ExposePassword(w.ctx, caller, "nobody", core.Order{Reason: reason})
	codeOf(t, err, core.CodeNotFound)
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true, Untold: true}))
	if out := w.expose(p); out.Mailed || out.Password != "" {
		t.Errorf("%+v", out) // no link works while it is disabled
	}
	codeOf(t, p.password(ownersPassword), core.CodeWrong) // as for every disabled account
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
}

// A reset that the exposed password asked for ends with it; an administrator's goes on.
func TestExposedPasswordEndsItsReset(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	own, ordered := w.confirmed("ana"), w.confirmed("bob")
	_, err := w.AskReset(w.ctx, caller, own.begin())
	w.check(err)
	_, err = w.ResetAuthenticators(w.ctx, caller, ordered.session.AccountID(), core.Order{Reason: "lost phone", Wait: time.Hour})
	w.check(err)
	w.post()
	w.expose(own)
	w.expose(ordered)
	w.mail(core.MailResetCancelled)
	w.pass(73 * time.Hour)
	for p, left := range map[*person]int{own: 1, ordered: 0} {
		if auths, err := w.store.Authenticators(w.ctx, p.session.AccountID()); err != nil || len(auths) != left {
			t.Errorf("%s: %d authenticators (%v)", p.name, len(auths), err)
		}
	}
}

// So does one that was asked for a moment before, while support was at it; and one that support ordered in that moment
// goes on.
func TestExposedPasswordEndsTheResetOfThatMoment(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	own, ordered := w.confirmed("ana"), w.confirmed("bob")
	login := own.begin()
	for p, happens := range map[*person]func(){
		own: func() {
			_, err := w.AskReset(w.ctx, caller, login)
			w.check(err)
		},
		ordered: func() {
			_, err := w.ResetAuthenticators(w.ctx, caller, ordered.session.AccountID(), core.Order{Reason: "lost phone", Wait: time.Hour})
			w.check(err)
		},
	} {
		_, err := w.overtaken(happens).ExposePassword(w.ctx, caller, p.session.AccountID(), core.Order{Reason: reason})
		w.check(err)
	}
	for p, left := range map[*person]bool{own: false, ordered: true} {
		if r, err := w.store.Reset(w.ctx, p.session.AccountID()); err != nil || (r != nil) != left {
			t.Errorf("%s: %+v (%v)", p.name, r, err)
		}
	}
}

// While a change of address can be taken back, whose the present one is nobody knows: the old ones are told, without a
// link that opens anything, and the administrator is.
func TestExposedPasswordTellsFormerAddresses(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	change := func(to string) time.Time {
		w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), to))
		_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
		w.check(err)
		w.post()
		return w.clock.Now()
	}
	told := func() map[string]core.Message {
		out := map[string]core.Message{}
		for _, m := range w.post() {
			out[string(m.Kind)+" "+m.To] = m
		}
		return out
	}
	first, second := change("one@example.org"), change("two@example.org")
	out := w.expose(p)
	want := []core.FormerAddress{{Email: "one@example.org", Until: second.Add(72 * time.Hour)}, {Email: "ana@example.org", Until: first.Add(72 * time.Hour)}}
	if !out.Mailed || !slices.Equal(out.Former, want) {
		t.Errorf("%+v, want %+v", out, want)
	}
	sent := told()
	if len(sent) != 3 || sent["password_exposed two@example.org"].Link == "" {
		t.Fatalf("%+v", sent)
	}
	for _, to := range []string{"one@example.org", "ana@example.org"} {
		if m := sent["exposed_to_old "+to]; m.Link != "" || m.Code != "" || m.Args["reason"] != reason {
			t.Errorf("%s: %+v", to, m)
		}
	}
	w.clock.Add(first.Add(72 * time.Hour).Sub(w.clock.Now()))
	if out, sent := w.expose(p), told(); len(out.Former) != 1 || len(sent) != 2 {
		t.Errorf("when the first link is over: %+v, %+v", out, sent)
	}
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true, Untold: true}))
	if out, sent := w.expose(p), told(); len(out.Former) != 1 || len(sent) != 0 {
		t.Errorf("disabled: %+v, %+v", out, sent)
	}
	w.clock.Add(72 * time.Hour)
	if out := w.expose(p); len(out.Former) != 0 {
		t.Errorf("when all are over: %+v", out)
	}
	if _, err := w.FormerAddresses(w.ctx, "nobody"); !core.IsCode(err, core.CodeNotFound) {
		t.Errorf("nobody's: %v", err)
	}
}
