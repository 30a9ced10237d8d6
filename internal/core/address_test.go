package core_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const squattersPassword = "a stranger's own passphrase"

// register makes an account with an address of somebody else's choosing.
func (w *world) register(username, email, password string) core.Session {
	w.t.Helper()
	s, err := w.Register(w.ctx, caller, core.Registration{Username: username, Email: email, Password: password})
	w.check(err)
	return s
}

// byAddress signs in with an address, as far as the password goes.
func (w *world) byAddress(email, password string) error {
	_, err := w.Answer(w.ctx, caller, w.Begin(caller, core.Beginning{Login: email}),
		core.Response{Kind: core.KindPassword, Value: password})
	return err
}

func (w *world) address(s core.Session) core.Account {
	w.t.Helper()
	a, err := w.Account(w.ctx, s)
	w.check(err)
	return a
}

func TestConfirmationIsGoodOnce(t *testing.T) {
	for _, by := range []string{"link", "code"} {
		t.Run(by, func(t *testing.T) {
			w := newWorld(t, core.PolicyOptional)
			p := w.enrol("ana")
			msg := w.mail(core.MailConfirmAddress)
			in := core.Mailed{Token: linkToken(w, msg)}
			if by == "code" {
				in = core.Mailed{Token: msg.Code, Login: "ana@example.org"}
			}
			for range 10 { // looking is not confirming
				_, err := w.LookAt(w.ctx, core.PurposeConfirmAddress, core.Mailed{Token: linkToken(w, msg)})
				w.check(err)
			}
			if w.address(p.session).EmailConfirmed {
				t.Fatal("confirmed by looking")
			}
			_, _, err := w.ConfirmAddress(w.ctx, p.holding(), in)
			w.check(err)
			if a := w.address(p.session); !a.EmailConfirmed || a.Email != "ana@example.org" {
				t.Errorf("%+v", a)
			}
			_, _, err = w.ConfirmAddress(w.ctx, p.holding(), in)
			codeOf(t, err, core.CodeWrong)
		})
	}
}

func TestConfirmationExpires(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	in := core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))}
	w.clock.Add(24 * time.Hour)
	_, _, err := w.ConfirmAddress(w.ctx, caller, in)
	codeOf(t, err, core.CodeWrong)
	if w.address(p.session).EmailConfirmed {
		t.Error("confirmed by an old link")
	}
}

// An address may be given by anybody before it is confirmed, and nothing tells whether it was.
func TestOneAddressManyAccounts(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	owner := w.register("", "ana@example.org", ownersPassword)
	in := core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))}
	squatter := w.register("eve", "ana@example.org", squattersPassword)
	for _, password := range []string{ownersPassword, squattersPassword} {
		w.check(w.byAddress("ANA@example.org", password))
	}
	_, _, err := w.ConfirmAddress(w.ctx, caller, in)
	w.check(err)
	if a := w.address(squatter); a.Email != "" || !a.AddressLost {
		t.Errorf("the squatter still has it: %+v", a)
	}
	w.check(w.byAddress("ana@example.org", ownersPassword))
	codeOf(t, w.byAddress("ana@example.org", squattersPassword), core.CodeWrong)
	_ = owner
}

// Nor do the delays after failures tell: a stranger who gives an address, and fails his own name until it is delayed, meets
// the same at the address whether somebody else has it.
func TestDelaysTellNothingOfAnAddress(t *testing.T) {
	answers := func(taken bool) (codes []core.Code) {
		w := newWorld(t, core.PolicyOptional)
		if taken {
			w.confirmed("ana")
		}
		w.register("eve", "ana@example.org", squattersPassword)
		for range 4 {
			codes = append(codes, code(w.byAddress("eve", "wrong")))
		}
		for range 5 {
			codes = append(codes, code(w.byAddress("ana@example.org", "wrong")))
		}
		return codes
	}
	if free, taken := answers(false), answers(true); !slices.Equal(free, taken) {
		t.Errorf("free %q, taken %q", free, taken)
	}
}

func code(err error) core.Code {
	var e *core.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// A taken address is answered as any other; its owner hears of it, and the stranger can't confirm it.
func TestTakenAddressTellsItsOwner(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.confirmed("ana")
	w.register("eve", "Ana@Example.org", squattersPassword)
	msg := w.mail(core.MailAddressTaken)
	if msg.To != "ana@example.org" || msg.Link != "" || msg.Code != "" {
		t.Errorf("%+v", msg)
	}
	w.check(w.byAddress("ana@example.org", squattersPassword)) // as with an address that nobody had
}

// The pre-hijacking of accounts: somebody registers the victim's address and waits for the victim to confirm it.
func TestPreHijackedAccountIsWorthless(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	hijacker := token(t, w.register("eve", "ana@example.org", squattersPassword))
	in := core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))}
	_, signedIn, err := w.ConfirmAddress(w.ctx, caller, in)
	w.check(err)
	if _, alive := w.alive(hijacker); alive || signedIn {
		t.Error("a session of before goes on")
	}

	p := w.enrol("mallory") // with an authenticator
	in = core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))}
	_, _, err = w.ConfirmAddress(w.ctx, caller, in)
	codeOf(t, err, core.CodeWrongState)
	if w.address(p.session).EmailConfirmed {
		t.Error("confirmed for somebody without its second factor")
	}
	_, _, err = w.ConfirmAddress(w.ctx, p.holding(), in) // the link stayed good
	w.check(err)
}

// Nor does a stranger get there by way of a change, from an account without any address.
func TestPreHijackedByAChange(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	p := w.enrolWithout("eve")
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "ana@example.org"))
	in := core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))}
	_, _, err := w.ConfirmAddress(w.ctx, caller, in)
	codeOf(t, err, core.CodeWrongState)
	_, _, err = w.ConfirmAddress(w.ctx, p.holding(), in)
	w.check(err)
}

// The link of a registration outlives the set-up of a code app, and no change of the address itself.
func TestConfirmationOutlivesTheSetUp(t *testing.T) {
	w := newWorld(t, core.PolicyRequired)
	p := w.enrol("ana")
	in := core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))}
	p.addKey()
	w.clock.Add(time.Minute)
	p.signIn()
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
	_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
	w.check(err)
	_, _, err = w.ConfirmAddress(w.ctx, p.holding(), in)
	codeOf(t, err, core.CodeWrong)
}

// Who had a code app before addresses had to be confirmed is not shut out.
func TestConfirmationRequiredLater(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.enrol("ana")
	w.register("bob", "bob@example.org", ownersPassword)
	w.cfg.EmailMustConfirm = true
	w.Machine = w.restart()
	p.signIn()
	var confirm *core.ConfirmNeeded
	if err := w.byAddress("bob", ownersPassword); !errors.As(err, &confirm) {
		t.Errorf("%v", err)
	}
}

func TestConfirmationRequired(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.EmailMustConfirm = true
	w.Machine = w.restart()
	needed := func(err error) {
		t.Helper()
		var confirm *core.ConfirmNeeded
		if !errors.As(err, &confirm) {
			t.Fatalf("%v", err)
		}
	}
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "ana", Password: ownersPassword})
	codeOf(t, err, core.CodeInvalid)
	_, err = w.Register(w.ctx, caller, core.Registration{Username: "ana", Email: "ana@example.org", Password: ownersPassword})
	needed(err)
	first := w.mail(core.MailConfirmAddress)
	needed(w.byAddress("ana@example.org", ownersPassword))
	needed(w.byAddress("ana", ownersPassword))
	codeOf(t, w.byAddress("ana", squattersPassword), core.CodeWrong)
	w.post()
	needed(w.byAddress("ana", ownersPassword)) // each right password sends one more, and the last is the one that counts
	last := w.mail(core.MailConfirmAddress)
	_, _, err = w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, first)})
	codeOf(t, err, core.CodeWrong)
	_, _, err = w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, last)})
	w.check(err)
	w.check(w.byAddress("ana", ownersPassword))
}

// Who lost an address to its owner has none to confirm, and stays outside.
func TestLostAddressIsNoConfirmedOne(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.register("eve", "ana@example.org", squattersPassword)
	w.post()
	w.register("ana", "ana@example.org", ownersPassword)
	_, _, err := w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))})
	w.check(err)
	w.cfg.EmailMustConfirm = true
	w.Machine = w.restart()
	var confirm *core.ConfirmNeeded
	if err := w.byAddress("eve", squattersPassword); !errors.As(err, &confirm) {
		t.Errorf("%v", err)
	}
}

func TestChangeOfAddress(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	other := token(t, p.signIn())
	p.signIn()
	w.post()
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
	msg := w.mail(core.MailChangeAddress)
	if msg.To != "new@example.org" || w.address(p.session).Email != "ana@example.org" {
		t.Fatalf("%+v", msg)
	}
	s, signedIn, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, msg)})
	w.check(err)
	if _, alive := w.alive(other); alive || !signedIn {
		t.Error("another session goes on, or this one does not")
	}
	if _, err := w.ElevatedFrom(p.again()); err != nil {
		t.Errorf("its elevation is gone: %v", err)
	}
	if a := w.address(s); a.Email != "new@example.org" || !a.EmailConfirmed {
		t.Errorf("%+v", a)
	}
	notice := w.mail(core.MailAddressChanged)
	if notice.To != "ana@example.org" || notice.Args["new"] != "new@example.org" {
		t.Errorf("%+v", notice)
	}
	// A thief would change the password next. The link of the old address outlives it.
	w.check(w.Forgot(w.ctx, caller, "new@example.org"))
	w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailResetPassword))}, squattersPassword))
	w.clock.Add(71 * time.Hour)
	w.check(w.UndoAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, notice)}))
	if a := w.address(s); a.Email != "ana@example.org" || !a.EmailConfirmed {
		t.Errorf("%+v", a)
	}
	if e := mustEvents(w); e[len(e)-1].Kind != "address.undone" || e[len(e)-1].Detail != "ana@example.org" {
		t.Errorf("%+v", e[len(e)-1])
	}
	codeOf(t, w.UndoAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, notice)}), core.CodeWrong)
}

// People read their mail elsewhere. The session that asked goes on all the same, and no other.
func TestChangeConfirmedElsewhere(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	other := token(t, p.signIn())
	p.signIn()
	w.post()
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
	_, signedIn, err := w.ConfirmAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
	w.check(err)
	if _, alive := w.alive(other); alive || signedIn {
		t.Error("another session goes on, or one was made")
	}
	if a := w.address(p.again()); a.Email != "new@example.org" {
		t.Errorf("%+v", a)
	}
}

// Of two changes in a row the first old address has the last word.
func TestUndoOfAnEarlierChangeWins(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	change := func(to string) core.Message {
		w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), to))
		_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
		w.check(err)
		return w.mail(core.MailAddressChanged)
	}
	first, second := change("b@example.org"), change("c@example.org")
	w.check(w.UndoAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, second)})) // the thief's
	w.check(w.UndoAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, first)}))
	if a := w.address(p.session); a.Email != "ana@example.org" {
		t.Errorf("%+v", a)
	}
}

// Nobody gets an address confirmed by the token for another one, however the two changes interleave.
func TestATicketConfirmsItsOwnAddressOnly(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	victim, p := w.confirmed("victim"), w.confirmed("eve")
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "mine@example.org"))
	mine := w.mail(core.MailChangeAddress)
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "victim@example.org"))
	told := w.mail(core.MailAddressTaken)
	if told.To != "victim@example.org" || told.Link != "" {
		t.Fatalf("%+v", told)
	}
	_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, mine)})
	codeOf(t, err, core.CodeWrong) // the latest change is the one that waits, whoever has that address
	if a := w.address(p.session); a.Email != "eve@example.org" {
		t.Errorf("%+v", a)
	}
	if a := w.address(victim.session); a.Email != "victim@example.org" || !a.EmailConfirmed {
		t.Errorf("%+v", a)
	}
}

// What was asked for before the account changed confirms nothing after.
func TestChangeOfAddressDiesWithTheEpoch(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "new@example.org"))
	msg := w.mail(core.MailChangeAddress)
	_, err := w.NewRecoveryCodes(w.ctx, p.holding(), p.elevated(), "")
	w.check(err)
	_, _, err = w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, msg)})
	codeOf(t, err, core.CodeWrong)

	w.post()
	w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), "newer@example.org"))
	_, err = w.NewRecoveryCodes(w.ctx, p.holding(), p.elevated(), "") // before the message is looked at
	w.check(err)
	for _, m := range w.post() {
		if m.Kind == core.MailChangeAddress {
			t.Errorf("%+v", m)
		}
	}
}

// Who changes an address back repairs it: the one that is left gets no link, and those in between lose theirs.
func TestGoingBackLeavesNoLinkBehind(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	change := func(to string) []core.Message {
		w.check(w.ChangeAddress(w.ctx, p.holding(), p.elevated(), to))
		_, _, err := w.ConfirmAddress(w.ctx, p.holding(), core.Mailed{Token: linkToken(w, w.mail(core.MailChangeAddress))})
		w.check(err)
		var links []core.Message
		for _, m := range w.post() {
			if m.Kind == core.MailAddressChanged && m.Link != "" {
				links = append(links, m)
			}
		}
		return links
	}
	first, second := change("thief@example.org"), change("thief.too@example.org")
	if len(first) != 1 || len(second) != 1 || second[0].To != "thief@example.org" {
		t.Fatalf("links: %+v %+v", first, second)
	}
	if left := change("ana@example.org"); len(left) != 0 {
		t.Errorf("the address that was left got a link: %+v", left)
	}
	codeOf(t, w.UndoAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, second[0])}), core.CodeWrong)
	w.check(w.UndoAddress(w.ctx, caller, core.Mailed{Token: linkToken(w, first[0])})) // the owner's own stays good
}
