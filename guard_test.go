package sallyport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// guarded is an application with one handler behind each guard.
func guarded(gate *sallyport.Gate) http.Handler {
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := sallyport.SessionFrom(r.Context())
		fmt.Fprintf(w, "%s aal%d %q", s.Name(), s.AAL(), s.Confirmed())
	})
	pay := func(r *http.Request) (string, error) {
		if r.FormValue("to") == "" {
			return "", errors.New("nobody to pay")
		}
		return "Send 250.00 EUR to " + r.FormValue("to"), nil
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", gate)
	mux.Handle("/in", gate.Require(hello))
	mux.Handle("/two", gate.RequireAAL2(hello))
	mux.Handle("/recent", gate.RequireRecent(5*time.Minute)(hello))
	mux.Handle("/pay", gate.RequireConfirmed(pay)(hello))
	mux.Handle("/all", gate.RequireAAL2(gate.RequireRecent(time.Hour)(hello)))
	mux.Handle("/below/", http.StripPrefix("/below", gate.Require(hello)))
	mux.HandleFunc("/open", func(w http.ResponseWriter, r *http.Request) {
		s, err := gate.Session(r)
		if err != nil {
			fmt.Fprintf(w, "nobody: %v", err)
			return
		}
		fmt.Fprint(w, s.Name())
	})
	return mux
}

func guardedService(t *testing.T) *sallyporttest.Service {
	t.Helper()
	s := sallyporttest.Open(t, sallyport.Config{})
	s.Serve(guarded(s.Gate))
	return s
}

// visit asks as a browser does that goes to a page, and does not follow where it is led.
func visit(t *testing.T, c *http.Client, method, to string, header ...string) (status int, leads, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if r.Header.Get("Sec-Fetch-Mode") == "" {
		r.Header.Del("Sec-Fetch-Mode")
	}
	stays := *c
	stays.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := stays.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(read)
}

// asProgram makes visit ask as a program does.
var asProgram = []string{"Accept", "application/json", "Sec-Fetch-Mode", ""}

func wantLed(t *testing.T, c *http.Client, from, to string) {
	t.Helper()
	if status, leads, body := visit(t, c, "GET", from); status != http.StatusSeeOther || leads != to {
		t.Errorf("%s: %d to %q, want %q; %s", from, status, leads, to, body)
	}
}

func wantServed(t *testing.T, c *http.Client, from, says string) {
	t.Helper()
	if status, _, body := visit(t, c, "GET", from); status != http.StatusOK || body != says {
		t.Errorf("%s: %d %q, want %q", from, status, body, says)
	}
}

func wantProblem(t *testing.T, c *http.Client, from string, status int, code string) {
	t.Helper()
	got, _, body := visit(t, c, "GET", from, asProgram...)
	var problem struct{ Code string }
	if err := json.Unmarshal([]byte(body), &problem); err != nil || got != status || problem.Code != code {
		t.Errorf("%s: %d %s, want %d %s", from, got, body, status, code)
	}
}

func TestGuardsLeadOn(t *testing.T) {
	s := guardedService(t)
	nobody := s.Client()
	for _, page := range []string{"/in", "/two", "/recent", "/pay?to=Bob", "/below/x?y=1"} {
		wantLed(t, nobody, s.URL+page, "/auth/login?return_to="+url.QueryEscape(page))
		wantProblem(t, nobody, s.URL+page, http.StatusUnauthorized, "not_signed_in")
	}
	wantServed(t, nobody, s.URL+"/open", "nobody: sallyport: not_signed_in")

	bob := s.NewPerson(t, "bob") // a password and nothing else
	c := s.SignIn(t, bob)
	wantServed(t, c, s.URL+"/in", `bob aal1 ""`)
	wantServed(t, c, s.URL+"/open", "bob")
	wantProblem(t, c, s.URL+"/two", http.StatusForbidden, "aal2_needed")
	if status, _, body := visit(t, c, "GET", s.URL+"/two"); status != http.StatusForbidden || !strings.Contains(body, `href="/auth/account/authenticators/new?return_to=%2ftwo"`) {
		t.Errorf("without a second factor: %d %s", status, body)
	}

	ana := s.NewPerson(t, "ana", &sallyporttest.CodeApp{})
	c = s.SignIn(t, ana)
	for _, page := range []string{"/in", "/two"} {
		wantServed(t, c, s.URL+page, `ana aal2 ""`)
	}
	wantLed(t, c, s.URL+"/recent", "/auth/account/confirm?max_age=300&return_to=%2Frecent")
	wantProblem(t, c, s.URL+"/recent", http.StatusForbidden, "elevation_needed")
	s.Confirm(t, c, ana)
	wantServed(t, c, s.URL+"/recent", `ana aal2 ""`)
	wantServed(t, c, s.URL+"/all", `ana aal2 ""`)
	s.Clock.Advance(5 * time.Minute)
	wantLed(t, c, s.URL+"/recent", "/auth/account/confirm?max_age=300&return_to=%2Frecent")
	wantServed(t, c, s.URL+"/all", `ana aal2 ""`)
}

// A session that is remembered outlives its AAL2: then the second factor is asked for again.
func TestGuardAsksForSecondFactorAgain(t *testing.T) {
	s := guardedService(t)
	ana := s.NewPerson(t, "ana")
	c := s.SignIn(t, ana)
	s.Bind(t, ana, &sallyporttest.CodeApp{}) // elsewhere; what was signed in with the password alone ends
	wantLed(t, c, s.URL+"/two", "/auth/login?return_to=%2Ftwo")

	c = s.SignIn(t, ana, sallyporttest.Remembered())
	wantServed(t, c, s.URL+"/two", `ana aal2 ""`)
	s.Clock.Advance(25 * time.Hour)
	wantServed(t, c, s.URL+"/in", `ana aal1 ""`)
	wantLed(t, c, s.URL+"/two", "/auth/account/confirm?return_to=%2Ftwo")
	s.Confirm(t, c, ana)
	wantServed(t, c, s.URL+"/two", `ana aal2 ""`)
}

// What was ended anywhere is refused with the very next request.
func TestGuardSeesEndings(t *testing.T) {
	s := guardedService(t)
	ana := s.NewPerson(t, "ana", &sallyporttest.CodeApp{})
	c, other := s.SignIn(t, ana), s.SignIn(t, ana)
	wantServed(t, c, s.URL+"/in", `ana aal2 ""`)
	s.Confirm(t, other, ana)
	r, err := http.NewRequestWithContext(t.Context(), "DELETE", s.URL+"/auth/api/v1/sessions", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := other.Do(r)
	if err != nil || res.StatusCode != http.StatusNoContent {
		t.Fatal(res.Status, err)
	}
	res.Body.Close()
	wantLed(t, c, s.URL+"/in", "/auth/login?return_to=%2Fin")
	wantServed(t, other, s.URL+"/in", `ana aal2 ""`)
}

func TestConfirmedForThisActionAlone(t *testing.T) {
	s := guardedService(t)
	ana, bob := s.NewPerson(t, "ana", &sallyporttest.CodeApp{}), s.NewPerson(t, "bob", &sallyporttest.CodeApp{})
	c, second, others := s.SignIn(t, ana), s.SignIn(t, ana), s.SignIn(t, bob)
	ledFrom := func(page string) string {
		return "/auth/account/confirm?action=Send+250.00+EUR+to+Bob&cancel_to=" + url.QueryEscape(page) + "&return_to=%2Fpay%3Fto%3DBob"
	}
	led := ledFrom("/")
	wantLed(t, c, s.URL+"/pay?to=Bob", led)
	wantProblem(t, c, s.URL+"/pay?to=Bob", http.StatusForbidden, "confirmation_needed")
	if _, _, body := visit(t, c, "GET", s.URL+"/pay?to=Bob", asProgram...); !strings.Contains(body, `"action":"Send 250.00 EUR to Bob"`) {
		t.Errorf("a program is not told what to confirm: %s", body)
	}

	token := s.ConfirmAction(t, c, ana, "Send 250.00 EUR to Bob")
	confirmed := "&confirmation=" + url.QueryEscape(token)
	for who, c := range map[string]*http.Client{"another session": second, "another account": others} {
		if status, _, body := visit(t, c, "GET", s.URL+"/pay?to=Bob"+confirmed); status != http.StatusSeeOther {
			t.Errorf("%s: %d %s", who, status, body)
		}
	}
	if status, _, body := visit(t, c, "GET", s.URL+"/pay?to=Eve"+confirmed); status != http.StatusSeeOther {
		t.Errorf("another action: %d %s", status, body)
	}
	wantServed(t, c, s.URL+"/pay?to=Bob"+confirmed, `ana aal2 "Send 250.00 EUR to Bob"`)
	wantLed(t, c, s.URL+"/pay?to=Bob"+confirmed, led) // once

	// A form's target is what the browser comes back to, with a GET: nothing else would redeem the confirmation.
	for referer, page := range map[string]string{
		s.URL + "/form?x=1": "/form?x=1", s.URL + "/pay?to=Eve": "/", "https://evil.example/form": "/", s.URL + "//evil.example": "/", "": "/",
	} {
		if _, leads, _ := visit(t, c, "POST", s.URL+"/pay?to=Bob", "Referer", referer); leads != ledFrom(page) {
			t.Errorf("a form on %q is led to %q, want %q", referer, leads, ledFrom(page))
		}
	}
	// Who does not want to is not led round: what asks would ask again.
	for page, want := range map[string]string{ledFrom("/form"): `href="/form">`, "/auth/account/confirm?max_age=1&return_to=%2Frecent": `href="/auth/account">`} {
		if _, _, body := visit(t, c, "GET", s.URL+page); !strings.Contains(body, "<p><a "+want) || strings.Contains(body, `<p><a href="/pay`) {
			t.Errorf("%s does not lead to %s:\n%s", page, want, body)
		}
	}

	token = s.ConfirmAction(t, c, ana, "Send 250.00 EUR to Bob")
	if status, _, body := visit(t, c, "POST", s.URL+"/pay?to=Bob", append(asProgram, "Sallyport-Confirmation", token)...); status != 200 {
		t.Errorf("a program: %d %s", status, body)
	}
	if status, _, body := visit(t, c, "GET", s.URL+"/pay"); status != http.StatusInternalServerError || strings.Contains(body, "nobody to pay") {
		t.Errorf("no words: %d %s", status, body)
	}
}

// What is confirmed may depend on who it is: the words see the session, though no other guard stands before.
func TestWordsSeeTheSession(t *testing.T) {
	s := sallyporttest.Open(t, sallyport.Config{})
	close := func(r *http.Request) (string, error) {
		return "Close the account of " + sallyport.SessionFrom(r.Context()).Name(), nil
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", s.Gate)
	mux.Handle("/close", s.Gate.RequireConfirmed(close)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, sallyport.SessionFrom(r.Context()).Confirmed(), r.PostFormValue("why"))
	})))
	s.Serve(mux)
	ana := s.NewPerson(t, "ana")
	c := s.SignIn(t, ana)
	wantLed(t, c, s.URL+"/close", "/auth/account/confirm?action=Close+the+account+of+ana&cancel_to=%2F&return_to=%2Fclose")
	token := s.ConfirmAction(t, c, ana, "Close the account of ana")
	res, err := c.PostForm(s.URL+"/close", url.Values{"confirmation": {token}, "why": {", since it is old"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "Close the account of ana, since it is old" {
		t.Errorf("%d %s %v", res.StatusCode, body, err)
	}
}

// Another site's page can have a browser send its cookies, and gets nothing done by it.
func TestGuardsRefuseOtherSites(t *testing.T) {
	s := guardedService(t)
	ana := s.NewPerson(t, "ana", &sallyporttest.CodeApp{})
	c := s.SignIn(t, ana)
	for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		if status, _, body := visit(t, c, "POST", s.URL+"/in", from...); status != http.StatusForbidden {
			t.Errorf("%v: %d %s", from, status, body)
		}
		if status, _, _ := visit(t, c, "GET", s.URL+"/in", from...); status != http.StatusOK {
			t.Errorf("%v: reading is refused with %d", from, status)
		}
	}
	for _, from := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", s.URL}, nil} {
		if status, _, body := visit(t, c, "POST", s.URL+"/in", from...); status != http.StatusOK {
			t.Errorf("%v: %d %s", from, status, body)
		}
	}
	if status, _, body := visit(t, c, "GET", s.URL+"/in", append(asProgram, "Authorization", "Bearer x")...); status != http.StatusUnprocessableEntity {
		t.Errorf("a cookie and a token: %d %s", status, body)
	}
}

// Where a guard leads back to is a path of the application's, whatever was asked for.
func TestGuardsLeadNowhereElse(t *testing.T) {
	s := guardedService(t)
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	gate := s.Gate.Require(http.NotFoundHandler())
	for target, back := range map[string]string{
		"//evil.example/": "/", "/\\evil.example": "/", "http://evil.example/": "/", "/a/../b": "/", "*": "/",
		"/" + strings.Repeat("a", 2000): "/", "/fine?x=%2F": "/fine?x=%2F",
	} {
		r.RequestURI = target
		w := httptest.NewRecorder()
		r.Header.Set("Accept", "text/html")
		gate.ServeHTTP(w, r)
		if want := "/auth/login?return_to=" + url.QueryEscape(back); w.Header().Get("Location") != want {
			t.Errorf("%q: led to %q, want %q", target, w.Header().Get("Location"), want)
		}
	}
}

// One gate's session is nobody to another.
func TestGatesAreApart(t *testing.T) {
	a, b := sallyporttest.Open(t, sallyport.Config{}), sallyporttest.Open(t, sallyport.Config{})
	ana := a.NewPerson(t, "ana", &sallyporttest.CodeApp{})
	c := a.SignIn(t, ana)
	nested := a.Gate.Require(b.Gate.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("let in") })))
	r, err := http.NewRequestWithContext(t.Context(), "GET", a.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range c.Jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	nested.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("%d", w.Code)
	}
}

func TestSessionsAreNotMadeUp(t *testing.T) {
	for name, use := range map[string]func(){
		"without a guard": func() { sallyport.SessionFrom(context.Background()) },
		"the zero value":  func() { _ = sallyport.Session{}.Name() },
		"its id":          func() { _ = sallyport.Session{}.AccountID() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			use()
		}()
	}
}

// Whoever signs out goes where the application wants them, if that is a path of its own.
func TestSignOutLeadsBack(t *testing.T) {
	s := guardedService(t)
	for to, want := range map[string]string{"/open": "/open", "//evil.example/": "/auth/login", "": "/auth/login"} {
		c := s.SignIn(t, s.NewPerson(t, "ana"+strings.NewReplacer("/", "", ".", "").Replace(to)))
		res, err := c.PostForm(s.URL+"/auth/logout", url.Values{"return_to": {to}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Request.URL.Path; got != want {
			t.Errorf("%q: led to %s, want %s", to, got, want)
		}
	}
}
