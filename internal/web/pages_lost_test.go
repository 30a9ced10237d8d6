package web_test

import (
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// lost signs ana in as far as the password goes.
func (v *visitor) lost() seen {
	v.t.Helper()
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200, `href="`+v.w.public.Path+`/login/lost"`, "I can't use any of these")
	return v.get("/login/lost")
}

func TestPagesLostSaysWhatStillWorks(t *testing.T) {
	v := newWorld(t, setup{noReset: true}).visitor()
	v.withAddress()
	v.addApp()
	v.post("/logout").leads("/login")
	v.get("/login/lost").leads("/login").leaves("timed_out")
	v.lost().shows(200, "?with=recovery_code", "Phone", "If you have nothing left, ask whoever runs Sallyport").lacks("/login/challenge", "/login/lost/reset", "/login/lost/help")
	v.post("/login/lost/reset").shows(409, "<title>Error: ", "A reset cannot be asked for")
	v.post("/login/lost/help").shows(409, "Help cannot be asked for here.")
	v.post("/login/challenge", "authenticator=email").shows(409, "A code by email is not possible")
	v.post("/login/challenge", "authenticator=pigeon").shows(404)
	v.get("/login/verify?with=email").shows(200, "Enter the code from your app")
}

// The whole way of somebody who has the password and the mailbox, and nothing else.
func TestPagesResetOfTheSecondStep(t *testing.T) {
	w := newWorld(t, setup{})
	v, owner := w.visitor(), w.visitor()
	v.withAddress()
	key, _ := v.addApp()
	v.post("/logout").leads("/login")
	v.lost().shows(200, "It takes 3 days", "Begin the reset")
	asked := v.post("/login/lost/reset").shows(200, "The reset has begun", "25 November 2026").lacks("Begin the reset")
	v.post("/login/lost/reset").shows(200, between(asked.body, `<time datetime="`, `"`))
	if n := len(w.mails(core.MailResetAsked, pageEmail)); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
	owner.follow(w.mail(core.MailResetAsked, pageEmail)).shows(200, "Somebody asked to remove the second step of the account ana.")
	w.passReset()
	v.post("/login", "login=ana", "password="+pagePassword).shows(409, "Open the link that was mailed to you")
	stranger := w.visitor()
	stranger.get("/recover/link").shows(200, "Open the link in the message about your reset")
	stranger.get("/recover/link?token=AAAA").leads("/recover/link")
	stranger.get("/recover/link").shows(422, "no longer works").lacks(`href="#token"`)
	link := w.mail(core.MailResetDone, pageEmail)
	for range 10 {
		v.follow(link).shows(200, "The second step of the account ana was reset.", `href="`+w.public.Path+`/login"`)
	}
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/setup")
	fresh := v.get("/login/setup").key()
	v.post("/login/setup", "code="+v.codeAt(key, 0)).shows(422)
	v.post("/login/setup", "code="+v.code(fresh), "label=New phone").shows(200, "Save your recovery codes")
	if v.cookie(ticketCookie) != "" {
		t.Error("the browser keeps the link that was used")
	}
	v.get("/account").shows(200, "New phone").lacks("will be removed on")
	v.get("/account/activity").shows(200, "Removal of the second step asked for", "Second step removed")
	v.follow(link).shows(422, "no longer works")
}

func TestPagesPendingResetIsCancelledByItsOwner(t *testing.T) {
	w := newWorld(t, setup{})
	v, thief := w.visitor(), w.visitor()
	v.withAddress()
	key, _ := v.addApp()
	thief.lost().shows(200)
	thief.post("/login/lost/reset").shows(200)
	v.get("/account").shows(200, "Your second step will be removed on", "Cancel the reset")
	v.post("/account/reset/cancel").leads("/account").leaves("reset_cancelled")
	v.get("/account").shows(200, "The reset is cancelled.").lacks("will be removed on")
	v.post("/account/reset/cancel").leads("/account").leaves("reset_cancelled")
	thief.post("/login/lost/reset").shows(200)
	v.post("/logout").leads("/login")
	v.signIn(key) // with a second factor: that cancels it too
	v.get("/account").shows(200).lacks("will be removed on")
}

func TestPagesRescueCode(t *testing.T) {
	w := newWorld(t, setup{rescue: true})
	v := w.visitor()
	v.withAddress()
	v.addApp()
	v.post("/logout").leads("/login")
	v.lost().shows(200, "A code by email")
	v.post("/login/challenge", "authenticator=email").leads("/login/verify?with=email")
	v.get("/login/verify?with=email").shows(200, "Enter the code from the message", `name="with" value="email"`, `inputmode="text"`, "Send a new code", "Use your code app instead")
	first := w.mail(core.MailRescueCode, pageEmail)
	v.post("/login/challenge", "authenticator=email").leads("/login/verify?with=email")
	v.post("/login/verify", "with=email", "code="+first.Code).shows(422, "a newer one was sent", `name="with" value="email"`)
	v.post("/login/verify", "with=email", "code=12").shows(422, "Enter all 16 letters and digits")
	second := w.mail(core.MailRescueCode, pageEmail)
	v.post("/account/confirm", "code="+second.Code).leads("/login?return_to=" + "%2Fauth%2Faccount%2Fconfirm")
	v.post("/login/verify", "with=email", "code="+second.Code).leads("/account")
	v.post("/account/confirm", "code="+second.Code).shows(422)
}

func TestPagesHelp(t *testing.T) {
	w := newWorld(t, setup{support: "help@example.org"})
	v := w.visitor()
	v.withAddress()
	v.addApp()
	v.lost().shows(200, "Ask for help").lacks("If you have nothing left")
	v.post("/login/lost/help").leads("/login/lost").leaves("help_asked")
	v.get("/login/lost").shows(200, "has your request")
	if m := w.mail(core.MailHelp, "help@example.org"); m.Name == "" {
		t.Error("the request for help names nobody")
	}
}
