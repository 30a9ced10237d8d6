package web_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	factor "github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/otp"
)

// appOf is a code app that does what it can with the secret that an answer has at a path.
func (p *person) appOf(a answer, does otp.Options, path ...any) otp.Key {
	p.w.t.Helper()
	secret, err := otp.ParseSecret(a.text(append(path, "secret")...))
	must(p.w.t, err)
	key, err := otp.NewKey(secret, does)
	must(p.w.t, err)
	return key
}

func (w *world) shown(key otp.Key, off time.Duration) string {
	w.t.Helper()
	code, err := key.TOTP(w.clock.Now().Add(off))
	must(w.t, err)
	return code.String()
}

// not is as many digits that no app with that key shows near now, whatever it does.
func (w *world) not(key otp.Key) string {
	w.t.Helper()
	for n := range 100 {
		code := fmt.Sprintf("%06d", n*1111)
		if _, near := key.SearchDrift(code, w.clock.Now(), 25); !near {
			return code
		}
	}
	panic("a hundred lucky guesses")
}

// What is wrong with a clock is told at set-up, up to ten minutes and each time; then to scan again.
func TestPagesTellAWrongClockAtSetUp(t *testing.T) {
	w := newWorld(t, required())
	v := w.visitor()
	v.register().leads("/login/setup")
	key := v.get("/login/setup").shows(200).key()
	v.post("/login/setup", "code="+w.not(key)).shows(422, "The code you entered is not correct. Enter the one that the app shows now.").lacks("scan the code again")
	v.post("/login/setup", "code="+v.codeAt(key, -10*time.Minute)).
		shows(422, "Your device's clock seems about 10 minutes slow. Turn on automatic time, then scan the code again.")
	v.post("/login/setup", "code="+w.not(key)).shows(422, "scan the code again. If your app has several entries for this, use the newest.")
	w.clock.Advance(time.Minute)
	v.post("/login/setup", "code="+v.codeAt(key, 3*time.Minute)).shows(422, "about 3 minutes fast")
	w.clock.Advance(time.Minute)
	v.post("/login/setup", "code="+v.code(key)).shows(200, "Save your recovery codes")

	v.get("/account").shows(200)
	v.confirm(key)
	to := v.post("/account/authenticators/new", "kind=totp").location
	other := v.get(to).shows(200).key()
	v.post(to, "code="+v.codeAt(other, 2*time.Minute)).shows(422, "Your device's clock seems about 2 minutes fast. Turn on automatic time.").lacks("scan the code again")
}

func TestAPITellsAWrongClockAtSetUp(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	b := c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201)
	confirm := "/authenticators/" + b.text("id") + "/confirm"
	key := p.appOf(b, otp.Options{})
	for _, off := range []time.Duration{-10 * time.Minute, 90 * time.Second} {
		a := c.send("POST", confirm, values{"response": w.shown(key, off)}).problem(c, 401, "clock_drift")
		if a.get("drift_seconds") != off.Seconds() || a.get("field") != "response" {
			t.Errorf("%v: %s", off, a.body)
		}
	}
	c.send("POST", confirm, values{"response": w.shown(key, 0)}).want(c, 200)
}

// An entry of an earlier set-up in the app is told from a wrong code.
func TestAnOldEntryInTheApp(t *testing.T) {
	const says = "That is the code of an entry from an earlier attempt. Delete that entry in your app and use the newest."
	w := newWorld(t, required())
	v := w.visitor()
	key, _ := v.setUp()
	v.confirm(key)
	old := v.get(v.post("/account/authenticators/new", "kind=totp").location).key()
	w.clock.Advance(time.Second)
	to := v.post("/account/authenticators/new", "kind=totp").location
	newest := v.get(to).key()
	v.post(to, "code="+v.codeAt(old, 0)).shows(422, says)
	v.post(to, "code="+v.codeAt(newest, 0)).leads("/account").leaves("added_totp")

	w = newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	c.send("POST", "/session/elevate", values{"kind": "password", "response": p.password}).want(c, 200)
	first := c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201)
	w.clock.Advance(time.Second)
	second := c.send("POST", "/authenticators", values{"kind": "totp"}).want(c, 201)
	a := c.send("POST", "/authenticators/"+second.text("id")+"/confirm", values{"response": w.shown(p.appOf(first, otp.Options{}), 0)})
	if a.problem(c, 401, "wrong").get("detail") != says {
		t.Errorf("%s", a.body)
	}
}

// Who has an app that ignores what a key asks for gets a key that suits it, on the same page and in the same answer.
func TestPagesSetUpAnAppThatIgnoresSettings(t *testing.T) {
	for text, apps := range map[string]factor.TOTP{
		"Your app uses SHA-1 whatever it is told. Here is a new key that suits it":      {Algorithm: otp.SHA256},
		"Your app shows 6 digits whatever it is told. Here is a new key that suits it":  {Digits: 8},
		"Your app uses SHA-1 and shows 6 digits whatever it is told. Here is a new key": {Algorithm: otp.SHA512, Digits: 8},
	} {
		w := newWorld(t, setup{policy: core.PolicyRequired, apps: apps})
		v := w.visitor()
		v.register().leads("/login/setup")
		page := v.get("/login/setup").shows(200)
		if apps.Algorithm != otp.SHA1 {
			page.shows(200, "SHA-"+apps.Algorithm.String()[3:], "algorithm="+apps.Algorithm.String())
		}
		if apps.Digits == 8 {
			page.shows(200, "digits=8", "Code from your app").lacks("6-digit code")
		}
		old := page.key()
		anew := v.post("/login/setup", "code="+v.codeAt(old, 0)).shows(409, text)
		anew.lacks("algorithm="+apps.Algorithm.String(), "digits=8", old.Secret().RevealBase32())
		if shown := v.get("/login/setup").key(); shown.Secret().RevealBase32() != anew.key().Secret().RevealBase32() {
			t.Errorf("%s: a reload shows another key", text)
		}
		v.post("/login/setup", "code="+v.codeAt(anew.key(), 0)).shows(200, "Save your recovery codes")
	}
}

func TestAPISetsUpAnAppThatIgnoresSettings(t *testing.T) {
	w := newWorld(t, setup{apps: factor.TOTP{Algorithm: otp.SHA256, Digits: 8}})
	c := w.browser()
	p := c.mustBind()
	b := c.send("POST", "/login/authenticators", values{"kind": "totp"}).want(c, 201)
	if b.get("algorithm") != "SHA256" || b.get("digits") != 8.0 {
		t.Errorf("%s", b.body)
	}
	confirm := "/login/authenticators/" + b.text("id") + "/confirm"
	a := c.send("POST", confirm, values{"response": w.shown(p.appOf(b, otp.Options{}), 0)}).problem(c, 409, "wrong_state")
	if a.get("field") != "response" || a.get("binding", "id") != b.get("id") || a.get("binding", "secret") == b.get("secret") ||
		a.get("binding", "algorithm") != "SHA1" || a.get("binding", "digits") != 6.0 || a.get("binding", "qr_svg") == nil {
		t.Fatalf("%s", a.body)
	}
	if cached := a.header.Get("Cache-Control"); cached != "no-store" {
		t.Errorf("a new secret with Cache-Control %q", cached)
	}
	c.send("POST", confirm, values{"response": "1234567"}).problem(c, 422, "invalid")
	c.send("POST", confirm, values{"response": w.shown(p.appOf(b, otp.Options{}), 0)}).problem(c, 401, "wrong") // the old key is dead
	c.send("POST", confirm, values{"response": w.shown(p.appOf(a, otp.Options{}, "binding"), 0)}).want(c, 201)
}

// What was learned of a clock is in the list, on pages and in JSON, until the clock is right.
func TestLearnedDriftInTheList(t *testing.T) {
	w := newWorld(t, required())
	v := w.visitor()
	key, _ := v.setUp()
	signIn := func(off time.Duration) {
		t.Helper()
		v.post("/logout")
		w.clock.Advance(10 * time.Minute)
		v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
		v.post("/login/verify", "code="+v.codeAt(key, off)).leads("/account")
	}
	const says = "Its clock seems about 30 seconds slow. Turn on automatic time on that device."
	signIn(-30 * time.Second)
	v.get("/account").shows(200).lacks("Its clock")
	signIn(-30 * time.Second)
	page := v.get("/account").shows(200, says)
	v.get("/account/authenticators/"+page.authenticators()[0]).shows(200, says)
	signIn(-time.Minute)
	v.get("/account").shows(200, "Its clock seems about 1 minute slow.")
	signIn(0)
	v.get("/account").lacks("Its clock")
	signIn(30 * time.Second)
	signIn(30 * time.Second)
	v.get("/account").shows(200, "Its clock seems about 30 seconds fast.")

	w = newWorld(t, setup{})
	_, p := w.owner()
	c := w.browser()
	for _, want := range []any{nil, 30.0} {
		w.clock.Advance(10 * time.Minute)
		c.give(p).want(c, 202)
		c.send("POST", "/login/response", values{"kind": "totp", "response": p.codeAt(30 * time.Second)}).want(c, 201)
		a := c.send("GET", "/authenticators", nil).want(c, 200)
		if a.get("authenticators", 0, "drift_seconds") != want {
			t.Errorf("%s", a.body)
		}
	}
}

// A code that was used says so on every page that takes one, with the seconds to the next, however late it comes again.
func TestAUsedCodeSaysWhenTheNextComes(t *testing.T) {
	w := newWorld(t, required())
	v := w.visitor()
	key, _ := v.setUp()
	used := v.codeAt(key, 0)
	says := fmt.Sprintf("That code has been used. Wait for the next one (about %d seconds).", 30-w.clock.Now().Unix()%30)
	v.post("/account/confirm", "code="+used).shows(422, says)
	v.post("/logout")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+used).shows(422, says)
	w.clock.Advance(2 * time.Minute)
	v.post("/login/verify", "code="+used).shows(422, "That code has been used.").lacks("clock")

	w = newWorld(t, setup{})
	c, p := w.owner()
	c.send("POST", "/session/elevate", values{"kind": "totp", "response": p.code()}).want(c, 200)
	a := c.send("POST", "/session/elevate", values{"kind": "totp", "response": p.codeAt(0)}).problem(c, 401, "already_used")
	if a.get("retry_after") != float64(30-w.clock.Now().Unix()%30) {
		t.Errorf("%s", a.body)
	}
}
