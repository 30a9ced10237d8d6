package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// others are what a change has to kill: sessions and logins of the same account, elsewhere.
type others struct {
	browser, program *client // signed in
	login            *client // half-way
}

func (w *world) others(p *person) others {
	w.t.Helper()
	o := others{w.browser(), w.program(), w.browser()}
	o.browser.signIn(p)
	o.program.signIn(p)
	if p.authenticator != "" {
		o.login.give(p).want(o.login, 202)
	}
	return o
}

func (o others) mustBeDead(what string) {
	t := o.browser.w.t
	t.Helper()
	for name, c := range map[string]*client{"browser": o.browser, "program": o.program} {
		if a := c.send("GET", "/session", nil); a.status != 401 {
			t.Errorf("%s: the other %s's session lives: %d", what, name, a.status)
		}
	}
	if o.login.cookies[loginCookie] == "" {
		return
	}
	if a := o.login.send("GET", "/login", nil); a.status != 401 || a.get("code") != "login_expired" {
		t.Errorf("%s: a login in progress lives: %d %s", what, a.status, a.body)
	}
}

func (c *client) mustBeElevated(what string) {
	c.w.t.Helper()
	if a := c.send("GET", "/session", nil); a.status != 200 || a.get("session", "elevated_until") == nil {
		c.w.t.Errorf("%s: the session that did it: %d %s", what, a.status, a.body)
	}
}

// G08: what changes an account ends everything else, and the session that did it goes on.
func TestChangesEndAllElse(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()

	o := w.others(p)
	c.elevate(p)
	c.send("PUT", "/password", values{"current": p.password, "new": "another good password"}).want(c, 204)
	p.password = "another good password"
	o.mustBeDead("a new password")
	c.mustBeElevated("a new password")

	o = w.others(p)
	c.elevate(p)
	c.send("POST", "/recovery-codes", nil).want(c, 201)
	o.mustBeDead("new recovery codes")
	c.mustBeElevated("new recovery codes")

	o = w.others(p)
	c.elevate(p)
	id, code := c.begin(p)
	bound := c.send("POST", "/authenticators/"+id+"/confirm", values{"response": code}).want(c, 200)
	if bound.get("recovery_codes") != nil {
		t.Error("a further authenticator brought recovery codes")
	}
	o.mustBeDead("an authenticator bound")
	c.mustBeElevated("an authenticator bound")

	o = w.others(p)
	c.elevate(p)
	c.send("PATCH", "/authenticators/"+p.authenticator, values{"label": "Old"}).want(c, 204)
	for _, other := range []*client{o.browser, o.program} {
		other.send("GET", "/session", nil).want(other, 200) // a name changes nothing
	}
	c.send("DELETE", "/authenticators/"+bound.text("authenticator", "id"), nil).want(c, 204)
	o.mustBeDead("an authenticator removed")
	c.mustBeElevated("an authenticator removed")

	c.elevate(p)
	p.bound(c.send("POST", "/recovery-codes", nil).want(c, 201), p.authenticator)
	o = w.others(p)
	in, a := w.answerWith(p, "recovery_code", p.codes[0])
	a.want(in, 201)
	o.mustBeDead("a recovery code used")
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
	in.send("GET", "/session", nil).want(in, 200)
}

// begin begins a binding; the id and a code of it.
func (c *client) begin(p *person) (id, code string) {
	c.w.t.Helper()
	b := c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201)
	q := &person{w: c.w}
	q.takeKey(b)
	return b.text("id"), q.codeAt(0)
}

// G02: every new level has a new token, and the old one is dead.
func TestEveryLevelHasATokenOfItsOwn(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	c := w.browser()
	c.cookies[loginCookie], c.cookies[sessionCookie] = strings.Repeat("A", 43), strings.Repeat("B", 43) // planted
	seen := map[string]bool{strings.Repeat("A", 43): true, strings.Repeat("B", 43): true}
	step := func(what, cookie string, do func()) {
		t.Helper()
		before := c.cookies[cookie]
		do()
		if now := c.cookies[cookie]; now == "" || seen[now] {
			t.Errorf("%s: no new token", what)
		}
		seen[c.cookies[cookie]] = true
		if cookie == sessionCookie && before != "" {
			old := w.browser()
			old.cookies[sessionCookie] = before
			old.send("GET", "/session", nil).problem(old, 401, "not_signed_in")
		}
	}
	step("password", loginCookie, func() { c.give(p).want(c, 202) })
	step("second step", sessionCookie, func() {
		c.send("POST", "/login/response", values{"kind": "totp", "response": p.code()}).want(c, 201)
	})
	step("elevation", sessionCookie, func() { c.elevate(p) })
	step("password change", sessionCookie, func() {
		c.send("PUT", "/password", values{"current": p.password, "new": "another good password"}).want(c, 204)
	})
}

// G10: a session is not elevated by being young; a password elevates only where nothing is bound; a used
// code never; and elevation runs out.
func TestElevation(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	c.send("POST", "/authenticators", values{"kind": "totp"}).problem(c, 403, "elevation_needed")
	c.send("POST", "/session/elevate", values{"kind": "password", "response": "wrong"}).problem(c, 401, "wrong")
	c.send("POST", "/session/elevate", values{"kind": "totp", "response": "123456"}).problem(c, 409, "wrong_state")
	a := c.send("POST", "/session/elevate", values{"kind": "password", "response": p.password}).want(c, 200)
	if a.get("session", "aal") != 1.0 || a.text("session", "elevated_until") != "2026-11-22T09:40:10Z" {
		t.Errorf("%s", a.body)
	}
	c.bind(p)
	if a := c.send("GET", "/session", nil); a.get("session", "aal") != 1.0 {
		t.Errorf("binding lifted the session: %s", a.body)
	}
	for _, typed := range []string{p.password, "wrong"} { // one answer: who took a session learns no password
		c.send("POST", "/session/elevate", values{"kind": "password", "response": typed}).problem(c, 409, "wrong_state")
	}
	c.send("POST", "/session/elevate", values{"kind": "totp", "response": p.codeAt(0)}).problem(c, 401, "already_used") // it confirmed the binding
	a = c.send("POST", "/session/elevate", values{"kind": "totp", "response": p.code()}).want(c, 200)
	if a.get("session", "aal") != 2.0 || fmt.Sprint(a.get("session", "amr")) != "[pwd otp mfa]" {
		t.Errorf("%s", a.body)
	}
	w.clock.Advance(10*time.Minute - time.Second)
	c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201)
	w.clock.Advance(time.Second)
	c.send("POST", "/authenticators", values{"kind": "totp"}).problem(c, 403, "elevation_needed")
	if a := c.send("GET", "/session", nil).want(c, 200); a.get("session", "elevated_until") != nil {
		t.Errorf("%s", a.body)
	}
	other, _ := w.answerWith(p, "totp", p.code())
	other.send("POST", "/recovery-codes", nil).problem(other, 403, "elevation_needed")
	in, signed := w.answerWith(p, "recovery_code", p.codes[0])
	signed.want(in, 201)
	in.send("PUT", "/password", values{"current": p.password, "new": goodPassword}).problem(in, 403, "elevation_needed")
	in.send("POST", "/session/elevate", values{"kind": "recovery_code", "response": p.codes[1]}).want(in, 200)
	in.mustBeElevated("a recovery code") // who lost the phone has to be able to replace it
	in.send("POST", "/authenticators", values{"kind": "totp"}).want(in, 201)
}

// B09 to B12.
func TestPendingBindings(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	pending := &person{w: w, name: p.name, password: p.password}
	b := c.send("POST", "/authenticators", values{"kind": "totp", "label": "Tablet"}).want(c, 201)
	pending.takeKey(b)
	confirm := "/authenticators/" + b.text("id") + "/confirm"

	// It is neither asked for nor accepted before it was confirmed.
	in, a := w.answerWith(p, "totp", pending.codeAt(0))
	a.problem(in, 401, "wrong")
	if list := c.send("GET", "/authenticators", nil); list.get("authenticators", 1) != nil {
		t.Errorf("%s", list.body)
	}
	// No other session, and no other account, confirms it.
	other := w.browser()
	other.signIn(p)
	other.elevate(p)
	other.send("POST", confirm, values{"response": pending.codeAt(0)}).problem(other, 404, "not_found")
	stranger, q := w.owner()
	stranger.elevate(q)
	stranger.send("POST", confirm, values{"response": pending.codeAt(0)}).problem(stranger, 404, "not_found")
	// A wrong code counts, and what is no code doesn't.
	c.send("POST", confirm, values{"response": "hello"}).problem(c, 422, "invalid")
	for range 3 {
		c.send("POST", confirm, values{"response": pending.wrongCode()}).problem(c, 401, "wrong")
	}
	c.send("POST", confirm, values{"response": pending.codeAt(0)}).problem(c, 429, "throttled")
	w.clock.Advance(time.Second)
	c.send("POST", confirm, values{"response": pending.codeAt(0)}).want(c, 200)
	c.send("POST", confirm, values{"response": pending.codeAt(0)}).problem(c, 404, "not_found")
	// The code that confirmed it is used up.
	in, a = w.answerWith(p, "totp", pending.codeAt(0))
	a.problem(in, 401, "already_used")
	// Beginning never touches or shows what is bound.
	c.elevate(p)
	for range 20 {
		if again := c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201); again.get("secret") == b.get("secret") {
			t.Error("a live secret was shown")
		}
	}
	in, a = w.answerWith(p, "totp", p.code())
	a.want(in, 201)
}

func TestPendingBindingsEndAfterTenMinutes(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	b := c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201)
	pending := &person{w: w}
	pending.takeKey(b)
	w.clock.Advance(9 * time.Minute)
	c.elevate(p)
	w.clock.Advance(time.Minute)
	c.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": pending.codeAt(0)}).problem(c, 404, "not_found")

	m := w.browser()
	m.mustBind()
	b = m.send("POST", "/login/authenticators", values{"kind": "totp"}).want(m, 201)
	pending.takeKey(b)
	w.clock.Advance(10 * time.Minute)
	m.send("POST", "/login/authenticators/"+b.text("id")+"/confirm", values{"response": pending.codeAt(0)}).problem(m, 401, "login_expired")
}

// B12: the answer that makes it is the only one that shows a secret, and the log never does.
func TestSecretsAreShownOnce(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	c.elevate(p)
	b := c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201)
	p.takeKey(b)
	if !strings.Contains(b.text("uri"), "secret="+b.text("secret")) || !strings.HasPrefix(b.text("qr_svg"), "<svg xmlns=") {
		t.Errorf("%s", b.body)
	}
	done := c.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": p.code()}).want(c, 200)
	p.bound(done, done.text("authenticator", "id"))
	later := string(done.body)
	for _, path := range []string{"/session", "/sessions", "/authenticators", "/recovery-codes"} {
		a := c.send("GET", path, nil)
		later += string(a.body) + fmt.Sprint(a.header)
	}
	if strings.Contains(later, b.text("secret")) {
		t.Error("the secret is shown again")
	}
	log := w.log.String()
	for _, secret := range append(p.codes, b.text("secret"), p.password, p.codeAt(0), c.cookies[sessionCookie]) {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(log, "authenticator.bound") {
		t.Errorf("the log does not hold the events:\n%s", log)
	}
}

func TestFirstAuthenticatorIsBoundOnce(t *testing.T) {
	w := newWorld(t, setup{})
	m := w.browser()
	p := m.mustBind()
	m.send("POST", "/login/response", values{"kind": "totp", "response": "123456"}).problem(m, 409, "wrong_state")
	second := w.browser() // of whoever else has the password, in parallel
	second.give(p).want(second, 202)
	late := second.send("POST", "/login/authenticators", values{"kind": "totp"}).want(second, 201)
	m.bindFirst(p)
	q := &person{w: w}
	q.takeKey(late)
	second.send("POST", "/login/authenticators/"+late.text("id")+"/confirm", values{"response": q.codeAt(0)}).problem(second, 401, "login_expired")
	second.give(p).want(second, 202)
	second.send("POST", "/login/authenticators", values{"kind": "totp"}).problem(second, 409, "wrong_state")
	second.send("POST", "/login/authenticators/"+late.text("id")+"/confirm", values{"response": q.codeAt(0)}).problem(second, 409, "wrong_state")
}

// The last authenticator stays where the policy needs one.
func TestLastAuthenticatorStays(t *testing.T) {
	w := newWorld(t, setup{policy: "required"})
	c := w.browser()
	c.send("POST", "/accounts", values{"username": "ada", "password": goodPassword}).want(c, 202)
	p := &person{w: w, name: "ada", password: goodPassword}
	a := c.bindFirst(p)
	c.elevate(p)
	c.send("DELETE", "/authenticators/"+p.authenticator, nil).problem(c, 409, "wrong_state")
	must(t, w.machine.SetPolicy(t.Context(), core.Caller{}, a.text("session", "account", "id"), "optional"))
	c.send("DELETE", "/authenticators/"+p.authenticator, nil).want(c, 204)
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	other, third := w.browser(), w.program()
	other.address = "[2001:db8:1:2:3::4]:99"
	id := other.signIn(p).text("session", "id")
	third.signIn(p)
	list := c.send("GET", "/sessions", nil).want(c, 200)
	current := 0
	for i := range 3 {
		line := list.get("sessions", i).(map[string]any)
		if line["current"] == true {
			current++
		}
		if line["id"] == id && line["address"] != "2001:db8:1:2::/64" {
			t.Errorf("%v", line)
		}
	}
	if current != 1 || list.get("sessions", 3) != nil {
		t.Errorf("%s", list.body)
	}
	stranger, _ := w.owner()
	stranger.send("DELETE", "/sessions/"+id, nil).problem(stranger, 404, "not_found")
	stranger.send("DELETE", "/sessions/"+strings.Repeat("A", 10000), nil).problem(stranger, 404, "not_found")
	other.send("GET", "/session", nil).want(other, 200)
	c.send("DELETE", "/sessions/"+id, nil).want(c, 204)
	other.send("GET", "/session", nil).problem(other, 401, "not_signed_in")
	c.send("DELETE", "/sessions/"+id, nil).problem(c, 404, "not_found")
	c.send("DELETE", "/sessions", nil).want(c, 204)
	third.send("GET", "/session", nil).problem(third, 401, "not_signed_in")
	own := c.send("GET", "/session", nil).text("session", "id")
	if a := c.send("DELETE", "/sessions/"+own, nil).want(c, 204); a.header.Get("Clear-Site-Data") == "" || c.cookies[sessionCookie] != "" {
		t.Error("ending the own session leaves the browser what it held")
	}
}

// G04
func TestSessionsEnd(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	alive := func(c *client, aal any, what string) {
		t.Helper()
		if a := c.send("GET", "/session", nil); a.get("session", "aal") != aal {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	c := w.browser()
	c.signIn(p)
	w.clock.Advance(59 * time.Minute)
	alive(c, 2.0, "59 minutes idle")
	w.clock.Advance(61 * time.Minute)
	alive(c, nil, "61 minutes idle")

	c.signIn(p)
	for range 47 {
		w.clock.Advance(30 * time.Minute)
		alive(c, 2.0, "in use")
	}
	w.clock.Advance(31 * time.Minute)
	alive(c, nil, "after 24 hours in use")

	plain := w.browser()
	plain.register()
	w.clock.Advance(30*24*time.Hour - time.Second)
	alive(plain, 1.0, "AAL1 before 30 days")
	w.clock.Advance(time.Second)
	alive(plain, nil, "AAL1 after 30 days")

	c.give(p) // remembered: the level decays, and the session stays
	c.send("DELETE", "/login", nil)
	c.send("POST", "/login", values{"login": p.name, "password": p.password, "remember": true}).want(c, 202)
	c.send("POST", "/login/response", values{"kind": "totp", "response": p.code()}).want(c, 201)
	alive(c, 2.0, "remembered")
	w.clock.Advance(25 * time.Hour)
	alive(c, 1.0, "remembered, after a day")
	w.clock.Advance(30 * 24 * time.Hour)
	alive(c, nil, "remembered, after a month")
}

func TestLabels(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	path := "/authenticators/" + p.authenticator
	for label, status := range map[string]int{
		"": 204, "Küche 📱": 204, strings.Repeat("ü", 64): 204, strings.Repeat("ü", 65): 422, "a\nb": 422, "a\u202eb": 422, "a\x00b": 422,
	} {
		a := c.send("PATCH", path, values{"label": label})
		if a.status != status {
			t.Errorf("%q: %d %s", label, a.status, a.body)
		}
		list := c.send("GET", "/authenticators", nil)
		if got := list.get("authenticators", 0, "label"); (got == label) != (status == 204) {
			t.Errorf("%q: the label is %q", label, got)
		}
	}
	stranger, _ := w.owner()
	stranger.send("PATCH", path, values{"label": "mine"}).problem(stranger, 404, "not_found")
}

func TestPasswordChange(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	change := func(current, next string) answer {
		return c.send("PUT", "/password", values{"current": current, "new": next})
	}
	if a := change("wrong", "another good password").problem(c, 401, "wrong"); a.get("field") != "current" {
		t.Errorf("%s", a.body)
	}
	if a := change(p.password, "too short").problem(c, 422, "weak_password"); a.get("field") != "new" {
		t.Errorf("%s", a.body)
	}
	if a := change("", "another good password").problem(c, 422, "invalid"); a.get("field") != "current" {
		t.Errorf("%s", a.body)
	}
	change(p.password, "another good password").want(c, 204)
	w.browser().give(p).problem(c, 401, "wrong")
	p.password = "another good password"
	other := w.browser()
	other.signIn(p)
}
