package web_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/web"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The table of routes is looked at by people whenever it changes.
func TestRouteTableIsGolden(t *testing.T) {
	var b strings.Builder
	for _, r := range newWorld(t, setup{}).routes {
		fmt.Fprintf(&b, "%-6s %-48s %-9s %s\n", r.Method, r.Path, r.Proof, r.Face)
	}
	golden := filepath.Join("testdata", "routes.golden")
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the routes have changed; look at what they ask for, then run with -update:\n%s", diff)
	}
}

// Every route with every kind of credential: only what proves enough gets anywhere, and what is refused
// changes nothing. Requests are such that they would succeed if they were let in.
func TestOnlyTheRightProofOpensARoute(t *testing.T) {
	onlyTheRightProof(t, setup{rescue: true, support: "help@example.org", codes: true, passkeys: true, passwordless: true, push: true})
}

func onlyTheRightProof(t *testing.T, in setup) {
	t.Helper()
	for _, route := range newWorld(t, in).routes {
		if in.elsewhere != nil && slices.Contains(web.OnlyHere(), route.Method+" "+route.Path) {
			continue
		}
		t.Run(route.Method+" "+route.Path, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, in)
			all := whatProves() // in what way a token is wrong is no matter of where the account is
			if in.elsewhere == nil {
				dead := w.deadTokens()
				all = credentials(append(w.oldTokens(), dead...))
			}
			k := w.newCast()
			for _, c := range all {
				allowed, primary := c.allowed(route.Proof, route.Face)
				a := k.try(route, c)
				switch {
				case !allowed:
					k.mustBeRefused(route, c, a)
				case primary && !succeeded(route, a):
					t.Errorf("%s: %d %s %s", c.name, a.status, a.header.Get("Location"), a.body)
				}
				if allowed && route.Method != http.MethodGet && c.stage != "" {
					k = w.newCast()
				}
			}
		})
	}
}

// try sends the route's request with a credential.
func (k *cast) try(route web.RouteLine, c credential) answer {
	k.w.t.Helper()
	switch { // what is set up ends the sessions of actors, and making one takes time and codes: both come first
	case strings.Contains(route.Path, "/login/passkey"):
		k.bindPhone()
	case strings.Contains(route.Path, "/push/"), strings.HasSuffix(route.Path, "/prompt"):
		k.bindBrowser()
		k.w.clock.Advance(4 * time.Minute) // it is not asked too often
	case strings.HasSuffix(route.Path, "/session/challenge"), strings.HasSuffix(route.Path, "/confirm/challenge"):
		k.bindMailbox()
	}
	c.put(k, k.w.request("GET", "/", nil))
	path, body := k.requestFor(route, c)
	r := k.w.request(route.Method, path, nil)
	if body != nil {
		media := "application/x-www-form-urlencoded"
		text := encodeForm(body)
		if route.Face == "json" {
			raw, err := json.Marshal(body)
			must(k.w.t, err)
			media, text = "application/json", string(raw)
		}
		r = k.w.request(route.Method, path, strings.NewReader(text))
		r.Header.Set("Content-Type", media)
	}
	c.put(k, r)
	if route.Path == "/login/passkey" { // what the question came with
		r.AddCookie(&http.Cookie{Name: passkeyCookie, Value: k.asker.cookies[passkeyCookie]})
	}
	if route.Path == "/login/mailed/response" && k.mailer != nil { // likewise
		r.AddCookie(&http.Cookie{Name: mailedCookie, Value: k.mailer.cookies[mailedCookie]})
	}
	return k.w.send(r)
}

func encodeForm(body values) string {
	form := url.Values{}
	for name, value := range body {
		form.Set(name, fmt.Sprint(value))
	}
	return form.Encode()
}

// requestFor is a path and a body that succeed with the right proof.
func (k *cast) requestFor(route web.RouteLine, c credential) (path string, body values) {
	k.w.t.Helper()
	bearer := c.bearer
	k.w.people++
	fresh := fmt.Sprintf("somebody%d", k.w.people)
	owner := k.owner
	id := owner.authenticator
	switch route.Method + " " + strings.TrimPrefix(route.Path, "/api/v1") {
	case "POST /accounts", "POST /register":
		body = values{"username": fresh, "password": goodPassword}
	case "POST /login":
		body = values{"login": owner.name, "password": owner.password}
	case "POST /login/response", "POST /session/elevate":
		body = values{"kind": "totp", "response": owner.unusedCode()}
	case "POST /login/verify", "POST /account/confirm":
		body = values{"code": owner.unusedCode()}
	case "POST /login/authenticators", "POST /authenticators", "POST /account/authenticators/new":
		body = values{"kind": "totp"}
	case "POST /login/authenticators/{id}/confirm":
		var code string
		id, code = k.pending(stageMustBind, bearer)
		body = values{"response": code}
	case "POST /login/setup":
		_, code := k.pending(stageMustBind, false)
		body = values{"code": code}
	case "POST /login/authenticators/{id}/challenge", "POST /login/setup/challenge":
		id = k.pendingMailbox(stageMustBind, bearer)
	case "POST /authenticators/{id}/challenge", "POST /account/authenticators/{id}/challenge":
		id = k.pendingMailbox(stageElevated, bearer)
	case "POST /session/challenge", "POST /account/confirm/challenge":
		body = values{"authenticator": k.mailbox}
	case "POST /authenticators/{id}/confirm":
		var code string
		id, code = k.pending(stageElevated, bearer)
		body = values{"response": code}
	case "GET /account/authenticators/{id}/confirm", "POST /account/authenticators/{id}/confirm":
		var code string
		id, code = k.pending(stageElevated, false)
		body = values{"code": code}
	case "PATCH /authenticators/{id}", "POST /account/authenticators/{id}":
		body = values{"label": "Renamed"}
	case "DELETE /sessions/{id}", "POST /account/sessions/{id}/end":
		id = k.observer.send("GET", "/session", nil).text("session", "id")
	case "PUT /password", "POST /account/password":
		body = values{"current": owner.password, "new": "quite another password"}
	case "POST /account/recovery-codes/download", "POST /account/recovery-codes/saved":
		body = values{"codes": owner.codes[0], "saved": "1"}
	default:
		if route.Face == "page" {
			id, body = k.lifePage(route.Method+" "+route.Path, id)
		} else {
			id, body = k.lifeRequest(route.Method+" "+strings.TrimPrefix(route.Path, "/api/v1"), id, c)
		}
	}
	if route.Method == http.MethodGet {
		body = nil
	}
	path = strings.ReplaceAll(route.Path, "{id}", id)
	path = strings.ReplaceAll(path, "{file}", k.w.staticFile())
	return strings.ReplaceAll(path, "{$}", ""), body
}

// staticFile is the name of a file that the sign-in page loads.
func (w *world) staticFile() string {
	w.t.Helper()
	page := string(w.send(w.request("GET", "/login", nil)).body)
	_, rest, _ := strings.Cut(page, w.public.Path+"/static/")
	name, _, found := strings.Cut(rest, `"`)
	if !found {
		w.t.Fatalf("the sign-in page loads nothing: %s", page)
	}
	return name
}

// endsAtSignIn is where the routes lead whose success leads to a page of the sign-in.
func endsAtSignIn() map[string]string {
	return map[string]string{
		"POST /login/setup/challenge": "/login/setup", "POST /account/confirm/challenge": codeSent,
		"GET /{$}": "/login", "POST /login": "/login/verify", "POST /login/mailed": "/login/mailed", "POST /login/cancel": "/login", "POST /logout": "/login",
		"POST /login/challenge": "/login/verify?with=email", "POST /login/lost/help": "/login/lost",
		"POST /recover/reset": "/login", "POST /recover/cancel": "/login",
		"POST /verify-email":       "/login",
		"POST /account/email/undo": "/login", "POST /account/delete": "/login",
	}
}

// codeSent is where a code that was sent is typed.
const codeSent = "/account/confirm?return_to=%2Fauth%2Faccount&with="

func succeeded(route web.RouteLine, a answer) bool {
	if a.status == http.StatusSeeOther && route.Face == "page" {
		to, isSignIn := endsAtSignIn()[route.Method+" "+route.Path]
		led := a.header.Get("Location") == "/auth"+to || to == codeSent && strings.HasPrefix(a.header.Get("Location"), "/auth"+to)
		return !leadsToAProof(a) || isSignIn && led
	}
	return a.status >= 200 && a.status < 300
}

// leadsToAProof says whether a redirect asks for a proof.
func leadsToAProof(a answer) bool {
	to := strings.TrimPrefix(a.header.Get("Location"), "/auth")
	return strings.HasPrefix(to, "/login") || strings.HasPrefix(to, "/account/confirm")
}

// mustBeRefused holds a refusal to its form: no success, nothing handed out, nothing changed.
func (k *cast) mustBeRefused(route web.RouteLine, c credential, a answer) {
	k.w.t.Helper()
	refused := slices.Contains([]int{401, 403, 409, 422}, a.status)
	if a.status == http.StatusSeeOther && route.Face == "page" {
		// Who is signed in and sends a form of the sign-in again is led on to the account.
		account := []string{"/auth/account"}
		away := strings.HasPrefix(route.Path, "/login/") && slices.Contains(account, a.header.Get("Location"))
		refused = leadsToAProof(a) || away
	}
	if !refused || (c.both && a.status != http.StatusUnprocessableEntity) {
		k.w.t.Errorf("%s: let in: %d %s %s", c.name, a.status, a.header.Get("Location"), a.body)
	}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		if cookie.MaxAge >= 0 && !strings.HasSuffix(cookie.Name, "sallyport_notice") { // a sentence of ours
			k.w.t.Errorf("%s: refused, and given the cookie %s", c.name, cookie.Name)
		}
	}
	if changed := k.intact(c.stage, c.bearer); changed != "" {
		k.w.t.Errorf("%s: refused, and %s", c.name, changed)
	}
}
