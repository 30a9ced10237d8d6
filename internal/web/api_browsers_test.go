package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

const browserCookie = "__Host-sallyport_browser"

// G11, G12, G13: trusted when it asks to be, with a second factor; then the password alone signs in, at AAL1.
func TestTrustedBrowser(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	c := w.browser()
	c.send("POST", "/login", values{"login": p.name, "password": p.password, "trust_browser": true}).want(c, 202)
	if c.cookies[browserCookie] != "" {
		t.Fatal("trusted before the second step")
	}
	a := c.send("POST", "/login/response", values{"kind": "totp", "response": p.code(), "trust_browser": true}).want(c, 201)
	shape := regexp.MustCompile(`^__Host-sallyport_browser=[A-Z2-7]{26}\.[\w-]{43}; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax$`)
	if set := strings.Join(a.header.Values("Set-Cookie"), "\n"); !matchesALine(shape, set) {
		t.Errorf("cookies:\n%s", set)
	}
	first := c.cookies[browserCookie]
	c.send("DELETE", "/session", nil).want(c, 204)
	if c.cookies[browserCookie] == "" {
		t.Fatal("signing out took the trust away")
	}
	a = c.give(p).want(c, 201)
	if a.get("session", "aal") != 1.0 || strings.Contains(a.text("session", "amr"), "mfa") {
		t.Errorf("%s", a.body)
	}
	if c.cookies[browserCookie] == first {
		t.Error("the token was not rotated")
	}
	// Never the password, never a reauthentication.
	c.send("POST", "/login", values{"login": p.name, "password": "wrong"}).problem(c, 401, "wrong")
	c.send("POST", "/recovery-codes", nil).problem(c, 403, "elevation_needed")
	c.send("POST", "/session/elevate", values{"kind": "password", "response": p.password}).problem(c, 409, "wrong_state")
	w.clock.Advance(30 * 24 * time.Hour)
	c.give(p).want(c, 202)
}

func matchesALine(shape *regexp.Regexp, lines string) bool {
	for _, line := range strings.Split(lines, "\n") {
		if shape.MatchString(line) {
			return true
		}
	}
	return false
}

// A token that was replaced half a minute ago or more is a copy: the browser is trusted no more, and its owner told.
func TestStolenTrustedBrowser(t *testing.T) {
	w := newWorld(t, setup{})
	owner, p := w.owner()
	owner.giveAddress(p)
	c := w.trust(p)
	thief := w.browser()
	thief.cookies[browserCookie] = c.cookies[browserCookie]
	lost := w.browser()
	lost.cookies[browserCookie] = c.cookies[browserCookie]
	c.give(p).want(c, 201)
	w.clock.Advance(29 * time.Second)
	lost.give(p).want(lost, 201) // an answer that was lost: the same again
	if lost.cookies[browserCookie] != c.cookies[browserCookie] {
		t.Error("who lost an answer got another token")
	}
	w.clock.Advance(time.Second)
	thief.give(p).want(thief, 202)
	c.give(p).want(c, 202)
	w.mail(core.MailBrowserStolen, p.email)
	stranger, q := w.owner()
	other := w.trust(q)
	stranger.cookies[browserCookie] = other.cookies[browserCookie]
	stranger.give(p).want(stranger, 202) // another account's
}

func TestBrowsersAreListedAndEnded(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	trusted := w.trust(p)
	list := trusted.send("GET", "/browsers", nil).want(trusted, 200)
	if list.get("browsers", 0, "current") != true || list.get("browsers", 1) != nil || list.get("browsers", 0, "address") != "192.0.2.7" {
		t.Errorf("%s", list.body)
	}
	list = c.send("GET", "/browsers", nil).want(c, 200)
	if list.get("browsers", 0, "current") != false {
		t.Errorf("%s", list.body)
	}
	id := list.text("browsers", 0, "id")
	stranger, _ := w.owner()
	stranger.send("DELETE", "/browsers/"+id, nil).problem(stranger, 404, "not_found")
	if a := stranger.send("GET", "/browsers", nil); a.get("browsers", 0) != nil || string(a.body) != `{"browsers":[]}`+"\n" {
		t.Errorf("%s", a.body)
	}
	c.send("DELETE", "/browsers/"+id, nil).want(c, 204)
	c.send("DELETE", "/browsers/"+id, nil).problem(c, 404, "not_found")
	trusted.give(p).want(trusted, 202)

	own := w.trust(p)
	id = own.send("GET", "/browsers", nil).text("browsers", 0, "id")
	if own.send("DELETE", "/browsers/"+id, nil).want(own, 204); own.cookies[browserCookie] != "" {
		t.Error("the browser keeps the cookie of a trust that it ended")
	}
}

// G08: every change of a credential ends the trust.
func TestChangesEndTrust(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	for name, change := range map[string]func(){
		"a new password": func() {
			next := p.password + "!"
			c.send("PUT", "/password", values{"current": p.password, "new": next}).want(c, 204)
			p.password = next
		},
		"new recovery codes": func() { p.bound(c.send("POST", "/recovery-codes", nil).want(c, 201), p.authenticator) },
		"a recovery code": func() {
			in, a := w.answerWith(p, "recovery_code", p.codes[0])
			a.want(in, 201)
			c.signIn(p)
		},
		"an authenticator": func() {
			id, code := c.begin(p)
			c.send("POST", "/authenticators/"+id+"/confirm", values{"response": code}).want(c, 200)
		},
	} {
		c.elevate(p)
		trusted := w.trust(p)
		change()
		if a := trusted.give(p); a.status != 202 {
			t.Errorf("after %s: %d %s", name, a.status, a.body)
		}
		if a := c.send("GET", "/browsers", nil); a.get("browsers", 0) != nil {
			t.Errorf("after %s: %s", name, a.body)
		}
		c.elevate(p)
		p.bound(c.send("POST", "/recovery-codes", nil).want(c, 201), p.authenticator)
	}
}

// Where a browser can't be trusted, nobody is left to believe that it is.
func TestTrustIsRefused(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	refused := func(c *client, path string, body values) {
		t.Helper()
		body["trust_browser"] = true
		if a := c.send("POST", path, body).problem(c, 422, "invalid"); a.get("field") != "trust_browser" {
			t.Errorf("%s", a.body)
		}
	}
	c := w.program()
	refused(c, "/login", values{"login": p.name, "password": p.password, "transport": "bearer"})
	c.give(p).want(c, 202)
	refused(c, "/login/response", values{"kind": "totp", "response": p.unusedCode()})
	c.send("POST", "/login/response", values{"kind": "totp", "response": p.code(), "trust_browser": false}).want(c, 201)

	off := newWorld(t, setup{noTrust: true})
	_, q := off.owner()
	d := off.browser()
	refused(d, "/login", values{"login": q.name, "password": q.password})
	d.give(q).want(d, 202)
	refused(d, "/login/response", values{"kind": "totp", "response": q.unusedCode()})
}

func TestTrustWithTheCombinedForm(t *testing.T) {
	w := newWorld(t, setup{loginForm: web.FormCombined})
	_, p := w.owner()
	c := w.browser()
	c.send("POST", "/login", values{"login": p.name, "password": p.password, "kind": "totp", "response": p.code(), "trust_browser": true}).want(c, 201)
	if c.cookies[browserCookie] == "" {
		t.Fatal("not trusted")
	}
	c.send("POST", "/login", values{"login": p.name, "password": p.password}).want(c, 201)
}

// A program that signs in where a browser's cookie happens to be has no trusted browser.
func TestProgramsHaveNoTrustedBrowser(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	trusted := w.trust(p)
	c := w.program()
	c.cookies[browserCookie] = trusted.cookies[browserCookie]
	c.give(p).want(c, 202)
}
