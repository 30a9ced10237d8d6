package main

import (
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/otp"
)

const password = "a long quiet river"

// visitor is a person at a browser.
type visitor struct {
	t    *testing.T
	at   string
	http *http.Client
}

// open follows redirects, and gives the page where they end.
func (v visitor) open(path string, form url.Values) (at, page string) {
	v.t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.at+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res.Request.URL.RequestURI(), string(read)
}

// call is one of the JSON API.
func (v visitor) call(path, body string, out any) {
	v.t.Helper()
	res, err := v.http.Post(v.at+"/auth/api/v1"+path, "application/json", strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		v.t.Fatalf("%s: %s", path, res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		v.t.Fatal(err)
	}
}

// bind sets up a code app. The next sign-in takes the code of the step after this one, which is good already.
func (v visitor) bind() otp.Key {
	v.t.Helper()
	var pending struct{ ID, Secret string }
	var ignored any
	v.call("/session/elevate", `{"kind":"password","response":"`+password+`"}`, &ignored)
	v.call("/authenticators", `{"kind":"totp"}`, &pending)
	secret, err := otp.ParseSecret(pending.Secret)
	if err != nil {
		v.t.Fatal(err)
	}
	key, err := otp.NewKey(secret, otp.Options{})
	if err != nil {
		v.t.Fatal(err)
	}
	v.call("/authenticators/"+pending.ID+"/confirm", `{"response":"`+codeAt(v.t, key, 0)+`"}`, &ignored)
	return key
}

func codeAt(t *testing.T, key otp.Key, off time.Duration) string {
	t.Helper()
	code, err := key.TOTP(time.Now().Add(off))
	if err != nil {
		t.Fatal(err)
	}
	return code.String()
}

// TestTheTutorialWithASecondStep goes through the application as its user does.
func TestTheTutorialWithASecondStep(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	at := "http://" + server.Listener.Addr().String()
	handler, gate, err := open(t.Context(), t.TempDir(), at)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = handler
	server.Start()
	defer gate.Close()
	defer server.Close()
	browser := func() visitor {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return visitor{t, at, &http.Client{Jar: jar}}
	}
	expect := func(what, at, page, wantAt, wantPage string) {
		t.Helper()
		if at != wantAt || !strings.Contains(page, wantPage) {
			t.Fatalf("%s leads to %s, want %s with %q:\n%s", what, at, wantAt, wantPage, page)
		}
	}
	ann := url.Values{"username": {"ann"}, "password": {password}, "return_to": {"/"}}

	v := browser()
	to, page := v.open("/register", ann)
	expect("registering", to, page, "/login", "Log in")
	to, page = v.open("/login", url.Values{"username": {"ann"}, "password": {"wrong"}})
	expect("a wrong password", to, page, "/login", "Check your username")
	to, page = v.open("/login", ann)
	expect("the right one", to, page, "/", "Hello, ann!")
	key := v.bind()

	other := browser()
	to, page = other.open("/login", ann)
	expect("the password alone", to, page, "/auth/login/verify", "code")
	to, _ = other.open("/", nil)
	expect("the front page before the code", to, "", "/login?return_to=%2F", "")
	to, page = other.open("/auth/login/verify", url.Values{"code": {codeAt(t, key, 30*time.Second)}})
	expect("password and code", to, page, "/", "Hello, ann!")

	to, _ = other.open("/password", nil)
	expect("a new password without a fresh proof", to, "", "/auth/account/confirm?max_age=600&return_to=%2Fpassword", "")
	to, page = v.open("/password", url.Values{"new": {"another quiet river"}})
	expect("a new password after one", to, page, "/", "Hello, ann!")
	to, _ = other.open("/", nil)
	expect("another browser after that", to, "", "/login?return_to=%2F", "")
	to, page = browser().open("/login", ann)
	expect("the old password", to, page, "/login", "Check your username")
}

// TestIDsAreNotGivenAgain: who comes after somebody that was deleted is not let in with what that one left behind.
func TestIDsAreNotGivenAgain(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "users.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	table, err := newUsers(db)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, name := range []string{"ann", "bob"} {
		if err := table.add(t.Context(), name, password); err != nil {
			t.Fatal(err)
		}
		a, err := table.AccountByLogin(t.Context(), name)
		if err != nil || ids[a.ID] {
			t.Errorf("%s has the id %q, which was another's: %v", name, a.ID, err)
		}
		ids[a.ID] = true
		if _, err := db.Exec(`DELETE FROM users`); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPagesAreAlone: no other site puts them into its own, or keeps what they show, and no form is longer than one can be.
func TestPagesAreAlone(t *testing.T) {
	handler, gate, err := open(t.Context(), t.TempDir(), "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Close()
	for _, page := range []string{"/login", "/register", "/", "/password"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+page, nil))
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %v", page, w.Header())
		}
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "http://localhost/register", strings.NewReader("password=a+long+quiet+river&username="+strings.Repeat("a", longestForm)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	handler.ServeHTTP(w, r)
	if w.Code < 400 {
		t.Errorf("a name of %d bytes: %d", longestForm, w.Code)
	}
}
