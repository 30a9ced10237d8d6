package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func TestPagesForgottenPassword(t *testing.T) {
	w := newWorld(t, setup{})
	v, other := w.visitor(), w.visitor()
	v.withAddress()
	key, _ := v.addApp()
	other.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	other.post("/login/verify", "code="+v.code(key)).leads("/account")
	v.post("/logout").leads("/login")
	v.get("/login").shows(200, `<a href="`+w.public.Path+`/recover">Forgot your password?</a>`)
	v.get("/recover").shows(200, `autocomplete="username"`)
	v.post("/recover", "login=").shows(422, "Enter your username or email address.", `id="login-error"`)
	v.post("/recover", "login=ana@example.org").leads("/recover/reset").leaves("reset_mailed")
	v.get("/recover/reset").shows(200, "If there is an account with that name", `value="ana@example.org"`)
	first := w.mail(core.MailResetPassword, pageEmail)
	v.follow(first).shows(200, "Set a new password")
	v.post("/recover", "login=ana").leads("/recover/reset").leaves("reset_mailed")
	v.get("/recover/reset").shows(200, "Check your mail").lacks(w.tokenOf(first))
	second := w.mail(core.MailResetPassword, pageEmail)
	v.follow(first).shows(422, "no longer works", "Ask for a new message") // the newer one killed it
	v.follow(second).shows(200, `autocomplete="new-password"`, `passwordrules="minlength: 15;"`, "At least 15 characters.",
		"Your second step stays as it is.", `value="ana" autocomplete="username" hidden`)
	v.post("/recover/reset", "password=short").shows(422, "at least 15 characters", `id="password-error"`, `name="token" value="`+w.tokenOf(second)+`"`)
	other.get("/account").shows(200)
	v.post("/recover/reset", "password="+newPassword).leads("/login").leaves("password_reset")
	v.get("/login").shows(200, "Your new password is set")
	other.get("/account").shows(303)
	v.get("/account").shows(303)
	v.post("/login", "login=ana", "password="+pagePassword).shows(422)
	v.post("/login", "login=ana", "password="+newPassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
}

// A code that was right is kept while the password that came with it is refused.
func TestPagesResetByCode(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.withAddress()
	v.post("/logout").leads("/login")
	v.post("/recover", "login=ana").leads("/recover/reset").leaves("reset_mailed")
	m := v.w.mail(core.MailResetPassword, pageEmail)
	v.post("/recover/reset", "login=ana", "token="+m.Code, "password=x").shows(422, "at least 15 characters", `value="`+m.Code+`"`, `value="ana"`)
	v.post("/recover/reset", "login=ana", "token="+m.Code, "password="+newPassword).leads("/login").leaves("password_reset")
}

func TestPagesResetTimesOut(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.withAddress()
	v.post("/recover", "login=ana").leads("/recover/reset").leaves("reset_mailed")
	m := v.w.mail(core.MailResetPassword, pageEmail)
	v.follow(m).shows(200)
	v.w.clock.Advance(61 * time.Minute)
	v.post("/recover/reset", "token="+v.w.tokenOf(m), "password="+newPassword).shows(422, "no longer works")
	v.follow(m).shows(422, "no longer works")
}

var nameCookieValue = regexp.MustCompile(`sallyport_name=[^;]*`)

// Nothing in the answer tells whether there is such an account (security.md, F09).
func TestPagesRecoverAnswersAlike(t *testing.T) {
	w := newWorld(t, setup{})
	w.visitor().withAddress()
	var first string
	for _, login := range []string{"ana", pageEmail, "nobody", "nobody@example.org", "<b>", " "} {
		v := w.visitor()
		page := v.post("/recover", "login="+login).leads("/recover/reset").leaves("reset_mailed")
		page.header.Del("X-Request-Id")
		cookies := nameCookieValue.ReplaceAllString(strings.Join(page.header.Values("Set-Cookie"), "\n"), "sallyport_name=")
		page.header.Del("Set-Cookie")
		if first == "" {
			first = cookies
		}
		if cookies != first || page.body != "" {
			t.Errorf("%q is answered in another way: %v %s", login, page.header, cookies)
		}
		v.get("/recover/reset").shows(200).lacks("<b>")
	}
	if n := len(w.mails(core.MailResetPassword, pageEmail)); n != 2 {
		t.Errorf("%d messages to the owner, want 2", n)
	}
	if n := len(w.mails(core.MailNoAccount, "nobody@example.org")); n != 1 {
		t.Errorf("%d messages to the address that nobody has, want 1", n)
	}
}

// The name that a right password came with is kept, and nothing else is: people type passwords into its field.
func TestTypedNameIsKept(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password=wrong").shows(422)
	if v.cookie(nameCookie) != "" {
		t.Fatal("a name was kept without a right password")
	}
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.w.clock.Advance(11 * time.Minute)
	v.post("/login/verify", "code="+v.code(key)).leads("/login").leaves("timed_out")
	v.get("/login").shows(200, `value="ana"`)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/cancel").leads("/login")
	v.get("/login").shows(200).lacks(`value="ana"`)
	v.signIn(key)
	if v.cookie(nameCookie) != "" {
		t.Error("the name outlives the sign-in")
	}
}
