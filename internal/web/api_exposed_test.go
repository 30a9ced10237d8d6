package web_test

import (
	"bytes"
	"maps"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// expose shuts p's password, as an administrator's command does.
func (w *world) expose(p *person) core.Replacement {
	w.t.Helper()
	out, err := w.machine.ExposePassword(w.t.Context(), core.Caller{}, p.id, core.Order{Reason: "found in a breach"})
	must(w.t, err)
	return out
}

// A08: with a password that others may know nobody gets anywhere, whichever way it is brought; its owner gets a link.
func TestExposedPassword(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.giveAddress(p)
	trusted, o := w.trust(p), w.others(p)
	c.elevate(p)
	w.expose(p)
	o.mustBeDead("an exposed password")
	c.send("PUT", "/password", values{"current": p.password, "new": nextPassword}).problem(c, 401, "not_signed_in")
	o.program.send("POST", "/session/elevate", values{"kind": "password", "response": p.password}).problem(c, 401, "not_signed_in")
	w.mail(core.MailPasswordExposed, p.email)
	for name, at := range map[string]*client{"a browser": w.browser(), "a program": w.program(), "the trusted browser": trusted} {
		at.refusedExposed(name, p, nil)
		at.refusedExposed(name+", with a code", p, values{"kind": "totp", "response": p.code()})
	}
	token := w.tokenOf(w.mail(core.MailPasswordRefused, p.email))
	b := w.browser()
	b.send("POST", "/recovery/reset", values{"token": token, "password": p.password}).problem(b, 422, "weak_password")
	b.send("POST", "/recovery/reset", values{"token": token, "password": nextPassword}).want(b, 204)
	w.clock.Advance(time.Hour)
	p.password = nextPassword
	b.signIn(p)
}

// The combined form compares no code with it.
func TestExposedPasswordInOneForm(t *testing.T) {
	w := newWorld(t, setup{loginForm: web.FormCombined})
	c, p := w.owner()
	c.giveAddress(p)
	w.expose(p)
	w.browser().refusedExposed("without a code", p, nil)
	w.browser().refusedExposed("with a code", p, values{"kind": "totp", "response": p.code()})
	w.browser().refusedExposed("with a wrong code", p, values{"kind": "totp", "response": "000000"})
}

// refusedExposed brings p's exposed password, and is told that and nothing more.
func (c *client) refusedExposed(how string, p *person, more values) {
	c.w.t.Helper()
	c.w.clock.Advance(time.Hour)
	body := c.transport(values{"login": p.name, "password": p.password})
	maps.Copy(body, more)
	a := c.send("POST", "/login", body)
	c.w.deliver()
	if a.status != 409 || a.get("code") != "wrong_state" || a.get("field") != "password" || len(a.header.Values("Set-Cookie")) > 0 {
		c.w.t.Errorf("%s: %d %s", how, a.status, a.body)
	}
	if bytes.Contains(a.body, []byte(p.email)) || a.get("offer") != nil || a.get("token") != nil {
		c.w.t.Errorf("%s: the answer tells more than it should: %s", how, a.body)
	}
}

// F09: for whoever does not know the password, the mark changes nothing.
func TestExposedPasswordIsLikeAnyForStrangers(t *testing.T) {
	w := newWorld(t, setup{})
	answers := map[string]string{}
	for what, exposed := range map[string]bool{"exposed": true, "as ever": false} {
		p := w.bystander()
		if exposed {
			w.expose(p)
		}
		for range 4 {
			answers[what] += masked(w.browser().send("POST", "/login", values{"login": p.name, "password": "wrong password here"}))
		}
	}
	answers["nobody"] = ""
	for range 4 {
		answers["nobody"] += masked(w.browser().send("POST", "/login", values{"login": "nobody", "password": "wrong password here"}))
	}
	allAlike(t, "login", answers)
}
