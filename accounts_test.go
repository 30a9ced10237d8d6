package sallyport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/store/storetest"
	"github.com/sallyport/sallyport/otp"
)

// users is an application's own table.
type users struct {
	mu        sync.Mutex
	rows      map[string]sallyport.Account // by username
	passwords map[string]string            // by id
	fails     error
	answers   func(sallyport.Account) sallyport.Account // nil: as it is
}

func (u *users) find(is func(sallyport.Account) bool) (sallyport.Account, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, a := range u.rows {
		if is(a) && u.fails == nil {
			if u.answers != nil {
				a = u.answers(a)
			}
			return a, nil
		}
	}
	if u.fails != nil {
		return sallyport.Account{}, u.fails
	}
	return sallyport.Account{}, fmt.Errorf("table of users: %w", sallyport.ErrNoAccount)
}

func (u *users) AccountByLogin(_ context.Context, login string) (sallyport.Account, error) {
	return u.find(func(a sallyport.Account) bool { return a.Username == login || login != "" && a.Email == login })
}

func (u *users) AccountByID(_ context.Context, id string) (sallyport.Account, error) {
	return u.find(func(a sallyport.Account) bool { return a.ID == id })
}

func (u *users) CheckPassword(_ context.Context, id, password string) (bool, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return id != "" && u.passwords[id] == password, u.fails
}

// application is a program with users, a sign-in form and a page of its own, and a Gate below /auth/.
type application struct {
	t     *testing.T
	gate  *sallyport.Gate
	users *users
	mux   *http.ServeMux
	log   *bytes.Buffer
	later atomic.Int64 // nanoseconds that the clock is ahead
}

const usersPassword = "a long quiet river at night"

func newApplication(t *testing.T, change func(*sallyport.Config)) *application {
	t.Helper()
	a := &application{t: t, log: &bytes.Buffer{}, mux: http.NewServeMux(), users: &users{
		rows: map[string]sallyport.Account{
			"ann": {ID: "1", Username: "ann", Email: "ann@example.org", EmailConfirmed: true},
			"bob": {ID: "2", Username: "bob"},
		},
		passwords: map[string]string{"1": usersPassword, "2": "quite another password"},
	}}
	dir := t.TempDir()
	cfg := sallyport.Config{
		PublicURL: "http://localhost/auth", Database: filepath.Join(dir, "s.db"), KeyFile: filepath.Join(dir, "s.key"),
		Mail: "dir:" + dir, Log: slog.New(slog.NewTextHandler(&lockedBuffer{w: a.log}, nil)), Accounts: a.users,
		Clock: func() time.Time { return time.Now().Add(time.Duration(a.later.Load())) },
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if a.gate, err = sallyport.Open(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.gate.Close() })
	a.mux.Handle("/auth/", a.gate)
	a.mux.HandleFunc("/enter", func(w http.ResponseWriter, r *http.Request) { // the counters hold
		err := a.gate.SignIn(w, r, r.FormValue("name"), r.FormValue("secret"))
		var refused *sallyport.Error
		if errors.As(err, &refused) {
			w.WriteHeader(refused.Status)
			fmt.Fprintf(w, "%s: %s", refused.Code, refused.Text)
		}
	})
	a.mux.HandleFunc("/enter-checked", func(w http.ResponseWriter, r *http.Request) { // the application checks itself
		who, err := a.users.AccountByLogin(r.Context(), r.FormValue("name"))
		if ok, _ := a.users.CheckPassword(r.Context(), who.ID, r.FormValue("secret")); err != nil || !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		a.gate.PasswordProved(w, r, who.ID)
	})
	return a
}

type lockedBuffer struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// RoundTrip answers without a network.
func (a *application) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI, in.RemoteAddr = r.URL.RequestURI(), "192.0.2.8:4711"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	a.mux.ServeHTTP(w, in)
	return w.Result(), nil
}

// browser is a person's, which follows no redirect by itself.
type browser struct {
	*application
	http *http.Client
	key  otp.Key // of the code app that was bound in it
}

func (a *application) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return &browser{application: a, http: &http.Client{Transport: a, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// reply is an answer that was read.
type reply struct {
	status   int
	to, body string
	cookies  []string // that were set, not dropped
}

func (b *browser) do(method, path, media, body string, header ...string) reply {
	b.t.Helper()
	r, err := http.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	read, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	out := reply{status: res.StatusCode, to: res.Header.Get("Location"), body: string(read)}
	for _, c := range res.Cookies() {
		if c.MaxAge >= 0 {
			out.cookies = append(out.cookies, c.Name)
		}
	}
	return out
}

// post sends a form of name=value pairs.
func (b *browser) post(path string, pairs ...string) reply {
	b.t.Helper()
	form := url.Values{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		form.Set(name, value)
	}
	return b.do("POST", path, "application/x-www-form-urlencoded", form.Encode())
}

// call is one of the JSON API.
func (b *browser) call(method, path string, in any, out any) int {
	b.t.Helper()
	body, media := []byte(nil), ""
	if in != nil {
		body, _ = json.Marshal(in)
		media = "application/json"
	}
	r := b.do(method, "/auth/api/v1"+path, media, string(body))
	if out != nil {
		if err := json.Unmarshal([]byte(r.body), out); err != nil {
			b.t.Fatalf("%s %s: %d %s", method, path, r.status, r.body)
		}
	}
	return r.status
}

// who is the account that is signed in; "" when nobody is.
func (b *browser) who() string {
	b.t.Helper()
	var in struct {
		Session struct{ Account struct{ ID string } }
	}
	if b.call("GET", "/session", nil, &in) != http.StatusOK {
		return ""
	}
	return in.Session.Account.ID
}

// bind sets up a code app for who is signed in, with their password.
func (b *browser) bind(password string) {
	b.t.Helper()
	if got := b.call("POST", "/session/elevate", map[string]string{"kind": "password", "response": password}, nil); got != http.StatusOK {
		b.t.Fatalf("the password elevates nobody: %d", got)
	}
	var pending struct{ ID, Secret string }
	b.call("POST", "/authenticators", map[string]string{"kind": "totp"}, &pending)
	secret, err := otp.ParseSecret(pending.Secret)
	if err != nil {
		b.t.Fatal(err)
	}
	if b.key, err = otp.NewKey(secret, otp.Options{}); err != nil {
		b.t.Fatal(err)
	}
	if got := b.call("POST", "/authenticators/"+pending.ID+"/confirm", map[string]string{"response": b.code()}, nil); got != http.StatusOK {
		b.t.Fatalf("the code is not confirmed: %d", got)
	}
}

// code is one that was not used: each comes half a minute after the last.
func (b *browser) code() string {
	b.t.Helper()
	b.later.Add(int64(30 * time.Second))
	code, err := b.key.TOTP(time.Now().Add(time.Duration(b.later.Load())))
	if err != nil {
		b.t.Fatal(err)
	}
	return code.String()
}

// must fails the test unless the reply is a redirect to that page.
func (r reply) must(t *testing.T, to string) {
	t.Helper()
	if r.status != http.StatusSeeOther || r.to != to {
		t.Fatalf("%d %q, want 303 %q\n%s", r.status, r.to, to, r.body)
	}
}

// TestOwnAccounts is the whole way, on both databases: the application's form, a second factor, the Gate's own form.
func TestOwnAccounts(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *sallyport.Config){
		"SQLite":     func(*testing.T, *sallyport.Config) {},
		"PostgreSQL": func(t *testing.T, c *sallyport.Config) { c.Database = storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			a := newApplication(t, func(c *sallyport.Config) { change(t, c) })
			for _, form := range []string{"/enter", "/enter-checked"} {
				b := a.browser()
				b.post(form, "name=ann", "secret="+usersPassword, "return_to=/inbox?x=1").must(t, "/inbox?x=1")
				if b.who() != "1" {
					t.Fatalf("%s: signed in is %q", form, b.who())
				}
			}
			ann := a.browser()
			ann.post("/enter", "name=ann", "secret="+usersPassword).must(t, "/auth/account")
			ann.bind(usersPassword)
			for _, form := range []string{"/enter", "/enter-checked", "/auth/login"} {
				b := a.browser()
				b.key = ann.key
				b.post(form, "name=ann", "login=ann", "secret="+usersPassword, "password="+usersPassword, "return_to=/inbox").must(t, "/auth/login/verify")
				if b.who() != "" {
					t.Fatalf("%s: signed in without the second factor", form)
				}
				b.post("/auth/login/verify", "code="+b.code()).must(t, "/inbox")
				if b.who() != "1" {
					t.Errorf("%s: signed in is %q", form, b.who())
				}
			}
		})
	}
}

// TestOwnFormsRefuse: what is no sign-in leaves nothing behind, and says why to the person.
func TestOwnFormsRefuse(t *testing.T) {
	a := newApplication(t, nil)
	b := a.browser()
	right := []string{"name=ann", "secret=" + usersPassword}
	encoded := url.Values{"name": {"ann"}, "secret": {usersPassword}}.Encode()
	const form = "application/x-www-form-urlencoded"
	for _, path := range []string{"/enter", "/enter-checked"} {
		for what, try := range map[string]func() reply{
			"another site's page": func() reply { return b.do("POST", path, form, encoded, "Sec-Fetch-Site", "cross-site") },
			"a sibling's page":    func() reply { return b.do("POST", path, form, encoded, "Sec-Fetch-Site", "same-site") },
			"another site's origin": func() reply {
				return b.do("POST", path, form, encoded, "Sec-Fetch-Site", "", "Origin", "https://evil.example")
			},
			"a link":           func() reply { return b.do("GET", path+"?"+encoded, "", "") },
			"a wrong password": func() reply { return b.post(path, "name=ann", "secret=wrong") },
			"nobody's name":    func() reply { return b.post(path, "name=eve", right[1]) },
		} {
			r := try()
			if r.status < 400 || len(r.cookies) > 0 || b.who() != "" {
				t.Errorf("%s from %s: %d %s, cookies %q", path, what, r.status, r.body, r.cookies)
			}
		}
	}
	if r := b.post("/enter", "name=ann", "secret=wrong"); !strings.Contains(r.body, "wrong: Check your username") {
		t.Errorf("the person is told %q", r.body)
	}
	for _, to := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example"} {
		for _, path := range []string{"/enter", "/enter-checked"} {
			if r := a.browser().post(path, "name=bob", "secret=quite another password", "return_to="+to); r.to != "/auth/account" {
				t.Errorf("%s leads to %q", path, r.to)
			}
		}
	}
}

// TestGuessesAreCounted: at the application's form, the Gate's, and both in turn.
func TestGuessesAreCounted(t *testing.T) {
	a := newApplication(t, nil)
	for i, login := range []string{"ann", "ann@example.org", "ann"} {
		if r := a.browser().post([]string{"/enter", "/auth/login"}[i%2], "name="+login, "login="+login, "secret=x", "password=x"); r.status != 422 {
			t.Fatalf("%d: %d %s", i, r.status, r.body)
		}
	}
	for _, form := range []string{"/enter", "/auth/login"} {
		if r := a.browser().post(form, "name=ann", "login=ann", "secret="+usersPassword, "password="+usersPassword); r.status != http.StatusTooManyRequests {
			t.Errorf("%s: %d %s", form, r.status, r.body)
		}
	}
}

// TestProvedForOneWhileAnotherSignsIn: a browser in which ann's login waits for her code, and bob's password is proved, is bob's or
// nobody's.
func TestProvedForOneWhileAnotherSignsIn(t *testing.T) {
	a := newApplication(t, nil)
	ann := a.browser()
	ann.post("/enter", "name=ann", "secret="+usersPassword)
	ann.bind(usersPassword)

	shared := a.browser()
	shared.key = ann.key
	shared.post("/enter-checked", "name=ann", "secret="+usersPassword).must(t, "/auth/login/verify")
	shared.post("/enter-checked", "name=bob", "secret=quite another password").must(t, "/auth/account")
	if shared.who() != "2" {
		t.Fatalf("after bob's password the browser is %q", shared.who())
	}
	shared.post("/auth/login/verify", "code="+shared.code()) // ann's code ends nothing and begins nothing
	if shared.who() != "2" {
		t.Errorf("after ann's code it is %q", shared.who())
	}

	bob := a.browser() // the other way round: bob needs a code, too
	bob.post("/enter-checked", "name=bob", "secret=quite another password")
	bob.bind("quite another password")
	mixed := a.browser()
	mixed.key = ann.key
	mixed.post("/enter-checked", "name=ann", "secret="+usersPassword).must(t, "/auth/login/verify")
	mixed.post("/enter-checked", "name=bob", "secret=quite another password").must(t, "/auth/login/verify")
	if r := mixed.post("/auth/login/verify", "code="+mixed.code()); r.status != 422 || mixed.who() != "" {
		t.Errorf("ann's code completes bob's login: %d %q", r.status, mixed.who())
	}
	mixed.key = bob.key
	mixed.post("/auth/login/verify", "code="+mixed.code()).must(t, "/auth/account")
	if mixed.who() != "2" {
		t.Errorf("after bob's code it is %q", mixed.who())
	}
}

// TestIDsThatNameNobody: neither what an application says of an account nor what it calls the Gate with opens another's.
func TestIDsThatNameNobody(t *testing.T) {
	a := newApplication(t, nil)
	for id, why := range map[string]string{
		"": "an empty ID", strings.Repeat("x", 256): "256 bytes", "1\x00": "control characters", "1\n": "control characters",
		"\xff": "not UTF-8", "3": "", "1 ": "", "ann": "",
	} {
		a.log.Reset()
		b := a.browser()
		w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "http://localhost/x", nil)
		a.gate.PasswordProved(w, r, id)
		if w.Code < 400 || len(w.Result().Cookies()) > 0 || b.who() != "" {
			t.Errorf("%q: %d", id, w.Code)
		}
		if why != "" && (w.Code != 500 || !strings.Contains(a.log.String(), "PasswordProved was called with") || !strings.Contains(a.log.String(), why)) {
			t.Errorf("%q: %d, and the log says %s", id, w.Code, a.log)
		}
		for _, err := range []error{a.gate.EndSessions(t.Context(), id), a.gate.Forget(t.Context(), id), a.gate.CredentialChanged(w, r, id)} {
			if why != "" && (err == nil || !strings.Contains(err.Error(), why)) {
				t.Errorf("%q: %v", id, err)
			}
		}
		if why == "" {
			continue
		}
		a.log.Reset()
		a.users.answers = func(found sallyport.Account) sallyport.Account { found.ID = id; return found }
		if r := b.post("/enter", "name=ann", "secret="+usersPassword); r.status != 500 || b.who() != "" ||
			!strings.Contains(a.log.String(), "Accounts.AccountByLogin returned an Account with") {
			t.Errorf("%q of AccountByLogin: %d, and the log says %s", id, r.status, a.log)
		}
		a.users.answers = nil
	}
	a.users.answers = func(found sallyport.Account) sallyport.Account {
		found.ID = map[string]string{"1": "2", "2": "1"}[found.ID]
		return found
	}
	for _, form := range []string{"/enter", "/enter-checked"} { // each look-up answers with the other's id
		b := a.browser()
		if r := b.post(form, "name=ann", "secret="+usersPassword); r.status < 400 || len(r.cookies) > 0 {
			t.Errorf("%s: %d %q", form, r.status, r.cookies)
		}
	}
}

// TestAccountsOutOfReach: 503, and nobody is in, or out.
func TestAccountsOutOfReach(t *testing.T) {
	a := newApplication(t, nil)
	ann := a.browser()
	ann.post("/enter", "name=ann", "secret="+usersPassword)
	a.users.fails = errors.New("no route to the database of ann")
	b := a.browser()
	for what, r := range map[string]reply{
		"the application's form": b.post("/enter", "name=ann", "secret="+usersPassword),
		"the Gate's form":        b.post("/auth/login", "login=ann", "password="+usersPassword),
		"a page":                 ann.do("GET", "/auth/account", "", ""),
		"a call":                 ann.do("GET", "/auth/api/v1/session", "", ""),
	} {
		if r.status != http.StatusServiceUnavailable || len(r.cookies) > 0 || strings.Contains(r.body, "no route") {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	if !strings.Contains(a.log.String(), "Accounts.AccountByLogin: no route to the database of ann") {
		t.Errorf("the log: %s", a.log)
	}
	a.users.fails = nil
	if ann.who() != "1" {
		t.Error("the session is over")
	}
}

// TestApplicationEndsSessions: what it tells the Gate holds with the next request.
func TestApplicationEndsSessions(t *testing.T) {
	a := newApplication(t, nil)
	enter := func() *browser {
		b := a.browser()
		b.post("/enter", "name=ann", "secret="+usersPassword)
		if b.who() != "1" {
			t.Fatal("nobody is signed in")
		}
		return b
	}
	a.mux.HandleFunc("/password", func(w http.ResponseWriter, r *http.Request) {
		if err := a.gate.CredentialChanged(w, r, "1"); err != nil {
			t.Error(err)
		}
		fmt.Fprint(w, "changed")
	})
	own, other := enter(), enter()
	if r := own.post("/password"); !slices.Contains(r.cookies, "sallyport_session") || r.body != "changed" {
		t.Errorf("%+v", r)
	}
	if own.who() != "1" || other.who() != "" {
		t.Errorf("after a change: %q and %q", own.who(), other.who())
	}
	bobs := a.browser()
	bobs.post("/enter", "name=bob", "secret=quite another password")
	bobs.post("/password") // a reset that somebody else did
	if own.who() != "" || bobs.who() != "2" {
		t.Errorf("after a reset: %q and %q", own.who(), bobs.who())
	}
	own = enter()
	if err := a.gate.EndSessions(t.Context(), "1"); err != nil || own.who() != "" {
		t.Errorf("after EndSessions: %v %q", err, own.who())
	}
	own = enter()
	delete(a.users.rows, "ann")
	if own.who() != "" {
		t.Error("a deleted account is signed in")
	}
	if err := a.gate.CredentialChanged(httptest.NewRecorder(), httptest.NewRequest("POST", "http://localhost/", nil), "1"); !errors.Is(err, sallyport.ErrNoAccount) {
		t.Errorf("a deleted account's password changed: %v", err)
	}
	for range 2 {
		if err := a.gate.Forget(t.Context(), "1"); err != nil {
			t.Error(err)
		}
	}
}

// TestCombinedFormOfOwnAccounts: one answer to whatever was wrong, at both forms.
func TestCombinedFormOfOwnAccounts(t *testing.T) {
	a := newApplication(t, func(c *sallyport.Config) { c.LoginForm = "combined" })
	ann := a.browser()
	ann.post("/enter", "name=ann", "secret="+usersPassword).must(t, "/auth/account")
	ann.bind(usersPassword)
	for _, form := range []string{"/enter", "/auth/login"} {
		all := func(password, code string) reply {
			return a.browser().post(form, "name=ann", "login=ann", "secret="+password, "password="+password, "code="+code)
		}
		if r := all(usersPassword, ""); r.status != 422 {
			t.Errorf("%s without a code: %d", form, r.status)
		}
		if r := all(usersPassword, ann.code()); r.status != http.StatusSeeOther || r.to != "/auth/account" {
			t.Errorf("%s: %d %s", form, r.status, r.body)
		}
	}
}

// TestOnePlaceBelievesAnApplication counts who may say that a password was proved: nothing that a request alone can reach.
func TestOnePlaceBelievesAnApplication(t *testing.T) {
	for _, tt := range []struct {
		dir, name string
		want      []string
	}{
		{"internal/core", "PasswordProved", nil},
		{"internal/web", "PasswordProved", []string{"passwordProved"}},
		{"internal/web", "passwordProved", []string{"PasswordProved"}},
		{"engine", "PasswordProved", []string{"PasswordProved"}},
		{"internal/server", "PasswordProved", nil},
		{"cmd", "PasswordProved", nil},
	} {
		if got := callers(t, tt.dir, tt.name); !slices.Equal(got, tt.want) {
			t.Errorf("%s is called in %s by %v, want %v", tt.name, tt.dir, got, tt.want)
		}
	}
}

// TestOwnAccountsReset: whom support believes gets in with the password and a link, and nobody with the password alone.
func TestOwnAccountsReset(t *testing.T) {
	const password = "quite another password"
	a := newApplication(t, nil)
	bob := a.browser()
	bob.post("/auth/login", "login=bob", "password="+password).must(t, "/auth/account")
	if _, err := a.gate.ResetAuthenticators(t.Context(), "2", "nothing to reset"); !hasCode(err, sallyport.CodeWrongState) {
		t.Errorf("with nothing bound: %v", err)
	}
	bob.bind(password)
	if _, err := a.gate.ResetAuthenticators(t.Context(), "3", "nobody"); !errors.Is(err, sallyport.ErrNoAccount) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := a.gate.ResetAuthenticators(t.Context(), "2", ""); err == nil {
		t.Error("without a reason")
	}
	link, err := a.gate.ResetAuthenticators(t.Context(), "2", "came to the desk with a passport")
	if err != nil || !strings.HasPrefix(link, "http://localhost/auth/recover/link?token=") {
		t.Fatalf("%q %v", link, err)
	}
	if bob.who() != "" {
		t.Error("the session goes on")
	}
	without := a.browser()
	if r := without.post("/auth/login", "login=bob", "password="+password); r.to != "" || without.who() != "" {
		t.Errorf("without the link: %d to %q", r.status, r.to)
	}
	with := a.browser()
	with.do("GET", strings.TrimPrefix(link, "http://localhost"), "", "")
	with.post("/auth/login", "login=bob", "password="+password).must(t, "/auth/login/setup")
}

func hasCode(err error, code sallyport.Code) bool {
	var e *sallyport.Error
	return errors.As(err, &e) && e.Code == code
}
