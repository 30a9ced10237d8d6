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
)

// An attacker does random things with what he holds. Whatever they are, he must not get what only the owner
// may have.
type attacker struct {
	w      *world
	r      *rand.Rand
	owner  *person
	self   *person // he has an account of his own
	before []core.AuthenticatorInfo

	ownersPassword string // as it is now
	knowsPassword  bool
	seesCodes      bool // every code that the owner's app shows
	seesUsed       bool // codes after the owner used them
	readsMail      bool // everything that is sent to the owner
	asksForReset   bool // and to have the authenticators reset
	session        core.Session
	hasSession     bool
	logins         []core.Login
	tokens         []string
}

// walks are the kinds of attacker, by what they start with.
var walks = map[string]func(a *attacker){
	"nothing":      func(*attacker) {},
	"password":     func(a *attacker) { a.knowsPassword = true },
	"code":         func(a *attacker) { a.seesCodes = true },
	"used codes":   func(a *attacker) { a.knowsPassword, a.seesUsed = true, true },
	"login cookie": func(a *attacker) { a.steal(a.owner.begin()) },
	"session": func(a *attacker) {
		a.session, a.hasSession = a.owner.signIn(), true
		a.tokens = append(a.tokens, token(a.w.t, a.session))
	},
	"session and used codes": func(a *attacker) {
		a.session, a.hasSession, a.seesUsed = a.owner.signIn(), true, true
	},
	"old session of an elevated owner": func(a *attacker) {
		old := a.owner.signIn()
		a.tokens = append(a.tokens, token(a.w.t, old))
		a.w.clock.Add(30 * time.Second)
		s, err := a.w.Elevate(a.w.ctx, caller, old, core.Response{Kind: core.KindTOTP, Value: a.owner.code()})
		a.w.check(err)
		a.owner.session = s
	},
}

// walksInMail are those of attackers who read the owner's mail. They may set a new password and ask for a reset; as
// long as a wait is on and its notices are heard, neither lets them in.
var walksInMail = map[string]func(a *attacker){
	"mailbox":              func(a *attacker) { a.readsMail = true },
	"mailbox and password": func(a *attacker) { a.readsMail, a.knowsPassword, a.asksForReset = true, true, true },
	"mailbox and session": func(a *attacker) {
		a.readsMail = true
		a.session, a.hasSession = a.owner.signIn(), true
		a.tokens = append(a.tokens, token(a.w.t, a.session))
	},
}

func TestWalksInMail(t *testing.T) {
	for name, arm := range walksInMail {
		for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyRequired, core.PolicyAAL2} {
			t.Run(fmt.Sprintf("%s/%s", name, policy), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, policy)
				a := &attacker{w: w, r: rand.New(rand.NewPCG(11, uint64(len(name)))), ownersPassword: ownersPassword}
				a.owner, a.self = w.confirmed("owner"), w.confirmed("mallory")
				arm(a)
				a.before = a.authenticators()
				for range 250 {
					a.step()
					a.mail()
				}
				a.ownerIsUnharmed()
			})
		}
	}
}

// mail reads everything that was sent to the owner, and makes the most of it. The owner hears of a reset and stops it.
func (a *attacker) mail() {
	if a.r.IntN(4) == 0 {
		a.w.check(a.w.Forgot(a.w.ctx, caller, "owner"))
	}
	if a.asksForReset && len(a.logins) > 0 && a.r.IntN(4) == 0 {
		a.w.AskReset(a.w.ctx, caller, a.logins[a.r.IntN(len(a.logins))]) //nolint:errcheck // a guess
	}
	a.w.check(a.w.RunResets(a.w.ctx))
	for _, m := range a.w.post() {
		if m.Account == a.owner.session.AccountID() {
			a.read(m)
		}
	}
}

func (a *attacker) read(m core.Message) {
	_, tok, _ := strings.Cut(m.Link, "?token=")
	in := core.Mailed{Token: tok}
	switch m.Kind {
	case core.MailResetDone:
		a.w.t.Fatal("a reset went through although its owner was told and stopped it")
	case core.MailResetAsked, core.MailResetHalfway:
		a.w.check(a.w.CancelReset(a.w.ctx, caller, in)) // the owner reads it, too
	case core.MailResetPassword:
		password := fmt.Sprintf("a password of the attacker's, %d", a.r.Int())
		if err := a.w.ResetPassword(a.w.ctx, caller, in, password); err == nil {
			a.ownersPassword, a.knowsPassword = password, true
		}
	}
	for _, try := range []core.Mailed{in, {Token: m.Code, Login: "owner"}} {
		a.w.ConfirmAddress(a.w.ctx, caller, try) //nolint:errcheck // a guess
		a.w.UndoAddress(a.w.ctx, caller, try)    //nolint:errcheck // likewise
		a.outcome(a.w.Answer(a.w.ctx, caller, a.w.Begin(caller, core.Beginning{Login: "owner", Link: try.Token}),
			core.Response{Kind: core.KindPassword, Value: a.password()}))
	}
}

func (a *attacker) steal(l core.Login) {
	a.logins = append(a.logins, l)
	a.tokens = append(a.tokens, token(a.w.t, l))
}

func TestWalks(t *testing.T) {
	for name, arm := range walks {
		for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyRequired, core.PolicyAAL2} {
			t.Run(fmt.Sprintf("%s/%s", name, policy), func(t *testing.T) {
				t.Parallel()
				walk(newWorld(t, policy), name, arm)
			})
		}
	}
}

// walk lets an attacker do 250 things.
func walk(w *world, name string, arm func(*attacker)) {
	w.t.Helper()
	a := &attacker{w: w, r: rand.New(rand.NewPCG(7, uint64(len(name)))), ownersPassword: ownersPassword}
	a.owner, a.self = w.enrol("owner"), w.enrol("mallory")
	arm(a)
	a.before = a.authenticators()
	for range 250 {
		a.step()
	}
	a.ownerIsUnharmed()
}

// TestWalksElsewhere is TestWalks where an application keeps the accounts.
func TestWalksElsewhere(t *testing.T) {
	for name, arm := range walks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk(newWorldElsewhere(t, core.PolicyOptional), name, arm)
		})
	}
}

func (a *attacker) authenticators() []core.AuthenticatorInfo {
	a.w.t.Helper()
	s := a.owner.signIn()
	list, err := a.w.Authenticators(a.w.ctx, s)
	a.w.check(err)
	for i := range list {
		list[i].LastUsedAt = time.Time{}
	}
	return list
}

func (a *attacker) step() {
	moves := []func(){a.signIn, a.combined, a.answer, a.bindFirst, a.guessTokens, a.meddle, a.elevate, a.wait, a.ownerActs}
	moves[a.r.IntN(len(moves))]()
}

func (a *attacker) password() string {
	if a.knowsPassword {
		return a.ownersPassword
	}
	return []string{"", "correct horse battery stapl", "Correct horse battery staple", "owner", "123456789012345"}[a.r.IntN(5)]
}

// response is a guess, or what he has seen. He is not lucky: a random guess that happens to be right is
// thrown again.
func (a *attacker) response() core.Response {
	kind := []core.Kind{"", core.KindTOTP, core.KindRecoveryCode, core.KindPassword}[a.r.IntN(4)]
	choices := []string{"", "abc", a.password(), a.self.code(), a.self.recovery[a.r.IntN(10)], a.guess(), a.guess(), a.guess()}
	if a.seesCodes {
		choices = append(choices, a.owner.code(), a.owner.codeAt(-30*time.Second), a.owner.codeAt(30*time.Second))
	}
	if a.seesUsed {
		choices = append(choices, a.owner.used...)
	}
	return core.Response{Kind: kind, Value: choices[a.r.IntN(len(choices))]}
}

func (a *attacker) guess() string {
	for {
		code := fmt.Sprintf("%06d", a.r.IntN(1_000_000))
		right := []string{a.owner.codeAt(-30 * time.Second), a.owner.code(), a.owner.codeAt(30 * time.Second)}
		if !slices.Contains(right, code) {
			return code
		}
	}
}

// outcome fails the test when somebody else than mallory was let in, and keeps what a partial success gave.
func (a *attacker) outcome(s core.Session, err error) {
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

func (a *attacker) signIn() {
	l := a.w.Begin(caller, core.Beginning{Login: "owner"})
	a.outcome(a.w.Answer(a.w.ctx, caller, l, core.Response{Kind: core.KindPassword, Value: a.password()}))
	a.outcome(a.w.Answer(a.w.ctx, caller, l, a.second()))
}

// second is a response that does not bring the password to a login that waits for it.
func (a *attacker) second() core.Response {
	r := a.response()
	if r.Kind == core.KindPassword && !a.knowsPassword {
		r.Value = "not the password"
	}
	return r
}

func (a *attacker) combined() {
	a.outcome(a.w.SignIn(a.w.ctx, caller, core.Beginning{Login: "owner"}, a.password(), a.response()))
}

func (a *attacker) answer() {
	if len(a.logins) > 0 {
		a.outcome(a.w.Answer(a.w.ctx, caller, a.logins[a.r.IntN(len(a.logins))], a.second()))
	}
}

func (a *attacker) bindFirst() {
	if len(a.logins) == 0 {
		return
	}
	if _, err := a.w.MustBindFrom(a.w.ctx, a.logins[a.r.IntN(len(a.logins))]); err == nil {
		a.w.t.Fatal("he may bind a first authenticator")
	}
}

// guessTokens presents everything he holds where it does not belong.
func (a *attacker) guessTokens() {
	for _, token := range append(a.tokens, "", "A", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") {
		for _, transport := range []core.Transport{core.TransportCookie, core.TransportBearer, ""} {
			s, err := a.w.SessionFrom(a.w.ctx, transport, token)
			if err == nil && !(a.hasSession && s.ID() == a.session.ID() && transport == core.TransportBearer) {
				a.w.t.Fatal("a token that is none of a session's opened one")
			}
			if l, err := a.w.LoginFrom(a.w.ctx, transport, token); err == nil && transport == core.TransportBearer {
				a.logins = append(a.logins, l)
			} else if err == nil {
				a.w.t.Fatal("a bearer's login token worked as a cookie")
			}
		}
	}
}

// meddle uses his own elevated session on what is the owner's.
func (a *attacker) meddle() {
	a.w.clock.Add(30 * time.Second)
	s, err := a.w.Elevate(a.w.ctx, caller, a.self.signIn(), core.Response{Value: a.self.codeAt(30 * time.Second)})
	if err != nil {
		return
	}
	e, err := a.w.ElevatedFrom(s)
	a.w.check(err)
	id := a.before0()
	for what, err := range map[string]error{
		"unbound": a.w.Unbind(a.w.ctx, caller, e, id),
		"renamed": a.w.Rename(a.w.ctx, caller, s, id, "mine"),
		"ended":   a.w.EndSession(a.w.ctx, caller, s, a.owner.session.ID()),
	} {
		if !core.IsCode(err, core.CodeNotFound) {
			a.w.t.Fatalf("he %s what is the owner's: %v", what, err)
		}
	}
}

func (a *attacker) before0() string {
	if len(a.before) == 0 {
		return "?"
	}
	return a.before[0].ID
}

func (a *attacker) elevate() {
	if !a.hasSession {
		return
	}
	if _, err := a.w.Elevate(a.w.ctx, caller, a.session, a.response()); err == nil {
		a.w.t.Fatal("he elevated a stolen session")
	}
	if _, err := a.w.ElevatedFrom(a.session); err == nil {
		a.w.t.Fatal("a stolen session is elevated")
	}
}

func (a *attacker) wait() { a.w.clock.Add(time.Duration(a.r.IntN(4000)) * time.Second) }

// ownerActs lets the owner sign in as always. When his authenticator was disabled by guesses after a right
// password, that is as it should be.
func (a *attacker) ownerActs() {
	a.w.clock.Add(2 * time.Hour)
	code := a.owner.code()
	s, err := a.w.SignIn(a.w.ctx, caller, core.Beginning{Login: "owner"}, a.ownersPassword, core.Response{Value: code})
	switch {
	case err == nil:
		if !a.hasSession {
			a.owner.session = s
		}
		a.owner.used = append(a.owner.used, code)
	case !a.knowsPassword && !a.hasSession && len(a.logins) == 0:
		a.w.t.Fatalf("a stranger keeps the owner out: %v", err)
	}
}

func (a *attacker) ownerIsUnharmed() {
	a.w.clock.Add(2 * time.Hour)
	s, err := a.w.SignIn(a.w.ctx, caller, core.Beginning{Login: "owner"}, a.ownersPassword, core.Response{Value: a.owner.recovery[0]})
	a.w.check(err)
	list, err := a.w.Authenticators(a.w.ctx, s)
	a.w.check(err)
	for i := range list {
		list[i].LastUsedAt, list[i].Usable = time.Time{}, a.before[i].Usable
	}
	if !slices.Equal(list, a.before) {
		a.w.t.Errorf("what was bound changed: %+v, want %+v", list, a.before)
	}
}
