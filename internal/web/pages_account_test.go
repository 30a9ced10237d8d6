package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func TestPagesFurtherCodeApp(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, codes := v.setUp()
	back := strings.ReplaceAll(v.w.public.Path+"/account/authenticators/new", "/", "%2F")
	v.get("/account/authenticators/new").leads("/account/confirm?return_to=" + back)
	v.get("/account/confirm?return_to="+back).shows(200, `value="`+v.w.public.Path+`/account/authenticators/new"`, "?with=recovery_code&return_to=%2F")
	v.post("/account/confirm", "code=000000").shows(422, "The code you entered is not correct")
	v.post("/account/confirm", "password="+pagePassword).shows(409, "Confirm with that instead")
	v.post("/account/confirm", "code="+v.code(key), "return_to="+v.w.public.Path+"/account/authenticators/new").leads("/account/authenticators/new")
	begun := v.post("/account/authenticators/new", "label=Tablet <b>")
	if begun.status != 303 || !strings.HasSuffix(begun.location, "/confirm") {
		t.Fatalf("%d %s", begun.status, begun.location)
	}
	second := v.get(begun.location).shows(200, "Step 2 of 2").key()
	if again := v.post(begun.location, "code=123").shows(422, "Enter the 6 digits").key(); again.Secret().RevealBase32() != second.Secret().RevealBase32() {
		t.Fatal("the key changed during one set-up")
	}
	v.post(begun.location, "code="+v.code(second)).leads("/account").leaves("added_totp")
	v.get(begun.location).shows(404, "This set-up is over")
	account := v.get("/account").shows(200, "Tablet &lt;b&gt;", "Phone")
	if ids := account.authenticators(); len(ids) != 2 {
		t.Fatalf("%d code apps, want 2", len(ids))
	}
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200, "<select", "Any of mine", "Phone</option>")
	v.post("/login/verify", "code="+v.code(second)).leads("/account")
	v.post("/account/confirm", "code="+codes[1], "with=recovery_code").leads("/account")
	v.get("/account/authenticators/new").shows(200)
}

func TestPagesRenameAndRemove(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	v.get("/account").shows(200)
	id := v.get("/account").authenticators()[0]
	at := "/account/authenticators/" + id
	v.get(at).shows(200, `value="Phone"`)
	v.post(at, "label="+strings.Repeat("x", 65)).shows(422, "A name has 64 characters at most.", `id="label-error"`)
	v.post(at, "label=Old phone").leads("/account").leaves("app_renamed")
	v.get(at + "/remove").leads("/account/confirm?return_to=" + strings.ReplaceAll(v.w.public.Path+at+"/remove", "/", "%2F"))
	v.confirm(key)
	v.get(at+"/remove").shows(200, "Your account needs a second step.", "Add another second step").lacks("It is your only second step", `class="dangerous"`)
	v.post(at+"/remove").shows(409, "Your account needs a second step.").lacks("It is your only second step")
	free := newWorld(t, setup{}).visitor()
	free.register()
	free.post("/account/confirm", "password="+pagePassword).leads("/account")
	begun := free.post("/account/authenticators/new", "label=Old phone")
	free.post(begun.location, "code="+free.code(free.get(begun.location).shows(200, "Step 2 of 3").key())).shows(200, "Step 3 of 3")
	other := "/account/authenticators/" + free.get("/account").authenticators()[0]
	free.get(other+"/remove").shows(200, "“Old phone” will no longer be accepted.", "It is your only second step")
	free.post(other + "/remove").leads("/account").leaves("app_removed")
	free.get("/account").shows(200, "It is removed.")
	v.get("/account/authenticators/AAAAAAAAAAAAAAAAAAAAAAAAAA").shows(404, "Page not found")
}

func TestPagesNewRecoveryCodes(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, old := v.setUp()
	v.confirm(key)
	page := v.get("/account/recovery-codes").shows(200, "You have 10 recovery codes left.", "stop working at once")
	set := "replaces=" + between(page.body, `name="replaces" value="`, `"`)
	made := v.post("/account/recovery-codes", set).shows(200, "Save your recovery codes").lacks("Step 3")
	v.post("/account/recovery-codes", set).shows(409, "These codes were shown already").lacks(made.codes()[0])
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+old[0], "with=recovery_code").shows(422, "This code is from an older set.")
	fresh := made.codes()
	for _, code := range fresh[:6] {
		v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
		v.post("/login/verify", "code="+code).leads("/account")
	}
	v.get("/account").shows(200, "4 left").lacks("before you need them")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+fresh[6]).leads("/account")
	v.get("/account").shows(200, "You have 3 recovery codes left. Make new ones before you need them.")
}

// Only codes come back from the codes' forms, whatever is posted.
func TestPagesPostedCodes(t *testing.T) {
	v := newWorld(t, required()).visitor()
	_, codes := v.setUp()
	bad := []string{"", "hello", codes[0] + " <script>", strings.Repeat(codes[0]+" ", 17), codes[0][:18], codes[0] + "-AAAA", strings.ToLower(codes[0])}
	for _, posted := range bad {
		v.post("/account/recovery-codes/download", "codes="+posted).shows(422, "The codes did not come with this request.").lacks("<script>", "hello")
		v.post("/account/recovery-codes/saved", "codes="+posted).shows(422, "The codes did not come with this request.").lacks("<script>", "hello")
	}
}

func TestPagesChangePassword(t *testing.T) {
	w := newWorld(t, setup{})
	v, other := w.visitor(), w.visitor()
	v.register().leads("/account")
	other.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	v.get("/.well-known/change-password").leads("/account/password")
	v.get("/account/password").leads("/account/confirm?return_to=" + strings.ReplaceAll(w.public.Path+"/account/password", "/", "%2F"))
	v.get("/account/confirm").shows(200, `autocomplete="current-password"`)
	v.post("/account/confirm", "password=wrong").shows(422, "That password is not correct.")
	v.post("/account/confirm", "password="+pagePassword, "return_to=/\\evil").leads("/account")
	v.get("/account/password").shows(200, "At least 15 characters", `passwordrules="minlength: 15;"`)
	v.post("/account/password", "current="+pagePassword, "new=short").shows(422, "at least 15 characters", `id="new-error"`)
	v.post("/account/password", "current=wrong", "new=another sentence to keep").shows(422, "That password is not correct.", `id="current-error"`)
	v.post("/account/password", "current="+pagePassword, "new=another sentence to keep").leads("/account").leaves("password_changed")
	v.get("/account").shows(200, "Every other session has ended.")
	other.get("/account").leads("/login?return_to=" + strings.ReplaceAll(w.public.Path+"/account", "/", "%2F"))
}

func TestSessionsPage(t *testing.T) {
	w := newWorld(t, setup{})
	v, other := w.visitor(), w.visitor()
	v.register().leads("/account")
	other.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	page := v.get("/account/sessions").shows(200, "Firefox on Linux", "From 192.0.2.8", "This one", "End all others")
	v.post("/account/sessions/end-others").leads("/account/sessions")
	other.get("/account").shows(303)
	v.get("/account/sessions").shows(200).lacks("End all others")
	id := between(page.body, "/account/sessions/", `/end"`)
	stranger := w.visitor()
	stranger.post("/register", "username=eve", "password="+pagePassword).leads("/account")
	stranger.post("/account/sessions/" + id + "/end").shows(404)
	v.get("/account").shows(200)
	own := between(v.get("/account/sessions").body, `action="`+w.public.Path+`/account/sessions/`, `/end"`)
	v.post("/account/sessions/" + own + "/end").leads("/login")
	v.get("/account").shows(303)
}

func TestSignOutClearsUp(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.get("/").leads("/account")
	out := v.post("/logout").leads("/login")
	if got := out.header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	v.post("/logout").leads("/login?return_to=" + strings.ReplaceAll(v.w.public.Path+"/account", "/", "%2F"))
}

// A form that needs more comes back to the page that it stands on, with nothing done.
func TestPagesElevationRunsOut(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	v.confirm(key)
	v.w.clock.Advance(11 * time.Minute)
	back := strings.ReplaceAll(v.w.public.Path+"/account/recovery-codes", "/", "%2F")
	v.post("/account/recovery-codes").leads("/account/confirm?return_to=" + back)
	v.w.clock.Advance(25 * time.Hour)
	v.post("/account/recovery-codes").leads("/login?return_to=" + back)
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	found, _, _ := strings.Cut(rest, to)
	return found
}

// An empty new password is called the new one, in either face and after a link.
func TestNewPasswordMissing(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.withAddress()
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.post("/account/password", "current="+pagePassword, "new=").shows(422, "Enter a new password.", `href="#new"`).lacks("Enter your password.")
	v.post("/account/password", "current=", "new=another sentence to keep").shows(422, "Enter your password.", `href="#current"`)
	r := v.request("PUT", "/api/v1/password", `{"current":"`+pagePassword+`","new":""}`)
	r.Header.Set("Content-Type", "application/json")
	v.do(r).shows(422, `"Enter a new password."`, `"field":"new"`)
	v.post("/recover", "login=ana").leads("/recover/reset")
	v.follow(v.w.mail(core.MailResetPassword, pageEmail)).shows(200)
	v.post("/recover/reset", "password=").shows(422, "Enter a new password.", `href="#password"`)
}
