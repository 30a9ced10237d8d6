package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const pageToken = "otpauth://hotp/Maker:T1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Maker"

// What to look at after a wrong code in a set-up depends on what is set up.
func TestPagesSetupTellsKindsApart(t *testing.T) {
	for kind, c := range map[string]struct{ to, wrong, odd string }{
		"sms":   {pageNumber, "Check the newest message", "6 digits from the message"},
		"email": {"ana@example.org", "Check the newest message", "6 digits from the message"},
		"hotp":  {pageToken, "Press the token's button", "digits that the token shows"},
	} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, setup{policy: core.PolicyRequired, codes: true, tokens: true})
			v := w.visitor()
			v.register().leads("/login/setup")
			w.clock.Advance(time.Second) // the newest set-up is shown
			v.post("/login/setup", "kind="+kind, "to="+c.to).leads("/login/setup")
			app := []string{"your app", "the app shows", "code app and", "scan the code"}
			v.post("/login/setup", "code=000001").shows(422, c.wrong).lacks(app...)
			v.post("/login/setup", "code=x").shows(422, c.odd).lacks(app...)
		})
	}
	v := newWorld(t, required()).visitor()
	v.register().leads("/login/setup")
	v.post("/login/setup", "code=000001").shows(422, "the app shows now")
	v.post("/login/setup", "code=000001").shows(422, "scan the code again")
}

// Who has a token and no app is never told to look at one.
func TestPagesOfATokenSpeakOfNoApp(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, tokens: true})
	v := w.visitor()
	v.register().leads("/login/setup")
	w.clock.Advance(time.Second)
	v.post("/login/setup", "kind=hotp", "to="+pageToken).leads("/login/setup")
	v.post("/login/setup", "code=755224").shows(200, "Save your recovery codes").lacks("your phone") // RFC 4226, appendix D: count 0
	app := []string{"your app", "ode app"}
	v.get("/account").shows(200, "Second step set up: a hardware token", "Add another second step").lacks(app...)
	v.get("/account/replace").shows(200, "Replace a lost second step").lacks(app...)
	v.get("/account/confirm").shows(200, "Enter a code from your token.", "Code from the token").lacks(app...)
	v.get("/account/confirm?with=recovery_code").shows(200, "Use your hardware token instead").lacks(app...)
	v.ask("pay", "/auth/account").shows(200, "enter a code from your token").lacks(app...)
	v.post("/account/confirm", "code=000000", "return_to=/auth/account").shows(422, "Press the token's button").lacks(app...)
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200, "Enter the code from your token", "Press the button of your hardware token.").lacks(app...)
	v.get("/login/verify?with=recovery_code").shows(200, "when you set up your second step").lacks(app...)
	v.post("/login/verify", "code=000000").shows(422, "Press the token's button").lacks(app...)
	v.post("/login/verify", "code=x").shows(422, "digits that the token shows").lacks(app...)
}

// With an app and a token, pages name both.
func TestPagesOfAnAppAndAToken(t *testing.T) {
	v := newWorld(t, setup{policy: core.PolicyRequired, tokens: true}).visitor()
	key, _ := v.setUp()
	v.confirm(key)
	begun := v.post("/account/authenticators/new", "kind=hotp", "to="+pageToken)
	v.post(begun.location, "code=755224").leads("/account").leaves("added_hotp")
	v.get("/account/confirm").shows(200, "Enter a code from your app or token.", "App or token")
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code=123").shows(422, "your app or token")
}

// Two of one name are told apart by when they were added.
func TestPagesTellTwinsApart(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	v.confirm(key)
	first := v.get("/account").authenticators()[0]
	v.get("/account/authenticators/"+first+"/remove").shows(200, "“Phone” will no longer").lacks("Added")
	v.w.clock.Advance(2 * time.Minute)
	begun := v.post("/account/authenticators/new", "label=Phone")
	v.post(begun.location, "code="+v.code(v.get(begun.location).key())).leads("/account")
	added := func(id string) string {
		page := v.get("/account/authenticators/"+id+"/remove").shows(200, "Added")
		return between(page.body, "datetime=\"", "</time>")
	}
	seen := map[string]bool{}
	for _, id := range v.get("/account").authenticators() {
		_, date, _ := strings.Cut(added(id), ">")
		seen[date] = true
		v.get("/account/activity").shows(200, "“Phone”, added "+date)
	}
	if len(seen) != 2 {
		t.Errorf("two of one name are not told apart: %v", seen)
	}
}
