package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const (
	victimsEmail    = "victim@example.org"
	victimsPassword = "the victim's own passphrase"
)

// squat is what a stranger prepares with the victim's address before the victim comes, and holds afterwards.
type squat struct {
	t        *testing.T
	w        *world
	p        *person
	browser  *client // signed in, with a cookie
	program  *client // signed in, with a bearer token
	login    *client // half-way, where there is a second step
	trusted  *client // skips the second step, where there is one
	elevated string  // a confirmation of an action
	change   string  // confirms another address, of the stranger's, for the account
}

// The ways to prepare an account (Sudhodanan and Paverd, "Pre-hijacked accounts", USENIX Security 2022) that do without
// somebody else's sign-in service: a session that is kept, a change of address that is kept, something of the stranger's
// bound to the account, and the password that is known. Each ends in everything at once.
func preparations() map[string]func(s *squat) {
	return map[string]func(s *squat){
		"a session": func(s *squat) {},
		"a pending change of address": func(s *squat) {
			s.browser.elevate(s.p)
			s.browser.send("PUT", "/email", values{"email": "stranger@evil.example"}).want(s.browser, 202)
			s.change = s.w.tokenOf(s.w.mail(core.MailChangeAddress, "stranger@evil.example"))
		},
		"a code app": func(s *squat) { s.bind() },
		"everything": func(s *squat) {
			s.bind()
			s.trusted = s.w.trust(s.p)
			s.login = s.w.browser()
			s.login.give(s.p).want(s.login, 202)
			body := values{"kind": "totp", "response": s.p.code(), "action": "send money"}
			s.elevated = s.browser.send("POST", "/session/confirmations", body).want(s.browser, 201).text("confirmation")
			s.browser.elevate(s.p)
			s.browser.send("PUT", "/email", values{"email": "stranger@evil.example"}).want(s.browser, 202)
			s.change = s.w.tokenOf(s.w.mail(core.MailChangeAddress, "stranger@evil.example"))
		},
	}
}

func (s *squat) bind() {
	s.browser.bind(s.p)
	s.program = s.w.program()
	s.program.signIn(s.p)
}

// squatted is an account of a stranger's making, with the victim's address.
func squatted(t *testing.T, w *world, prepare func(*squat)) *squat {
	s := &squat{t: t, w: w, browser: w.browser(), program: w.program()}
	s.p = &person{w: w, name: "stranger", email: victimsEmail, password: goodPassword}
	a := s.browser.send("POST", "/accounts", values{"username": s.p.name, "email": s.p.email, "password": s.p.password})
	s.p.id = a.want(s.browser, 201).text("session", "account", "id")
	s.program.signIn(s.p)
	prepare(s)
	w.deliver()
	w.clock.Advance(time.Minute)
	return s
}

// arrivals are what the victim does one day. Each returns the name of the account that the victim has then, or "" where
// the mailbox led to none: something that was bound keeps the address from being confirmed.
func arrivals() map[string]func(s *squat, f victimsFace) string {
	return map[string]func(s *squat, f victimsFace) string{
		"confirms the message of before": func(s *squat, f victimsFace) string {
			if !f.confirm(s.w.tokenOf(s.w.mail(core.MailConfirmAddress, victimsEmail))) {
				return ""
			}
			return s.p.name
		},
		"has forgotten the password": func(s *squat, f victimsFace) string {
			f.forget()
			if !f.reset(s.w.tokenOf(s.w.mail(core.MailResetPassword, victimsEmail))) || s.p.authenticator != "" {
				return ""
			}
			return s.p.name
		},
		"registers": func(s *squat, f victimsFace) string {
			f.register()
			if !f.confirm(s.w.tokenOf(s.w.mail(core.MailConfirmAddress, victimsEmail))) {
				return ""
			}
			return "victim"
		},
	}
}

// victimsFace is what the victim uses: a browser without script, or a program.
type victimsFace interface {
	register()
	forget()
	confirm(token string) bool
	reset(token string) bool
}

type victimsPages struct{ *visitor }

func (v victimsPages) register() {
	v.post("/register", "username=victim", "email="+victimsEmail, "password="+victimsPassword).leads("/account")
}

func (v victimsPages) forget() {
	v.post("/recover", "login="+victimsEmail).leads("/recover/reset").leaves("reset_mailed")
}

func (v victimsPages) confirm(token string) bool {
	return v.post("/verify-email", "token="+token).status == http.StatusSeeOther
}

func (v victimsPages) reset(token string) bool {
	return v.post("/recover/reset", "token="+token, "password="+victimsPassword).status == http.StatusSeeOther
}

type victimsProgram struct{ *client }

func (c victimsProgram) register() {
	body := c.transport(values{"username": "victim", "email": victimsEmail, "password": victimsPassword})
	c.send("POST", "/accounts", body).want(c.client, 201)
}

func (c victimsProgram) forget() {
	c.send("POST", "/recovery", values{"login": victimsEmail}).want(c.client, 202)
}

func (c victimsProgram) confirm(token string) bool {
	return c.send("POST", "/email/confirm", values{"token": token}).status == 204
}

func (c victimsProgram) reset(token string) bool {
	return c.send("POST", "/recovery/reset", values{"token": token, "password": victimsPassword}).status == 204
}

// H07: whatever a stranger prepares, and however the victim comes, what was prepared leads into no account that has the
// victim's address confirmed. One thing is left, and decision 12 says so: who confirms a stranger's account because a
// message asked for it, and sets no password, has an account whose password the stranger knows.
func TestPreparedAccountsGiveNothing(t *testing.T) {
	for prepared, prepare := range preparations() {
		for arrival, arrive := range arrivals() {
			for _, face := range []string{"pages", "json"} {
				t.Run(prepared+"/"+arrival+"/"+face, func(t *testing.T) {
					w := newWorld(t, setup{})
					s := squatted(t, w, prepare)
					var f victimsFace = victimsPages{w.visitor()}
					if face == "json" {
						f = victimsProgram{w.program()}
					}
					account := arrive(s, f)
					if bound := s.p.authenticator != ""; (account == "") != (bound && arrival != "registers") {
						t.Fatalf("the victim's account is %q now, with a code app bound: %v", account, bound)
					}
					s.holdsNothing(account, arrival == "confirms the message of before")
				})
			}
		}
	}
}

// holdsNothing tries everything that the stranger prepared against the account that is the victim's now; "" is none,
// and then nothing may have the address confirmed.
func (s *squat) holdsNothing(account string, passwordIsKnown bool) {
	s.t.Helper()
	owns := account == s.p.name // the account that the stranger made is the victim's now
	if s.change != "" {
		a := s.program.send("POST", "/email/confirm", values{"token": s.change})
		if owns && a.status < 400 {
			s.t.Errorf("the change of address that was asked for before goes through: %d", a.status)
		}
	}
	for what, c := range map[string]*client{"the browser's session": s.browser, "the program's session": s.program} {
		s.mustNotBeIn(what, c)
		if owns && c.send("GET", "/session", nil).status != 401 {
			s.t.Errorf("%s of before lives", what)
		}
	}
	if s.login != nil {
		s.login.send("POST", "/login/response", values{"kind": "totp", "response": s.p.code()})
		s.mustNotBeIn("a login of before", s.login)
	}
	if s.elevated != "" {
		a := s.browser.send("POST", "/session/confirmations/redeem", values{"action": "send money", "confirmation": s.elevated})
		if owns && a.status < 400 {
			s.t.Errorf("a confirmation of before is good: %d", a.status)
		}
	}
	if !passwordIsKnown {
		in := s.w.browser()
		if s.trusted != nil {
			in = s.trusted
		}
		if a := in.give(s.p); a.status == 202 && len(s.p.codes) > 0 {
			in.send("POST", "/login/response", values{"kind": "recovery_code", "response": s.p.codes[0]})
		}
		s.mustNotBeIn("the password and what was bound", in)
	}
	if owner := s.owner(); owner != account {
		s.t.Errorf("%q has the address confirmed, want %q", owner, account)
	}
}

// mustNotBeIn: c is signed in to nothing that has the victim's address confirmed.
func (s *squat) mustNotBeIn(what string, c *client) {
	s.t.Helper()
	a := c.send("GET", "/session", nil)
	if a.status == 200 && a.get("session", "account", "email") == victimsEmail && a.get("session", "account", "email_confirmed") == true {
		s.t.Errorf("%s leads into the victim's account: %s", what, a.body)
	}
}

// owner is the name of the account that has the victim's address confirmed.
func (s *squat) owner() string {
	s.t.Helper()
	row, err := s.w.machine.Lookup(s.t.Context(), victimsEmail)
	if core.IsCode(err, core.CodeInvalid) || core.IsCode(err, core.CodeNotFound) {
		return ""
	}
	must(s.t, err)
	return row.Account.Username
}
