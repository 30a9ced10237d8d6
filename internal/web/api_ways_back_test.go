package web_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// lost is a login of p, who has an address and lost the phone.
func (w *world) lost() (*client, *person) {
	w.t.Helper()
	c, p := w.owner()
	c.giveAddress(p)
	b := w.browser()
	b.give(p).want(b, 202)
	return b, p
}

func TestWaysBack(t *testing.T) {
	for name, test := range map[string]struct {
		in              setup
		wait            any
		rescue, support bool
	}{
		"as it is":           {setup{}, 259200.0, false, false},
		"nothing":            {setup{noReset: true}, nil, false, false},
		"everything":         {setup{rescue: true, support: "help@example.org"}, 259200.0, true, true},
		"with AAL2, no code": {setup{policy: core.PolicyAAL2, rescue: true}, 259200.0, false, false},
	} {
		w := newWorld(t, test.in)
		c := w.browser()
		if test.in.policy == core.PolicyAAL2 {
			c.send("POST", "/accounts", values{"username": "ada", "password": goodPassword}).want(c, 202)
			p := &person{w: w, name: "ada", password: goodPassword}
			c.bindFirst(p)
			c.giveAddress(p)
			c = w.browser()
			c.give(p).want(c, 202)
		} else {
			c, _ = w.lost()
		}
		a := c.send("GET", "/login/ways-back", nil).want(c, 200)
		if a.get("reset_wait_seconds") != test.wait || a.get("rescue_code") != test.rescue || a.get("support") != test.support {
			t.Errorf("%s: %s", name, a.body)
		}
		for path, possible := range map[string]bool{"/login/reset": test.wait != nil, "/login/help": test.support} {
			if a := c.send("POST", path, nil); (a.status == 202) != possible || (!possible && a.get("code") != "wrong_state") {
				t.Errorf("%s: %s: %d %s", name, path, a.status, a.body)
			}
		}
		a = c.send("POST", "/login/challenge", values{"authenticator": "email"})
		if (a.status == 202) != test.rescue || (!test.rescue && a.get("code") != "wrong_state") {
			t.Errorf("%s: a code: %d %s", name, a.status, a.body)
		}
	}
}

// Without a confirmed address there is nothing to tell anybody with.
func TestWaysBackNeedAnAddress(t *testing.T) {
	w := newWorld(t, setup{rescue: true})
	_, p := w.owner()
	c := w.browser()
	c.give(p).want(c, 202)
	if a := c.send("GET", "/login/ways-back", nil).want(c, 200); a.get("reset_wait_seconds") != nil || a.get("rescue_code") != false {
		t.Errorf("%s", a.body)
	}
	c.send("POST", "/login/reset", nil).problem(c, 409, "wrong_state")
	c.send("POST", "/login/challenge", values{"authenticator": "email"}).problem(c, 409, "wrong_state")
	for _, other := range []string{"", p.authenticator} {
		if a := c.send("POST", "/login/challenge", values{"authenticator": other}).problem(c, 422, "invalid"); a.get("field") != "authenticator" {
			t.Errorf("%q: %s", other, a.body)
		}
	}
	for _, other := range []string{"recovery_code", "nobody's"} {
		c.send("POST", "/login/challenge", values{"authenticator": other}).problem(c, 404, "not_found")
	}
}

// passReset lets three days and a bit go by while a server runs, halfway and to the end of what waits.
func (w *world) passReset() {
	w.t.Helper()
	for range 2 {
		w.clock.Advance(37 * time.Hour)
		must(w.t, w.machine.RunResets(w.t.Context()))
	}
}

// H10: a wait with notices, then a link that with the password binds anew; without it nobody gets in.
func TestResetAndBindAnew(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.lost()
	a := c.send("POST", "/login/reset", nil).want(c, 202)
	due := w.clock.Now().Add(72 * time.Hour).Format(time.RFC3339)
	if a.get("due_at") != due {
		t.Errorf("%s, want %s", a.body, due)
	}
	w.clock.Advance(time.Minute)
	if again := c.send("POST", "/login/reset", nil).want(c, 202); again.get("due_at") != due {
		t.Errorf("asking again: %s", again.body)
	}
	w.mail(core.MailResetAsked, p.email)
	w.clock.Advance(36 * time.Hour)
	must(t, w.machine.RunResets(t.Context()))
	w.mail(core.MailResetHalfway, p.email)
	w.clock.Advance(36*time.Hour - time.Minute - time.Second)
	must(t, w.machine.RunResets(t.Context()))
	c.give(p).want(c, 202) // not yet
	w.clock.Advance(time.Second)
	must(t, w.machine.RunResets(t.Context()))
	link := w.tokenOf(w.mail(core.MailResetDone, p.email))

	c.give(p).problem(c, 409, "wrong_state")
	with := func(link, password string) answer {
		return c.send("POST", "/login", values{"login": p.name, "password": password, "link": link})
	}
	with("AAAA", p.password).problem(c, 409, "wrong_state")
	with(link, "wrong").problem(c, 401, "wrong")
	if a := with(link, p.password).want(c, 202); a.get("status") != "must_bind" {
		t.Fatalf("%s", a.body)
	}
	c.bindFirst(p)
	w.clock.Advance(30 * time.Second)
	d := w.browser()
	if a := d.send("POST", "/login", values{"login": p.name, "password": p.password, "link": link}).want(d, 202); a.get("status") != "more_needed" {
		t.Errorf("the link bound twice: %s", a.body)
	}
}

func TestResetsAreCancelled(t *testing.T) {
	w := newWorld(t, setup{})
	for name, cancel := range map[string]func(c *client, p *person){
		"with the link": func(_ *client, p *person) {
			token := w.tokenOf(w.mail(core.MailResetAsked, p.email))
			b := w.browser()
			b.send("POST", "/reset/cancel", values{"token": token}).want(b, 204)
			b.send("POST", "/reset/cancel", values{"token": token}).problem(b, 401, "wrong")
		},
		"by a sign-in with a second step": func(c *client, p *person) {
			c.send("POST", "/login/response", values{"kind": "totp", "response": p.code()}).want(c, 201)
		},
		"by whoever is signed in": func(_ *client, p *person) {
			trusted := p.signedIn
			if a := trusted.send("GET", "/session", nil).want(trusted, 200); a.get("session", "reset_due") == nil {
				t.Errorf("a session does not say that a reset is pending: %s", a.body)
			}
			trusted.send("DELETE", "/session/reset", nil).want(trusted, 204)
			if a := trusted.send("GET", "/session", nil); a.get("session", "reset_due") != nil {
				t.Errorf("%s", a.body)
			}
			trusted.send("DELETE", "/session/reset", nil).want(trusted, 204) // nothing left to do
		},
	} {
		c, p := w.lost()
		p.signedIn = w.browser()
		p.signedIn.signIn(p)
		c.send("POST", "/login/reset", nil).want(c, 202)
		cancel(c, p)
		w.mail(core.MailResetCancelled, p.email)
		w.passReset()
		b := w.browser()
		if a := b.give(p); a.status != 202 || a.get("offer", 0, "kind") != "totp" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

// The rescue code goes on with the login that it was sent for, once, and reaches no more than AAL1.
func TestRescueCode(t *testing.T) {
	w := newWorld(t, setup{rescue: true})
	c, p := w.lost()
	answerWith := func(c *client, code string) answer {
		return c.send("POST", "/login/response", values{"kind": "email", "response": code})
	}
	answerWith(c, "0000-0000-0000-0000").problem(c, 401, "wrong")
	c.send("POST", "/login/challenge", values{"authenticator": "email"}).want(c, 202)
	code := w.mail(core.MailRescueCode, p.email).Code
	other := w.browser()
	other.give(p).want(other, 202)
	answerWith(other, code).problem(other, 401, "wrong")
	answerWith(c, "1234").problem(c, 422, "invalid")
	if a := answerWith(c, code).want(c, 201); a.get("session", "aal") != 1.0 {
		t.Errorf("%s", a.body)
	}
	answerWith(other, code).problem(other, 401, "wrong")
	c.send("POST", "/session/elevate", values{"kind": "email", "response": code}).problem(c, 422, "invalid")

	for range 4 {
		other.send("POST", "/login/challenge", values{"authenticator": "email"}).want(other, 202)
	}
	if a := other.send("POST", "/login/challenge", values{"authenticator": "email"}).problem(other, 429, "throttled"); a.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
}

func TestHelp(t *testing.T) {
	w := newWorld(t, setup{support: "help@example.org"})
	c, p := w.lost()
	c.send("POST", "/login/help", nil).want(c, 202)
	if m := w.mail(core.MailHelp, "help@example.org"); m.Name != p.name {
		t.Errorf("the request names %q", m.Name)
	}
}
