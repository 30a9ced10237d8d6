package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

func TestSessionsNameTheirBrowser(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	r := w.jsonRequest("POST", "/accounts", values{"username": "ada", "password": goodPassword})
	r.Header.Set("User-Agent", firefox)
	c.sendRaw(r, "/accounts").want(c, 201)
	a := c.send("GET", "/sessions", nil).want(c, 200)
	if a.get("sessions", 0, "browser") != "Firefox" || a.get("sessions", 0, "system") != "Linux" || a.get("sessions", 0, "user_agent") != firefox {
		t.Errorf("%s", a.body)
	}
	plain := w.browser()
	plain.register()
	if a := plain.send("GET", "/sessions", nil).want(plain, 200); a.get("sessions", 0, "browser") != nil || a.get("sessions", 0, "user_agent") != "" {
		t.Errorf("%s", a.body)
	}
}

func TestSessionSaysWhenItsHolderProvedThemself(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	d := w.browser()
	d.signIn(p)
	if a := d.send("GET", "/session", nil); a.get("session", "proved_at") != nil {
		t.Errorf("signing in counted: %s", a.body)
	}
	c.elevate(p)
	at := w.clock.Now()
	w.clock.Advance(20 * time.Minute)
	if a := c.send("GET", "/session", nil); a.get("session", "proved_at") != at.Format(time.RFC3339) {
		t.Errorf("%s, want proved_at %s", a.body, at)
	}
}

func TestSessionSaysWhenASecondFactorIsDue(t *testing.T) {
	from := start.Add(7 * 24 * time.Hour)
	w := newWorld(t, setup{rule: &core.Rule{Policy: core.PolicyRequired, From: from}})
	c := w.browser()
	p := c.register()
	if a := c.send("GET", "/session", nil); a.get("session", "second_factor_due") != from.Format(time.RFC3339) {
		t.Errorf("%s", a.body)
	}
	c.bind(p)
	if a := c.send("GET", "/session", nil); a.get("session", "second_factor_due") != nil {
		t.Errorf("with a code app: %s", a.body)
	}
	late := w.browser()
	late.register()
	w.clock.Advance(7 * 24 * time.Hour)
	late.send("GET", "/session", nil).problem(late, 401, "not_signed_in")
}

func TestEvents(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	b := w.browser()
	b.address = "198.51.100.3:1"
	b.give(p).want(b, 202)
	b.send("POST", "/login/response", values{"kind": "totp", "response": p.wrongCode()}).problem(b, 401, "wrong")
	a := c.send("GET", "/events", nil).want(c, 200)
	found := false
	for i := 0; a.get("events", i) != nil; i++ {
		e := a.get("events", i).(map[string]any)
		if e["event"] == "login.second_factor" && e["outcome"] == "wrong" && e["address"] == "198.51.100.3" && e["authenticator"] == p.authenticator {
			found = true
		}
	}
	if !found {
		t.Errorf("the wrong code is not there: %s", a.body)
	}
	stranger, _ := w.owner()
	if a := stranger.send("GET", "/events", nil); strings.Contains(string(a.body), "198.51.100.3") {
		t.Errorf("somebody else's events: %s", a.body)
	}
	for _, before := range []string{"0", "-1", "x", "", "1.5", "99999999999999999999", "5&before=6"} {
		if a := c.send("GET", "/events?before="+before, nil).problem(c, 422, "invalid"); a.get("field") != "before" {
			t.Errorf("before=%s: %s", before, a.body)
		}
	}
}

// A long list is read piece by piece, and nothing comes twice or not at all.
func TestEventsContinue(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	c.register()
	for i := range 250 {
		must(t, w.machine.SetGroups(t.Context(), core.Caller{}, c.send("GET", "/session", nil).text("session", "account", "id"), []string{fmt.Sprint("g", i)}))
	}
	want, path := -1.0, "/events"
	pages := 0
	for path != "" {
		a := c.send("GET", path, nil).want(c, 200)
		pages++
		for i := 0; a.get("events", i) != nil; i++ {
			seq := a.get("events", i, "seq").(float64)
			if want >= 0 && seq != want {
				t.Fatalf("event %v after %v", seq, want+1)
			}
			want = seq - 1
		}
		path = ""
		if next := a.get("next"); next != nil {
			path = fmt.Sprintf("/events?before=%.0f", next)
		}
	}
	if want != 0 || pages < 3 {
		t.Errorf("%d pages down to event %v", pages, want+1)
	}
}

// The data download has what is kept, and nothing that opens anything.
func TestData(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.giveAddress(p)
	must(t, w.machine.SetGroups(t.Context(), core.Caller{}, p.id, []string{"staff"}))
	w.trust(p)
	a := c.send("GET", "/account", nil).want(c, 200)
	for what, got := range map[string]any{
		p.id: a.get("account", "id"), p.name: a.get("account", "username"), p.email: a.get("account", "email"),
		start.Format(time.RFC3339): a.get("account", "created_at"), "staff": a.get("groups", 0), p.authenticator: a.get("authenticators", 0, "id"),
	} {
		if got != what {
			t.Errorf("%v, want %s", got, what)
		}
	}
	if a.get("sessions", 1) == nil || a.get("browsers", 0, "id") == nil || a.get("events", 5) == nil || a.get("recovery_codes", "remaining") != 10.0 {
		t.Errorf("%s", a.body)
	}
	hash, err := w.store.PasswordHash(t.Context(), p.id)
	must(t, err)
	for _, secret := range append(p.codes, p.password, hash, c.cookies[sessionCookie]) {
		if strings.Contains(string(a.body), secret) {
			t.Errorf("the download holds %q", secret)
		}
	}
	stranger, q := w.owner()
	if a := stranger.send("GET", "/account", nil); strings.Contains(string(a.body), p.id) || a.get("account", "username") != q.name {
		t.Errorf("%s", a.body)
	}
}

// Deleting takes an elevation; it ends everything, and whoever registers the name again inherits nothing.
func TestDeleteAccount(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.giveAddress(p)
	trusted, o := w.trust(p), w.others(p)
	old := w.resetToken(p)
	w.clock.Advance(10 * time.Minute)
	c.send("DELETE", "/account", nil).problem(c, 403, "elevation_needed")
	c.elevate(p)
	c.cookies[browserCookie] = trusted.cookies[browserCookie]
	a := c.send("DELETE", "/account", nil).want(c, 204)
	if c.cookies[sessionCookie] != "" || c.cookies[browserCookie] != "" || a.header.Get("Clear-Site-Data") == "" {
		t.Errorf("the browser keeps %v", c.cookies)
	}
	o.mustBeDead("a deleted account")
	c.give(p).problem(c, 401, "wrong")
	w.mail(core.MailDeleted, p.email)

	next := w.browser()
	next.send("POST", "/accounts", values{"username": p.name, "email": p.email, "password": nextPassword}).want(next, 201)
	a = next.send("GET", "/account", nil).want(next, 200)
	if a.get("account", "id") == p.id || a.get("authenticators", 0) != nil || a.get("browsers", 0) != nil || a.get("sessions", 1) != nil {
		t.Errorf("inherited: %s", a.body)
	}
	if strings.Contains(string(a.body), "password.forgotten") || a.get("events", 0, "event") == nil || strings.Contains(string(a.body), "account.deleted") {
		t.Errorf("events: %s", a.body)
	}
	trusted.give(p).problem(trusted, 401, "wrong")
	b := w.browser()
	b.send("POST", "/recovery/reset", values{"token": old, "password": goodPassword}).problem(b, 401, "wrong")
}

// An invitation opens a closed door once, for a week.
func TestInvitations(t *testing.T) {
	w := newWorld(t, setup{closed: true})
	invite := func(email string) string {
		link, err := w.machine.Invite(t.Context(), core.Caller{}, email, []string{"staff"})
		must(t, err)
		return w.tokenOf(core.Message{Link: link})
	}
	c := w.browser()
	register := func(name, email, invitation string) answer {
		body := values{"username": name, "password": goodPassword}
		if email != "" {
			body["email"] = email
		}
		if invitation != "" {
			body["invitation"] = invitation
		}
		return w.browser().send("POST", "/accounts", body)
	}
	token := invite("ada@example.org")
	register("ada", "", "").problem(c, 409, "wrong_state")
	register("ada", "", strings.Repeat("A", 43)).problem(c, 401, "wrong")
	a := register("ada", "ada@example.org", token).want(c, 201)
	if a.get("session", "groups", 0) != "staff" || a.get("session", "account", "email_confirmed") != true {
		t.Errorf("%s", a.body)
	}
	register("bob", "", token).problem(c, 401, "wrong")
	a = register("bob", "bob@example.org", invite("bert@example.org")).want(c, 201)
	if a.get("session", "account", "email_confirmed") != false {
		t.Errorf("another address than the invited one: %s", a.body)
	}
	late := invite("")
	w.clock.Advance(7 * 24 * time.Hour)
	register("cleo", "", late).problem(c, 401, "wrong")
}

// H12: the first administrator's link is good for a day and once, whatever else registration says.
func TestFirstAdministratorsLinkLivesADay(t *testing.T) {
	w := newWorld(t, setup{closed: true})
	bootstrap := func() string {
		link, err := w.machine.Bootstrap(t.Context())
		must(t, err)
		return w.tokenOf(core.Message{Link: link})
	}
	register := func(token string) answer {
		w.people++
		body := values{"username": fmt.Sprint("root", w.people), "password": goodPassword, "invitation": token}
		return w.browser().send("POST", "/accounts", body)
	}
	c := w.browser()
	late := bootstrap()
	w.clock.Advance(24 * time.Hour)
	register(late).problem(c, 401, "wrong")
	next := bootstrap()
	w.clock.Advance(24*time.Hour - time.Second)
	if a := register(next).want(c, 201); a.get("session", "groups", 0) != core.AdminGroup {
		t.Errorf("%s", a.body)
	}
	register(next).problem(c, 401, "wrong")
}
