package web_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// table is an application's own accounts.
type table struct {
	mu        sync.Mutex
	entries   map[string]*core.Entry
	passwords map[string]string
}

func (d *table) add(username, password string) (id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	id = strconv.Itoa(1000 + len(d.entries))
	d.entries[id] = &core.Entry{Account: core.Account{ID: id, Username: username}}
	d.passwords[id] = password
	return id
}

// mail gives an account a confirmed address.
func (d *table) mail(id, address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries[id].Email, d.entries[id].EmailConfirmed = address, true
}

func (d *table) ByLogin(_ context.Context, typed string) (*core.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.entries {
		if typed == e.Username || typed != "" && typed == e.Email {
			found := *e
			return &found, nil
		}
	}
	return nil, nil
}

func (d *table) ByID(_ context.Context, id string) (*core.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e := d.entries[id]; e != nil {
		found := *e
		return &found, nil
	}
	return nil, nil
}

func (d *table) CheckPassword(_ context.Context, id, password string) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return id != "" && d.passwords[id] == password, nil
}

func elsewhere() *web.Elsewhere {
	return &web.Elsewhere{AccountPage: "https://id.example/me", RegistrationPage: "https://id.example/me", ForgottenPage: "https://id.example/me"}
}

// TestRoutesThatAreElsewhere: what the application does itself is absent for everybody, whatever they hold, and says why.
func TestRoutesThatAreElsewhere(t *testing.T) {
	w := newWorld(t, setup{elsewhere: elsewhere()})
	k := w.newCast()
	absent := 0
	for _, route := range w.routes {
		if !slices.Contains(web.OnlyHere(), route.Method+" "+route.Path) {
			continue
		}
		absent++
		for _, stage := range []string{"", stageLogin, stageSession, stageElevated} {
			r := w.request(route.Method, route.Path, strings.NewReader("{}"))
			r.Header.Set("Content-Type", map[string]string{"json": "application/json", "page": "application/x-www-form-urlencoded"}[route.Face])
			if stage != "" {
				putCookies(r, cookieOf(stage), k.token(stage, false))
			}
			a := w.send(r)
			if a.status != http.StatusNotFound || !strings.Contains(string(a.body), "This service keeps names, passwords and addresses on pages of its own") {
				t.Errorf("%s %s for %q: %d %s", route.Method, route.Path, stage, a.status, a.body)
			}
		}
		if changed := k.intact("", false); changed != "" {
			t.Errorf("%s %s: %s", route.Method, route.Path, changed)
		}
	}
	if absent != len(web.OnlyHere()) {
		t.Errorf("%d of the %d routes exist", absent, len(web.OnlyHere()))
	}
}

// TestOnlyTheRightProofElsewhere is the matrix where an application keeps the accounts.
func TestOnlyTheRightProofElsewhere(t *testing.T) {
	onlyTheRightProof(t, setup{rescue: true, support: "help@example.org", codes: true, passkeys: true, passwordless: true, push: true, elsewhere: elsewhere()})
}

// TestPagesElsewhere: no page has a link to one that is absent, and those of the application are linked to.
func TestPagesElsewhere(t *testing.T) {
	for _, form := range []string{web.FormTwoStep, web.FormCombined} {
		w := newWorld(t, setup{elsewhere: elsewhere(), loginForm: form, passwordless: true, passkeys: form == web.FormTwoStep, push: true})
		id := w.table.add("ada", goodPassword)
		w.table.mail(id, "ada@example.org")
		v := w.visitor()
		v.get("/login").shows(200, `href="https://id.example/me"`).lacksAbsent()
		v.post("/login", "login=ada", "password=wrong").shows(422).lacksAbsent()
		v.post("/login", "login=ada", "password="+goodPassword).leads("/account")
		v.get("/account").shows(200, "ada@example.org", `href="https://id.example/me"`).lacksAbsent()
		for _, path := range []string{"/account/not-me", "/account/activity", "/account/sessions", "/account/confirm", "/account/confirm/lost", "/push"} {
			v.get(path).shows(200).lacksAbsent()
		}
		if to := w.send(w.request("GET", "/.well-known/change-password", nil)).header.Get("Location"); to != "https://id.example/me" {
			t.Errorf("the page for password managers: %q", to)
		}
	}
}

// lacksAbsent fails the test when the page links to what is not there.
func (s seen) lacksAbsent() {
	s.t.Helper()
	for _, route := range web.OnlyHere() {
		_, path, _ := strings.Cut(route, " ")
		for _, attribute := range []string{"href", "action", "formaction"} {
			s.lacks(fmt.Sprintf(`%s="/auth%s"`, attribute, path), fmt.Sprintf(`%s="/auth%s?`, attribute, path))
		}
	}
}

// TestLoginPageElsewhere: the application's own page is led to, and told where from.
func TestLoginPageElsewhere(t *testing.T) {
	pages := elsewhere()
	pages.LoginPage = "https://id.example/enter?a=b"
	w := newWorld(t, setup{elsewhere: pages})
	for path, want := range map[string]string{
		"/login":                              "https://id.example/enter?a=b",
		"/login?return_to=%2Finbox%3Fx%3D1":   "https://id.example/enter?a=b&return_to=%2Finbox%3Fx%3D1",
		"/login?return_to=https://evil.org":   "https://id.example/enter?a=b",
		"/login?return_to=%2F%2Fevil.org%2Fx": "https://id.example/enter?a=b",
	} {
		a := w.send(w.request("GET", path, nil))
		if got := a.header.Get("Location"); a.status != 303 || got != want {
			t.Errorf("%s leads to %d %q, want %q", path, a.status, got, want)
		}
	}
	// A form of the Gate's that ends there, such as that of signing out, ends nowhere in Chromium without.
	if policy := w.visitor().get("/nowhere").header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; form-action 'self' https://id.example") {
		t.Errorf("forms may lead to other places: %s", policy)
	}
	pages.LoginPage = "/enter"
	w = newWorld(t, setup{elsewhere: pages})
	if policy := w.visitor().get("/nowhere").header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; form-action 'self'") {
		t.Errorf("forms may lead to other places: %s", policy)
	}
}

// TestElsewhereAnswersAlike: byte for byte, whoever is meant.
func TestElsewhereAnswersAlike(t *testing.T) {
	w := newWorld(t, setup{elsewhere: elsewhere(), passwordless: true})
	w.table.mail(w.table.add("ada", goodPassword), "ada@example.org")
	w.table.mail(w.table.add("bob", goodPassword), "bob@example.org")
	shut := w.table.add("eve", goodPassword)
	w.table.entries[shut].Disabled = true
	var first [2]string
	for i, in := range [][2]string{{"ada", "wrong"}, {"nobody", "wrong"}, {"bob@example.org", "wrong"}, {"eve", goodPassword}, {"\u2063nobody", "wrong"}} {
		for face, got := range []string{
			answerText(w.browser().send("POST", "/login", values{"login": in[0], "password": in[1]})),
			strings.ReplaceAll(w.visitor().post("/login", "login="+in[0], "password="+in[1]).body, `value="`+in[0]+`"`, "NAME"),
		} {
			if i == 0 {
				first[face] = got
			}
			if got != first[face] {
				t.Errorf("%q is answered otherwise:\n%s\n%s", in[0], got, first[face])
			}
		}
	}
}

// answerText is all of an answer but what differs each time.
func answerText(a answer) string {
	header := a.header.Clone()
	header.Del("X-Request-Id")
	return fmt.Sprint(a.status, header, string(a.body))
}
