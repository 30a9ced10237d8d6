package web_test

import (
	"strings"
	"testing"
	"time"
)

const payment = "Send 100.00 EUR to DE02 1203 0000 0000 2020 51"

// confirm confirms an action as p.
func (c *client) confirm(p *person, action string) string {
	c.w.t.Helper()
	return c.send("POST", "/session/confirmations", values{"action": action, "kind": "totp", "response": p.code()}).want(c, 201).text("confirmation")
}

func (c *client) redeem(action, confirmation string) answer {
	c.w.t.Helper()
	return c.send("POST", "/session/confirmations/redeem", values{"action": action, "confirmation": confirmation})
}

func TestActions(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	for _, c := range []*client{w.browser(), w.program()} {
		c.signIn(p)
		token := c.confirm(p, payment)
		if a := c.send("GET", "/session", nil); a.get("session", "elevated_until") != nil {
			t.Errorf("confirming an action elevated the session: %s", a.body)
		}
		other := w.browser()
		other.signIn(p)
		if a := other.redeem(payment, token).problem(c, 404, "not_found"); a.get("field") != "confirmation" {
			t.Errorf("another session: %s", a.body)
		}
		for _, wrong := range []string{payment + " ", strings.ToLower(payment), "Send 900.00 EUR to DE02 1203 0000 0000 2020 51"} {
			c.redeem(wrong, token).problem(c, 404, "not_found")
		}
		c.redeem(payment, token).want(c, 204)
		c.redeem(payment, token).problem(c, 404, "not_found")
		c.redeem(payment, strings.Repeat("A", 43)).problem(c, 404, "not_found")

		late := c.confirm(p, payment)
		w.clock.Advance(5 * time.Minute)
		c.redeem(payment, late).problem(c, 404, "not_found")
	}
}

// A code that was used before confirms nothing, whatever it was used for; nor does one that is wrong.
func TestActionsNeedAFreshCode(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	try := func(body values) answer {
		if body["action"] == nil {
			body["action"] = payment
		}
		return c.send("POST", "/session/confirmations", body)
	}
	used := p.code()
	c.send("POST", "/session/elevate", values{"kind": "totp", "response": used}).want(c, 200)
	try(values{"kind": "totp", "response": used}).problem(c, 401, "already_used")
	token := c.confirm(p, payment)
	try(values{"kind": "totp", "response": p.codeAt(0)}).problem(c, 401, "already_used")
	try(values{"kind": "totp", "response": p.wrongCode()}).problem(c, 401, "wrong")
	try(values{"kind": "password", "response": p.password}).problem(c, 409, "wrong_state")
	for _, bad := range []values{
		{"kind": "totp"}, {"response": "123456"}, {"action": "", "kind": "totp", "response": p.unusedCode()},
		{"action": strings.Repeat("x", 1025), "kind": "totp", "response": p.unusedCode()},
		{"action": "a\nb", "kind": "totp", "response": p.unusedCode()},
	} {
		try(bad).problem(c, 422, "invalid")
	}
	c.send("POST", "/session/confirmations/redeem", values{"action": payment}).problem(c, 422, "invalid")
	c.send("POST", "/session/confirmations/redeem", values{"confirmation": token}).problem(c, 422, "invalid")
	// What changes the account takes back what was confirmed before.
	c.send("POST", "/recovery-codes", nil).want(c, 201)
	c.redeem(payment, token).problem(c, 404, "not_found")
}

// A recovery code confirms too, and where nothing is bound the password does.
func TestActionsWithoutACodeApp(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	a := c.send("POST", "/session/confirmations", values{"action": payment, "kind": "recovery_code", "response": p.codes[0]}).want(c, 201)
	c.redeem(payment, a.text("confirmation")).want(c, 204)

	d := w.browser()
	q := d.register()
	a = d.send("POST", "/session/confirmations", values{"action": payment, "kind": "password", "response": q.password}).want(d, 201)
	d.redeem(payment, a.text("confirmation")).want(d, 204)
	list := d.send("GET", "/events", nil)
	if list.get("events", 0, "event") != "action.redeemed" || list.get("events", 0, "detail") != payment {
		t.Errorf("%s", list.body)
	}
}
