package core_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

// thief does random things to an account that only passkeys open, or that has one, with what he holds.
type thief struct {
	w            *world
	r            *rand.Rand
	owner        *person
	phone        *virtual.Authenticator // the owner's
	own          *virtual.Authenticator // his
	sms, mailbox string                 // ids of what codes are sent to

	passwords  []string // that may be the owner's
	readsMail  bool
	readsTexts bool
	logins     []core.Login
	session    core.Session // of the owner's, stolen
	codes      []string     // that he read
	seen       []answer     // of the owner's passkey, on their way: each was taken
	askedAlone []string     // what a browser of his was asked
	binder     string
}

// answer is one of a passkey, with what it was brought with.
type answer struct{ binder, response string }

// thieves are armed by what they start with. Who may sign in with the password and what he reads is set on accounts that
// nothing but passkeys opens.
var thieves = map[string]struct {
	only bool
	arm  func(*thief)
}{
	"mailbox":              {true, func(a *thief) { a.readsMail = true }},
	"SIM":                  {false, func(a *thief) { a.readsTexts = true }},
	"own passkey":          {false, func(*thief) {}},
	"password and mailbox": {true, func(a *thief) { a.readsMail, a.passwords = true, []string{ownersPassword} }},
	"password, SIM, codes": {true, func(a *thief) {
		a.readsTexts, a.passwords, a.codes = true, []string{ownersPassword}, a.owner.recovery
	}},
	"password": {false, func(a *thief) { a.passwords = []string{ownersPassword} }},
	"stolen session": {true, func(a *thief) {
		s, err := a.w.alone(a.w.Machine, a.phone)
		a.w.check(err)
		a.session, a.readsMail, a.readsTexts, a.codes = s, true, true, a.owner.recovery
	}},
}

func TestWalksAroundPasskeys(t *testing.T) {
	for name, kind := range thieves {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, core.PolicyOptional).withCodes().withPasskeys()
			w.cfg.RescueCode = true
			w.Machine = w.restart()
			a := &thief{w: w, r: rand.New(rand.NewPCG(13, uint64(len(name)))), phone: newPhone(), own: newPhone()}
			a.owner = w.confirmed("owner")
			w.confirmed("mallory").addPasskey(a.own)
			a.furnish(kind.only)
			kind.arm(a)
			for range 250 {
				moves := []func(){a.begin, a.send, a.code, a.asks, a.alone, a.beside, a.replay, a.ownerActs, a.elevate, a.wait}
				moves[a.r.IntN(len(moves))]()
				a.read()
			}
			a.ownerIsUnharmed()
		})
	}
}

// furnish binds all that there is to the owner's account.
func (a *thief) furnish(only bool) {
	w, p := a.w, a.owner
	for kind, in := range map[core.Kind]core.NewAuthenticator{core.KindSMS: ofPhone("+491701234567"), core.KindEmail: ofMail("owner@example.org")} {
		e := p.elevated()
		b, err := w.Bind(w.ctx, p.holding(), e, in)
		w.check(err)
		bound, err := w.Confirm(w.ctx, p.holding(), e, b.ID, w.sentCode())
		w.check(err)
		if kind == core.KindSMS {
			a.sms = bound.Authenticator.ID
		} else {
			a.mailbox = bound.Authenticator.ID
		}
	}
	p.addPasskey(a.phone)
	if only {
		w.check(w.SetPasskeysOnly(w.ctx, p.holding(), p.elevated(), true))
	}
	w.post()
}

// outcome fails the test where he is the owner, or may bind something.
func (a *thief) outcome(s core.Session, err error) {
	a.w.t.Helper()
	var more *core.MoreNeeded
	var bind *core.BindNeeded
	switch {
	case err == nil && s.AccountID() == a.owner.session.AccountID():
		a.w.t.Fatal("he is in")
	case errors.As(err, &bind):
		a.w.t.Fatal("he is asked to bind an authenticator")
	case errors.As(err, &more):
		a.logins = append(a.logins, more.Login)
	}
}

func (a *thief) any(of []string) string {
	if len(of) == 0 {
		return "1234567" // he guesses nothing: other walks do
	}
	return of[a.r.IntN(len(of))]
}

func (a *thief) begin() {
	l := a.w.Begin(caller, core.Beginning{Login: "owner"})
	a.outcome(a.w.Answer(a.w.ctx, caller, l, core.Response{Kind: core.KindPassword, Value: a.any(append(a.passwords, "a guess at the password"))}))
	if a.r.IntN(3) == 0 {
		a.w.check(a.w.Forgot(a.w.ctx, caller, "owner"))
	}
}

func (a *thief) login() (core.Login, bool) {
	if len(a.logins) == 0 {
		return core.Login{}, false
	}
	return a.logins[a.r.IntN(len(a.logins))], true
}

// send has codes sent wherever they may be sent to.
func (a *thief) send() {
	if l, any := a.login(); any {
		a.w.Challenge(a.w.ctx, caller, l, a.any([]string{a.sms, a.mailbox})) //nolint:errcheck // a try
		a.w.SendRescueCode(a.w.ctx, caller, l)                               //nolint:errcheck // likewise
		a.w.AskReset(a.w.ctx, caller, l)                                     //nolint:errcheck // likewise
	}
}

// read looks at what was sent to the owner. They read it, too, and stop a reset.
func (a *thief) read() {
	a.w.check(a.w.RunResets(a.w.ctx))
	for _, m := range a.w.post() {
		_, link, _ := strings.Cut(m.Link, "?token=")
		switch {
		case m.Kind == core.MailResetDone:
			a.w.t.Fatal("a reset went through although its owner was told and stopped it")
		case m.Kind == core.MailResetAsked && link != "": // phones get a text without one
			a.w.check(a.w.CancelReset(a.w.ctx, caller, core.Mailed{Token: link}))
		}
		if m.Account != a.owner.session.AccountID() || (m.Kind == core.TextCode && !a.readsTexts) || (m.Kind != core.TextCode && !a.readsMail) {
			continue
		}
		if m.Code != "" {
			a.codes = append(a.codes, m.Code)
		}
		if m.Kind == core.MailResetPassword {
			next := fmt.Sprintf("a password of the thief's, %d", a.r.Int())
			if a.w.ResetPassword(a.w.ctx, caller, core.Mailed{Token: link}, next) == nil {
				a.passwords = []string{next}
			}
		}
	}
}

// code answers with whatever he read.
func (a *thief) code() {
	kind := []core.Kind{"", core.KindTOTP, core.KindSMS, core.KindEmail, core.KindRecoveryCode}[a.r.IntN(5)]
	r := core.Response{Kind: kind, Value: a.any(a.codes), Authenticator: a.any([]string{"", "", a.sms, a.mailbox})}
	if l, any := a.login(); any {
		a.outcome(a.w.Answer(a.w.ctx, caller, l, r))
	}
	a.outcome(a.w.SignIn(a.w.ctx, caller, core.Beginning{Login: "owner"}, a.any(append(a.passwords, "a guess at it")), r))
}

// asks keeps questions for who signs in without a name: one browser, many of them.
func (a *thief) asks() {
	asked, binder, err := a.w.AskPasskey(core.TransportBearer, a.binder)
	a.w.check(err)
	a.askedAlone, a.binder = append(a.askedAlone, asked.Options), binder
}

// forged is an answer of his own passkey to a question, which says that it is the owner's in one way or another.
func (a *thief) forged(options string) string {
	in := challengeIn(a.w.t, options)
	response, err := a.own.Sign(a.own.IDs()[0], "id.example", in)
	a.w.check(err)
	handle, err := a.w.store.UserHandle(a.w.ctx, a.owner.session.AccountID(), nil)
	a.w.check(err)
	return claiming(a.w.t, response, []([]byte){a.own.IDs()[0], a.phone.IDs()[0]}[a.r.IntN(2)], [][]byte{nil, handle}[a.r.IntN(2)])
}

func (a *thief) alone() {
	if len(a.askedAlone) > 0 {
		a.outcome(a.w.AnswerPasskey(a.w.ctx, caller, core.Beginning{}, a.binder, a.forged(a.any(a.askedAlone))))
	}
}

// beside answers what a login with the owner's password is asked: himself, and with what was for another question.
func (a *thief) beside() {
	l, any := a.login()
	if !any {
		return
	}
	asked, err := a.w.Challenge(a.w.ctx, caller, l, "webauthn")
	if err != nil {
		return
	}
	for _, value := range append(a.replays(), a.forged(asked.Options)) {
		a.outcome(a.w.Answer(a.w.ctx, caller, l, core.Response{Kind: core.KindWebAuthn, Value: value}))
	}
}

func (a *thief) replays() (responses []string) {
	for _, s := range a.seen[max(0, len(a.seen)-3):] {
		responses = append(responses, s.response)
	}
	return responses
}

// replay brings what the owner's browser sent, from his browser and as if from theirs.
func (a *thief) replay() {
	for _, s := range a.seen[max(0, len(a.seen)-3):] {
		for _, binder := range []string{s.binder, a.binder} {
			a.outcome(a.w.AnswerPasskey(a.w.ctx, caller, core.Beginning{}, binder, s.response))
		}
	}
}

// ownerActs signs the owner in, alone: nothing that he does keeps them out.
func (a *thief) ownerActs() {
	a.w.clock.Add(time.Minute)
	asked, binder, err := a.w.AskPasskey(core.TransportBearer, "")
	a.w.check(err)
	response := a.w.answered(a.phone, asked.Options).Value
	s, err := a.w.AnswerPasskey(a.w.ctx, caller, core.Beginning{}, binder, response)
	if err != nil {
		a.w.t.Fatalf("the owner is kept out: %v", err)
	}
	a.owner.session, a.seen = s, append(a.seen, answer{binder, response})
}

func (a *thief) elevate() {
	if a.session == (core.Session{}) {
		return
	}
	responses := []core.Response{{Value: a.any(a.codes)}, {Kind: core.KindPassword, Value: ownersPassword}}
	if asked, err := a.w.ChallengeSession(a.w.ctx, caller, a.session, "webauthn", ""); err == nil {
		responses = append(responses, core.Response{Kind: core.KindWebAuthn, Value: a.forged(asked.Options)})
	}
	for _, value := range a.replays() {
		responses = append(responses, core.Response{Kind: core.KindWebAuthn, Value: value})
	}
	for _, r := range responses {
		if _, err := a.w.Elevate(a.w.ctx, caller, a.session, r); err == nil {
			a.w.t.Fatalf("he elevated a stolen session with %q", r.Kind)
		}
	}
	a.w.ChallengeSession(a.w.ctx, caller, a.session, a.any([]string{a.sms, a.mailbox}), "") //nolint:errcheck // a try
}

func (a *thief) wait() { a.w.clock.Add(time.Duration(a.r.IntN(4000)) * time.Second) }

func (a *thief) ownerIsUnharmed() {
	a.ownerActs()
	all, err := a.w.Authenticators(a.w.ctx, a.owner.session)
	a.w.check(err)
	kinds := map[core.Kind]int{}
	for _, one := range all {
		kinds[one.Kind]++
	}
	if len(all) != 4 || kinds[core.KindWebAuthn] != 1 || !slices.ContainsFunc(all, func(i core.AuthenticatorInfo) bool { return i.Usable }) {
		a.w.t.Errorf("what is bound changed: %+v", all)
	}
}
