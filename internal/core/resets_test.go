package core_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// pass lets time go by while servers run: resets are looked at now and then.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for range 6 {
		w.clock.Add(d / 6)
		w.check(w.RunResets(w.ctx))
	}
}

// withLink signs in with the password and a reset's link.
func (p *person) withLink(link string) error {
	_, err := p.w.Answer(p.w.ctx, caller, p.w.Begin(caller, core.Beginning{Login: p.name, Link: link}),
		core.Response{Kind: core.KindPassword, Value: ownersPassword})
	return err
}

// bindAnew binds a first authenticator once more, with the link of a reset.
func (p *person) bindAnew(link string) {
	p.w.t.Helper()
	var bind *core.BindNeeded
	if err := p.withLink(link); !errors.As(err, &bind) {
		p.w.t.Fatalf("%v", err)
	}
	b, err := p.w.BindFirst(p.w.ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
	p.w.check(err)
	p.scan(b)
	s, _, err := p.w.ConfirmFirst(p.w.ctx, caller, bind.MustBind, b.ID, p.code(), "")
	p.w.check(err)
	p.session = s
}

func TestResetBySupport(t *testing.T) {
	for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyRequired, core.PolicyAAL2} {
		t.Run(string(policy), func(t *testing.T) {
			w := newWorld(t, policy)
			p, other := w.confirmed("ana"), w.confirmed("eve")
			account, old := p.session.AccountID(), p.holding().Replaces
			trusted := ""
			if policy != core.PolicyAAL2 {
				trusted = p.trust()
			}
			w.post()
			_, err := w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: ""})
			codeOf(t, err, core.CodeInvalid)
			_, err = w.ResetAuthenticators(w.ctx, caller, "nobody", core.Order{Reason: "lost phone"})
			codeOf(t, err, core.CodeNotFound)
			handed, err := w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "lost phone"})
			w.check(err)
			if handed != (core.Handed{}) {
				t.Error("the link of an account with an address was shown to the administrator")
			}
			sent := map[core.MessageKind]core.Message{}
			for _, m := range w.post() {
				sent[m.Kind] = m
			}
			if m := sent[core.MailResetOrdered]; m.Args["reason"] != "lost phone" || m.Link != "" {
				t.Errorf("before: %+v", m)
			}
			tok := linkToken(w, sent[core.MailResetDone])
			if _, alive := w.alive(old); alive {
				t.Error("a session goes on")
			}
			codeOf(t, p.withLink(""), core.CodeWrongState) // neither the password alone
			w.mail(core.MailResetDone)                     // (that mails another link, beside the first)
			_, err = p.passwordIn(browser(trusted))
			codeOf(t, err, core.CodeWrongState)                                  // nor a browser that was trusted
			codeOf(t, p.withLink(tok[:len(tok)-1]), core.CodeWrongState)         // nor another link
			codeOf(t, p.otherWith(other, tok), core.CodeWrongState)              // nor the link with another account
			p.bindAnew(tok)                                                      //
			if p.session.Level() != core.AAL2 || len(w.authenticators(p)) != 1 { //
				t.Error("not bound anew")
			}
			var more *core.MoreNeeded
			if err := p.withLink(tok); !errors.As(err, &more) { // the link is dead: what is bound is asked for
				t.Errorf("%v", err)
			}
		})
	}
}

// otherWith signs other in, whose authenticators are reset too, with p's link.
func (p *person) otherWith(other *person, link string) error {
	p.w.t.Helper()
	_, err := p.w.ResetAuthenticators(p.w.ctx, caller, other.session.AccountID(), core.Order{Reason: "lost too"})
	p.w.check(err)
	p.w.post()
	return other.withLink(link)
}

func (w *world) authenticators(p *person) []core.AuthenticatorInfo {
	w.t.Helper()
	list, err := w.Authenticators(w.ctx, p.session)
	w.check(err)
	return list
}

func TestResetLinkLivesADay(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	_, err := w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "lost phone"})
	w.check(err)
	tok := linkToken(w, w.mail(core.MailResetDone))
	w.clock.Add(24 * time.Hour)
	codeOf(t, p.withLink(tok), core.CodeWrongState)
	codeOf(t, p.password(squattersPassword), core.CodeWrong)
	again := w.post() // for the right password alone, there is another
	if len(again) != 1 || again[0].Kind != core.MailResetDone || again[0].To != "ana@example.org" {
		t.Fatalf("%+v", again)
	}
	codeOf(t, p.withLink(""), core.CodeWrongState)
	p.bindAnew(linkToken(w, again[0]))
	for _, m := range w.post() {
		if m.Kind == core.MailResetDone {
			t.Error("a link to bind anew beside something that is bound")
		}
	}
}

// Who has no address gets the link from the administrator; without the password it is worth nothing.
func TestResetWithoutAddress(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	account, link, err := w.Create(w.ctx, caller, core.NewPerson{Username: "ana", Password: ownersPassword})
	w.check(err)
	if link != "" {
		t.Errorf("a link beside a password: %q", link)
	}
	_, err = w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "never had one"})
	codeOf(t, err, core.CodeWrongState)
	p := &person{w: w, name: "ana"}
	p.bindAnew("") // the first
	_, err = w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "lost it", Wait: time.Hour})
	codeOf(t, err, core.CodeInvalid)
	handed, err := w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "lost it"})
	w.check(err)
	if handed.Password != "" {
		t.Errorf("a link for another password beside one that is good: %q", handed.Password)
	}
	tok := linkToken(w, core.Message{Link: handed.Bind})
	_, err = w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: "ana", Link: tok}),
		core.Response{Kind: core.KindPassword, Value: squattersPassword})
	codeOf(t, err, core.CodeWrong)
	p.bindAnew(tok)
}

func TestResetOfOnesOwn(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	due, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	if want := w.clock.Now().Add(72 * time.Hour); !due.Equal(want) {
		t.Errorf("due %v, want %v", due, want)
	}
	w.mail(core.MailResetAsked)
	w.clock.Add(time.Hour)
	if again, err := w.AskReset(w.ctx, caller, p.begin()); err != nil || !again.Equal(due) {
		t.Errorf("asking again: %v %v", again, err) // neither later nor sooner
	}
	w.check(w.RunResets(w.ctx))
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
	w.clock.Add(35 * time.Hour)
	w.check(w.RunResets(w.ctx))
	w.check(w.RunResets(w.ctx))
	w.mail(core.MailResetHalfway)
	w.clock.Add(36*time.Hour - time.Second)
	w.check(w.RunResets(w.ctx))
	p.asked(caller, "before the wait is over")
	w.clock.Add(time.Second)
	w.check(w.RunResets(w.ctx))
	w.check(w.RunResets(w.ctx))
	p.bindAnew(linkToken(w, w.mail(core.MailResetDone)))
}

// A third of the wait is left after the halfway notice, whatever kept it back: servers that were down, or the account
// being shut. Until it is over the first message's link is as good as the second's.
func TestResetThatWasHeldUp(t *testing.T) {
	for name, down := range map[string]time.Duration{"a little": 47 * time.Hour, "until it was due": 72 * time.Hour, "for long": 20 * 24 * time.Hour} {
		for _, cancelled := range []bool{false, true} {
			t.Run(fmt.Sprint(name, cancelled), func(t *testing.T) {
				w := newWorld(t, core.PolicyOptional)
				p := w.confirmed("ana")
				due, err := w.AskReset(w.ctx, caller, p.begin())
				w.check(err)
				first := w.mail(core.MailResetAsked)
				w.clock.Add(down)
				w.check(w.RunResets(w.ctx))
				half := w.mail(core.MailResetHalfway)
				if late := w.clock.Now().Add(24 * time.Hour); due.Before(late) {
					due = late
				}
				if !half.ExpiresAt.Equal(due) {
					t.Errorf("the notice says %v, not %v", half.ExpiresAt, due)
				}
				w.clock.Add(due.Sub(w.clock.Now()) - time.Second)
				w.check(w.RunResets(w.ctx))
				p.asked(caller, "before the owner had time to object")
				if cancelled {
					w.check(w.CancelReset(w.ctx, caller, core.Mailed{Token: linkToken(w, first)}))
					w.mail(core.MailResetCancelled)
				}
				w.clock.Add(time.Second)
				w.check(w.RunResets(w.ctx))
				if cancelled {
					p.asked(caller, "after it was cancelled")
					return
				}
				p.bindAnew(linkToken(w, w.mail(core.MailResetDone)))
			})
		}
	}
}

// Servers that were down from the notice until long after the reset was due: nobody could have stopped it, so that it is
// announced once more.
func TestResetThatIsLongOverdue(t *testing.T) {
	for _, late := range []time.Duration{time.Hour, 12 * time.Hour, 12*time.Hour + time.Second, 30 * 24 * time.Hour} {
		w := newWorld(t, core.PolicyOptional)
		p := w.confirmed("ana")
		_, err := w.AskReset(w.ctx, caller, p.begin())
		w.check(err)
		w.clock.Add(36 * time.Hour)
		w.check(w.RunResets(w.ctx))
		w.mail(core.MailResetHalfway)
		w.clock.Add(36*time.Hour + late)
		w.check(w.RunResets(w.ctx))
		if late > 12*time.Hour {
			half := w.mail(core.MailResetHalfway)
			if wait := half.ExpiresAt.Sub(w.clock.Now()); wait != 24*time.Hour {
				t.Errorf("%v late: %v are left", late, wait)
			}
			p.asked(caller, "before its owner had time to object")
			w.clock.Add(24 * time.Hour)
			w.check(w.RunResets(w.ctx))
		}
		p.bindAnew(linkToken(w, w.mail(core.MailResetDone)))
	}
}

// A wait that is shorter than the time between two looks at the resets comes to its end all the same.
func TestResetWithAShortWait(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	_, err := w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "lost phone", Wait: time.Second})
	w.check(err)
	w.mail(core.MailResetOrdered)
	for _, kind := range []core.MessageKind{core.MailResetHalfway, core.MailResetDone} {
		w.clock.Add(15 * time.Second)
		w.check(w.RunResets(w.ctx))
		w.mail(kind)
	}
}

// Each of the messages cancels, whatever changed meanwhile; and so does whoever still has a second factor.
func TestResetIsCancelled(t *testing.T) {
	cancel := map[string]func(w *world, p *person, first, half core.Message){
		"by the first message": func(w *world, p *person, first, _ core.Message) {
			w.check(w.Forgot(w.ctx, caller, "ana"))
			w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}, newPassword)) // the epoch moved
			w.check(w.CancelReset(w.ctx, caller, core.Mailed{Token: linkToken(w, first)}))
		},
		"by the second": func(w *world, _ *person, _, half core.Message) {
			w.check(w.CancelReset(w.ctx, caller, core.Mailed{Token: linkToken(w, half)}))
		},
		"by a sign-in":          func(_ *world, p *person, _, _ core.Message) { p.signIn() },
		"by a reauthentication": func(_ *world, p *person, _, _ core.Message) { p.elevated() },
		"by a session": func(w *world, p *person, _, _ core.Message) {
			w.check(w.CancelOwnReset(w.ctx, p.holding(), p.again()))
		},
	}
	for name, do := range cancel {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			w.cfg.SessionLifetime, w.cfg.SessionIdle = 30*24*time.Hour, 30*24*time.Hour
			w.Machine = w.restart()
			p := w.confirmed("ana")
			_, err := w.AskReset(w.ctx, caller, p.begin())
			w.check(err)
			first := w.mail(core.MailResetAsked)
			w.clock.Add(36 * time.Hour)
			w.check(w.RunResets(w.ctx))
			do(w, p, first, w.mail(core.MailResetHalfway))
			w.mail(core.MailResetCancelled)
			w.clock.Add(36 * time.Hour)
			w.check(w.RunResets(w.ctx))
			if name != "by the first message" { // its password is another by now
				p.asked(caller, "after it was cancelled")
			}
			if due, err := w.PendingReset(w.ctx, p.session); err != nil || !due.IsZero() || len(w.authenticators(p)) != 1 {
				t.Errorf("%v %v", due, err)
			}
		})
	}
}

// However many ask at once, one reset begins and one message is sent; an administrator's goes before it.
func TestResetAskedManyTimes(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	l := p.begin()
	var all sync.WaitGroup
	for range 5 { // more may be refused: messages for so many are written in an hour
		all.Go(func() {
			if _, err := w.AskReset(w.ctx, caller, l); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.mail(core.MailResetAsked)
	_, err := w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "stolen phone", Wait: time.Hour})
	w.check(err)
	if _, err := w.AskReset(w.ctx, caller, l); err != nil {
		t.Error(err)
	}
	w.pass(time.Hour)
	if m := w.mail(core.MailResetDone); m.Args["reason"] != "stolen phone" {
		t.Errorf("%+v", m)
	}
}

func TestResetIsNotForEverybody(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana") // its address was not confirmed
	_, err := w.AskReset(w.ctx, caller, p.begin())
	codeOf(t, err, core.CodeWrongState)
	w.cfg.ResetWait = 0
	w.Machine = w.restart()
	w.post()
	p = w.confirmed("bob")
	_, err = w.AskReset(w.ctx, caller, p.begin())
	codeOf(t, err, core.CodeWrongState)
}

// Where nothing is bound and the password leads on, a reset would only lock its owner out.
func TestResetOfNothing(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	s := w.register("ana", "ana@example.org", ownersPassword)
	w.post()
	for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyRequired, core.PolicyAAL2} {
		w.check(w.SetPolicy(w.ctx, caller, s.AccountID(), policy))
		for _, wait := range []time.Duration{0, time.Hour} {
			_, err := w.ResetAuthenticators(w.ctx, caller, s.AccountID(), core.Order{Reason: "says they lost it", Wait: wait})
			codeOf(t, err, core.CodeWrongState)
		}
	}
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
	w.check(w.SetPolicy(w.ctx, caller, s.AccountID(), core.PolicyOptional))
	if err := w.byAddress("ana", ownersPassword); err != nil {
		t.Errorf("the refused reset locked the account: %v", err)
	}
}

// Whoever removed the last authenticator is stuck once one is needed (decision 4): a reset is what helps.
func TestResetOfWhoIsStuck(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	account := p.session.AccountID()
	w.check(w.Unbind(w.ctx, p.holding(), p.elevated(), w.authenticators(p)[0].ID))
	_, err := w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "too early"})
	codeOf(t, err, core.CodeWrongState)
	w.check(w.SetPolicy(w.ctx, caller, account, core.PolicyRequired))
	codeOf(t, p.password(ownersPassword), core.CodeWrongState)
	w.post()
	_, err = w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "policy changed"})
	w.check(err)
	w.mail(core.MailResetDone)
	_, err = w.ResetAuthenticators(w.ctx, caller, account, core.Order{Reason: "the mail got lost"}) // that the link is due is no reason against
	w.check(err)
	p.bindAnew(linkToken(w, w.mail(core.MailResetDone)))
}

// A reset that waits finds nothing to do when it is due: the owner removed the last authenticator, or needs none any more.
func TestResetThatFindsNothing(t *testing.T) {
	ways := map[string]func(w *world, p *person){
		"asked for, then removed": func(w *world, p *person) {
			elevated := p.elevated()
			_, err := w.AskReset(w.ctx, caller, p.begin())
			w.check(err)
			w.check(w.Unbind(w.ctx, p.holding(), elevated, w.authenticators(p)[0].ID))
		},
		"ordered, then not needed": func(w *world, p *person) {
			w.check(w.Unbind(w.ctx, p.holding(), p.elevated(), w.authenticators(p)[0].ID))
			w.check(w.SetPolicy(w.ctx, caller, p.session.AccountID(), core.PolicyRequired))
			_, err := w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "stuck", Wait: time.Hour})
			w.check(err)
			w.check(w.SetPolicy(w.ctx, caller, p.session.AccountID(), core.PolicyOptional))
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.confirmed("ana")
			way(w, p)
			w.post()
			w.pass(73 * time.Hour)
			w.mail(core.MailResetCancelled)
			if err := p.password(ownersPassword); err != nil {
				t.Errorf("a reset of nothing locked the account: %v", err)
			}
			w.clock.Add(time.Hour)
			w.check(w.RunResets(w.ctx))
			if sent := w.post(); len(sent) != 0 {
				t.Errorf("not over: %+v", sent)
			}
		})
	}
}

func TestRescueCode(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	codeOf(t, w.rescue(p.begin()), core.CodeWrongState) // off
	w.cfg.RescueCode = true
	w.Machine = w.restart()
	mine, other := p.begin(), p.begin()
	w.check(w.rescue(mine))
	code := w.mail(core.MailRescueCode).Code
	codeOf(t, p.answer(other, core.KindEmail, code), core.CodeWrong) // of another login
	s, err := w.Answer(w.ctx, caller, mine, core.Response{Kind: core.KindEmail, Value: code})
	w.check(err)
	if s.Level() != core.AAL1 || len(s.AMR()) != 1 {
		t.Errorf("level %d, amr %q", s.Level(), s.AMR()) // a mailbox is no factor
	}
	_, err = w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindEmail, Value: code})
	codeOf(t, err, core.CodeInvalid)
	codeOf(t, p.answer(p.begin(), core.KindEmail, code), core.CodeWrong)
	w.check(w.SetPolicy(w.ctx, caller, p.session.AccountID(), core.PolicyAAL2))
	codeOf(t, w.rescue(p.begin()), core.CodeWrongState)
}

func TestRescueCodeNeedsAConfirmedAddress(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.RescueCode = true
	w.Machine = w.restart()
	p := w.enrol("ana")
	codeOf(t, w.rescue(p.begin()), core.CodeWrongState)
}

func TestRescueCodeExpires(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.RescueCode = true
	w.Machine = w.restart()
	p := w.confirmed("ana")
	l := p.begin()
	w.check(w.rescue(l))
	code := w.mail(core.MailRescueCode).Code
	w.clock.Add(10 * time.Minute)
	if err := p.answer(l, core.KindEmail, code); err == nil {
		t.Error("accepted after ten minutes")
	}
}

func TestHelp(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	codeOf(t, w.AskSupport(w.ctx, caller, p.begin()), core.CodeWrongState)
	w.cfg.SupportAddress = "help@example.org"
	w.Machine = w.restart()
	for range 20 {
		w.check(w.AskSupport(w.ctx, caller, p.begin()))
	}
	sent := w.post()
	if len(sent) != 5 || sent[0].To != "help@example.org" || sent[0].Name != "ana" || len(sent[0].Args) > 0 {
		t.Errorf("%d: %+v", len(sent), sent)
	}
}

// Who has many accounts doesn't fill the mailbox of those who help the others: who asks too late is told when to ask again,
// and an account that has asked takes no more of it.
func TestHelpForManyAccounts(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.SupportAddress = "help@example.org"
	w.Machine = w.restart()
	asked, last := 0, w.confirmed("ana")
	var many []*person
	for i := range 12 {
		many = append(many, w.confirmed(fmt.Sprint("sock", i)))
	}
	for _, p := range many {
		for range 5 {
			w.check(w.AskSupport(w.ctx, caller, p.begin()))
			asked++
		}
		w.check(w.AskSupport(w.ctx, caller, p.begin())) // once too often, and counted for nobody
	}
	err := w.AskSupport(w.ctx, caller, last.begin())
	codeOf(t, err, core.CodeThrottled)
	var refused *core.Error
	if errors.As(err, &refused); refused.RetryAfter <= 0 || refused.RetryAfter > time.Hour {
		t.Errorf("when to ask again: %v", refused.RetryAfter)
	}
	if sent := w.post(); len(sent) != asked {
		t.Errorf("%d messages of %d", len(sent), asked)
	}
	w.clock.Add(refused.RetryAfter)
	w.check(w.AskSupport(w.ctx, caller, last.begin()))
	if m := w.mail(core.MailHelp); m.Name != "ana" {
		t.Errorf("%+v", m)
	}
}

// Whoever helps is told where nobody can be written to.
func TestHelpWithoutAddress(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	w.cfg.SupportAddress = "help@example.org"
	w.Machine = w.restart()
	for email, want := range map[string]string{"": core.AddressNone, "eve@example.org": core.AddressUnconfirmed} {
		name := "ana" + want
		_, _, err := w.Create(w.ctx, caller, core.NewPerson{Username: name, Email: email, Unconfirmed: email != "", Password: ownersPassword})
		w.check(err)
		p := &person{w: w, name: name}
		p.bindAnew("")
		w.check(w.AskSupport(w.ctx, caller, p.begin()))
		if msg := w.lastOf(core.MailHelp); msg.Args["address"] != want {
			t.Errorf("%q: %+v", email, msg)
		}
	}
}

// brokenSeals seal nothing: no message can be written.
type brokenSeals struct{ core.Seals }

func (brokenSeals) Seal(string, string, []byte) ([]byte, error) { return nil, errors.New("no key") }

// A reset that can't be told does not happen, and nothing is lost by trying.
func TestResetThatFailsLeavesEverything(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	_, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	w.clock.Add(36 * time.Hour)
	w.check(w.RunResets(w.ctx)) // halfway
	w.clock.Add(36 * time.Hour)
	whole := w.cfg.Seals
	w.cfg.Seals = brokenSeals{whole}
	if err := w.restart().RunResets(w.ctx); err == nil {
		t.Fatal("it went through without a message")
	}
	w.cfg.Seals = whole
	w.Machine = w.restart()
	p.signIn() // with the code app that was nearly removed; and that cancels
	w.check(w.RunResets(w.ctx))
	p.asked(caller, "after the reset failed and was cancelled")
}

func (w *world) rescue(l core.Login) error {
	_, err := w.SendRescueCode(w.ctx, caller, l)
	return err
}

// TestResetOfADisabledAccount: an account is disabled to stop somebody. One of his own making ends with it; one that support ordered
// waits.
func TestResetOfADisabledAccount(t *testing.T) {
	disable := func(w *world, p *person, disabled bool) {
		w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: disabled, Untold: true}))
	}
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	_, err := w.AskReset(w.ctx, caller, p.begin())
	w.check(err)
	disable(w, p, true)
	w.mail(core.MailResetCancelled)
	w.pass(100 * time.Hour)
	disable(w, p, false)
	p.signIn()

	_, err = w.ResetAuthenticators(w.ctx, caller, p.session.AccountID(), core.Order{Reason: "lost it", Wait: 48 * time.Hour})
	w.check(err)
	disable(w, p, true)
	w.post()
	for range 2 {
		w.clock.Add(30 * time.Hour)
		w.check(w.RunResets(w.ctx))
	}
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("while it is disabled: %+v", sent)
	}
	disable(w, p, false)
	w.check(w.RunResets(w.ctx))
	w.mail(core.MailResetHalfway) // now its owner can do something about it
	w.pass(16 * time.Hour)
	w.mail(core.MailResetDone)
}
