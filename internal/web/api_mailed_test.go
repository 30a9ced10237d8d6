package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// askMailed asks for a mailed sign-in, and gives the code and, to a program, the token that it is good with.
func (c *client) askMailed(p *person) (code, token string) {
	c.w.t.Helper()
	a := c.send("POST", "/login/mailed", c.transport(values{"login": p.name})).want(c, 202)
	token, _ = a.get("token").(string)
	return c.w.mail(core.MailSignIn, p.email).Code, token
}

func (c *client) answerMailed(response, token string) answer {
	c.w.t.Helper()
	body := c.transport(values{"response": response})
	if token != "" {
		body["token"] = token
	}
	return c.send("POST", "/login/mailed/response", body)
}

// walkMailed shows each success of the operations that are about mailed sign-ins.
func (w *world) walkMailed() {
	w.t.Helper()
	owner, p := w.owner()
	owner.giveAddress(p)
	c := w.browser()
	code, _ := c.askMailed(p)
	c.answerMailed(code, "").want(c, 202)
	c = w.browser()
	code, _ = c.askMailed(w.bystander())
	c.answerMailed(code, "").want(c, 201)
}

func TestMailedSignInOverJSON(t *testing.T) {
	w := newWorld(t, setup{passwordless: true})
	p := w.bystander()
	for _, c := range []*client{w.browser(), w.program()} {
		code, token := c.askMailed(p)
		if c.bearer == (token == "") {
			t.Errorf("bearer %v: the token is %q", c.bearer, token)
		}
		w.browser().answerMailed(code, "").problem(c, 401, "wrong") // another browser's
		w.program().answerMailed(code, strings.Repeat("A", 26)+"."+strings.Repeat("0", 32)).problem(c, 401, "wrong")
		a := c.answerMailed(strings.ToLower(code), token).want(c, 201)
		if a.get("session", "aal") != 1.0 || a.get("session", "elevated_until") != nil {
			t.Errorf("%s", a.body)
		}
		c.send("GET", "/session", nil).want(c, 200)
		c.send("PUT", "/email", values{"email": "other@example.org"}).problem(c, 403, "elevation_needed")
		c.answerMailed(code, token).problem(c, 401, "wrong") // once
	}
	// A token of a browser's cookie is none for a program, nor the other way round.
	b, program := w.browser(), w.program()
	code, _ := b.askMailed(p)
	program.answerMailed(code, b.cookies[mailedCookie]).problem(program, 401, "wrong")
	w.clock.Advance(10 * time.Minute)
	b.answerMailed(code, "").problem(b, 401, "wrong")
	b.send("POST", "/login/mailed", values{"login": ""}).problem(b, 422, "invalid")
	b.send("POST", "/login/mailed/response", values{}).problem(b, 422, "invalid")
}

// A bound second factor is asked for, and a code to the mailbox is neither offered nor counted.
func TestMailedSignInAndThenACode(t *testing.T) {
	w := newWorld(t, setup{passwordless: true, codes: true, rescue: true, support: "help@example.org"})
	k := w.newCast()
	k.bindMailbox()
	c := w.browser()
	code, _ := c.askMailed(k.owner)
	if a := c.answerMailed(code, "").want(c, 202); strings.Contains(string(a.get("offer").([]any)[0].(map[string]any)["kind"].(string)), "email") || strings.Contains(string(a.body), `"kind":"email"`) {
		t.Errorf("%s", a.body)
	}
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
	for _, authenticator := range []string{k.mailbox, "email"} {
		c.send("POST", "/login/challenge", values{"authenticator": authenticator}).problem(c, 409, "wrong_state")
	}
	c.send("POST", "/login/response", values{"kind": "email", "response": "123456"}).problem(c, 409, "wrong_state")
	c.send("POST", "/login/reset", nil).problem(c, 409, "wrong_state")
	c.send("POST", "/login/help", nil).problem(c, 409, "wrong_state")
	if a := c.send("GET", "/login/ways-back", nil).want(c, 200); a.get("rescue_code") != false || a.get("support") != false || a.get("reset_wait_seconds") != nil {
		t.Errorf("%s", a.body)
	}
	a := c.send("POST", "/login/response", values{"kind": "totp", "response": k.owner.unusedCode()}).want(c, 201)
	if a.get("session", "aal") != 1.0 || strings.Contains(string(a.body), "mfa") {
		t.Errorf("%s", a.body)
	}
}

func TestMailedSignInIsOffOverJSON(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	c.send("POST", "/login/mailed", values{"login": "ana"}).problem(c, 404, "not_found")
	c.send("POST", "/login/mailed/response", values{"response": "x"}).problem(c, 404, "not_found")
	v := w.visitor()
	v.get("/login").lacks("/login/mailed")
	v.get("/login/mailed").shows(404)
	v.post("/login/mailed", "login=ana").shows(404)
	v.post("/login/mailed/response", "token=x").shows(404)
}
