package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
)

const offeredCookie = "__Host-sallyport_offered"

// ready is somebody signed out, with a code app, in a browser in which they used it.
func (w *world) ready() (*visitor, otp.Key) {
	w.t.Helper()
	v := w.visitor()
	key, _ := v.setUp()
	v.post("/logout").leads("/login")
	return v, key
}

// begins takes the password step.
func (v *visitor) begins(back string) *visitor {
	v.t.Helper()
	v.post("/login", "login=ana", "password="+pagePassword, "return_to="+back).leads("/login/verify")
	return v
}

const offerPath = "/account/passkey?return_to="

// TestPagesOfferAPasskey: once, to a browser that could keep one, and it goes on to where the sign-in was going.
func TestPagesOfferAPasskey(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, passkeys: true})
	v, key := w.ready()
	back := "/auth/account/sessions?x=1#y"
	done := v.begins(back).post("/login/verify", "code="+v.code(key), "able=yes").leads(offerPath + url.QueryEscape(back))
	if got := v.cookie(offeredCookie); got != "yes" {
		t.Errorf("the browser has %q", got)
	}
	if !strings.Contains(strings.Join(done.header["Set-Cookie"], "\n"), offeredCookie+"=yes; Path=/; Max-Age=2592000; HttpOnly; Secure") {
		t.Errorf("%q", done.header["Set-Cookie"])
	}
	page := v.get(done.location).shows(200, "Sign in faster with your face, fingerprint or passcode", "Continue", "Skip for now",
		"Don't create a passkey on a device that you share", `href="`+back+`"`)
	next := strings.TrimPrefix(between(unescape(page.body), `class="button" href="`, `"`), w.public.Path)
	ask := v.get(next).shows(200, "Confirm that it is you", `<a href="`+back+`">Cancel</a>`)
	to := between(unescape(ask.body), `name="return_to" value="`, `"`)
	v.post("/account/confirm", "code=000000", "return_to="+to).shows(422)
	v.post("/account/confirm", "code="+v.code(key), "return_to="+to).leads(strings.TrimPrefix(to, "/auth"))
	v.get(strings.TrimPrefix(to, "/auth")).shows(200, "Create the passkey", `<a href="`+back+`">`, `name="return_to" value="`+back+`"`,
		`data-passkey="create" data-at="/auth/account/authenticators/{id}/confirm" data-ask="/auth/api/v1/authenticators" data-body="{"kind":"webauthn"}"`).lacks("Step 1", "Name")
	at := v.post("/account/authenticators/new", "kind=webauthn").location // script does so in JSON
	create := v.get(at+"?return_to="+url.QueryEscape(back)).shows(200, `<a href="`+back+`">`)
	response, err := w.phone().Create(unescape(between(create.body, `data-options="`, `"`)))
	must(t, err)
	v.post(at, "code=x", "return_to="+back).shows(422, `name="return_to" value="`+back+`"`)
	if gone := v.post(at, "code="+response, "return_to="+back); gone.status != http.StatusSeeOther || "/auth"+gone.location != back {
		t.Errorf("afterwards: %d %s %s", gone.status, gone.location, gone.body)
	}
	v.get(offerPath + url.QueryEscape(back)).leads("/account/sessions?x=1#y") // Back does not ask for another
	v.get("/account").shows(200, "Firefox on Linux").lacks("It is set up.")
}

// TestPagesOfferIsMadeOnceAMonth: whatever was said to it, and not to who has a passkey of this browser.
func TestPagesOfferIsMadeOnceAMonth(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, passkeys: true})
	v, key := w.ready()
	again := func(want string) {
		t.Helper()
		v.post("/logout")
		v.begins("").post("/login/verify", "code="+v.code(key), "able=yes").leads(want)
	}
	again(offerPath + "%2Fauth%2Faccount")
	again("/account")
	v.keep(offeredCookie, "") // a browser drops it after 30 days
	again(offerPath + "%2Fauth%2Faccount")
	v.confirm(key)
	begun := v.post("/account/authenticators/new", "kind=webauthn")
	phone := w.phone()
	response, err := phone.Create(unescape(between(v.get(begun.location).body, `data-options="`, `"`)))
	must(t, err)
	v.post(begun.location, "code="+response).leads("/account").leaves("added_webauthn")
	v.keep(offeredCookie, "")
	again("/account")
	v.keep(lastCookie, "") // another browser, which does not know the passkey
	again(offerPath + "%2Fauth%2Faccount")
}

// TestPagesOfferIsNotInTheWay: of whom nothing is offered.
func TestPagesOfferIsNotInTheWay(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, passkeys: true, passwordless: true})
	v := w.visitor()
	key, codes := v.setUp()
	out := func() { t.Helper(); v.post("/logout").leads("/login") }
	out()
	for _, able := range []string{"", "no", "<i>", "YES"} { // no script, or no such device
		v.begins("").post("/login/verify", "code="+v.code(key), "able="+able).leads("/account")
		out()
	}
	v.begins("").post("/login/verify", "code="+codes[0], "able=yes", "with=recovery_code").leads("/account") // lost something
	out()
	v.begins("/auth/account/sessions").post("/login/verify", "code="+codes[1], "able=yes").leads("/account/replace?return_to=%2Fauth%2Faccount%2Fsessions")
	out()
	v.begins("").post("/login/verify", "code="+v.code(key), "able=yes", "trust_browser=yes").leads(offerPath + "%2Fauth%2Faccount")
	out()
	v.keep(offeredCookie, "")
	v.post("/login", "login=ana", "password="+pagePassword, "able=yes").leads("/account") // without a second step
	if v.cookie(offeredCookie) != "" {
		t.Error("it counts as offered")
	}
	w.visitor().get("/account/passkey").leads("/login?return_to=%2Fauth%2Faccount%2Fpasskey&no_cookie")

	none, key := newWorld(t, required()).ready()
	none.begins("").post("/login/verify", "code="+none.code(key), "able=yes").leads("/account")
	none.get("/account/passkey?return_to=/auth/account/sessions").leads("/account/sessions")
}

// TestPagesOfferLeadsNowhereElse: its address is anybody's to make.
func TestPagesOfferLeadsNowhereElse(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, passkeys: true})
	v, key := w.ready()
	v.signIn(key)
	evil := "https://evil.example/"
	for _, to := range []string{evil, "//evil.example", "/\\evil.example", "javascript:alert(1)", strings.Repeat("/x", 600)} {
		v.get("/account/passkey?return_to="+url.QueryEscape(to)).shows(200, `<a href="/auth/account">Skip for now`).lacks("evil", "alert")
	}
	long := "/" + strings.Repeat("x", 1000)
	next := between(unescape(v.get("/account/passkey?return_to="+long).shows(200, `<a href="`+long+`">Skip`).body), `class="button" href="`, `"`)
	if !strings.HasSuffix(next, url.QueryEscape("/account/authenticators/new?kind=webauthn")) {
		t.Errorf("too long a way back: Continue leads to %s", next)
	}
	page := "/auth/account/authenticators/new?kind=webauthn&return_to="
	v.get("/account/confirm?return_to="+url.QueryEscape(page+evil)).shows(200, `<a href="/auth/account">Cancel</a>`)
	v.confirm(key)
	for _, to := range []string{evil, "//evil.example", ""} { // that page, with a way back that is none
		at := page + url.QueryEscape(to)
		v.post("/account/confirm", "code="+v.code(key), "return_to="+at).leads(strings.TrimPrefix(at, "/auth"))
		v.get(strings.TrimPrefix(at, "/auth")).shows(200).lacks("evil")
	}
	begun := v.post("/account/authenticators/new", "kind=webauthn", "return_to="+evil)
	if strings.Contains(begun.location, "evil") {
		t.Errorf("%s", begun.location)
	}
	response, err := w.phone().Create(unescape(between(v.get(begun.location+"?return_to="+url.QueryEscape(evil)).shows(200).lacks("evil").body, `data-options="`, `"`)))
	must(t, err)
	v.post(begun.location, "code="+response, "return_to="+evil).leads("/account")
}

// TestPagesOfferInTheCombinedForm: name, password and code at once.
func TestPagesOfferInTheCombinedForm(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, passkeys: true, loginForm: "combined"})
	v, key := w.ready()
	v.get("/login").shows(200, "data-able")
	v.post("/login", "login=ana", "password="+pagePassword, "code="+v.code(key), "able=yes").leads(offerPath + "%2Fauth%2Faccount")
}

// TestJSONOffersNoPasskey: programs and scripts are told nothing of the kind, and keep no such cookie.
func TestJSONOffersNoPasskey(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	_, p := w.owner()
	for _, c := range []*client{w.browser(), w.program()} {
		c.give(p)
		a := c.send("POST", "/login/response", values{"kind": "totp", "response": p.code()}).want(c, http.StatusCreated)
		if c.cookies[offeredCookie] != "" || a.header.Get("Location") != "" {
			t.Errorf("%v", a.header)
		}
	}
}

// keep puts a cookie into the browser; "" takes it away.
func (v *visitor) keep(name, value string) {
	age := 3600
	if value == "" {
		age = -1
	}
	v.http.Jar.SetCookies(v.w.public, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true, MaxAge: age}})
}
