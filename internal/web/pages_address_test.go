package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// Where an address has to be confirmed, nobody gets in before; the right password sends the message once more.
func TestPagesAddressMustBeConfirmed(t *testing.T) {
	v := newWorld(t, setup{mustConfirm: true}).visitor()
	v.get("/register").shows(200, "Give your email address. You can also choose a username.").lacks("or both")
	v.post("/register", "username=ana", "password="+pagePassword).shows(422, "Enter an email address.", `id="email-error"`, "Give your email address. You can")
	v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword).leads("/verify-email").leaves("confirm_mailed")
	v.get("/verify-email").shows(200, "We sent a message to the address of your account.", `value="ana"`, "Code from the message")
	v.get("/account").shows(303)
	v.w.deliver()
	v.w.clock.Advance(time.Second)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/verify-email").leaves("confirm_mailed")
	if n := len(v.w.mails(core.MailConfirmAddress, pageEmail)); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
	code := v.w.mail(core.MailConfirmAddress, pageEmail).Code
	v.post("/verify-email", "login=ana", "token=AAAA-AAAA-AAAA-AAAA").shows(422, "no longer works", `id="token-error"`, `value="ana"`)
	v.post("/verify-email", "login=ana", "token="+code).leads("/login").leaves("address_confirmed")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/account")
}

func TestPagesChangeAddress(t *testing.T) {
	w := newWorld(t, setup{})
	v, other := w.visitor(), w.visitor()
	v.register().leads("/account")
	v.get("/account").shows(200, "None. Without one, a forgotten password cannot be replaced.")
	v.get("/account/email").leads("/account/confirm?return_to=" + strings.ReplaceAll(w.public.Path+"/account/email", "/", "%2F"))
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.get("/account/email").shows(200, "Add an email address")
	v.post("/account/email", "email=ana").shows(422, `value="ana"`, `id="email-error"`)
	v.post("/account/email", "email="+pageEmail).leads("/verify-email").leaves("address_mailed")
	v.get("/verify-email").shows(200, "We sent a message to the new address.", "that we sent to "+pageEmail, "Signed in as ana", `name="token"`).lacks(`name="login"`)
	v.post("/verify-email", "token=").shows(422, "Open the link in the message", "that we sent to "+pageEmail, "go to the email address on your account page").
		lacks(`name="login"`, "sign in.")
	v.post("/verify-email", "token=AAAA-AAAA-AAAA-AAAA").shows(422, "no longer works").lacks(`name="login"`)
	dead := w.visitor() // a cookie is no session
	r := dead.request("GET", "/verify-email", "")
	r.AddCookie(&http.Cookie{Name: "__Host-sallyport_session", Value: "dead"})
	dead.do(r).shows(200, `name="login"`, "sign in.").lacks(pageEmail)
	v.post("/verify-email", "token="+w.mail(core.MailChangeAddress, pageEmail).Code).leads("/account").leaves("address_confirmed")
	v.get("/account").shows(200, "The email address is confirmed.", pageEmail, "Confirmed")
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.post("/account/email", "email="+pageEmail).shows(422, "This is the address that you have.")
	other.post("/login", "login="+pageEmail, "password="+pagePassword).leads("/account")
	v.post("/account/email", "email=new@example.org").leads("/verify-email").leaves("address_mailed")
	v.follow(w.mail(core.MailChangeAddress, "new@example.org")).shows(200, "new@example.org becomes the address")
	v.post("/verify-email").leads("/account").leaves("address_confirmed")
	other.get("/account").shows(303)
	v.get("/account").shows(200, "new@example.org").lacks(pageEmail)
	v.follow(w.mail(core.MailAddressChanged, pageEmail)).shows(200, "Take it back", "new@example.org")
	v.post("/account/email/undo").leads("/login").leaves("address_undone")
	v.get("/login").shows(200, "Your account has its old address back")
	v.get("/account").shows(303)
	v.post("/login", "login="+pageEmail, "password="+pagePassword).leads("/account")
}

// An address that was given at registration is confirmed later; the message can be had again.
func TestPagesConfirmLater(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword).leads("/account")
	v.w.deliver() // the first, which the next one ends
	v.get("/account").shows(200, "Not confirmed yet", `name="email" value="`+pageEmail+`"`, "Send the message again")
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.get("/account/email").shows(200, "Not confirmed yet. Open the message that we sent there.", `name="email" value="`+pageEmail+`"`, "Send the message again")
	v.post("/account/email", "email="+pageEmail).leads("/verify-email").leaves("address_mailed")
	v.follow(v.w.mail(core.MailConfirmAddress, pageEmail)).shows(200)
	v.post("/verify-email").leads("/account").leaves("address_confirmed")
	v.get("/account").shows(200).lacks("Not confirmed yet")
}

// The code of the message is entered where the address stands that nobody has confirmed.
func TestPagesCodeOnTheAccountPage(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword).leads("/account")
	const field = `<input id="token" name="token"`
	v.get("/account").shows(200, "I have a code from the message", `action="`+w.public.Path+`/verify-email"`, field)
	v.post("/verify-email", "token=0000-0000-0000-0000").shows(422, field)
	v.post("/verify-email", "token="+w.mail(core.MailConfirmAddress, pageEmail).Code).leads("/account").leaves("address_confirmed")
	v.get("/account").shows(200, "Confirmed").lacks(field)
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.post("/account/email", "email=new@example.org").leads("/verify-email").leaves("address_mailed")
	if n := strings.Count(v.get("/account").shows(200, field).body, field); n != 1 {
		t.Errorf("%d fields for a code", n)
	}
	v.post("/verify-email", "token="+w.mail(core.MailChangeAddress, "new@example.org").Code).leads("/account").leaves("address_confirmed")
	v.get("/account").shows(200, "new@example.org").lacks(field)
}
