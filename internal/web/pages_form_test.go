package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestFormsThatAreRefused(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.post("/logout").leads("/login")
	const formType = "application/x-www-form-urlencoded"
	good := "login=ana&password=" + url.QueryEscape(pagePassword)
	cases := []struct {
		name, mediaType, body string
		status                int
		says                  string
	}{
		{"json", "application/json", `{"login":"ana"}`, 422, "application/x-www-form-urlencoded"},
		{"plain text", "text/plain", good, 422, "application/x-www-form-urlencoded"},
		{"multipart", "multipart/form-data; boundary=x", good, 422, "application/x-www-form-urlencoded"},
		{"no type", "", good, 422, "application/x-www-form-urlencoded"},
		{"a field twice", formType, good + "&login=eve", 422, "one field twice"},
		{"too many fields", formType, good + strings.Repeat("&a=", 64), 422, "more fields"},
		{"bad escape", formType, good + "&a=%zz", 422, "cannot be read"},
		{"semicolons", formType, "login=ana;password=x", 422, "cannot be read"},
		{"too large", formType, good + "&a=" + strings.Repeat("x", 16<<10), 413, "Shorten it"},
		{"in good order", formType + "; charset=UTF-8", good, 303, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := v.request("POST", "/login", c.body)
			if c.mediaType != "" {
				r.Header.Set("Content-Type", c.mediaType)
			}
			page := v.do(r).shows(c.status, c.says)
			if c.status != 303 && len(page.header.Values("Set-Cookie")) > 0 {
				t.Error("a refused form set a cookie")
			}
		})
	}
}

// What stands in the address is no form: it would stand in logs and histories.
func TestAddressIsNoForm(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.post("/logout").leads("/login")
	v.post("/login?login=ana&password="+url.QueryEscape(pagePassword)).shows(422, "Enter your username or email address.")
}

func TestPagesOtherSitesCannotPost(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	headers := []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"null"}},
	}
	for _, h := range headers {
		r := v.request("POST", "/logout", "")
		r.Header.Del("Sec-Fetch-Site")
		for name, values := range h {
			r.Header[name] = values
		}
		v.do(r).shows(403, "That request came from another site")
	}
	v.get("/account").shows(200)
}

func TestPagesGetChangesNothing(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	for _, path := range []string{"/logout", "/login/cancel", "/account/sessions/end-others", "/account/recovery-codes/saved"} {
		v.get(path).shows(405)
	}
	v.get("/account").shows(200)
	v.do(v.request("HEAD", "/account", "")).shows(200)
}

// The page of an inner failure says nothing of what is inside, and names the line in the log.
func TestErrorPageOfAFailure(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.register().leads("/account")
	r := v.request("GET", "/account", "")
	for _, cookie := range v.http.Jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel() // the database answers nothing
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r.WithContext(gone))
	page := seen{t: t, status: rec.Code, header: rec.Header(), body: rec.Body.String()}
	id := page.header.Get("X-Request-Id")
	page.shows(500, "Something went wrong on our side.", id).lacks("context", "sql", "canceled")
	if !strings.Contains(w.log.String(), id) {
		t.Error("the log does not have the number that the page gives")
	}
}
