package sallyport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// What a program that embeds the Gate gets wrong opens no door.

// asErrors answers a wrong password with an error, as the comparisons of many libraries do.
type asErrors struct{ *users }

func (a asErrors) CheckPassword(ctx context.Context, id, password string) (bool, error) {
	matches, err := a.users.CheckPassword(ctx, id, password)
	if !matches && err == nil {
		err = errors.New("hashedPassword is not the hash of the given password")
	}
	return matches, err
}

// TestGuessesThatAreErrorsAreCounted: at the application's form, the Gate's, and over JSON.
func TestGuessesThatAreErrorsAreCounted(t *testing.T) {
	for _, path := range []string{"/enter", "/auth/login", "/auth/api/v1/login"} {
		a := newApplication(t, func(c *sallyport.Config) { c.Accounts = asErrors{c.Accounts.(*users)} })
		try := func(password string) int {
			if path == "/auth/api/v1/login" {
				return a.browser().call("POST", "/login", map[string]string{"login": "ann", "password": password}, nil)
			}
			return a.browser().post(path, "name=ann", "login=ann", "secret="+password, "password="+password).status
		}
		for i := range 3 {
			if got := try(fmt.Sprint("guess ", i)); got != http.StatusServiceUnavailable {
				t.Errorf("%s: %d", path, got)
			}
		}
		if got := try(usersPassword); got != http.StatusTooManyRequests {
			t.Errorf("%s: after three guesses: %d", path, got)
		}
	}
}

// TestRequestWithinARequest: a handler behind a guard that makes a request of its own, in the context of the one that it serves,
// is answered for whom that request is of. What a guard let pass as reading is not let through as something else.
func TestRequestWithinARequest(t *testing.T) {
	s := sallyporttest.Open(t, sallyport.Config{})
	inner := s.Gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, sallyport.SessionFrom(r.Context()).Name())
	}))
	mux := http.NewServeMux()
	mux.Handle("/auth/", s.Gate)
	mux.Handle("/batch", s.Gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sub, err := http.NewRequestWithContext(r.Context(), "GET", "/in", nil)
		if err != nil {
			t.Error(err)
		}
		sub.Header.Set("Cookie", r.FormValue("cookie"))
		sub.Header.Set("Authorization", r.FormValue("authorization"))
		if sub.Header.Get("Cookie") != "" {
			sub.Header.Del("Authorization")
		}
		inner.ServeHTTP(w, sub)
	})))
	mux.Handle("/again", s.Gate.Require(inner))
	mux.Handle("/method", s.Gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Method = r.FormValue("_method")
		inner.ServeHTTP(w, r)
	})))
	s.Serve(mux)
	ana, bob := s.NewPerson(t, "ana"), s.NewPerson(t, "bob")
	c := s.SignIn(t, ana)
	wantServed(t, c, s.URL+"/again", "ana")
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	var bobs []string
	for _, cookie := range s.SignIn(t, bob).Jar.Cookies(at) {
		bobs = append(bobs, cookie.String())
	}
	wantServed(t, c, s.URL+"/batch?cookie="+url.QueryEscape(strings.Join(bobs, "; ")), "bob")
	if status, _, body := visit(t, c, "GET", s.URL+"/batch?authorization=Bearer+x"); status != http.StatusUnauthorized {
		t.Errorf("a token that is none: %d %s", status, body)
	}
	for from, want := range map[string]int{"same-origin": http.StatusOK, "cross-site": http.StatusForbidden} {
		if status, _, body := visit(t, c, "GET", s.URL+"/method?_method=POST", "Sec-Fetch-Site", from); status != want {
			t.Errorf("%s: %d %s", from, status, body)
		}
	}
}

// TestHandshakesOfOtherSites: a WebSocket begins with a GET, and browsers let every page begin one.
func TestHandshakesOfOtherSites(t *testing.T) {
	s := guardedService(t)
	c := s.SignIn(t, s.NewPerson(t, "ana"))
	handshake := []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-Fetch-Mode", "websocket"}
	for _, from := range [][]string{
		{"Sec-Fetch-Site", "same-site", "Origin", "https://sibling.localhost"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"},
	} {
		if status, _, body := visit(t, c, "GET", s.URL+"/in", append(handshake, from...)...); status != http.StatusForbidden {
			t.Errorf("%v: %d %s", from, status, body)
		}
		if _, _, body := visit(t, c, "GET", s.URL+"/open", append(handshake, from...)...); body != "nobody: sallyport: cross_origin" {
			t.Errorf("%v: %s", from, body)
		}
	}
	for _, from := range [][]string{{"Sec-Fetch-Site", "same-origin", "Origin", s.URL}, {"Origin", s.URL}, nil} {
		if status, _, body := visit(t, c, "GET", s.URL+"/in", append(handshake, from...)...); status != http.StatusOK {
			t.Errorf("%v: %d %s", from, status, body)
		}
	}
}

// panicking are accounts that can't be read, or compared.
type panicking struct {
	*users
	now *atomic.Bool
}

func (p panicking) AccountByID(ctx context.Context, id string) (sallyport.Account, error) {
	if p.now.Load() {
		panic("the row of ann, whose password is " + usersPassword)
	}
	return p.users.AccountByID(ctx, id)
}

func (p panicking) CheckPassword(ctx context.Context, id, password string) (bool, error) {
	if p.now.Load() {
		panic("comparing " + password)
	}
	return p.users.CheckPassword(ctx, id, password)
}

// TestAccountsThatPanic: nobody is in, passwords are not logged, and the program goes on, beside requests, too.
func TestAccountsThatPanic(t *testing.T) {
	var now atomic.Bool
	a := newApplication(t, func(c *sallyport.Config) { c.Accounts = panicking{c.Accounts.(*users), &now} })
	ann := a.browser()
	ann.post("/enter", "name=ann", "secret="+usersPassword)
	a.mux.Handle("/in", a.gate.Require(http.NotFoundHandler()))
	now.Store(true)
	for what, r := range map[string]reply{
		"the application's form": a.browser().post("/enter", "name=ann", "secret="+usersPassword),
		"the Gate's form":        a.browser().post("/auth/login", "login=ann", "password="+usersPassword),
		"proved":                 a.browser().post("/enter-checked", "name=ann", "secret="+usersPassword),
		"a page":                 ann.do("GET", "/auth/account", "", ""),
		"a guard":                ann.do("GET", "/in", "", ""),
	} {
		if r.status != http.StatusServiceUnavailable || len(r.cookies) > 0 || strings.Contains(r.body, usersPassword) {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	now.Store(false)
	if ann.who() != "1" {
		t.Error("the session is over")
	}
	if err := a.gate.Close(); err != nil { // nobody logs any more
		t.Error(err)
	}
	if log := a.log.String(); strings.Contains(log, usersPassword) || !strings.Contains(log, "method=CheckPassword") || !strings.Contains(log, "careless_test.go") {
		t.Error(log)
	}
}

func TestAccountsThatPanicBesideRequests(t *testing.T) {
	var now atomic.Bool
	table := &users{
		rows:      map[string]sallyport.Account{"ann": {ID: "1", Username: "ann", Email: "ann@example.org", EmailConfirmed: true}},
		passwords: map[string]string{"1": usersPassword},
	}
	s := sallyporttest.Open(t, sallyport.Config{
		Accounts: panicking{table, &now}, SecondFactor: "required", SecondFactorFrom: time.Now().Add(20 * 24 * time.Hour),
	})
	res, err := s.Client().PostForm(s.URL+"/auth/login", url.Values{"login": {"ann"}, "password": {usersPassword}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	now.Store(true)
	s.Clock.Advance(10 * 24 * time.Hour) // a reminder is due
	fails := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.CatchUp(fails)
	}()
	<-done
	if !strings.Contains(fails.says, "Accounts.AccountByID: it panicked") {
		t.Errorf("%q", fails.says)
	}
	now.Store(false)
	s.CatchUp(t)
}

// failing is a test that may fail.
type failing struct {
	testing.TB
	says string
}

func (f *failing) Fatal(args ...any) {
	f.says = fmt.Sprint(args...)
	runtime.Goexit()
}

// TestGroupsInCapitals: whoever writes a group otherwise than the Config is asked all the same.
func TestGroupsInCapitals(t *testing.T) {
	a := newApplication(t, func(c *sallyport.Config) { c.SecondFactor, c.SecondFactorGroups = "required", []string{"staff"} })
	a.users.rows["ann"] = sallyport.Account{ID: "1", Username: "ann", Groups: []string{"Staff"}}
	a.users.rows["bob"] = sallyport.Account{ID: "2", Username: "bob", Groups: []string{"Staffing"}}
	a.browser().post("/enter", "name=ann", "secret="+usersPassword).must(t, "/auth/login/setup")
	a.browser().post("/enter", "name=bob", "secret=quite another password").must(t, "/auth/account")
}

// TestAddressesAsTheyAreWrittenTo: what surrounds an address, and what only looks like a letter of it, is not written to.
func TestAddressesAsTheyAreWrittenTo(t *testing.T) {
	for written, want := range map[string]string{
		"ann@example.org\r\n": "ann@example.org", " ann@example.org": "ann@example.org", "ａnn@example.org": "ann@example.org",
		"ann@example.org\r\nBcc: eve@example.org": "", "ann@example.org, eve@example.org": "", "Ann <ann@example.org>": "",
	} {
		a := newApplication(t, nil)
		a.users.rows["ann"] = sallyport.Account{ID: "1", Username: "ann", Email: written, EmailConfirmed: true}
		b := a.browser()
		b.post("/enter", "name=ann", "secret="+usersPassword)
		var in struct {
			Account struct {
				Email          string
				EmailConfirmed bool `json:"email_confirmed"`
			}
		}
		b.call("GET", "/account", nil, &in)
		if in.Account.Email != want || in.Account.EmailConfirmed != (want != "") {
			t.Errorf("%q is %+v", written, in.Account)
		}
	}
}

// TestMistakesShowNoPasswords: what is wrong with a Config is logged by whoever starts the program.
func TestMistakesShowNoPasswords(t *testing.T) {
	const page = "https://ann:hunter2@example.org/"
	for field, c := range map[string]sallyport.Config{
		"BreachedPasswords": {Accounts: &users{}, BreachedPasswords: page}, "AccountPage": {Accounts: &users{}, AccountPage: page},
		"RegistrationPage": {Accounts: &users{}, RegistrationPage: page}, "ForgottenPage": {Accounts: &users{}, ForgottenPage: page},
		"LoginPage": {LoginPage: page}, "PushContact": {PushContact: page}, "Home": {Home: page},
	} {
		if err := c.Check(); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	c := sallyport.Config{PushContact: page, Pusher: channel{}}
	if err := c.Check(); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

// TestWordsOfWhoseRequestItIs: what is confirmed may have to do with who confirms it, and a guard that asks for a confirmation
// alone knows who that is.
func TestWordsOfWhoseRequestItIs(t *testing.T) {
	s := sallyporttest.Open(t, sallyport.Config{})
	app := http.NewServeMux()
	app.Handle("/auth/", s.Gate)
	app.Handle("/pay", s.Gate.RequireConfirmed(func(r *http.Request) (string, error) {
		return "Pay " + r.FormValue("to") + " as " + sallyport.SessionFrom(r.Context()).Name(), nil
	})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, sallyport.SessionFrom(r.Context()).Confirmed(), ": ", r.FormValue("to")) // the form was read once, and is there
	})))
	s.Serve(app)
	ana := s.NewPerson(t, "ana")
	c := s.SignIn(t, ana)
	const words = "Pay Bob as ana"
	wantLed(t, c, s.URL+"/pay?to=Bob", "/auth/account/confirm?"+url.Values{"action": {words}, "cancel_to": {"/"}, "return_to": {"/pay?to=Bob"}}.Encode())
	res, err := c.PostForm(s.URL+"/pay", url.Values{"to": {"Bob"}, "confirmation": {s.ConfirmAction(t, c, ana, words)}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); string(body) != words+": Bob" || err != nil {
		t.Errorf("%s %v", body, err)
	}
}
