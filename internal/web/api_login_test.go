package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

func TestRegister(t *testing.T) {
	w := newWorld(t, setup{})
	tests := []struct {
		name   string
		body   values
		status int
		code   any
		field  any
	}{
		{"a username", values{"username": "Ada", "password": goodPassword}, 201, nil, nil},
		{"an address", values{"email": "ada@example.org", "password": goodPassword}, 201, nil, nil},
		{"both", values{"username": "ada2", "email": "ada2@example.org", "password": goodPassword}, 201, nil, nil},
		{"the address again", values{"email": "ada@example.org", "password": goodPassword}, 201, nil, nil},
		{"the username again", values{"username": "ada", "password": goodPassword}, 409, "taken", "username"},
		{"neither", values{"password": goodPassword}, 422, "invalid", "username"},
		{"no password", values{"username": "bob"}, 422, "invalid", "password"},
		{"14 characters", values{"username": "bob", "password": strings.Repeat("ü", 14)}, 422, "weak_password", "password"},
		{"15 characters", values{"username": "bob", "password": strings.Repeat("ü", 15)}, 201, nil, nil},
		{"1,024 bytes", values{"username": "bob2", "password": strings.Repeat("x", 1024)}, 201, nil, nil},
		{"1,025 bytes", values{"username": "bob3", "password": strings.Repeat("x", 1025)}, 422, "invalid", "password"},
		{"an @ in the username", values{"username": "bob@x", "password": goodPassword}, 422, "invalid", "username"},
		{"no address", values{"email": "bob", "password": goodPassword}, 422, "invalid", "email"},
		{"two addresses", values{"email": "a@example.org,b@example.org", "password": goodPassword}, 422, "invalid", "email"},
		{"another transport", values{"username": "bob4", "password": goodPassword, "transport": "pigeon"}, 422, "invalid", "transport"},
	}
	for _, test := range tests {
		a := w.browser().send("POST", "/accounts", test.body)
		if a.status != test.status || a.get("code") != test.code || a.get("field") != test.field {
			t.Errorf("%s: %d %s", test.name, a.status, a.body)
		}
	}
}

func TestRegistrationClosed(t *testing.T) {
	w := newWorld(t, setup{closed: true})
	c := w.browser()
	c.send("POST", "/accounts", values{"username": "ada", "password": goodPassword}).problem(c, 409, "wrong_state")
	c.send("POST", "/login", values{"login": "ada", "password": goodPassword}).problem(c, 401, "wrong") // and none was made
}

// What comes after registering is as with signing in: where the policy asks for a second step, nobody is
// inside before it is bound.
func TestRegisterUnderAPolicyMustBind(t *testing.T) {
	w := newWorld(t, setup{policy: "required"})
	c := w.browser()
	a := c.send("POST", "/accounts", values{"username": "ada", "password": "8 chars!"}).want(c, 202)
	if a.get("status") != "must_bind" || a.get("kinds", 0) != "totp" || c.cookies[sessionCookie] != "" {
		t.Fatalf("%s, cookies %v", a.body, c.cookies)
	}
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
	p := &person{w: w, name: "ada", password: "8 chars!"}
	done := c.bindFirst(p)
	if got := done.get("session", "aal"); got != 2.0 || len(p.codes) != 10 {
		t.Errorf("AAL %v, %d recovery codes", got, len(p.codes))
	}
	if c.cookies[loginCookie] != "" || c.cookies[sessionCookie] == "" {
		t.Errorf("cookies afterwards: %v", c.cookies)
	}
}

func TestSessionAsItIsShown(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	a := c.send("POST", "/accounts", values{"username": "Ada", "email": "ada@example.org", "password": goodPassword}).want(c, 201)
	got := map[string]any{}
	must(t, json.Unmarshal(a.body, &got))
	session := got["session"].(map[string]any)
	account := session["account"].(map[string]any)
	delete(session, "id")
	delete(account, "id")
	want := map[string]any{"status": "signed_in", "session": map[string]any{
		"account": map[string]any{"username": "Ada", "email": "ada@example.org", "email_confirmed": false}, "aal": 1.0, "amr": []any{"pwd"},
		"signed_in_at": "2026-11-22T09:30:10Z", "expires_at": "2026-12-22T09:30:10Z",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	id := a.text("session", "account", "id")
	must(t, w.machine.SetGroups(t.Context(), core.Caller{}, id, []string{"staff"}))
	if a := c.send("GET", "/session", nil); a.get("session", "groups", 0) != "staff" || a.get("token") != nil {
		t.Errorf("with a group: %s", a.body)
	}
}

func TestCookiesAsTheyAreSet(t *testing.T) {
	for _, test := range []struct{ url, prefix, rest string }{
		{"https://id.example/auth", "__Host-", "; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"http://localhost:8080", "", "; Path=/; HttpOnly; SameSite=Lax"},
	} {
		w := newWorld(t, setup{publicURL: test.url})
		c := w.browser()
		p := c.register()
		c.bind(p)
		a := w.browser().give(p)
		want := regexp.MustCompile("^" + test.prefix + `sallyport_login=[\w-]{43}` + strings.Replace(test.rest, "/;", "/; Max-Age=600;", 1) + "$")
		if got := a.header.Values("Set-Cookie"); len(got) != 1 || !want.MatchString(got[0]) {
			t.Errorf("login: %q does not match %s", got, want)
		}
		got := c.send("POST", "/session/elevate", values{"kind": "totp", "response": p.code()}).want(c, 200).header.Values("Set-Cookie")
		want = regexp.MustCompile("^" + test.prefix + `sallyport_session=[\w-]{43}` + test.rest + "$")
		if !slices.ContainsFunc(got, want.MatchString) {
			t.Errorf("session: %q: none matches %s", got, want)
		}
	}
}

func TestRememberedCookieLivesAsLongAsTheSession(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	c.send("DELETE", "/session", nil)
	a := c.send("POST", "/login", values{"login": p.name, "password": p.password, "remember": true}).want(c, 201)
	if !strings.Contains(strings.Join(a.header.Values("Set-Cookie"), "\n"), fmt.Sprintf("Max-Age=%d;", 30*24*60*60)) {
		t.Errorf("cookies %q", a.header.Values("Set-Cookie"))
	}
}

// F09: byte-equal, headers and cookies included, once what differs between any two answers is masked.
func TestUnknownAndWrongAreOneAnswer(t *testing.T) {
	for _, form := range []string{web.FormTwoStep, web.FormCombined} {
		w := newWorld(t, setup{loginForm: form})
		plain := w.browser().register()
		_, bound := w.owner()
		bodies := []values{
			{"login": "nobody", "password": "wrong password here"},
			{"login": "nobody@example.org", "password": "wrong password here"},
			{"login": plain.name, "password": "wrong password here"},
			{"login": strings.ToUpper(plain.name), "password": "wrong password here"},
			{"login": bound.name, "password": "wrong password here"},
		}
		var first string
		for i, body := range bodies {
			for _, response := range []any{nil, "123456", "not a code"} {
				if response != nil {
					body["kind"], body["response"] = "totp", response
				}
				got := masked(w.browser().send("POST", "/login", body))
				if first == "" {
					first = got
				}
				if got != first {
					t.Errorf("%s: answer %d differs:\n%s\nfrom\n%s", form, i, got, first)
				}
				w.clock.Advance(time.Hour) // past every delay
			}
		}
		if !strings.HasPrefix(first, "401") || !strings.Contains(first, `"code":"wrong"`) || strings.Contains(first, "Set-Cookie") {
			t.Errorf("%s: %s", form, first)
		}
	}
}

// masked is all of an answer but the number of the request.
func masked(a answer) string {
	h := a.header.Clone()
	h.Del("X-Request-Id")
	var b strings.Builder
	fmt.Fprintln(&b, a.status)
	if err := h.Write(&b); err != nil {
		return err.Error()
	}
	return b.String() + string(a.body)
}

// In the combined way, whatever was wrong after a right password is the answer to a wrong password.
func TestCombinedHasOneAnswer(t *testing.T) {
	w := newWorld(t, setup{loginForm: web.FormCombined})
	_, p := w.owner()
	c := w.browser()
	try := func(body values) answer {
		body["login"], body["password"] = p.name, p.password
		return c.send("POST", "/login", body)
	}
	want := masked(w.browser().send("POST", "/login", values{"login": "nobody", "password": "x"}))
	tests := map[string]func() values{
		"no code":       func() values { return values{} },
		"an empty code": func() values { return values{"response": ""} },
		"a used code": func() values {
			used := p.code()
			try(values{"kind": "totp", "response": used}).want(c, 201)
			return values{"kind": "totp", "response": used}
		},
		"a wrong code":         func() values { return values{"kind": "totp", "response": p.wrongCode()} },
		"a drifted code":       func() values { return values{"kind": "totp", "response": p.codeAt(4 * time.Minute)} },
		"no code at all":       func() values { return values{"kind": "totp", "response": "hello"} },
		"another kind":         func() values { return values{"kind": "recovery_code", "response": "123456"} },
		"a kind that is none":  func() values { return values{"kind": "carrier pigeon", "response": "123456"} },
		"the password as code": func() values { return values{"kind": "password", "response": p.password} },
		"a wrong recovery":     func() values { return values{"kind": "recovery_code", "response": "0000-0000-0000-0000"} },
	}
	for name, body := range tests {
		if got := masked(try(body())); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
		w.clock.Advance(2 * time.Hour)
	}
	try(values{"response": p.code()}).want(c, 201)
	try(values{"response": p.codes[0]}).want(c, 201)
}

// F02, F11: 0, 0, 0, 1, 2, 4 seconds, the same for names that nobody has, and nothing is compared meanwhile.
func TestPasswordsAreDelayed(t *testing.T) {
	w := newWorld(t, setup{})
	p := w.browser().register()
	for _, name := range []string{p.name, "nobody"} {
		try := func(password string) answer {
			return w.browser().send("POST", "/login", values{"login": name, "password": password})
		}
		for i, wait := range []int{0, 0, 0, 1, 2, 4, 8} {
			if wait > 0 {
				a := try(goodPassword)
				if a.status != 429 || a.header.Get("Retry-After") != fmt.Sprint(wait) || a.get("retry_after") != float64(wait) {
					t.Fatalf("%s, attempt %d: %d, Retry-After %q, want 429 after %d s: %s", name, i+1, a.status, a.header.Get("Retry-After"), wait, a.body)
				}
				w.clock.Advance(time.Duration(wait)*time.Second - time.Millisecond)
				if a := try(goodPassword); a.status != 429 {
					t.Fatalf("%s, attempt %d, a millisecond early: %d", name, i+1, a.status)
				}
				w.clock.Advance(time.Millisecond)
			}
			if a := try("wrong password here"); a.status != 401 || a.get("code") != "wrong" {
				t.Fatalf("%s, attempt %d: %d %s", name, i+1, a.status, a.body)
			}
		}
	}
	w.clock.Advance(time.Minute)
	c := w.browser()
	c.give(p).want(c, 201)
	for range 3 { // a success clears the count
		w.browser().send("POST", "/login", values{"login": p.name, "password": "wrong"}).problem(c, 401, "wrong")
	}
}

// F04: one counter, however the name is typed.
func TestSpellingsShareOneCounter(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	c.send("POST", "/accounts", values{"username": "ada", "email": "Ada@Example.org", "password": goodPassword}).want(c, 201)
	for _, name := range []string{"ada", "ADA", "ada@example.org"} {
		w.browser().send("POST", "/login", values{"login": name, "password": "wrong"}).problem(c, 401, "wrong")
	}
	w.browser().send("POST", "/login", values{"login": " Ada ", "password": goodPassword}).problem(c, 429, "throttled")
}

// F05: a stranger's failures don't delay a browser that signed in before; and that lane is no way round.
func TestKnownBrowserHasALaneOfItsOwn(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	c.send("DELETE", "/session", nil).want(c, 204)
	for range 30 {
		w.browser().send("POST", "/login", values{"login": p.name, "password": "wrong"})
		w.clock.Advance(time.Minute)
	}
	w.browser().give(p).problem(c, 429, "throttled")
	for range 3 {
		c.send("POST", "/login", values{"login": p.name, "password": "wrong"}).problem(c, 401, "wrong")
	}
	c.give(p).problem(c, 429, "throttled")
	w.clock.Advance(time.Second)
	c.give(p).want(c, 201)
}

// Limits by client address count failures, and never bite below 100 a minute.
func TestAddressesAreLimited(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	fail := func(n int, address string) answer {
		b := w.browser()
		b.address = address
		return b.send("POST", "/login", values{"login": fmt.Sprint("nobody", n), "password": "wrong"})
	}
	for n := range 100 {
		fail(n, "[2001:db8::1]:1").problem(c, 401, "wrong")
	}
	limited := 0
	for n := range 900 {
		if a := fail(100+n, fmt.Sprintf("[2001:db8::%x]:1", n+2)); a.status == 429 { // one /64
			limited++
			if a.header.Get("Retry-After") == "" {
				t.Fatal("429 without Retry-After")
			}
		}
	}
	if limited < 300 {
		t.Errorf("of 900 further failures in a minute from one /64, %d were refused", limited)
	}
	fail(2000, "[2001:db8:0:1::1]:1").problem(c, 401, "wrong") // another /64
	c.address = "[2001:db8::77]:1"
	c.give(p).want(c, 201) // the same address, a browser that is known
}

func TestBearerClient(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	c := w.program()
	a := c.give(p).want(c, 202)
	if len(a.text("token")) != 43 || len(a.header.Values("Set-Cookie")) > 0 {
		t.Errorf("%s, cookies %q", a.body, a.header.Values("Set-Cookie"))
	}
	if a := c.send("GET", "/login", nil).want(c, 200); a.get("token") != nil {
		t.Error("a token that was not made was shown")
	}
	login := c.tokens.login
	a = c.send("POST", "/login/response", values{"kind": "totp", "response": p.code()}).want(c, 201)
	if len(a.text("token")) != 43 || len(a.header.Values("Set-Cookie")) > 0 || a.get("session", "aal") != 2.0 {
		t.Errorf("%s, cookies %q", a.body, a.header.Values("Set-Cookie"))
	}
	c.tokens.login = login
	c.send("GET", "/login", nil).problem(c, 401, "login_expired")
	before := c.tokens.session
	c.elevate(p)
	after := c.tokens.session
	if before == after {
		t.Error("elevation made no new token")
	}
	c.tokens.session = before
	a = c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
	if a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Error("401 without WWW-Authenticate")
	}
	c.tokens.session = after
	a = c.send("DELETE", "/session", nil).want(c, 204)
	if len(a.header.Values("Set-Cookie")) > 0 {
		t.Errorf("cookies %q for a bearer client", a.header.Values("Set-Cookie"))
	}
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
}

// G07
func TestSignOut(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	c.register()
	held := c.cookies[sessionCookie]
	c.send("GET", "/session", nil).want(c, 200)
	a := c.send("DELETE", "/session", nil).want(c, 204)
	if got := a.header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	if c.cookies[sessionCookie] != "" || c.cookies["__Host-sallyport_known"] == "" {
		t.Errorf("cookies afterwards: %v", c.cookies)
	}
	c.cookies[sessionCookie] = held
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
}

func TestCancel(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	c := w.browser()
	c.give(p).want(c, 202)
	held := c.cookies[loginCookie]
	c.send("DELETE", "/login", nil).want(c, 204)
	if c.cookies[loginCookie] != "" {
		t.Error("the browser keeps the cookie of a login that was ended")
	}
	c.cookies[loginCookie] = held
	c.send("POST", "/login/response", values{"kind": "totp", "response": p.unusedCode()}).problem(c, 401, "login_expired")
	ended := c.send("DELETE", "/login", nil)
	ended.problem(c, 401, "login_expired")
	if said := string(ended.body); !strings.Contains(said, "was ended, or is complete") {
		t.Errorf("a login that was ended, or a session, is no login that timed out: %s", said)
	}
}

// Signing in anew ends the session that the browser held.
func TestNewSessionReplacesTheOld(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.browser()
	p := c.register()
	old := c.cookies[sessionCookie]
	c.give(p).want(c, http.StatusCreated)
	c.cookies[sessionCookie] = old
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
}
