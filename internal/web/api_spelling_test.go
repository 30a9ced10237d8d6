package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// typist gives a password on every page and call that takes one.
type typist struct {
	w    *world
	name string
}

// signsIn says whether a password opens the account, over JSON and on the page, which have to agree.
func (y *typist) signsIn(password string) bool {
	y.w.t.Helper()
	y.w.clock.Advance(2 * time.Hour) // past every delay
	json := y.w.browser().send("POST", "/login", values{"login": y.name, "password": password}).status == 201
	page := y.w.visitor().post("/login", "login="+y.name, "password="+password).status == 303
	if json != page {
		y.w.t.Errorf("%q: over JSON %v, on the page %v", password, json, page)
	}
	return json
}

// A02, A06: every byte of a password counts: none is cut, trimmed or taken for an end, whichever way it was set.
func TestEveryByteOfAPasswordCounts(t *testing.T) {
	long := strings.Repeat("kettle drum 7 ", 15)[:200]
	cases := map[string]struct {
		password string
		wrong    []string
	}{
		"200 bytes": {long, []string{long[:72], long[:64], long[:199], long + "x", long[:72] + "X" + long[73:], long[:199] + "X"}},
		"a NUL": {"abcdefghijklmno\x00pqr", []string{
			"abcdefghijklmno", "abcdefghijklmno\x00", "abcdefghijklmno\x00xyz", "abcdefghijklmnopqr",
		}},
		"line breaks": {"first line here\r\nsecond\nthird\r", []string{
			"first line here", "first line here\nsecond\nthird\r", "first line here\r\nsecond\nthird", "first line heresecondthird",
		}},
		"spaces around": {"  a quiet harbour \t", []string{"a quiet harbour", "  a quiet harbour", "a quiet harbour \t", " a quiet harbour \t"}},
		"capitals":      {"A Quiet Harbour At 5", []string{"a quiet harbour at 5", "A QUIET HARBOUR AT 5"}},
	}
	for what, c := range cases {
		for _, face := range []string{"json", "page"} {
			w := newWorld(t, setup{})
			y := &typist{w, strings.Repeat("u", 60)} // a long name shares no room with the password
			if face == "json" {
				b := w.browser()
				b.send("POST", "/accounts", values{"username": y.name, "password": c.password}).want(b, 201)
			} else {
				w.visitor().post("/register", "username="+y.name, "password="+c.password).leads("/account")
			}
			for _, wrong := range c.wrong {
				if y.signsIn(wrong) {
					t.Errorf("%s, set by %s: %q opens it", what, face, wrong)
				}
			}
			if !y.signsIn(c.password) {
				t.Errorf("%s, set by %s: the password itself does not open it", what, face)
			}
		}
	}
}

// A04: characters are counted, not bytes, and none of a kind is asked for.
func TestPasswordsAreCountedInCharacters(t *testing.T) {
	w := newWorld(t, setup{})
	const emoji = "🦊🌊🎈🚲🍋🎻🧭🌵🐙🪁🍄🧵🪐🦉🫖"
	last := strings.LastIndex(emoji, "🫖")
	for password, status := range map[string]int{
		emoji: 201, emoji[:last]: 422, "alllowercaseletterstoo": 201, "730194628105937": 201, "пятнадцатьбуквы": 201,
		"пятнадцатьбукв": 422,
	} {
		c := w.browser()
		name := c.nextName()
		if a := c.send("POST", "/accounts", values{"username": name, "password": password}); a.status != status {
			t.Errorf("%q: %d, want %d: %s", password, a.status, status, a.body)
		}
		page := w.visitor().post("/register", "username="+name+"p", "password="+password)
		if (page.status == 303) != (status == 201) {
			t.Errorf("%q on the page: %d", password, page.status)
		}
	}
}

func (c *client) nextName() string {
	c.w.people++
	return "typist" + strings.Repeat("x", c.w.people)
}

// The two spellings that keyboards make of one password, by Unicode's composed and decomposed forms.
const (
	composed   = "caf\u00e9 au lait \u00e0 Bel\u00e9m"
	decomposed = "cafe\u0301 au lait a\u0300 Bele\u0301m"
)

// A05: one password typed on two keyboards is one password, wherever it is set and wherever it is asked for.
func TestTwoKeyboardsTypeOnePassword(t *testing.T) {
	for _, way := range [][2]string{{composed, decomposed}, {decomposed, composed}} {
		set, typed := way[0], way[1]
		w := newWorld(t, setup{})
		v := w.visitor()
		y := &typist{w, "ana"}
		v.post("/register", "username=ana", "email="+pageEmail, "password="+set).leads("/account")
		v.follow(w.mail(core.MailConfirmAddress, pageEmail)).shows(200)
		v.post("/verify-email").leads("/account").leaves("address_confirmed")
		if !y.signsIn(typed) || !y.signsIn(set) {
			t.Errorf("registered as %+q", set)
		}
		c := w.browser()
		c.send("POST", "/login", values{"login": "ana", "password": typed}).want(c, 201)
		c.send("POST", "/session/elevate", values{"kind": "password", "response": typed}).want(c, 200)
		c.send("PUT", "/password", values{"current": typed, "new": "2 " + set}).want(c, 204)
		if !y.signsIn("2 " + typed) {
			t.Errorf("changed over JSON to %+q", set)
		}
		v.post("/login", "login=ana", "password=2 "+typed).leads("/account")
		v.post("/account/confirm", "password=2 "+typed).leads("/account")
		v.post("/account/password", "current=2 "+typed, "new=3 "+set).leads("/account").leaves("password_changed")
		if !y.signsIn("3 " + typed) {
			t.Errorf("changed on the page to %+q", set)
		}
		v.post("/recover", "login=ana").leads("/recover/reset").leaves("reset_mailed")
		v.post("/recover/reset", "token="+w.tokenOf(w.mail(core.MailResetPassword, pageEmail)), "password=4 "+set).leads("/login").leaves("password_reset")
		if !y.signsIn("4 " + typed) {
			t.Errorf("reset on the page to %+q", set)
		}
	}
}

// A08: a password does not run out.
func TestPasswordsDoNotExpire(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.register().leads("/account")
	v.post("/logout").leads("/login")
	w.clock.Advance(5 * 365 * 24 * time.Hour)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	c := w.browser()
	a := c.send("POST", "/login", values{"login": "ana", "password": pagePassword}).want(c, 201)
	if a.get("status") != "signed_in" {
		t.Errorf("%s", a.body)
	}
}
