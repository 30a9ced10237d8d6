package web_test

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// bySheet signs ana in with a recovery code, for somewhere.
func (v *visitor) bySheet(code, to string) seen {
	v.t.Helper()
	v.post("/login", "login=ana", "password="+pagePassword, "return_to="+to).leads("/login/verify")
	return v.post("/login/verify", "code="+code)
}

// The whole way of somebody who has lost the phone: what it costs is said before, and it costs that and no more.
func TestPagesLostAppIsReplaced(t *testing.T) {
	v := newWorld(t, required()).visitor()
	old, codes := v.setUp()
	v.get("/account").shows(200).lacks("You signed in with a recovery code")
	v.post("/logout").leads("/login")
	v.bySheet(codes[0], "").leads("/account")
	v.get("/account").shows(200, "You signed in with a recovery code. You have 9 recovery codes left.", "this uses one more recovery code",
		`href="`+v.w.public.Path+`/account/replace"`)
	v.get("/account/replace").shows(200, "Replace a lost second step", "Phone", "this uses one more recovery code", "I have not lost it").lacks("/remove")
	back := url.QueryEscape(v.w.public.Path + "/account/authenticators/new")
	v.get("/account/authenticators/new").leads("/account/confirm?return_to=" + back)
	v.get("/account/confirm?return_to="+back).shows(200, "Recovery code</label>", "You have 9 left; this uses one of them up.", "?with=app&return_to=")
	v.get("/account/confirm?with=app&return_to="+back).shows(200, "6-digit code</label>").lacks("9 left")
	v.post("/account/confirm", "with=app", "code=000000").shows(422, "6-digit code</label>")
	v.post("/account/confirm", "with=recovery_code", "code="+codes[1], "return_to="+v.w.public.Path+"/account/authenticators/new").leads("/account/authenticators/new")
	v.get("/account/replace").shows(200, "no code is asked for again").lacks("uses one more")
	begun := v.post("/account/authenticators/new", "label=New phone")
	fresh := v.get(begun.location).key()
	v.post(begun.location, "code="+v.code(fresh)).leads("/account/replace").leaves("added_totp")
	page := v.get("/account/replace").shows(200, "Your code app is set up.", "Remove the one that you lost", "Phone").lacks("New phone")
	v.get("/account").shows(200, "8 left").lacks("You signed in with a recovery code")
	lost := between(page.body, v.w.public.Path+"/account/authenticators/", "/remove")
	v.get("/account/authenticators/" + lost + "/remove").shows(200)
	v.post("/account/authenticators/" + lost + "/remove").leads("/account").leaves("app_removed")
	v.get("/account/replace").shows(200, "Nothing that you had set up before is left.")
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(old)).shows(422)
	v.post("/login/verify", "code="+v.codeAt(fresh, 0)).leads("/account")
	v.get("/account").shows(200).lacks("You signed in with a recovery code")
}

// A sign-in with a recovery code elevates nobody, wherever it leads.
func TestPagesRecoveryCodeLeadsPastTheReplacement(t *testing.T) {
	v := newWorld(t, required()).visitor()
	_, codes := v.setUp()
	v.post("/logout").leads("/login")
	deep := v.w.public.Path + "/account/sessions?a=1"
	v.bySheet(codes[0], deep).leads("/account/replace?return_to=" + url.QueryEscape(deep))
	v.get("/account/replace?return_to="+url.QueryEscape(deep)).shows(200, `href="`+deep+`">I have not lost it</a>`)
	v.get("/account/replace?return_to=https://evil.example/").shows(200).lacks("evil")
	v.get("/account/authenticators/new").leads("/account/confirm?return_to=" + url.QueryEscape(v.w.public.Path+"/account/authenticators/new"))
}

func TestPagesLastRecoveryCode(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.withAddress()
	key, codes := v.addApp()
	for i, code := range codes {
		v.post("/logout").leads("/login")
		v.bySheet(code, "").leads("/account")
		if got, want := w.mail(core.MailRecoveryCodeUsed, pageEmail).Args["left"], strconv.Itoa(9-i); got != want {
			t.Errorf("the message about code %d says that %q are left", i+1, got)
		}
		switch page := v.get("/account").shows(200); i {
		case 5:
			page.lacks("before you need them")
		case 6:
			page.shows(200, "You have 3 recovery codes left. Make new ones before you need them.")
		case 8:
			v.get("/account/confirm").shows(200, "You have 1 left; this uses it up.")
		}
	}
	v.get("/account").shows(200, "you have no recovery code left").lacks("uses one more")
	v.get("/account/replace").shows(200, "you have no recovery code left").lacks("uses one more")
	v.get("/account/confirm").shows(200, "6-digit code</label>")
	v.confirm(key)
}
