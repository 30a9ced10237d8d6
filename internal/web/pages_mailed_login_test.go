package web_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const mailedNotice = "/login/mailed"

// mailedPerson is somebody with a confirmed address, and a browser that is signed out.
func mailedPerson(t *testing.T) *visitor {
	t.Helper()
	v := newWorld(t, setup{passwordless: true}).visitor()
	v.withAddress()
	v.post("/logout").leads("/login")
	return v
}

func TestPagesMailedSignIn(t *testing.T) {
	for _, by := range []string{"code", "link"} {
		t.Run(by, func(t *testing.T) {
			v := mailedPerson(t)
			v.get("/login").shows(200, `formaction="/auth/login/mailed"`, "Email me a code instead")
			v.post("/login/mailed", "login=ana", "remember=yes", "password=", "return_to=/auth/account/sessions").leads(mailedNotice)
			v.get(mailedNotice).shows(200, "If there is an account with that name", `name="token"`)
			msg := v.w.mail(core.MailSignIn, pageEmail)
			if by == "code" {
				v.post("/login/mailed/response", "token=").shows(422)
				v.post("/login/mailed/response", "token=0000-0000-0000-0000").shows(422, "is not good here")
				v.post("/login/mailed/response", "token="+msg.Code).leads("/account/sessions")
			} else {
				token := v.w.tokenOf(msg)
				v.follow(msg).shows(200, `name="token" value="`+token+`"`, "To the account ana")
				v.post("/login/mailed/response", "token="+token).leads("/account/sessions")
			}
			if v.cookie(mailedCookie) != "" || v.cookie(ticketCookie) != "" {
				t.Error("cookies of the sign-in are left")
			}
			v.get("/account/activity").shows(200, "Signed in with a code or link from a message")
		})
	}
}

// A link does nothing by being opened, wherever that is; and in another browser its button does nothing either.
func TestMailedSignInLinkActsWhenPressedWhereItWasAsked(t *testing.T) {
	v := mailedPerson(t)
	v.post("/login/mailed", "login=ana").leads(mailedNotice)
	msg := v.w.mail(core.MailSignIn, pageEmail)
	token := v.w.tokenOf(msg)
	other := v.w.visitor()
	other.post("/login/mailed", "login=ana").leads(mailedNotice) // it asked for one of its own
	v.w.deliver()
	for range 3 {
		other.do(other.request("HEAD", msg.Link, "")).leads("/login/mailed")
		other.follow(msg).shows(422, "is not good here").lacks("ana", token)
		other.post("/login/mailed/response", "token="+token).shows(422)
		other.post("/login/mailed/response", "token="+msg.Code).shows(422)
		v.do(v.request("HEAD", msg.Link, "")).leads("/login/mailed")
		v.follow(msg).shows(200)
		v.get("/account").leads("/login?return_to=%2Fauth%2Faccount")
	}
	v.post("/login/mailed/response").leads("/account") // the button; the token is in a cookie
	v.post("/logout")
	v.follow(msg).shows(422)
	v.post("/login/mailed/response", "token="+token).shows(422)
}

// One text whatever is too old: ten minutes are over, for the link that was open, too.
func TestPagesMailedSignInTooLate(t *testing.T) {
	v := mailedPerson(t)
	v.post("/login/mailed", "login=ana").leads(mailedNotice)
	msg := v.w.mail(core.MailSignIn, pageEmail)
	v.w.clock.Advance(10*time.Minute - time.Second)
	v.follow(msg).shows(200, "To the account ana")
	v.w.clock.Advance(time.Second)
	for _, brought := range []string{"", "token=" + v.w.tokenOf(msg), "token=" + msg.Code} {
		v.post("/login/mailed/response", brought).shows(422, "is not good here", "is too old").lacks("ana,")
	}
	v.follow(msg).shows(422, "is not good here")
	v.get("/account").leads("/login?return_to=%2Fauth%2Faccount")
}

func TestPagesMailedSignInAndThenACode(t *testing.T) {
	w := newWorld(t, setup{passwordless: true, codes: true, rescue: true})
	k := w.newCast()
	k.bindMailbox()
	v := w.visitor()
	v.post("/login/mailed", "login="+k.owner.name).leads(mailedNotice)
	v.post("/login/mailed/response", "token="+w.mail(core.MailSignIn, k.owner.email).Code).leads("/login/verify")
	v.get("/account").leads("/login?return_to=%2Fauth%2Faccount")
	v.get("/login/verify").shows(200).lacks("Send a code to")
	v.get("/login/lost").shows(200).lacks("/login/lost/reset", `value="email"`, k.mailbox)
	v.post("/login/challenge", "authenticator=email").shows(409)
	v.post("/login/verify", "code="+k.owner.unusedCode()).leads("/account")
}
