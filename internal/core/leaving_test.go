package core_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func TestDeletedAccountLeavesNothing(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	cookie := p.trust()
	p.signIn()
	login, old := p.begin(), p.holding().Replaces
	id := p.session.AccountID()
	w.check(w.Forgot(w.ctx, caller, "ana"))
	reset := linkToken(w, w.mail(core.MailResetPassword))
	w.check(w.DeleteAccount(w.ctx, p.holding(), p.elevated()))
	if msg := w.mail(core.MailDeleted); msg.To != "ana@example.org" {
		t.Errorf("%+v", msg)
	}
	if _, alive := w.alive(old); alive {
		t.Error("a session goes on")
	}
	codeOf(t, p.password(ownersPassword), core.CodeWrong)
	if err := p.answer(login, core.KindTOTP, p.code()); err == nil {
		t.Error("a login of before leads in")
	}
	codeOf(t, w.ResetPassword(w.ctx, caller, core.Mailed{Token: reset}, newPassword), core.CodeWrong)

	again := w.register("ana", "ana@example.org", ownersPassword) // whoever registers the name again inherits nothing
	if again.AccountID() == id || w.address(again).EmailConfirmed {
		t.Errorf("%+v", w.address(again))
	}
	if auths, err := w.Authenticators(w.ctx, again); err != nil || len(auths) != 0 {
		t.Errorf("%+v %v", auths, err)
	}
	events, _, err := w.Events(w.ctx, again, 0)
	w.check(err)
	for _, e := range events {
		if e.Kind != "registered" && e.Kind != "signed_in" {
			t.Errorf("inherited %+v", e)
		}
	}
	s, err := p.passwordIn(browser(cookie))
	w.check(err)
	if _, _, made := s.NewBrowser(); made {
		t.Error("a trusted browser was inherited")
	}
}

func TestDataIsAllThereIs(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p, other := w.confirmed("ana"), w.confirmed("eve")
	p.trust()
	d, err := w.Data(w.ctx, p.again())
	w.check(err)
	if d.Account.Username != "ana" || len(d.Authenticators) != 1 || len(d.Sessions) < 2 || len(d.Browsers) != 1 || len(d.Events) < 5 {
		t.Errorf("%+v", d)
	}
	for _, e := range d.Events {
		if e.Account == other.session.AccountID() {
			t.Errorf("somebody else's: %+v", e)
		}
	}
}

func TestDisabledBitesAtOnce(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	login, old := p.begin(), p.holding().Replaces
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), true))
	if _, alive := w.alive(old); alive {
		t.Error("a session goes on")
	}
	w.clock.Add(30 * time.Second)
	codeOf(t, p.answer(login, core.KindTOTP, p.code()), core.CodeLoginExpired)
	codeOf(t, p.password(ownersPassword), core.CodeWrong) // and says no more than a wrong password
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), false))
	if _, alive := w.alive(old); alive {
		t.Error("an old session came alive again")
	}
	p.begin()
}

func TestInvitationIsGoodOnce(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	link, err := w.Invite(w.ctx, caller, "ana@example.org", []string{"staff"})
	w.check(err)
	if msg := w.mail(core.MailInvitation); msg.To != "ana@example.org" || msg.Link != link {
		t.Errorf("%+v", msg)
	}
	in := core.Registration{Username: "ana", Email: "ana@example.org", Password: ownersPassword, Invitation: linkToken(w, core.Message{Link: link})}
	s, err := w.Register(w.ctx, caller, in)
	w.check(err)
	if a := w.address(s); !a.EmailConfirmed || len(s.Groups()) != 1 {
		t.Errorf("%+v %q", a, s.Groups())
	}
	in.Username = "eve"
	_, err = w.Register(w.ctx, caller, in)
	codeOf(t, err, core.CodeWrong)
	link, err = w.Invite(w.ctx, caller, "bob@example.org", nil) // and a stranger takes it
	w.check(err)
	s, err = w.Register(w.ctx, caller, core.Registration{
		Username: "mallory", Email: "victim@example.org", Password: ownersPassword, Invitation: linkToken(w, core.Message{Link: link}),
	})
	w.check(err)
	if a := w.address(s); a.EmailConfirmed {
		t.Errorf("confirmed by an invitation to somebody else: %+v", a)
	}
	link, err = w.Invite(w.ctx, caller, "", nil)
	w.check(err)
	w.clock.Add(7 * 24 * time.Hour)
	_, err = w.Register(w.ctx, caller, core.Registration{Username: "bob", Password: ownersPassword, Invitation: linkToken(w, core.Message{Link: link})})
	codeOf(t, err, core.CodeWrong)
}

func TestFirstAdministratorIsOne(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	first, err := w.Bootstrap(w.ctx)
	w.check(err)
	second, err := w.Bootstrap(w.ctx) // the program was started again
	w.check(err)
	_, err = w.Register(w.ctx, caller, core.Registration{Username: "eve", Password: ownersPassword, Invitation: linkToken(w, core.Message{Link: first})})
	codeOf(t, err, core.CodeWrong)
	var all sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for i := range 50 {
		all.Go(func() {
			name := "admin" + string(rune('a'+i%26)) + string(rune('a'+i/26))
			s, err := w.Register(w.ctx, caller, core.Registration{Username: name, Password: ownersPassword, Invitation: linkToken(w, core.Message{Link: second})})
			var e *core.Error
			mu.Lock()
			defer mu.Unlock()
			if err == nil && len(s.Groups()) == 1 && s.Groups()[0] == core.AdminGroup {
				made++
			} else if !errors.As(err, &e) {
				t.Errorf("%v %q", err, s.Groups())
			}
		})
	}
	all.Wait()
	if made != 1 {
		t.Errorf("%d administrators", made)
	}
	if link, err := w.Bootstrap(w.ctx); err != nil || link != "" {
		t.Errorf("%q %v", link, err)
	}
}

// An address that nobody confirmed may be anybody's: no command takes it for a name.
func TestNobodyIsNamedByAnUnconfirmedAddress(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.register("eve", "boss@example.org", squattersPassword)
	_, err := w.Lookup(w.ctx, "boss@example.org")
	codeOf(t, err, core.CodeInvalid)
	w.post()
	w.confirmed("boss")
	found, err := w.Lookup(w.ctx, "Boss@example.org")
	w.check(err)
	if found.Username != "boss" {
		t.Errorf("%+v", found)
	}
}
