package core_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// passwordless is a service where a mailed code may stand in for the password.
func passwordless(t *testing.T, policy core.Policy) *world {
	t.Helper()
	w := newWorld(t, policy)
	w.cfg.Passwordless = true
	return w.withCodes()
}

// plain is somebody with a confirmed address and nothing else.
func (w *world) plain(name string) core.Session {
	w.t.Helper()
	s := w.register(name, name+"@example.org", ownersPassword)
	_, _, err := w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))})
	w.check(err)
	w.post()
	return s
}

// askMailed asks for a code, and gives what the asking browser has to bring along and the message.
func (w *world) askMailed(login string) (binder string, msg core.Message) {
	w.t.Helper()
	binder, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: login}, "")
	w.check(err)
	return binder, w.mail(core.MailSignIn)
}

// mailedLogin is a login that began with a code from the mail.
func (w *world) mailedLogin(login string) core.Login {
	w.t.Helper()
	binder, msg := w.askMailed(login)
	_, err := w.AnswerMailed(w.ctx, caller, binder, msg.Code)
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		w.t.Fatalf("after the mailed code: %v", err)
	}
	return more.Login
}

func TestMailedSignIn(t *testing.T) {
	for _, by := range []string{"link", "code"} {
		t.Run(by, func(t *testing.T) {
			w := passwordless(t, core.PolicyOptional)
			w.plain("ana")
			binder, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: "Ana", Remember: true, ReturnTo: "/there"}, "")
			w.check(err)
			msg := w.mail(core.MailSignIn)
			brought := msg.Code
			if by == "link" {
				brought = linkToken(w, msg)
			}
			if msg.To != "ana@example.org" || msg.ExpiresAt.Sub(w.clock.Now()) != 10*time.Minute || !strings.HasPrefix(msg.Link, "/login/mailed?token=") {
				t.Errorf("%+v", msg)
			}
			if by == "link" { // looking uses nothing up
				info, err := w.LookAtMailed(w.ctx, caller.Transport, binder, brought)
				if err != nil || info.Account != "ana" {
					t.Errorf("%+v, %v", info, err)
				}
			}
			s, err := w.AnswerMailed(w.ctx, caller, binder, brought)
			w.check(err)
			if s.Level() != core.AAL1 || len(s.AMR()) != 0 || !s.Remembered() || s.ReturnTo() != "/there" || !s.ElevatedUntil().IsZero() {
				t.Errorf("level %d, amr %q, remembered %v, to %q, elevated %v", s.Level(), s.AMR(), s.Remembered(), s.ReturnTo(), s.ElevatedUntil())
			}
			_, err = w.AnswerMailed(w.ctx, caller, binder, brought)
			codeOf(t, err, core.CodeWrong) // once
			if _, err = w.ElevatedFrom(s); !core.IsCode(err, core.CodeElevationNeeded) {
				t.Errorf("it elevates: %v", err)
			}
			if e := w.lastEvent(s); e.Kind != "signed_in" || e.Detail != "mailed" {
				t.Errorf("%+v", e)
			}
		})
	}
}

func (w *world) lastEvent(s core.Session) core.Event {
	w.t.Helper()
	events, _, err := w.Events(w.ctx, s, 0)
	w.check(err)
	return events[0]
}

// What was mailed is good in the browser that asked alone, for the account that it asked for, in its transport and time.
func TestMailedCodesAreBound(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	w.plain("ana")
	w.plain("eve")
	anas, msg := w.askMailed("ana")
	eves, other := w.askMailed("eve")
	for _, brought := range []string{msg.Code, linkToken(w, msg)} {
		for name, binder := range map[string]string{
			"another browser's": eves, "none": "", "cut": anas[:len(anas)-1], "longer": anas + "0", "its first half": anas[:26] + ".", "long": strings.Repeat("x", 1000),
		} {
			_, err := w.AnswerMailed(w.ctx, caller, binder, brought)
			if codeOf(t, err, core.CodeWrong); err.(*core.Error).Text != "mailed_login.dead" {
				t.Errorf("%s: %v", name, err)
			}
			_, err = w.LookAtMailed(w.ctx, caller.Transport, binder, brought)
			codeOf(t, err, core.CodeWrong)
		}
		_, err := w.AnswerMailed(w.ctx, core.Caller{Transport: core.TransportCookie}, anas, brought)
		codeOf(t, err, core.CodeWrong)
	}
	for _, brought := range []string{other.Code, linkToken(w, other), "", "0000-0000-0000-0000", strings.Repeat("A", 43), strings.Repeat("A", 5000)} {
		_, err := w.AnswerMailed(w.ctx, caller, anas, brought)
		codeOf(t, err, core.CodeWrong)
	}
	// The same browser asks for another account: what was mailed for that is not good for the first, nor the other way round.
	second, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: "eve"}, anas)
	w.check(err)
	_, err = w.AnswerMailed(w.ctx, caller, anas, w.mail(core.MailSignIn).Code)
	codeOf(t, err, core.CodeWrong)
	_, err = w.AnswerMailed(w.ctx, caller, second, msg.Code)
	codeOf(t, err, core.CodeWrong)
	// It asks once more for its own: it keeps what it has, and the code before is dead.
	again, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: "ana"}, anas)
	if w.check(err); again != anas {
		t.Errorf("%q, want %q", again, anas)
	}
	newer := w.mail(core.MailSignIn)
	_, err = w.AnswerMailed(w.ctx, caller, anas, msg.Code)
	codeOf(t, err, core.CodeWrong)
	w.clock.Add(10 * time.Minute)
	_, err = w.AnswerMailed(w.ctx, caller, anas, newer.Code)
	codeOf(t, err, core.CodeWrong)
}

// Codes of other purposes begin no sign-in, and a sign-in's sets no password.
func TestMailedCodesAreForOneThing(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	w.plain("ana")
	w.check(w.Forgot(w.ctx, caller, "ana"))
	reset := w.mail(core.MailResetPassword)
	binder, msg := w.askMailed("ana")
	for _, brought := range []string{reset.Code, linkToken(w, reset)} {
		_, err := w.AnswerMailed(w.ctx, caller, binder, brought)
		codeOf(t, err, core.CodeWrong)
	}
	for _, in := range []core.Mailed{{Token: msg.Code, Login: "ana"}, {Token: linkToken(w, msg)}} {
		codeOf(t, w.ResetPassword(w.ctx, caller, in, newPassword), core.CodeWrong)
		_, _, err := w.ConfirmAddress(w.ctx, caller, in)
		codeOf(t, err, core.CodeWrong)
	}
}

func TestMailedCodesDieWithTheEpoch(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	w.plain("ana")
	binder, msg := w.askMailed("ana")
	w.check(w.Forgot(w.ctx, caller, "ana"))
	w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}, newPassword))
	_, err := w.AnswerMailed(w.ctx, caller, binder, msg.Code)
	codeOf(t, err, core.CodeWrong)
}

// A bound second factor is asked for; with it the sign-in is one of AAL1, and stays so: a mailbox is no password.
func TestMailedSignInIsOneFactor(t *testing.T) {
	for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyRequired} {
		w := passwordless(t, policy)
		p := w.confirmed("ana")
		l := w.mailedLogin("ana")
		codeOf(t, p.answer(l, core.KindTOTP, different(p.code(), p.code())), core.CodeWrong)
		w.clock.Add(time.Minute)
		s, err := w.Answer(w.ctx, caller, l, core.Response{Kind: core.KindTOTP, Value: p.code()})
		w.check(err)
		if s.Level() != core.AAL1 || !slices.Equal(s.AMR(), []string{"otp"}) {
			t.Errorf("%s: level %d, amr %q", policy, s.Level(), s.AMR())
		}
		if _, err := w.SessionFrom(w.ctx, caller.Transport, token(t, s)); err != nil {
			t.Errorf("%s: the session is none: %v", policy, err)
		}
		w.clock.Add(30 * time.Second)
		s, err = w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindTOTP, Value: p.code()})
		w.check(err)
		if s.Level() != core.AAL1 || slices.Contains(s.AMR(), "mfa") {
			t.Errorf("%s, elevated: level %d, amr %q", policy, s.Level(), s.AMR())
		}
	}
}

// mailboxToo gives somebody with a code app codes to their own mailbox besides.
func (p *person) mailboxToo() (id string) {
	p.w.t.Helper()
	e := p.elevated()
	b, err := p.w.Bind(p.w.ctx, p.holding(), e, ofMail(p.name+"@example.org"))
	p.w.check(err)
	bound, err := p.w.Confirm(p.w.ctx, p.holding(), e, b.ID, p.w.sentCode())
	p.w.check(err)
	p.w.post()
	return bound.Authenticator.ID
}

// D06: one mailbox is one factor. After a mailed first step nothing that is mailed counts, is offered, or is sent.
func TestMailboxIsAskedOnce(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	w.cfg.RescueCode, w.cfg.SupportAddress = true, "help@example.org"
	w.Machine = w.restart()
	p := w.confirmed("ana")
	id := p.mailboxToo()
	l := w.mailedLogin("ana")
	if offer := w.offered(l); slices.ContainsFunc(offer, func(o core.Offer) bool { return o.Kind == core.KindEmail }) || len(offer) != 2 {
		t.Errorf("%+v", offer)
	}
	_, err := w.Challenge(w.ctx, caller, l, id)
	codeOf(t, err, core.CodeWrongState)
	_, err = w.SendRescueCode(w.ctx, caller, l)
	codeOf(t, err, core.CodeWrongState)
	_, err = w.AskReset(w.ctx, caller, l)
	codeOf(t, err, core.CodeWrongState)
	codeOf(t, w.AskSupport(w.ctx, caller, l), core.CodeWrongState)
	if ways, err := w.WaysBack(w.ctx, l); err != nil || ways.Rescue || ways.Support || ways.Reset != 0 {
		t.Errorf("%+v, %v", ways, err)
	}
	for _, r := range []core.Response{{Kind: core.KindEmail, Value: "123456", Authenticator: id}, {Kind: core.KindEmail, Value: "123456"}} {
		_, err := w.Answer(w.ctx, caller, l, r)
		if e := codeOf(t, err, core.CodeWrongState); e.Text != "mailed_login.same_mailbox" {
			t.Errorf("%+v: %v", r, e.Text)
		}
	}
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("sent: %+v", sent)
	}
	w.clock.Add(30 * time.Second)
	s, err := w.Answer(w.ctx, caller, l, core.Response{Kind: core.KindTOTP, Value: p.code()})
	w.check(err)
	if offer, err := w.ElevationOffer(w.ctx, caller, s); err != nil || len(offer) != 2 {
		t.Errorf("to elevate: %+v, %v", offer, err)
	}
	_, err = w.ChallengeSession(w.ctx, caller, s, id, "")
	codeOf(t, err, core.CodeWrongState)
}

// Where a mailed code leads nowhere none is sent, and the owner is told to use the password.
func TestMailedSignInThatIsNotPossible(t *testing.T) {
	for name, tt := range map[string]struct {
		policy core.Policy
		make   func(w *world)
	}{
		"aal2":                       {core.PolicyAAL2, func(w *world) { w.confirmed("ana") }},
		"nothing but a mailbox":      {core.PolicyOptional, func(w *world) { w.plain("ana"); w.onlyMailbox("ana") }},
		"unconfirmed":                {core.PolicyOptional, func(w *world) { w.register("ana", "ana@example.org", ownersPassword) }},
		"required and nothing bound": {core.PolicyOptional, func(w *world) { w.check(w.SetPolicy(w.ctx, caller, w.plain("ana").AccountID(), core.PolicyRequired)) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := passwordless(t, tt.policy)
			tt.make(w)
			w.post()
			_, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: "ana"}, "")
			w.check(err)
			if msg := w.mail(core.MailSignInOtherwise); msg.To != "ana@example.org" || msg.Link+msg.Code != "" {
				t.Errorf("%+v", msg)
			}
		})
	}
}

// onlyMailbox binds codes to the mailbox and nothing else.
func (w *world) onlyMailbox(name string) {
	w.t.Helper()
	s, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: name}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	w.check(err)
	s, err = w.Elevate(w.ctx, caller, s, core.Response{Kind: core.KindPassword, Value: ownersPassword})
	w.check(err)
	e, err := w.ElevatedFrom(s)
	w.check(err)
	b, err := w.Bind(w.ctx, caller, e, ofMail(name+"@example.org"))
	w.check(err)
	_, err = w.Confirm(w.ctx, caller, e, b.ID, w.sentCode())
	w.check(err)
}

// A policy that became stricter after the message shuts the door, and nothing is bound with it.
func TestMailedSignInUnderAStricterPolicy(t *testing.T) {
	for _, policy := range []core.Policy{core.PolicyRequired, core.PolicyAAL2, core.PolicyPasskey} {
		w := passwordless(t, core.PolicyOptional)
		s := w.plain("ana")
		binder, msg := w.askMailed("ana")
		w.check(w.SetPolicy(w.ctx, caller, s.AccountID(), policy))
		_, err := w.AnswerMailed(w.ctx, caller, binder, msg.Code)
		if codeOf(t, err, core.CodeWrongState); err.(*core.Error).Text != "mailed_login.password_needed" {
			t.Errorf("%s: %v", policy, err)
		}
	}
}

// The answer is the same for everybody; the mail says what there is to say. A shut password is no matter, a shut account is.
func TestMailedSignInOfNobody(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	s := w.plain("ana")
	ask := func(login string) []core.Message {
		binder, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: login}, "")
		if w.check(err); len(binder) != 26+1+32 {
			t.Errorf("%s: %q", login, binder)
		}
		return w.post()
	}
	if sent := ask("nobody"); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
	if sent := ask("Nobody@example.org"); len(sent) != 1 || sent[0].Kind != core.MailNoAccount {
		t.Errorf("%+v", sent)
	}
	w.check(w.SetDisabled(w.ctx, caller, s.AccountID(), core.Disabling{Disabled: true, Untold: true}))
	if sent := ask("ana"); len(sent) != 0 {
		t.Errorf("%+v", sent)
	}
	w.check(w.SetDisabled(w.ctx, caller, s.AccountID(), core.Disabling{Untold: true}))
	binder, msg := w.askMailed("ana")
	w.check(w.SetDisabled(w.ctx, caller, s.AccountID(), core.Disabling{Disabled: true, Untold: true}))
	_, err := w.AnswerMailed(w.ctx, caller, binder, msg.Code)
	codeOf(t, err, core.CodeWrong)
}

func TestMailedSignInWithAShutPassword(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	s := w.plain("ana")
	_, err := w.ExposePassword(w.ctx, caller, s.AccountID(), core.Order{Reason: "found on a note"})
	w.check(err)
	w.post()
	binder, msg := w.askMailed("ana")
	_, err = w.AnswerMailed(w.ctx, caller, binder, msg.Code)
	w.check(err)
}

// A trusted browser skips the second step as after a password, and one may be trusted after both steps.
func TestMailedSignInFromATrustedBrowser(t *testing.T) {
	w := passwordless(t, core.PolicyRequired)
	p := w.confirmed("ana")
	c := core.Caller{Transport: core.TransportCookie}
	begin := func(c core.Caller) (core.Session, error) {
		binder, err := w.AskMailed(w.ctx, c, core.Beginning{Login: "ana"}, "")
		w.check(err)
		return w.AnswerMailed(w.ctx, c, binder, w.mail(core.MailSignIn).Code)
	}
	_, err := begin(c)
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		t.Fatal(err)
	}
	w.clock.Add(30 * time.Second)
	s, err := w.Answer(w.ctx, c, more.Login, core.Response{Kind: core.KindTOTP, Value: p.code(), TrustBrowser: true})
	w.check(err)
	browser, _, made := s.NewBrowser()
	if !made {
		t.Fatal("the browser is not trusted")
	}
	w.post()
	c.Browser = browser
	if s, err = begin(c); err != nil || s.Level() != core.AAL1 {
		t.Errorf("%v", err)
	}
}

// Strangers who ask for somebody's code again and again use up nothing of a browser that signed in before.
func TestMailedSignInIsDeniedByNobody(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	w.plain("ana")
	c := core.Caller{Transport: core.TransportCookie}
	s, err := w.Answer(w.ctx, c, w.Begin(c, core.Beginning{Login: "ana"}), core.Response{Kind: core.KindPassword, Value: ownersPassword})
	w.check(err)
	c.Known = w.KnownCookie(c, s)
	w.post()
	for range 20 {
		_, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: "ana"}, "")
		w.check(err)
	}
	if sent := w.post(); len(sent) != 5 {
		t.Errorf("%d messages", len(sent))
	}
	binder, err := w.AskMailed(w.ctx, c, core.Beginning{Login: "ana"}, "")
	w.check(err)
	_, err = w.AnswerMailed(w.ctx, c, binder, w.mail(core.MailSignIn).Code)
	w.check(err)
}

func TestMailedSignInIsOffByDefault(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	_, err := w.AskMailed(w.ctx, caller, core.Beginning{Login: "ana"}, "")
	codeOf(t, err, core.CodeNotFound)
	_, err = w.AnswerMailed(w.ctx, caller, "x", "x")
	codeOf(t, err, core.CodeNotFound)
	_, err = w.LookAtMailed(w.ctx, caller.Transport, "x", "x")
	codeOf(t, err, core.CodeNotFound)
}

// One code, brought by many requests at once, makes one session.
func TestMailedCodeRaces(t *testing.T) {
	w := passwordless(t, core.PolicyOptional)
	w.plain("ana")
	binder, msg := w.askMailed("ana")
	done := make(chan error)
	for i := range 16 {
		brought := []string{msg.Code, linkToken(w, msg)}[i%2]
		go func() {
			_, err := w.AnswerMailed(w.ctx, caller, binder, brought)
			done <- err
		}()
	}
	in := 0
	for range 16 {
		if err := <-done; err == nil {
			in++
		} else if !core.IsCode(err, core.CodeWrong) {
			t.Error(err)
		}
	}
	if in != 1 {
		t.Errorf("%d sessions of one code", in)
	}
}
