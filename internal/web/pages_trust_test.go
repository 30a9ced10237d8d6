package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A trusted browser skips the second step of a sign-in, never the password, and nothing else (security.md, G11 to G13).
func TestPagesTrustedBrowser(t *testing.T) {
	w := newWorld(t, required())
	v, other := w.visitor(), w.visitor()
	key, _ := v.setUp()
	v.get("/account").shows(200, "Trusted browsers", "None yet.")
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200, `type="checkbox" id="trust_browser"`, "Trust this browser for 30 days", "Don't tick this on a shared computer.").lacks(" checked")
	v.post("/login/verify", "code=000000", "trust_browser=yes").shows(422, " checked")
	if v.cookie(browserCookie) != "" {
		t.Fatal("trusted before the second step was complete")
	}
	done := v.post("/login/verify", "code="+v.code(key), "trust_browser=yes").leads("/account")
	for _, c := range (&http.Response{Header: done.header}).Cookies() {
		if c.Name == browserCookie && (c.MaxAge != 30*24*3600 || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "") {
			t.Errorf("%s", c)
		}
	}
	first := v.cookie(browserCookie)
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password=wrong").shows(422)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	if second := v.cookie(browserCookie); second == "" || second == first {
		t.Error("the token of a trusted browser was not rotated")
	}
	v.get("/account/password").leads("/account/confirm?return_to=" + strings.ReplaceAll(w.public.Path+"/account/password", "/", "%2F"))
	v.post("/account/confirm", "password="+pagePassword).shows(409)
	page := v.get("/account/browsers").shows(200, "Firefox on Linux", "From 192.0.2.8", "This one", "Trusted since")
	id := between(page.body, w.public.Path+"/account/browsers/", "/end")
	other.post("/register", "username=eve", "password="+pagePassword).leads("/login/setup")
	other.post("/login/setup", "code="+other.code(other.get("/login/setup").key())).shows(200)
	other.post("/account/browsers/" + id + "/end").shows(404)
	v.post("/account/browsers/" + id + "/end").leads("/account/browsers").leaves("browser_ended")
	v.post("/account/browsers/" + id + "/end").shows(404)
	v.get("/account/browsers").shows(200, "That browser is not trusted any more.").lacks("This one")
	v.post("/logout").leads("/login")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
}

func TestPagesUnticked(t *testing.T) {
	v := newWorld(t, required()).visitor()
	key, _ := v.setUp()
	v.signIn(key)
	if v.cookie(browserCookie) != "" {
		t.Error("a browser was trusted that nobody asked to")
	}
}

func TestPagesTrustTurnedOff(t *testing.T) {
	in := required()
	in.noTrust = true
	v := newWorld(t, in).visitor()
	key, _ := v.setUp()
	v.get("/account").shows(200).lacks("Trusted browsers")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.get("/login/verify").shows(200).lacks("trust_browser")
	v.post("/login/verify", "code="+v.code(key), "trust_browser=yes").leads("/account")
	if v.cookie(browserCookie) != "" {
		t.Error("a browser was trusted although that is off")
	}
}

func TestPagesTrustInTheCombinedForm(t *testing.T) {
	in := required()
	in.loginForm = "combined"
	v := newWorld(t, in).visitor()
	key, _ := v.setUp()
	v.post("/logout").leads("/login")
	v.get("/login").shows(200, `id="trust_browser"`).lacks(" checked")
	v.post("/login", "login=ana", "password="+pagePassword, "code=", "trust_browser=yes").shows(422, " checked")
	v.post("/login", "login=ana", "password="+pagePassword, "code="+v.code(key), "trust_browser=yes").leads("/account")
	v.post("/login", "login=ana", "password="+pagePassword, "code=").leads("/account")
}

// A token that was replaced before is a copy: trust ends, and the owner is told.
func TestPagesCopiedBrowserCookie(t *testing.T) {
	w := newWorld(t, required())
	v, thief := w.visitor(), w.visitor()
	v.register().leads("/login/setup")
	key := v.get("/login/setup").key()
	v.post("/login/setup", "code="+v.code(key)).shows(200)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key), "trust_browser=yes").leads("/account")
	thief.http.Jar.SetCookies(v.request("GET", "/", "").URL, []*http.Cookie{{Name: browserCookie, Value: v.cookie(browserCookie), Path: "/", Secure: true}})
	v.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	w.clock.Advance(31 * time.Second)
	thief.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	v.post("/login/verify", "code="+v.code(key)).leads("/account")
	v.get("/account/activity").shows(200, "An old copy of a trusted browser's cookie was used.")
}
