package web_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
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
