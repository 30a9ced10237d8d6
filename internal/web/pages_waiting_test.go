package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// What was begun and waits is shown where it was begun, with what can be done about it.
func TestPagesAddressThatWaits(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.withAddress()
	v.get("/account").shows(200).lacks("Waiting for you")
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.post("/account/email", "email=new@example.org").leads("/verify-email").leaves("address_mailed")
	first := w.mail(core.MailChangeAddress, "new@example.org")
	for _, page := range []string{"/account", "/account/email"} {
		v.get(page).shows(200, "Waiting for you to confirm new@example.org", `datetime="`+w.clock.Now().UTC().Format(time.RFC3339),
			`name="email" value="new@example.org"`, "Send the message again", w.public.Path+"/account/email/cancel", pageEmail)
	}
	w.clock.Advance(time.Second)
	v.post("/account/email", "email=new@example.org").leads("/verify-email").leaves("address_mailed")
	v.post("/verify-email", "token="+first.Code).shows(422, "no longer works")
	second := w.mail(core.MailChangeAddress, "new@example.org")
	v.post("/account/email/cancel").leads("/account").leaves("address_kept")
	v.get("/account").shows(200, "The change is cancelled.", pageEmail).lacks("Waiting for you")
	v.post("/verify-email", "token="+second.Code).shows(422, "no longer works")
	v.get("/account/activity").shows(200, "Asked to change the email address to new@example.org", "Cancelled the change of the email address to new@example.org")
	for range 3 {
		v.post("/account/email", "email=new@example.org").leads("/verify-email").leaves("address_mailed")
	}
	v.post("/account/email", "email=new@example.org").shows(429, "<title>Error:", "ask again in 1", "minutes")
}

// Somebody who comes back to the code page sees that a reset waits, until when, and how it ends.
func TestPagesResetThatWaits(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.withAddress()
	key, _ := v.addApp()
	v.post("/logout").leads("/login")
	v.lost().shows(200, "Begin the reset")
	v.post("/login/lost/reset").shows(200, "The reset has begun")
	due := w.clock.Now().UTC().Add(72 * time.Hour).Format(time.RFC3339)
	w.clock.Advance(time.Hour)
	again := w.visitor()
	again.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	again.get("/login/verify").shows(200, "asked to remove your second step", `datetime="`+due, "Signing in with it cancels that")
	again.get("/login/lost").shows(200, "The reset has begun", `datetime="`+due, "has a link that cancels this").lacks("Begin the reset")
	again.post("/login/verify", "code=000000").shows(422, `datetime="`+due)
	again.post("/login/verify", "code="+again.code(key)).leads("/account")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200).lacks("asked to remove")
}

// pages.md, row 41: what is left is said before there is a wait, and how long that lasts.
func TestPagesTriesAreCountedDown(t *testing.T) {
	v := newWorld(t, required()).visitor()
	_, codes := v.setUp()
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	for range 5 { // row 25: no attempt
		for _, typed := range []string{"12345", "1234567", "", "abc"} {
			v.post("/login/verify", "code="+typed).shows(422, "Enter the 6 digits shown in your app.", `aria-invalid="true"`)
		}
	}
	v.post("/login/verify", "code=000000").shows(422, "is not correct", "You can try 2 more times before you have to wait.")
	v.post("/login/verify", "code=000000").shows(422, "You can try 1 more time before you have to wait.")
	third := v.post("/login/verify", "code=000000").shows(422, "Wait 1 second before you try again.").lacks("more wrong code")
	if got := third.header.Get("Retry-After"); got != "1" {
		t.Errorf("Retry-After: %q", got)
	}
	// The recovery codes have tries of their own; row 26: the field takes them.
	v.post("/login/verify", "with=recovery_code", "code=0000-0000-0000-0000").shows(422, "The recovery code you entered is not correct", "You can try 2 more times")
	v.post("/login/verify", "code="+strings.ToLower(codes[0])).leads("/account")
}

// Row 42, and the end of row 41: the last tries are counted down, and after the last the page says what still works.
func TestPagesTheLastTry(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, codes := v.setUp()
	v.post("/logout").leads("/login")
	var said seen
	for failures := 0; failures < 100; {
		if said = v.post("/login/verify", "code=000000"); said.status == 303 {
			v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
			continue
		}
		failures++
		switch failures {
		case 89:
			said.shows(422, "Wait 60 minutes before you try again.").lacks("more wrong codes")
		case 90:
			said.shows(422, "Wait 60 minutes before you try again. After 10 more wrong codes, codes of this kind are no longer accepted.")
		case 99:
			said.shows(422, "After 1 more wrong code,")
		}
		v.w.clock.Advance(61 * time.Minute)
	}
	said.shows(422, "one wrong code too many", "Use another way to sign in.", "Enter a recovery code", `name="with" value="recovery_code"`).lacks("before you try again")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).shows(423, "Enter a recovery code")
	v.post("/login/verify", "code="+codes[0]).leads("/account")
}

// Row 78: the page that messages lead to acts only when its buttons are pressed, by somebody who is signed in.
func TestPagesNotMe(t *testing.T) {
	w := newWorld(t, setup{})
	v, thief := w.visitor(), w.visitor()
	v.withAddress()
	thief.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	stranger := w.visitor()
	stranger.get("/account/not-me").leads("/login?return_to=" + strings.ReplaceAll(w.public.Path, "/", "%2F") + "%2Faccount%2Fnot-me&no_cookie")
	v.get("/account/not-me").shows(200, "If it was not you", "End all others", `href="`+w.public.Path+`/account/password"`, pageEmail, "You have none. With one")
	thief.get("/account").shows(200)
	v.post("/account/sessions/end-others", "return_to="+w.public.Path+"/account/not-me").leads("/account/not-me")
	thief.get("/account").shows(303)
	v.get("/account/not-me").shows(200, "You are signed in here alone.").lacks("End all others")
}

// Row 44: the name is kept that a sign-in began with when it times out.
func TestPagesTimedOutSignInKeepsTheName(t *testing.T) {
	v := newWorld(t, required()).visitor()
	v.setUp()
	v.post("/logout").leads("/login")
	v.post("/login", "login=Ana", "password="+pagePassword).leads("/login/verify")
	v.w.clock.Advance(11 * time.Minute)
	v.post("/login/verify", "code=123456").leads("/login").leaves("timed_out")
	v.get("/login").shows(200, "Your sign-in timed out, start again.", `value="Ana"`)
}
