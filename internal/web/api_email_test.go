package web_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// The address given at registration is confirmed with its link, and what was made before ends but the session that
// brings it.
func TestConfirmAddress(t *testing.T) {
	w := newWorld(t, setup{})
	for _, c := range []*client{w.browser(), w.program()} {
		email := map[bool]string{false: "ada@example.org", true: "bob@example.org"}[c.bearer]
		a := c.send("POST", "/accounts", c.transport(values{"email": email, "password": goodPassword})).want(c, 201)
		if a.get("session", "account", "email_confirmed") != false {
			t.Errorf("%s", a.body)
		}
		p := &person{w: w, name: email, password: goodPassword}
		o := w.others(p)
		token := w.tokenOf(w.mail(core.MailConfirmAddress, email))
		before, held := c.cookies[sessionCookie], c.tokens.session
		c.send("POST", "/email/confirm", values{"token": token}).want(c, 204)
		o.mustBeDead("an address that was confirmed")
		if a := c.send("GET", "/session", nil).want(c, 200); a.get("session", "account", "email_confirmed") != true {
			t.Errorf("%s", a.body)
		}
		if !c.bearer && c.cookies[sessionCookie] == before {
			t.Error("the browser's session kept its token")
		}
		if c.tokens.session != held {
			t.Error("the program's session has another token")
		}
		c.send("POST", "/email/confirm", values{"token": token}).problem(c, 401, "wrong")
	}
}

// Whoever reads mail elsewhere confirms there, with the code too; nobody is signed in by it.
func TestConfirmAddressElsewhere(t *testing.T) {
	w := newWorld(t, setup{})
	c, elsewhere := w.browser(), w.browser()
	c.send("POST", "/accounts", values{"username": "ada", "email": "ada@example.org", "password": goodPassword}).want(c, 201)
	code := w.mail(core.MailConfirmAddress, "ada@example.org").Code
	elsewhere.send("POST", "/email/confirm", values{"token": code}).problem(elsewhere, 401, "wrong")
	elsewhere.send("POST", "/email/confirm", values{"token": code, "login": "ada"}).want(elsewhere, 204)
	if len(elsewhere.cookies) > 0 {
		t.Errorf("cookies %v", elsewhere.cookies)
	}
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")

	d := w.browser() // signed in, the code alone says enough
	d.send("POST", "/accounts", values{"email": "bob@example.org", "password": goodPassword}).want(d, 201)
	d.send("POST", "/email/confirm", values{"token": w.mail(core.MailConfirmAddress, "bob@example.org").Code}).want(d, 204)
	d.send("GET", "/session", nil).want(d, 200)
}

// With email_verification=required nobody is inside before: no token, no cookie.
func TestConfirmAddressFirst(t *testing.T) {
	w := newWorld(t, setup{mustConfirm: true})
	for _, c := range []*client{w.browser(), w.program()} {
		email := map[bool]string{false: "ada@example.org", true: "bob@example.org"}[c.bearer]
		outside := func(a answer) {
			t.Helper()
			if a.want(c, 202); string(a.body) != `{"status":"confirm_address"}`+"\n" || len(a.header.Values("Set-Cookie")) > 0 {
				t.Errorf("%s, cookies %q", a.body, a.header.Values("Set-Cookie"))
			}
		}
		outside(c.send("POST", "/accounts", c.transport(values{"email": email, "password": goodPassword})))
		first := w.tokenOf(w.mail(core.MailConfirmAddress, email))
		outside(c.send("POST", "/login", c.transport(values{"login": email, "password": goodPassword})))
		c.send("POST", "/login", c.transport(values{"login": email, "password": "wrong"})).problem(c, 401, "wrong")
		second := w.tokenOf(w.mail(core.MailConfirmAddress, email))
		c.send("POST", "/email/confirm", values{"token": first}).problem(c, 401, "wrong")
		c.send("POST", "/email/confirm", values{"token": second}).want(c, 204)
		c.send("POST", "/login", c.transport(values{"login": email, "password": goodPassword})).want(c, 201)
	}
	c := w.browser()
	if a := c.send("POST", "/accounts", values{"username": "cleo", "password": goodPassword}).problem(c, 422, "invalid"); a.get("field") != "email" {
		t.Errorf("%s", a.body)
	}
}

// H06: fresh proof, confirmed at the new address, a notice and an undo link for 72 hours at the old one.
func TestChangeAddress(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.giveAddress(p)
	old, next := p.email, "elsewhere@example.org"
	w.clock.Advance(10 * time.Minute)
	c.send("PUT", "/email", values{"email": next}).problem(c, 403, "elevation_needed")
	c.elevate(p)
	for _, body := range []values{{}, {"email": ""}, {"email": "none"}, {"email": "a@example.org,b@example.org"}, {"email": []string{next}}, {"email": old}} {
		if a := c.send("PUT", "/email", body).problem(c, 422, "invalid"); a.get("field") != "email" {
			t.Errorf("%v: %s", body, a.body)
		}
	}
	if a := c.send("PUT", "/email", values{"email": next}).want(c, 202); len(a.body) > 0 {
		t.Errorf("%s", a.body)
	}
	if a := c.send("GET", "/session", nil); a.get("session", "account", "email") != old {
		t.Errorf("before it was confirmed: %s", a.body)
	}
	trusted, o := w.trust(p), w.others(p)
	token := w.tokenOf(w.mail(core.MailChangeAddress, next))
	c.send("POST", "/email/confirm", values{"token": token}).want(c, 204)
	o.mustBeDead("another address")
	trusted.give(p).want(trusted, 202)
	if a := c.send("GET", "/session", nil); a.get("session", "account", "email") != next {
		t.Errorf("%s", a.body)
	}

	undo := w.tokenOf(w.mail(core.MailAddressChanged, old))
	w.clock.Advance(72*time.Hour - time.Second)
	b := w.browser()
	b.send("POST", "/email/undo", values{"token": token}).problem(b, 401, "wrong")
	b.send("POST", "/email/undo", values{"token": undo, "login": p.name}).problem(b, 422, "invalid")
	b.send("POST", "/email/undo", values{"token": undo}).want(b, 204)
	b.send("POST", "/email/undo", values{"token": undo}).problem(b, 401, "wrong")
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
	c.signIn(p)
	if a := c.send("GET", "/session", nil); a.get("session", "account", "email") != old {
		t.Errorf("after the undo: %s", a.body)
	}
}

func TestUndoEndsAfter72Hours(t *testing.T) {
	w := newWorld(t, setup{})
	undo := w.undoToken("ada@example.org")
	w.clock.Advance(72 * time.Hour)
	c := w.browser()
	c.send("POST", "/email/undo", values{"token": undo}).problem(c, 401, "wrong")
}

// No answer tells whether somebody has an address, and the link for one confirms no other.
func TestChangeToATakenAddress(t *testing.T) {
	w := newWorld(t, setup{})
	owner := w.bystander()
	c := w.browser()
	p := c.register()
	c.elevate(p)
	free := masked(c.send("PUT", "/email", values{"email": "free@example.org"}))
	if got := masked(c.send("PUT", "/email", values{"email": owner.email})); got != free {
		t.Errorf("%s\nwant\n%s", got, free)
	}
	if len(w.mails(core.MailChangeAddress, owner.email)) > 1 { // its own, when it was given
		t.Error("a link went to an address that another account has confirmed")
	}
	w.mail(core.MailAddressTaken, owner.email)
}

// H07: an account that a stranger made with an address gives nothing lasting to the stranger.
func TestNobodyPreparesAnAccountForAnother(t *testing.T) {
	w := newWorld(t, setup{})
	stranger := w.browser()
	p := &person{w: w, name: "stranger", password: goodPassword}
	stranger.send("POST", "/accounts", values{"username": p.name, "email": "victim@example.org", "password": goodPassword}).want(stranger, 201)
	token := w.tokenOf(w.mail(core.MailConfirmAddress, "victim@example.org"))
	stranger.bind(p)
	victim := w.browser()
	if a := victim.send("POST", "/email/confirm", values{"token": token}); a.status < 400 {
		t.Errorf("the victim confirmed an account with the stranger's second step: %d", a.status)
	}
	victim.send("POST", "/accounts", values{"username": "victim", "email": "victim@example.org", "password": goodPassword}).want(victim, 201)
	victim.send("POST", "/email/confirm", values{"token": w.tokenOf(w.mail(core.MailConfirmAddress, "victim@example.org"))}).want(victim, 204)
	a := victim.send("GET", "/session", nil).want(victim, 200)
	if a.get("session", "account", "username") != "victim" || a.get("session", "account", "email_confirmed") != true {
		t.Errorf("%s", a.body)
	}
	in, again := w.answerWith(p, "totp", p.code())
	again.want(in, 201)
	if again.get("session", "account", "email") != "" {
		t.Errorf("the stranger's account keeps the address: %s", again.body)
	}
}
