package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
)

const goodPassword = "correct horse battery staple"

// client is one program or browser: it keeps cookies, or a bearer token.
type client struct {
	w       *world
	bearer  bool
	cookies map[string]string // by name; what a browser would send
	tokens  struct{ login, session string }
	address string
}

func (w *world) browser() *client { return &client{w: w, cookies: map[string]string{}} }
func (w *world) program() *client {
	return &client{w: w, bearer: true, cookies: map[string]string{}}
}

// values is a JSON object.
type values map[string]any

// send sends one JSON request; a nil body sends none.
func (c *client) send(method, path string, body values) answer {
	c.w.t.Helper()
	return c.sendRaw(c.w.jsonRequest(method, path, body), path)
}

func (w *world) jsonRequest(method, path string, body values) *http.Request {
	w.t.Helper()
	if body == nil {
		return w.request(method, "/api/v1"+path, nil)
	}
	raw, err := json.Marshal(body)
	must(w.t, err)
	r := w.request(method, "/api/v1"+path, strings.NewReader(string(raw)))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// sendRaw adds what the client holds, and keeps what comes back.
func (c *client) sendRaw(r *http.Request, path string) answer {
	c.w.t.Helper()
	if c.address != "" {
		r.RemoteAddr = c.address
	}
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if token := c.tokenFor(path); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a := c.w.send(r)
	c.keep(a)
	return a
}

func (c *client) tokenFor(path string) string {
	if !c.bearer {
		return ""
	}
	if strings.HasPrefix(path, "/login") {
		return c.tokens.login
	}
	return c.tokens.session
}

func (c *client) keep(a answer) {
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
		} else {
			c.cookies[cookie.Name] = cookie.Value
		}
	}
	var got struct{ Status, Token string }
	if json.Unmarshal(a.body, &got) != nil || got.Token == "" {
		return
	}
	if got.Status == "signed_in" {
		c.tokens.session, c.tokens.login = got.Token, ""
	} else {
		c.tokens.login = got.Token
	}
}

// transport adds what a bearer client asks for.
func (c *client) transport(body values) values {
	if c.bearer {
		body["transport"] = "bearer"
	}
	return body
}

// want fails the test when the status is another.
func (a answer) want(c *client, status int) answer {
	c.w.t.Helper()
	if a.status != status {
		c.w.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// problem fails the test when the answer is not a problem of that code and status.
func (a answer) problem(c *client, status int, code string) answer {
	c.w.t.Helper()
	if got := a.get("code"); a.status != status || got != code {
		c.w.t.Fatalf("%d %v, want %d %s: %s", a.status, got, status, code, a.body)
	}
	return a
}

// get reads a value by its path of keys and indices; nil when there is none.
func (a answer) get(path ...any) any {
	var v any
	if json.Unmarshal(a.body, &v) != nil {
		return nil
	}
	for _, step := range path {
		switch at := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[at]
		case int:
			l, _ := v.([]any)
			if at >= len(l) {
				return nil
			}
			v = l[at]
		}
	}
	return v
}

func (a answer) text(path ...any) string { return fmt.Sprint(a.get(path...)) }

// person is an account as its owner knows it.
type person struct {
	w             *world
	id            string
	name          string
	email         string // confirmed, where there is one
	password      string
	authenticator string // of the one that is bound, if any
	key           otp.Key
	lastStep      int64
	codes         []string
	signedIn      *client
}

// register makes an account with c, which is signed in then, unless the policy asks for more.
func (c *client) register() *person {
	c.w.t.Helper()
	c.w.people++
	p := &person{w: c.w, name: fmt.Sprintf("person%d", c.w.people), password: goodPassword}
	if c.w.table != nil {
		p.id = c.w.table.add(p.name, p.password)
		if a := c.give(p); a.status != http.StatusCreated && a.status != http.StatusAccepted {
			c.w.t.Fatalf("signing in for the first time: %d %s", a.status, a.body)
		}
		return p
	}
	a := c.send("POST", "/accounts", c.transport(values{"username": p.name, "password": p.password}))
	if a.status != http.StatusCreated && a.status != http.StatusAccepted {
		c.w.t.Fatalf("registering: %d %s", a.status, a.body)
	}
	row, err := c.w.machine.Lookup(c.w.t.Context(), p.name)
	must(c.w.t, err)
	p.id = row.Account.ID
	return p
}

// give takes the password step of p.
func (c *client) give(p *person) answer {
	c.w.t.Helper()
	return c.send("POST", "/login", c.transport(values{"login": p.name, "password": p.password}))
}

// signIn signs p in with all that is bound.
func (c *client) signIn(p *person) answer {
	c.w.t.Helper()
	a := c.give(p)
	if p.authenticator == "" {
		return a.want(c, http.StatusCreated)
	}
	a.want(c, http.StatusAccepted)
	return c.send("POST", "/login/response", values{"kind": "totp", "response": p.code()}).want(c, http.StatusCreated)
}

// elevate proves p again.
func (c *client) elevate(p *person) answer {
	c.w.t.Helper()
	body := values{"kind": "password", "response": p.password}
	if p.authenticator != "" {
		body = values{"kind": "totp", "response": p.code()}
	}
	return c.send("POST", "/session/elevate", body).want(c, http.StatusOK)
}

// bind binds a code app to p, whom c is signed in as.
func (c *client) bind(p *person) {
	c.w.t.Helper()
	c.elevate(p)
	b := c.send("POST", "/authenticators", values{"kind": "totp", "label": "Phone"}).want(c, http.StatusCreated)
	p.takeKey(b)
	done := c.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": p.code()}).want(c, http.StatusOK)
	p.bound(done, done.text("authenticator", "id"))
}

func (p *person) takeKey(binding answer) {
	p.w.t.Helper()
	secret, err := otp.ParseSecret(binding.text("secret"))
	must(p.w.t, err)
	p.key, err = otp.NewKey(secret, otp.Options{})
	must(p.w.t, err)
	p.lastStep = 0
}

func (p *person) bound(a answer, id string) {
	p.authenticator = id
	list, _ := a.get("recovery_codes").([]any)
	p.codes = nil
	for _, code := range list {
		p.codes = append(p.codes, code.(string))
	}
}

// code is one that was not used yet: the clock goes on to the next time step where that is needed.
func (p *person) code() string {
	p.w.t.Helper()
	code := p.unusedCode()
	p.lastStep = p.step()
	return code
}

// unusedCode is code for a request that is not meant to use it up.
func (p *person) unusedCode() string {
	p.w.t.Helper()
	for p.step() <= p.lastStep {
		p.w.clock.Advance(30 * time.Second)
	}
	return p.codeAt(0)
}

func (p *person) step() int64 { return p.w.clock.Now().Unix() / 30 }

// codeAt is the code of a moment that lies off from now.
func (p *person) codeAt(off time.Duration) string {
	p.w.t.Helper()
	code, err := p.key.TOTP(p.w.clock.Now().Add(off))
	must(p.w.t, err)
	return code.String()
}

// wrongCode is right in no step near the present.
func (p *person) wrongCode() string {
	near := map[string]bool{}
	for k := -60; k <= 60; k++ {
		near[p.codeAt(time.Duration(k)*30*time.Second)] = true
	}
	for n := 0; ; n++ {
		if code := fmt.Sprintf("%06d", n); !near[code] {
			return code
		}
	}
}

// owner is a browser that is signed in to a new account with a code app.
func (w *world) owner() (*client, *person) {
	w.t.Helper()
	c := w.browser()
	p := c.register()
	c.bind(p)
	return c, p
}

// mustBind gives c a login of a new account that has to bind a first authenticator.
func (c *client) mustBind() *person {
	c.w.t.Helper()
	first := c.w.browser()
	p := first.register()
	id := first.send("GET", "/session", nil).text("session", "account", "id")
	must(c.w.t, c.w.machine.SetPolicy(c.w.t.Context(), core.Caller{}, id, "required"))
	first.send("DELETE", "/session", nil)
	if a := c.give(p).want(c, http.StatusAccepted); a.get("status") != "must_bind" {
		c.w.t.Fatalf("status %v, want must_bind", a.get("status"))
	}
	return p
}

// bindFirst binds p's first authenticator, whose login c holds.
func (c *client) bindFirst(p *person) answer {
	c.w.t.Helper()
	b := c.send("POST", "/login/authenticators", values{"kind": "totp"}).want(c, http.StatusCreated)
	p.takeKey(b)
	done := c.send("POST", "/login/authenticators/"+b.text("id")+"/confirm", values{"response": p.code()}).want(c, http.StatusCreated)
	list := c.send("GET", "/authenticators", nil)
	p.bound(done, list.text("authenticators", 0, "id"))
	return done
}
