package web_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// GET /email shows the change that waits, and DELETE /email/waiting ends it.
func TestAddressThatWaits(t *testing.T) {
	w := newWorld(t, setup{})
	for _, c := range []*client{w.browser(), w.program()} {
		p := c.register()
		c.giveAddress(p)
		if a := c.send("GET", "/email", nil).want(c, 200); a.get("email") != p.email || a.get("confirmed") != true || a.get("waiting") != nil {
			t.Errorf("%s", a.body)
		}
		c.elevate(p)
		next := "next-" + p.email
		c.send("PUT", "/email", values{"email": next}).want(c, 202)
		asked := w.clock.Now().UTC()
		a := c.send("GET", "/email", nil).want(c, 200)
		if a.get("email") != p.email || a.get("waiting", "email") != next || a.get("waiting", "asked_at") != asked.Format(time.RFC3339) ||
			a.get("waiting", "expires_at") != asked.Add(24*time.Hour).Format(time.RFC3339) {
			t.Errorf("%s", a.body)
		}
		if a := c.send("GET", "/account", nil).want(c, 200); a.get("email_waiting", "email") != next || a.get("reset_due") != nil {
			t.Errorf("the download of one's data: %s", a.body)
		}
		token := w.tokenOf(w.mail(core.MailChangeAddress, next))
		w.clock.Advance(11 * time.Minute) // no elevation is needed to leave all as it is
		c.send("DELETE", "/email/waiting", nil).want(c, 204)
		c.send("POST", "/email/confirm", values{"token": token}).problem(c, 401, "wrong")
		c.send("DELETE", "/email/waiting", nil).want(c, 204)
		if a := c.send("GET", "/email", nil).want(c, 200); a.get("email") != p.email || a.get("waiting") != nil {
			t.Errorf("%s", a.body)
		}
	}
}

func TestAskingForAddressesIsLimited(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	c.elevate(p)
	for range 5 {
		c.send("PUT", "/email", values{"email": "next@example.org"}).want(c, 202)
	}
	if a := c.send("PUT", "/email", values{"email": "other@example.org"}).problem(c, 429, "throttled"); a.get("retry_after") == nil {
		t.Errorf("%s", a.body)
	}
	if a := c.send("GET", "/email", nil); a.get("waiting", "email") != "next@example.org" {
		t.Errorf("%s", a.body)
	}
}

// A reset that waits is told to whoever comes back with the password, and to nobody without.
func TestResetThatWaits(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.lost()
	if a := c.send("GET", "/login/ways-back", nil).want(c, 200); a.get("reset_due") != nil {
		t.Errorf("%s", a.body)
	}
	due := c.send("POST", "/login/reset", nil).want(c, 202).text("due_at")
	w.clock.Advance(time.Minute)
	again := w.browser()
	for what, a := range map[string]answer{
		"POST /login": again.give(p).want(again, 202), "GET /login": again.send("GET", "/login", nil).want(again, 200),
		"GET /login/ways-back": again.send("GET", "/login/ways-back", nil).want(again, 200),
	} {
		if a.get("reset_due") != due {
			t.Errorf("%s: %s, want %s", what, a.body, due)
		}
	}
	again.send("POST", "/login/response", values{"kind": "totp", "response": p.code()}).want(again, 201)
	third := w.browser()
	if a := third.give(p).want(third, 202); a.get("reset_due") != nil {
		t.Errorf("after a sign-in with a second step: %s", a.body)
	}
}

// What a wrong code leaves is told, after a right password alone.
func TestTriesAreTold(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	c := w.browser()
	c.give(p).want(c, 202)
	for n, wait := range []any{nil, nil, 1.0} {
		a := c.send("POST", "/login/response", values{"kind": "totp", "response": p.wrongCode()}).problem(c, 401, "wrong")
		if a.get("tries_left") != float64(99-n) || a.get("retry_after") != wait {
			t.Errorf("%d: %s, want to wait %v", n, a.body, wait)
		}
	}
	stranger := w.browser()
	if a := stranger.send("POST", "/login", values{"login": p.name, "password": "wrong"}).problem(stranger, 401, "wrong"); a.get("tries_left") != nil || a.get("retry_after") != nil {
		t.Errorf("%s", a.body)
	}
}
