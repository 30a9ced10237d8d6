package web_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// everyNotice is what the catalogue has for pages to say about the step before, by name.
func everyNotice(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../catalogue/en.json")
	must(t, err)
	var all map[string]any
	must(t, json.Unmarshal(raw, &all))
	said := map[string]string{}
	for key, text := range all {
		if name, is := strings.CutPrefix(key, "notice."); is {
			said[name] = text.(string)
		}
	}
	if len(said) < 20 {
		t.Fatalf("%d notices", len(said))
	}
	return said
}

// A link of somebody else's makes no page say that anything happened.
func TestNoticesComeFromNoLink(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	for name, says := range everyNotice(t) {
		for _, page := range []string{"/account", "/login", "/verify-email", "/account/browsers", "/account/replace", "/recover/reset"} {
			v.get(page + "?notice=" + name).shows(200).lacks(says[:16])
			if name != "codes_shown" { // which says what is always true, to who comes from a page of ours: Back leads there
				v.get(page + "?" + name).shows(200).lacks(says[:16])
			}
			v.get(page + "?sallyport_notice=" + name).shows(200).lacks(says[:16])
		}
	}
}

// That cookies are refused is said to a browser that was just led here without any, and to nobody whom another site sent.
func TestNoticeOfRefusedCookiesComesFromNoOtherSite(t *testing.T) {
	w := newWorld(t, setup{})
	for site, said := range map[string]bool{"same-origin": true, "cross-site": false, "same-site": false, "none": false, "": false} {
		r := w.visitor().request("GET", "/login?no_cookie", "")
		r.Header.Set("Sec-Fetch-Site", site)
		page := w.visitor().do(r).shows(200)
		if strings.Contains(page.body, "did not keep the cookie") != said {
			t.Errorf("%q: said %v, want %v", site, !said, said)
		}
	}
}

// A step's notice is said once, by the next page, in whichever tab that is.
func TestNoticeIsSaidOnce(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.post("/account/password", "current="+pagePassword, "new=another sentence to keep").leads("/account").leaves("password_changed")
	const says = "Your password is changed."
	v.get("/account/sessions").shows(200).lacks(says) // a page that says none takes none
	v.get("/account").shows(200, says)
	v.get("/account").shows(200).lacks(says)
	v.get("/login").shows(200).lacks(says)
	v.post("/logout").leads("/login").leaves("signed_out")
	v.get("/login").shows(200, "You are signed out.")
	v.get("/login").shows(200).lacks("You are signed out.")
}

// What the cookie holds is a name of the list, or nothing is said; and a second one of that name was planted.
func TestNoticeIsOneOfTheList(t *testing.T) {
	w := newWorld(t, setup{})
	ask := func(values ...string) seen {
		v := w.visitor()
		r := v.request("GET", "/login", "")
		for _, value := range values {
			r.AddCookie(&http.Cookie{Name: "__Host-sallyport_notice", Value: value})
		}
		return v.do(r).shows(200)
	}
	const notice = `class="notice"`
	ask("signed_out").shows(200, notice, "You are signed out.")
	for _, value := range []string{"", "%3Cb%3Eown", "<b>own</b>", "notice.signed_out", "login.title", "../account", "Signed_out"} {
		ask(value).lacks(notice, "own")
	}
	ask("signed_out", "password_changed").lacks(notice)
}

// Nor does a link into the middle of a sign-in say that one timed out.
func TestNoLinkSaysThatASignInTimedOut(t *testing.T) {
	w := newWorld(t, required())
	for site, said := range map[string]bool{"none": true, "": true, "cross-site": false, "same-site": false} {
		v := w.visitor()
		r := v.request("GET", "/login/verify", "")
		r.Header.Set("Sec-Fetch-Site", site)
		v.do(r)
		if strings.Contains(v.get("/login").shows(200).body, "timed out") != said {
			t.Errorf("%q: said %v, want %v", site, !said, said)
		}
	}
}

// That recovery codes were shown already is said where Back leads, and to nobody whom another site sent.
func TestNoticeOfShownCodesComesFromNoOtherSite(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	for site, said := range map[string]bool{"same-origin": true, "none": true, "cross-site": false, "same-site": false, "": false} {
		r := v.request("GET", "/account?codes_shown", "")
		r.Header.Set("Sec-Fetch-Site", site)
		if page := v.do(r).shows(200); strings.Contains(page.body, "shown already") != said {
			t.Errorf("%q: said %v, want %v", site, !said, said)
		}
	}
}

// What was set up is named when it is: on the page of the recovery codes that come with it, or on the next one.
func TestPagesSayWhatWasSetUp(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, tokens: true, codes: true})
	v := w.visitor()
	v.register().leads("/login/setup")
	key := v.get("/login/setup").shows(200).key()
	page := v.post("/login/setup", "code="+v.code(key)).shows(200, "Your code app is set up.")
	v.post("/account/recovery-codes/saved", "codes="+strings.Join(page.codes(), " ")).shows(422).lacks("Your code app is set up.")
	v.get("/account").shows(200).lacks("Your code app is set up.") // once
	v.confirm(key)
	v.post("/account/recovery-codes").shows(200, "recovery codes").lacks("is set up.")
	for kind, c := range map[string]struct{ to, says string }{
		"hotp":  {pageToken, "Your hardware token is set up."},
		"sms":   {pageNumber, "Codes by text message are set up."},
		"email": {"ana@example.org", "Codes by email are set up."},
	} {
		to := v.post("/account/authenticators/new", "kind="+kind, "to="+c.to).location
		code := "755224"
		switch kind {
		case "sms":
			code = w.sentCode(core.TextCode, pageNumber)
		case "email":
			code = w.sentCode(core.MailCode, "ana@example.org")
		}
		v.post(to, "code="+code).leads("/account").leaves("added_" + kind)
		v.get("/account").shows(200, c.says)
	}
	v.post("/account/authenticators/new", "kind=nothing").shows(422).lacks("is set up.")
}

// Who was sent by an application is led back to it, and no page says later what was long past.
func TestPagesSayNothingOnTheWayBack(t *testing.T) {
	for back, said := range map[string]bool{"": true, "/auth/app": false} {
		w := newWorld(t, setup{policy: core.PolicyRequired, codes: true})
		v := w.visitor()
		v.post("/register", "username=ana", "password="+pagePassword, "return_to="+back).leads("/login/setup")
		w.clock.Advance(time.Second)
		v.post("/login/setup", "kind=sms", "to="+pageNumber).leads("/login/setup")
		v.post("/login/setup", "code="+w.sentCode(core.TextCode, pageNumber))
		if page := v.get("/account").shows(200); strings.Contains(page.body, "Codes by text message are set up.") != said {
			t.Errorf("%q: said %v, want %v", back, !said, said)
		}
	}
}
