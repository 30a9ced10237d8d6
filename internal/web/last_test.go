package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/webauthn/virtual"
)

const lastCookie = "__Host-sallyport_last"

// manifold is somebody with a code app, a passkey and a mailbox, used last in that order, and their ids. The browser that bound
// them is not the one that is returned.
func (w *world) manifold() (p *person, phone *virtual.Authenticator, app, passkey, mailbox string) {
	w.t.Helper()
	phone = w.phone()
	c, p, passkey := w.passkeyOwner(phone)
	c.giveAddress(p)
	c.elevate(p)
	b := c.send("POST", "/authenticators", values{"kind": "email"}).want(c, http.StatusCreated)
	done := c.send("POST", "/authenticators/"+b.text("id")+"/confirm", values{"response": w.sentCode(core.MailCode, p.email)}).want(c, http.StatusOK)
	mailbox = done.text("authenticator", "id")
	other := w.browser()
	other.signIn(p)
	w.clock.Advance(time.Minute)
	other.give(p)
	other.send("POST", "/login/response", values{"kind": "webauthn", "response": answers(w.t, phone, other.asks("/login/challenge", passkey))}).want(other, http.StatusCreated)
	w.clock.Advance(time.Minute)
	other.give(p)
	other.send("POST", "/login/challenge", values{"authenticator": mailbox}).want(other, http.StatusAccepted)
	code := values{"kind": "email", "response": w.sentCode(core.MailCode, p.email), "authenticator": mailbox}
	other.send("POST", "/login/response", code).want(other, http.StatusCreated)
	w.clock.Advance(time.Minute)
	return p, phone, p.authenticator, passkey, mailbox
}

// order are the ids of an offer, without recovery codes, which come last.
func (a answer) order(t *testing.T) (ids []string) {
	t.Helper()
	for _, o := range a.get("offer").([]any) {
		ids = append(ids, o.(map[string]any)["id"].(string))
	}
	if len(ids) == 0 || ids[len(ids)-1] != "recovery_code" {
		t.Fatalf("recovery codes are not last: %s", a.body)
	}
	return ids[:len(ids)-1]
}

// TestOfferFollowsTheBrowser: JSON and pages, a login and a session have one order, and it is that of the browser that asks.
func TestOfferFollowsTheBrowser(t *testing.T) {
	w := newWorld(t, setup{passkeys: true, codes: true})
	p, _, app, passkey, mailbox := w.manifold()
	c, bare := w.browser(), w.browser()
	if got := c.give(p).order(t); !slices.Equal(got, []string{mailbox, passkey, app}) {
		t.Errorf("at first: %q", got)
	}
	c.signIn(p) // with the app
	want := []string{app, mailbox, passkey}
	if got := c.cookies[lastCookie]; got != app {
		t.Errorf("the browser has %q", got)
	}
	if got := c.send("GET", "/session/elevate", nil).order(t); !slices.Equal(got, want) {
		t.Errorf("to elevate: %q", got)
	}
	c.inOrder(t, "/account/confirm", want)
	if got := c.give(p).order(t); !slices.Equal(got, want) {
		t.Errorf("202: %q", got)
	}
	if got := c.send("GET", "/login", nil).order(t); !slices.Equal(got, want) {
		t.Errorf("asked anew: %q", got)
	}
	c.inOrder(t, "/login/verify", want)
	if got := bare.give(p).order(t); !slices.Equal(got, []string{app, mailbox, passkey}) { // the account's own last
		t.Errorf("another browser: %q", got)
	}
}

// inOrder holds a page to an order: the form that it shows, and its links.
func (c *client) inOrder(t *testing.T, page string, want []string) {
	t.Helper()
	body := string(c.sendRaw(c.w.request("GET", page, nil), page).body)
	if len(want) != 3 || !strings.Contains(body, "Enter the code from your app") && !strings.Contains(body, "Enter a code from your app") {
		t.Errorf("%s does not begin with the app:\n%s", page, body)
	}
	send, key := strings.Index(body, `value="`+want[1]+`"`), strings.Index(body, "with=webauthn")
	if send < 0 || key < send {
		t.Errorf("%s: the mailbox at %d, the passkey at %d", page, send, key)
	}
}

// TestLastUsedProvesNothing: whatever a browser says was used last changes an order, and nothing else.
func TestLastUsedProvesNothing(t *testing.T) {
	w := newWorld(t, setup{passkeys: true, codes: true})
	p, _, app, passkey, mailbox := w.manifold()
	usual := []string{mailbox, passkey, app}
	_, stranger := w.owner()
	for name, c := range map[string]struct {
		value string
		want  []string
	}{
		"ours":                {app, []string{app, mailbox, passkey}},
		"another's":           {stranger.authenticator, usual},
		"another's, and ours": {stranger.authenticator + "." + app, []string{app, mailbox, passkey}},
		"nobody's":            {"AAAAAAAAAAAAAAAAAAAAAAAAAA", usual},
		"an offer's":          {"recovery_code", usual},
		"lower case":          {strings.ToLower(app), usual},
		"cut at what is odd":  {passkey + ".x'--." + app, []string{passkey, mailbox, app}},
		"odd from the start":  {"<i>." + app, usual},
		"an empty one":        {"." + app, usual},
		"seven strangers":     {strings.Repeat("A", 7) + "." + "B.C.D.E.F.G." + app, []string{app, mailbox, passkey}},
		"eight strangers":     {"A.B.C.D.E.F.G.H." + app, usual},
		"twice":               {"A.A." + app, usual},
		"long ids":            {strings.Repeat("A", 65) + "." + app, usual},
		"long":                {app + "." + strings.Repeat("A", 8*65), usual},
		"very long":           {app + strings.Repeat(".A", 1900), usual},
	} {
		b := w.browser()
		b.cookies[lastCookie] = c.value
		if got := b.give(p).want(b, http.StatusAccepted).order(t); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
		b.send("GET", "/session", nil).problem(b, http.StatusUnauthorized, "not_signed_in")
	}
	r := w.jsonRequest("POST", "/login", values{"login": p.name, "password": p.password})
	r.Header.Set("Cookie", lastCookie+"="+app+"; "+lastCookie+"="+passkey)
	if got := w.send(r).order(t); !slices.Equal(got, usual) {
		t.Errorf("two cookies: %q", got)
	}
	program := w.program()
	program.give(p)
	r = w.request("GET", "/api/v1/login", nil)
	r.Header.Set("Authorization", "Bearer "+program.tokens.login)
	r.Header.Set("Cookie", lastCookie+"="+app)
	if got := w.send(r).order(t); !slices.Equal(got, usual) {
		t.Errorf("a program's cookie: %q", got)
	}
}

// TestLastUsedIsKept: after a right answer of an authenticator, the latest first and eight at most; after nothing else.
func TestLastUsedIsKept(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	maker, p := w.owner()
	if got := maker.cookies[lastCookie]; got != "" {
		t.Errorf("after an app was set up: %q", got)
	}
	maker.elevate(p)
	passkey := maker.bindPasskey(phone)
	if got := maker.cookies[lastCookie]; got != passkey+"."+p.authenticator {
		t.Errorf("after a passkey was made: %q", got)
	}
	c := w.browser()
	c.give(p)
	c.send("POST", "/login/response", values{"kind": "totp", "response": p.wrongCode()})
	nobody := w.browser()
	nobody.register()
	nobody.send("POST", "/session/elevate", values{"kind": "password", "response": goodPassword}).want(nobody, http.StatusOK)
	recovered := w.browser()
	recovered.give(p)
	recovered.send("POST", "/login/response", values{"kind": "recovery_code", "response": p.codes[0]}).want(recovered, http.StatusCreated)
	program := w.program()
	program.signIn(p)
	for what, c := range map[string]*client{"a wrong code": c, "a password": nobody, "a recovery code": recovered, "a program": program} {
		if c.cookies[lastCookie] != "" {
			t.Errorf("after %s: %q", what, c.cookies[lastCookie])
		}
	}
	c.signIn(p)
	options, _ := c.alone()
	c.answerAlone("", answers(t, phone, options)).want(c, http.StatusCreated)
	if got := c.cookies[lastCookie]; got != passkey+"."+p.authenticator {
		t.Errorf("after the app, and the passkey alone: %q", got)
	}
	c.elevate(p)
	if got := c.cookies[lastCookie]; got != p.authenticator+"."+passkey {
		t.Errorf("after the app again: %q", got)
	}
	c.cookies[lastCookie] = "A.B.C.D.E.F.G." + passkey
	c.signIn(p)
	if got := c.cookies[lastCookie]; got != p.authenticator+".A.B.C.D.E.F.G" {
		t.Errorf("after eight others: %q", got)
	}
	c.send("DELETE", "/session", nil).want(c, http.StatusNoContent)
	if c.cookies[lastCookie] == "" {
		t.Error("it went with the session")
	}
}

// TestFavouriteIsTheOwners: in JSON and on pages.
func TestFavouriteIsTheOwners(t *testing.T) {
	w := newWorld(t, setup{passkeys: true, codes: true})
	p, _, app, passkey, mailbox := w.manifold()
	c := w.browser()
	c.signIn(p)
	other, _ := w.owner()
	other.send("PATCH", "/authenticators/"+passkey, values{"favourite": true}).problem(other, http.StatusNotFound, "not_found")
	c.send("PATCH", "/authenticators/"+passkey, values{}).problem(c, http.StatusUnprocessableEntity, "invalid")
	c.send("PATCH", "/authenticators/"+passkey, values{"favourite": true, "label": "Key"}).want(c, http.StatusNoContent)
	list := c.send("GET", "/authenticators", nil)
	if list.get("authenticators", 1, "favourite") != true || list.get("authenticators", 1, "label") != "Key" || list.get("authenticators", 0, "favourite") != nil {
		t.Errorf("%s", list.body)
	}
	if got := w.browser().give(p).order(t); !slices.Equal(got, []string{passkey, app, mailbox}) {
		t.Errorf("%q", got)
	}
	if got := c.give(p).order(t); !slices.Equal(got, []string{app, passkey, mailbox}) {
		t.Errorf("where the app was used: %q", got)
	}
	page := func(path string) string { return string(c.sendRaw(c.w.request("GET", path, nil), path).body) }
	if account := page("/account"); strings.Count(account, "Offered first") != 1 || !strings.Contains(account, "Key</strong> <span class=\"tag\">Offered first") {
		t.Error("the list does not say which")
	}
	press := func(id, want string) {
		t.Helper()
		path := "/account/authenticators/" + id
		if body := page(path); !strings.Contains(body, want) {
			t.Errorf("the page of it lacks %q:\n%s", want, body)
		}
		r := w.request("POST", path+"/favourite", strings.NewReader("favourite="+between(page(path), `name="favourite" value="`, `"`)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if a := c.sendRaw(r, path); a.status != http.StatusSeeOther {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	press(mailbox, "Offer this one first")
	if got := w.browser().give(p).order(t); got[0] != mailbox {
		t.Errorf("%q", got)
	}
	press(mailbox, "offer it first")
	if account := page("/account"); strings.Contains(account, "Offered first") || !strings.Contains(account, "not offered first any more") {
		t.Errorf("it is still marked, or nothing is said:\n%s", account)
	}
}
