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

// reader does random things where a mailed code may stand in for the password, with what he holds.
type reader struct {
	w          *world
	r          *rand.Rand
	policy     core.Policy
	owner      *person
	account    string
	phone, own *virtual.Authenticator // the owner's passkey, and his own of another account
	bound      []core.AuthenticatorInfo
	targets    []string // ids of what is bound

	readsMail bool
	forgets   bool // and asks for a new password
	passwords []string
	logins    []core.Login
	sessions  []core.Session
	brought   []string // codes and tokens that he read
	foreign   []string // of them, those that the owner asked for in a browser of their own
	binders   []string
	begun, in int // sign-ins that a code began, and those that ended
}

// readers are armed by what they start with. What is bound is a code app, recovery codes and a passkey, or nothing.
var readers = map[string]struct {
	guarded, mailboxToo bool
	arm                 func(*reader)
}{
	"mailbox of who has nothing bound": {false, false, func(a *reader) { a.readsMail = true }},
	"mailbox":                          {true, false, func(a *reader) { a.readsMail, a.forgets = true, true }},
	"mailbox that is bound":            {true, true, func(a *reader) { a.readsMail = true }},
	"mailbox and login cookies": {true, false, func(a *reader) {
		a.readsMail, a.logins = true, []core.Login{a.owner.begin(), a.w.mailedLogin("owner")}
	}},
	"mailbox and a session of it": {true, true, func(a *reader) {
		a.w.clock.Add(30 * time.Second)
		s, err := a.w.Answer(a.w.ctx, caller, a.w.mailedLogin("owner"), core.Response{Kind: core.KindTOTP, Value: a.owner.code()})
		a.w.check(err)
		a.readsMail, a.sessions = true, []core.Session{s}
	}},
	"password":           {true, true, func(a *reader) { a.passwords = []string{ownersPassword} }},
	"passkey of another": {true, false, func(*reader) {}},
}

// TestWalksWithMailedSignIn: a mailbox is one factor. It reaches no AAL2, gets past nothing that is bound, binds nothing, and
// elevates nobody, whichever policy came after it.
func TestWalksWithMailedSignIn(t *testing.T) {
	for name, kind := range readers {
		for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyRequired, core.PolicyAAL2, core.PolicyPasskey} {
			t.Run(fmt.Sprintf("%s/%s", name, policy), func(t *testing.T) {
				t.Parallel()
				w := passwordless(t, core.PolicyOptional).withPasskeys()
				a := &reader{w: w, r: rand.New(rand.NewPCG(17, uint64(len(name)))), policy: policy, phone: newPhone(), own: newPhone()}
				w.confirmed("mallory").addPasskey(a.own)
				a.furnish(kind.guarded, kind.mailboxToo)
				kind.arm(a)
				w.post()
				a.ask() // before the policy that holds for the rest
				a.read()
				w.cfg.Rule = core.Rule{Policy: policy}
				w.Machine = w.restart()
				a.bringNewest()
				for range 150 {
					moves := []func(){a.ask, a.askAndBring, a.bring, a.answer, a.sendAndAnswer, a.password, a.alone, a.beside, a.elevate, a.bindFirst, a.ownerMails, a.ownerActs, a.wait}
					moves[a.r.IntN(len(moves))]()
					a.read()
				}
				a.ownerIsUnharmed()
				a.wasWorthwhile(kind.guarded)
			})
		}
	}
}

func (a *reader) furnish(guarded, mailboxToo bool) {
	if !guarded {
		a.account = a.w.plain("owner").AccountID()
		return
	}
	a.owner = a.w.confirmed("owner")
	a.account = a.owner.session.AccountID()
	if mailboxToo {
		a.owner.mailboxToo()
	}
	a.owner.addPasskey(a.phone)
	a.bound = a.list(a.owner.again())
	for _, b := range a.bound {
		a.targets = append(a.targets, b.ID)
	}
}

func (a *reader) list(s core.Session) []core.AuthenticatorInfo {
	all, err := a.w.Authenticators(a.w.ctx, s)
	a.w.check(err)
	for i := range all {
		all[i].LastUsedAt, all[i].Usable = time.Time{}, true
	}
	return all
}

// wasWorthwhile holds the walk to having come as far as a mailbox goes.
func (a *reader) wasWorthwhile(guarded bool) {
	goes := a.readsMail && (a.policy == core.PolicyOptional || guarded && a.policy == core.PolicyRequired)
	if goes != (a.begun > 0) || (goes && !guarded) != (a.in > 0) {
		a.w.t.Errorf("%d sign-ins began and %d ended", a.begun, a.in)
	}
}

// outcome fails the test where he got what a mailbox does not give.
func (a *reader) outcome(s core.Session, err error) {
	a.w.t.Helper()
	var more *core.MoreNeeded
	var bind *core.BindNeeded
	switch {
	case err == nil && s.AccountID() == a.account:
		if len(a.bound) > 0 {
			a.w.t.Fatal("he is past a second factor that is bound")
		}
		if s.Level() != core.AAL1 || len(s.AMR()) > 0 {
			a.w.t.Fatalf("a mailbox gave level %d and %q", s.Level(), s.AMR())
		}
		a.sessions, a.in = append(a.sessions, s), a.in+1
	case errors.As(err, &bind):
		a.w.t.Fatal("he is asked to bind an authenticator")
	case errors.As(err, &more):
		a.logins = append(a.logins, more.Login)
	}
}

func (a *reader) any(of []string) string {
	if len(of) == 0 {
		return "1234567" // he guesses nothing: other walks do
	}
	return of[a.r.IntN(len(of))]
}

func (a *reader) ask() {
	binder, err := a.w.AskMailed(a.w.ctx, caller, core.Beginning{Login: []string{"owner", "owner", "owner@example.org", "mallory"}[a.r.IntN(4)]}, a.any(append(a.binders, "")))
	if core.IsCode(err, core.CodeThrottled) {
		return
	}
	a.w.check(err)
	a.binders = append(a.binders, binder)
	if a.forgets && a.r.IntN(4) == 0 {
		a.w.Forgot(a.w.ctx, caller, "owner") //nolint:errcheck // a try
	}
}

// bring answers with something that was mailed; what the owner asked for is good in none of his browsers.
func (a *reader) bring() {
	a.bringThis(a.any(a.newest()), a.any(a.binders[max(0, len(a.binders)-2):]))
}

func (a *reader) bringNewest() {
	for _, brought := range a.newest() {
		a.bringThis(brought, a.any(a.binders[max(0, len(a.binders)-1):]))
	}
}

func (a *reader) askAndBring() {
	a.ask()
	a.read()
	a.bringNewest()
}

// newest are the codes and tokens that he read last.
func (a *reader) newest() []string { return slices.Clone(a.brought[max(0, len(a.brought)-6):]) }

func (a *reader) bringThis(brought, binder string) {
	c := caller
	c.Browser, c.Known = a.any(a.binders), a.any(a.binders)
	s, err := a.w.AnswerMailed(a.w.ctx, c, binder, brought)
	var more *core.MoreNeeded
	if err == nil || errors.As(err, &more) {
		if a.begun++; slices.Contains(a.foreign, brought) {
			a.w.t.Fatal("what the owner asked for began a sign-in elsewhere")
		}
	}
	a.outcome(s, err)
}

// response is whatever he read, as every kind.
func (a *reader) response() core.Response {
	kinds := []core.Kind{"", core.KindTOTP, core.KindEmail, core.KindRecoveryCode, core.KindPassword, "mailed", "reset_link"}
	values := append(a.newest(), a.passwords...)
	return core.Response{
		Kind: kinds[a.r.IntN(len(kinds))], Value: a.any(values),
		Authenticator: a.any(append([]string{"", ""}, a.targets...)), TrustBrowser: a.r.IntN(2) == 0,
	}
}

func (a *reader) login() (core.Login, bool) {
	if len(a.logins) == 0 {
		return core.Login{}, false
	}
	return a.logins[max(0, len(a.logins)-1-a.r.IntN(4))], true
}

func (a *reader) answer() {
	if l, any := a.login(); any {
		a.outcome(a.w.Answer(a.w.ctx, caller, l, a.response()))
	}
}

// sendAndAnswer has codes sent wherever they may be sent to, and answers with what came.
func (a *reader) sendAndAnswer() {
	l, any := a.login()
	for _, id := range a.targets {
		if any {
			a.w.Challenge(a.w.ctx, caller, l, id) //nolint:errcheck // a try
		}
		if len(a.sessions) > 0 {
			a.w.ChallengeSession(a.w.ctx, caller, a.sessions[0], id, "") //nolint:errcheck // likewise
		}
	}
	if any {
		a.w.SendRescueCode(a.w.ctx, caller, l) //nolint:errcheck // likewise
		a.w.AskReset(a.w.ctx, caller, l)       //nolint:errcheck // likewise
	}
	a.read()
	for _, code := range a.newest() {
		r := core.Response{Kind: []core.Kind{"", core.KindEmail}[a.r.IntN(2)], Value: code}
		if any {
			a.outcome(a.w.Answer(a.w.ctx, caller, l, r))
		}
		a.lift(r)
	}
}

// password signs in with the password that he has, if he has one.
func (a *reader) password() {
	password := a.any(append(a.passwords, "a guess at the password"))
	l := a.w.Begin(caller, core.Beginning{Login: "owner", Link: a.any(a.brought)})
	a.outcome(a.w.Answer(a.w.ctx, caller, l, core.Response{Kind: core.KindPassword, Value: password}))
	a.outcome(a.w.SignIn(a.w.ctx, caller, core.Beginning{Login: "owner"}, password, a.response()))
}

// forged is an answer of his own passkey that says it is the owner's.
func (a *reader) forged(options string) string {
	response, err := a.own.Sign(a.own.IDs()[0], "id.example", challengeIn(a.w.t, options))
	a.w.check(err)
	ids := slices.Concat(a.own.IDs(), a.phone.IDs())
	handle, err := a.w.store.UserHandle(a.w.ctx, a.account, nil)
	a.w.check(err)
	return claiming(a.w.t, response, ids[a.r.IntN(len(ids))], [][]byte{nil, handle}[a.r.IntN(2)])
}

func (a *reader) alone() {
	asked, binder, err := a.w.AskPasskey(core.TransportBearer, a.any(a.binders))
	a.w.check(err)
	a.outcome(a.w.AnswerPasskey(a.w.ctx, caller, core.Beginning{}, binder, a.forged(asked.Options)))
}

// beside answers the passkey question of a login that a mailed code began.
func (a *reader) beside() {
	if l, any := a.login(); any {
		if asked, err := a.w.Challenge(a.w.ctx, caller, l, "webauthn"); err == nil {
			a.outcome(a.w.Answer(a.w.ctx, caller, l, core.Response{Kind: core.KindWebAuthn, Value: a.forged(asked.Options)}))
		}
	}
}

func (a *reader) elevate() {
	a.lift(a.response())
}

func (a *reader) lift(r core.Response) {
	for _, s := range a.sessions[max(0, len(a.sessions)-2):] {
		if up, err := a.w.Elevate(a.w.ctx, caller, s, r); err == nil {
			a.w.t.Fatalf("he elevated a session with %q, to level %d", r.Kind, up.Level())
		}
		if _, err := a.w.ConfirmAction(a.w.ctx, caller, s, "pay", r); err == nil {
			a.w.t.Fatal("he confirmed an action")
		}
		if _, err := a.w.ElevatedFrom(s); err == nil {
			a.w.t.Fatal("a session of a mailbox is elevated")
		}
	}
}

func (a *reader) bindFirst() {
	if l, any := a.login(); any {
		if _, err := a.w.MustBindFrom(a.w.ctx, l); err == nil {
			a.w.t.Fatal("he may bind a first authenticator")
		}
	}
}

// ownerMails has the owner ask for a code in a browser of their own, and leave it where he reads it.
func (a *reader) ownerMails() {
	a.read()
	_, err := a.w.AskMailed(a.w.ctx, core.Caller{Transport: core.TransportBearer}, core.Beginning{Login: "owner"}, "")
	a.w.check(err)
	for _, m := range a.w.post() {
		if m.Kind == core.MailSignIn && a.readsMail {
			_, token, _ := strings.Cut(m.Link, "?token=")
			a.foreign = append(a.foreign, m.Code, token)
			a.brought = append(a.brought, m.Code, token)
		}
	}
}

// read looks at what was sent to the owner, who reads it, too, and stops a reset.
func (a *reader) read() {
	a.w.check(a.w.RunResets(a.w.ctx))
	for _, m := range a.w.post() {
		_, token, _ := strings.Cut(m.Link, "?token=")
		switch {
		case m.Kind == core.MailResetDone:
			a.w.t.Fatal("a reset went through although its owner was told and stopped it")
		case m.Kind == core.MailResetAsked && token != "":
			a.w.check(a.w.CancelReset(a.w.ctx, caller, core.Mailed{Token: token}))
		}
		if m.Account != a.account || !a.readsMail || m.Code+token == "" {
			continue
		}
		a.brought = append(a.brought, m.Code, token)
		if next := fmt.Sprintf("a password of the reader's, %d", a.r.Int()); m.Kind == core.MailResetPassword &&
			a.w.ResetPassword(a.w.ctx, caller, core.Mailed{Token: token}, next) == nil {
			a.passwords = []string{next}
		}
	}
}

// ownerActs signs the owner in with their passkey: nothing that he does keeps them out.
func (a *reader) ownerActs() {
	if len(a.bound) == 0 {
		return
	}
	s, err := a.w.alone(a.w.Machine, a.phone)
	if err != nil {
		a.w.t.Fatalf("the owner is kept out: %v", err)
	}
	a.owner.session = s
}

func (a *reader) wait() { a.w.clock.Add(time.Duration(a.r.IntN(3000)) * time.Second) }

func (a *reader) ownerIsUnharmed() {
	if len(a.bound) > 0 {
		a.ownerActs()
		if now := a.list(a.owner.session); !slices.Equal(now, a.bound) {
			a.w.t.Errorf("what is bound changed: %+v, want %+v", now, a.bound)
		}
	}
}
