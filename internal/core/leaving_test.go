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
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true}))
	if _, alive := w.alive(old); alive {
		t.Error("a session goes on")
	}
	w.clock.Add(30 * time.Second)
	codeOf(t, p.answer(login, core.KindTOTP, p.code()), core.CodeLoginExpired)
	codeOf(t, p.password(ownersPassword), core.CodeWrong) // and says no more than a wrong password
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{}))
	if _, alive := w.alive(old); alive {
		t.Error("an old session came alive again")
	}
	p.begin()
}

// The owner is told, unless that would tell whoever took the account; and once.
func TestDisablingIsTold(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.post()
	set := func(in core.Disabling) []core.Message {
		t.Helper()
		w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), in))
		return w.post()
	}
	sent := set(core.Disabling{Disabled: true, Reason: "asked for by phone"})
	if len(sent) != 1 || sent[0].Kind != core.MailDisabled || sent[0].To != "ana@example.org" || sent[0].Args["reason"] != "asked for by phone" {
		t.Errorf("%+v", sent)
	}
	if sent := set(core.Disabling{Disabled: true, Reason: "once more"}); len(sent) > 0 {
		t.Errorf("told twice: %+v", sent)
	}
	if e := mustEvents(w); e[len(e)-1].Detail != "asked for by phone" {
		t.Errorf("what was so already is an event: %+v", e[len(e)-1])
	}
	if sent := set(core.Disabling{}); len(sent) != 1 || sent[0].Kind != core.MailEnabled {
		t.Errorf("%+v", sent)
	}
	if sent := set(core.Disabling{Disabled: true, Reason: "a thief has the mailbox", Untold: true}); len(sent) > 0 {
		t.Errorf("told: %+v", sent)
	}
	events, err := w.store.Events(w.ctx, p.session.AccountID(), 0, 1)
	w.check(err)
	if len(events) != 1 || events[0].Kind != "account.disabled" || events[0].Detail != "a thief has the mailbox" {
		t.Errorf("%+v", events)
	}
}

// A link that an administrator hands over says nothing of who reads the mail of an address that nobody vouched for.
func TestCreatedUnconfirmed(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	id, link, err := w.Create(w.ctx, caller, core.NewPerson{Username: "ana", Email: "ana@example.org", Unconfirmed: true})
	w.check(err)
	confirm := w.mail(core.MailConfirmAddress)
	if sent := w.post(); len(sent) > 0 {
		t.Errorf("%+v", sent)
	}
	w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, core.Message{Link: link})}, ownersPassword))
	a, err := w.Lookup(w.ctx, id)
	w.check(err)
	if a.EmailConfirmed {
		t.Error("a link that was handed over confirmed an address")
	}
	_, _, err = w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, confirm)})
	w.check(err)
	if a, err = w.Lookup(w.ctx, id); err != nil || !a.EmailConfirmed {
		t.Errorf("%+v, %v", a, err)
	}
}

// An account without a password gets another link for its first one, never for a second.
func TestFirstPasswordIsOfferedAgain(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	id, old, err := w.Create(w.ctx, caller, core.NewPerson{Username: "ana"})
	w.check(err)
	_, err = w.ResetAuthenticators(w.ctx, caller, id, core.Order{Reason: "lost"})
	if e := codeOf(t, err, core.CodeWrongState); e.Text != "reset.no_password_yet" {
		t.Errorf("%+v", e)
	}
	next, err := w.OfferFirstPassword(w.ctx, caller, id, core.Order{Reason: "the link was lost"})
	w.check(err)
	if next.Mailed || next.Password == "" {
		t.Errorf("%+v", next)
	}
	token := func(link string) core.Mailed { return core.Mailed{Token: linkToken(w, core.Message{Link: link})} }
	codeOf(t, w.ResetPassword(w.ctx, caller, token(old), ownersPassword), core.CodeWrong)
	w.check(w.ResetPassword(w.ctx, caller, token(next.Password), ownersPassword))
	_, err = w.OfferFirstPassword(w.ctx, caller, id, core.Order{Reason: "again"})
	codeOf(t, err, core.CodeWrongState)
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

// The first administrator's link makes no second one, whoever made the first; that strangers have registered leaves it good.
func TestFirstAdministratorsLinkEndsWithAnAdministrator(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	link, err := w.Bootstrap(w.ctx)
	w.check(err)
	token := core.Mailed{Token: linkToken(w, core.Message{Link: link})}
	w.register("stranger", "", ownersPassword)
	_, err = w.LookAt(w.ctx, core.PurposeInvitation, token)
	w.check(err)
	ada := w.register("ada", "", ownersPassword)
	w.check(w.SetGroups(w.ctx, caller, ada.AccountID(), []string{core.AdminGroup}))
	_, err = w.LookAt(w.ctx, core.PurposeInvitation, token)
	codeOf(t, err, core.CodeWrong)
	_, err = w.Register(w.ctx, caller, core.Registration{Username: "eve", Password: ownersPassword, Invitation: token.Token})
	codeOf(t, err, core.CodeWrong)
}
