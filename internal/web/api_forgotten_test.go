package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const nextPassword = "another good password"

// H01, H02: signs nobody in, takes no second step away, ends what there was, and works once.
func TestForgottenPassword(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.giveAddress(p)
	trusted := w.trust(p)
	o := w.others(p)
	token := w.resetToken(p)

	b := w.browser()
	a := b.send("POST", "/recovery/reset", values{"token": token, "password": nextPassword}).want(b, 204)
	if len(a.header.Values("Set-Cookie")) > 0 || len(a.body) > 0 {
		t.Errorf("the answer: %s, cookies %q", a.body, a.header.Values("Set-Cookie"))
	}
	o.mustBeDead("a password that was reset")
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
	b.give(p).problem(b, 401, "wrong")
	p.password = nextPassword
	for name, at := range map[string]*client{"a new browser": w.browser(), "the browser that was trusted": trusted} {
		if a := at.give(p); a.status != 202 || a.get("offer", 0, "kind") != "totp" {
			t.Errorf("%s, with the new password: %d %s", name, a.status, a.body)
		}
	}
	b.send("POST", "/recovery/reset", values{"token": token, "password": goodPassword}).problem(b, 401, "wrong")
	w.mail(core.MailPasswordReset, p.email)
}

func TestPasswordResetIsRefused(t *testing.T) {
	w := newWorld(t, setup{})
	p := w.bystander()
	c := w.browser()
	reset := func(token, password string) answer {
		return c.send("POST", "/recovery/reset", values{"token": token, "password": password})
	}
	token := w.resetToken(p)
	for password, code := range map[string]string{
		"too short": "weak_password", p.name + p.name + p.name: "weak_password", "": "invalid", strings.Repeat("x", 1025): "invalid",
	} {
		if a := reset(token, password).problem(c, 422, code); a.get("field") != "password" {
			t.Errorf("%q: %s", password, a.body)
		}
	}
	newer := w.resetToken(p) // all of that left the link good; a new one kills it
	for name, dead := range map[string]string{
		"an older one": token, "cut short": newer[:42], "longer": newer + "A", "another case": swapCase(newer),
		"none": strings.Repeat("A", 43), "very long": strings.Repeat("A", 10000), "of another purpose": w.cancelToken(w.holder()),
	} {
		if a := reset(dead, nextPassword); a.status != 401 || a.get("code") != "wrong" || a.get("field") != "token" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	w.clock.Advance(time.Hour)
	reset(newer, nextPassword).problem(c, 401, "wrong")
	must(t, w.machine.SetDisabled(t.Context(), core.Caller{}, p.id, core.Disabling{Disabled: true}))
	c.send("POST", "/recovery", values{"login": p.name}).want(c, 202)
	if n := len(w.mails(core.MailResetPassword, p.email)); n != 2 {
		t.Errorf("%d messages, those to a disabled account included", n)
	}
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, s)
}

// The message carries a code that does the same, with the name or the address, and for no other account.
func TestPasswordResetWithTheCode(t *testing.T) {
	w := newWorld(t, setup{})
	p, q := w.bystander(), w.bystander()
	c := w.browser()
	w.resetToken(q)
	w.resetToken(p)
	code := w.mail(core.MailResetPassword, p.email).Code
	try := func(login any) answer {
		body := values{"token": strings.ToLower(code), "password": nextPassword}
		if login != nil {
			body["login"] = login
		}
		return c.send("POST", "/recovery/reset", body)
	}
	try(nil).problem(c, 401, "wrong")
	try(q.name).problem(c, 401, "wrong")
	try("nobody").problem(c, 401, "wrong")
	try(strings.ToUpper(p.email)).want(c, 204)
	try(p.name).problem(c, 401, "wrong")
}

// H05: mail goes to the stored address, and to one.
func TestRecoveryMailsTheStoredAddressAlone(t *testing.T) {
	w := newWorld(t, setup{})
	p := w.bystander()
	c := w.browser()
	for name, login := range map[string]any{
		"a list": []string{p.email, "a@attacker.example"}, "an object": values{"email": p.email}, "a number": 7, "truth": true,
	} {
		if a := c.send("POST", "/recovery", values{"login": login}).problem(c, 422, "invalid"); a.get("field") != "login" {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	c.send("POST", "/recovery", values{"login": p.name, "email": "a@attacker.example"}).problem(c, 422, "invalid")
	twice := w.request("POST", "/api/v1/recovery", strings.NewReader(`{"login":"`+p.name+`","login":"a@attacker.example"}`))
	twice.Header.Set("Content-Type", "application/json")
	c.sendRaw(twice, "/recovery").problem(c, 422, "invalid")
	w.deliver()
	before := len(w.sent)
	for _, login := range []string{
		p.email + ",a@attacker.example", p.email + " a@attacker.example", p.email + "\r\nBcc: a@attacker.example",
		"ｐ" + p.email[1:], "<" + p.email + ">", strings.ToUpper(p.email),
	} {
		c.send("POST", "/recovery", values{"login": login}).want(c, 202)
	}
	w.deliver()
	resets := 0
	for _, m := range w.sent[before:] {
		if strings.Contains(m.To, "attacker") || (m.Kind == core.MailResetPassword && m.To != p.email) {
			t.Errorf("%s to %q", m.Kind, m.To)
		}
		if m.Kind == core.MailResetPassword {
			resets++
		}
	}
	if resets == 0 {
		t.Error("no spelling of the address reached its owner")
	}
}

func TestRecoveryNeedsALogin(t *testing.T) {
	c := newWorld(t, setup{}).browser()
	for _, body := range []values{{}, {"login": ""}} {
		if a := c.send("POST", "/recovery", body).problem(c, 422, "invalid"); a.get("field") != "login" {
			t.Errorf("%v: %s", body, a.body)
		}
	}
	c.send("POST", "/recovery/reset", values{"password": goodPassword}).problem(c, 422, "invalid")
	c.send("POST", "/recovery/reset", values{"token": "", "password": goodPassword}).problem(c, 422, "invalid")
}
