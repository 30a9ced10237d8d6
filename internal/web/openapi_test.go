package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/core"
)

// Both directions: what is routed is documented, and what is documented is routed; and the document says
// of each operation the proof that its mount asks for.
func TestDocumentHasTheRoutes(t *testing.T) {
	w := newWorld(t, setup{})
	routed := map[string]string{}
	for _, r := range w.routes {
		if path, ok := strings.CutPrefix(r.Path, "/api/v1"); ok {
			routed[r.Method+" "+path] = r.Proof
		}
	}
	documented := map[string]string{}
	for path, item := range w.checked.doc["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			proof, _ := op.(map[string]any)["x-sallyport-proof"].(string)
			documented[strings.ToUpper(method)+" "+path] = proof
		}
	}
	if diff := cmp.Diff(routed, documented); diff != "" {
		t.Errorf("routes (-) and openapi.json (+) differ:\n%s", diff)
	}
}

func TestDocumentNamesTheSecurityOfEachProof(t *testing.T) {
	d := newDescribed(t)
	want := map[string]any{
		"nothing": []any{}, "login": schemes("loginCookie"), "must_bind": schemes("loginCookie"),
		"session": schemes("sessionCookie"), "elevated": schemes("sessionCookie"),
	}
	for path, item := range d.doc["paths"].(map[string]any) {
		for method, v := range item.(map[string]any) {
			op := v.(map[string]any)
			if diff := cmp.Diff(want[op["x-sallyport-proof"].(string)], op["security"]); diff != "" {
				t.Errorf("%s %s: security (-want +got):\n%s", method, path, diff)
			}
		}
	}
}

func schemes(cookie string) []any {
	return []any{map[string]any{cookie: []any{}}, map[string]any{"bearer": []any{}}}
}

func TestDocumentRefusesWhatIsNotDescribed(t *testing.T) {
	d := newDescribed(t)
	for path, item := range d.doc["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			walk(fmt.Sprint(method, " ", path), op, func(at string, schema map[string]any) {
				t.Errorf("%s: an object schema without additionalProperties: false", at)
			})
		}
	}
	walk("components", d.doc["components"].(map[string]any)["schemas"], func(at string, schema map[string]any) {
		t.Errorf("%s: an object schema without additionalProperties: false", at)
	})
}

// walk calls fn for every schema of an object that lets further properties pass. The document itself and what browsers read
// and write of passkeys may: they are described elsewhere.
func walk(at string, v any, fn func(string, map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "object" && v["additionalProperties"] != false && !strings.HasPrefix(at, "get /openapi.json") && !isWebAuthns(at) {
			fn(at, v)
		}
		for k, inner := range v {
			walk(at+"/"+k, inner, fn)
		}
	case []any:
		for i, inner := range v {
			walk(fmt.Sprint(at, "/", i), inner, fn)
		}
	}
}

func isWebAuthns(at string) bool {
	return at == "components/Response/oneOf/1" || at == "components/Subscription/properties/subscription" || strings.HasSuffix(at, "/properties/options")
}

// Every example is what it is an example of.
func TestExamplesAreAsDescribed(t *testing.T) {
	d := newDescribed(t)
	found := 0
	var look func(at string, v any)
	look = func(at string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			return
		}
		for _, example := range examples(m) {
			found++
			if err := d.validate(at+"/schema", encode(t, example)); err != nil {
				t.Errorf("%s: %v", at, err)
			}
		}
		for k, inner := range m {
			look(at+pointer(k), inner)
		}
	}
	look("", d.doc)
	if found < 40 {
		t.Errorf("%d examples: some operation has none", found)
	}
}

func examples(media map[string]any) []any {
	if media["schema"] == nil {
		return nil
	}
	var out []any
	if e, ok := media["example"]; ok {
		out = append(out, e)
	}
	named, _ := media["examples"].(map[string]any)
	for _, e := range named {
		out = append(out, e.(map[string]any)["value"])
	}
	return out
}

// The checker itself: a wrong answer is caught.
func TestWrongAnswersAreCaught(t *testing.T) {
	good := `{"remaining":10,"created_at":"2026-11-22T09:30:00Z"}`
	problem := `{"type":"about:blank","title":"Unauthorized","status":401,"code":"wrong","detail":"x"}`
	tests := []struct {
		name, method, path, media, body string
		status                          int
		caught                          bool
	}{
		{"as described", "GET", "/recovery-codes", "application/json", good, 200, false},
		{"a field too many", "GET", "/recovery-codes", "application/json", `{"remaining":10,"account":"x"}`, 200, true},
		{"a field missing", "GET", "/recovery-codes", "application/json", `{}`, 200, true},
		{"the wrong type", "GET", "/recovery-codes", "application/json", `{"remaining":"10"}`, 200, true},
		{"no time", "GET", "/recovery-codes", "application/json", `{"remaining":1,"created_at":"yesterday"}`, 200, true},
		{"another status", "GET", "/recovery-codes", "application/json", good, 201, true},
		{"another media type", "GET", "/recovery-codes", "text/html", good, 200, true},
		{"a body with 204", "DELETE", "/session", "", `{}`, 204, true},
		{"a problem", "GET", "/session", "application/problem+json", problem, 401, false},
		{"a code that is none", "GET", "/session", "application/problem+json", strings.Replace(problem, "wrong", "nope", 1), 401, true},
		{"an error that is no problem", "GET", "/session", "application/json", `{"error":"x"}`, 401, true},
		{"an id in the path", "DELETE", "/sessions/ABC", "", "", 204, false},
		{"no such operation", "GET", "/nowhere", "application/json", `{"ok":true}`, 404, true},
	}
	for _, test := range tests {
		a := answer{status: test.status, header: http.Header{"Content-Type": {test.media}}, body: []byte(test.body)}
		err := newDescribed(t).check(test.method, test.path, nil, a)
		if (err != nil) != test.caught {
			t.Errorf("%s: caught %v, want %v (%v)", test.name, err != nil, test.caught, err)
		}
	}
	accepted := answer{status: 204, header: http.Header{}}
	if newDescribed(t).check("PUT", "/password", []byte(`{"old":"x"}`), accepted) == nil {
		t.Error("an accepted request that is not as described was not caught")
	}
}

// One walk through everything that the API can do: each operation shows each of its successes.
func TestEveryOperationSucceedsAsDescribed(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.program()
	p := c.register()
	c.bind(p)
	c.send("GET", "/openapi.json", nil)
	c.send("GET", "/service", nil)
	c.send("GET", "/session", nil)
	c.send("GET", "/session/elevate", nil)
	c.send("GET", "/sessions", nil)
	c.send("GET", "/authenticators", nil)
	c.send("PATCH", "/authenticators/"+p.authenticator, values{"label": "Old phone"})
	c.send("GET", "/recovery-codes", nil)
	c.send("POST", "/recovery-codes", nil)
	c.send("PUT", "/password", values{"current": p.password, "new": "another good password"})
	p.password = "another good password"

	other := w.browser()
	other.give(p).want(other, http.StatusAccepted)
	other.send("GET", "/login", nil).want(other, http.StatusOK)
	other.send("DELETE", "/login", nil).want(other, http.StatusNoContent)
	both := other.send("POST", "/login", values{"login": p.name, "password": p.password, "kind": "totp", "response": p.code()})
	both.want(other, http.StatusCreated)
	c.send("DELETE", "/sessions/"+both.text("session", "id"), nil)
	c.send("DELETE", "/sessions", nil)
	c.send("DELETE", "/authenticators/"+p.authenticator, nil)
	c.send("DELETE", "/session", nil)

	first := w.browser()
	q := first.mustBind()
	first.send("POST", "/login/authenticators", values{"kind": "totp"}).want(first, http.StatusCreated)
	first.bindFirst(q)
	again := w.browser()
	again.give(q)
	again.send("POST", "/login/response", values{"kind": "totp", "response": q.code()}).want(again, http.StatusCreated)

	demanding := newWorld(t, setup{policy: "required"})
	demanding.browser().register()

	life := newWorld(t, setup{rescue: true, support: "help@example.org"})
	life.walk()

	sending := newWorld(t, setup{policy: "required", codes: true})
	from, _ := sending.bindSent(values{"kind": "sms", "number": "+4930123456"}, core.TextCode, "+4930123456")
	sms := from.send("GET", "/authenticators", nil).text("authenticators", 0, "id")
	sending.clock.Advance(time.Minute)
	from.send("POST", "/session/challenge", values{"authenticator": sms})
	from.send("POST", "/session/elevate", values{"kind": "sms", "response": sending.sentCode(core.TextCode, "+4930123456")})
	further := from.send("POST", "/authenticators", values{"kind": "email", "address": "ana@example.org"})
	sending.clock.Advance(time.Minute)
	from.send("POST", "/authenticators/"+further.text("id")+"/challenge", nil)

	keys := newWorld(t, setup{passkeys: true})
	keys.walkPasskeys()

	mailed := newWorld(t, setup{passwordless: true})
	mailed.walkMailed()

	approving := newWorld(t, setup{push: true})
	approving.walkPush()

	for _, missing := range unseen(w, demanding, life, sending, keys, mailed, approving) {
		t.Errorf("never seen: %s", missing)
	}
}

// walk does with an account what its owner may want to do in the course of years.
func (w *world) walk() {
	w.t.Helper()
	c, p := w.owner()
	c.giveAddress(p)
	c.send("GET", "/account", nil)
	c.send("GET", "/events", nil)
	c.send("GET", "/email", nil)
	c.send("DELETE", "/email/waiting", nil)
	c.send("GET", "/language", nil)
	c.send("PUT", "/language", values{"language": "en"})
	c.redeem("Send money", c.confirm(p, "Send money"))
	trusted := w.trust(p)
	trusted.send("DELETE", "/browsers/"+trusted.send("GET", "/browsers", nil).text("browsers", 0, "id"), nil)

	lost := w.browser()
	lost.give(p)
	lost.send("GET", "/login/ways-back", nil)
	lost.send("POST", "/login/reset", nil)
	lost.send("POST", "/login/help", nil)
	lost.send("POST", "/login/challenge", values{"authenticator": "email"})
	c.send("DELETE", "/session/reset", nil)
	lost.send("POST", "/reset/cancel", values{"token": w.cancelToken(p)})
	lost.send("POST", "/recovery/reset", values{"token": w.resetToken(p), "password": nextPassword})
	lost.send("POST", "/email/undo", values{"token": w.undoToken("new@example.org")})

	p.password = nextPassword
	c.signIn(p)
	c.elevate(p)
	c.send("DELETE", "/account", nil)
}

// unseen lists the successes that the document describes and no answer showed. A login's response that
// leads on to a further question needs a kind of factor that does not exist yet.
func unseen(worlds ...*world) []string {
	seen := map[string]bool{"POST /login/response 202": true}
	for _, w := range worlds {
		maps.Copy(seen, w.checked.seen)
	}
	var out []string
	for path, item := range worlds[0].checked.doc["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			for status := range op.(map[string]any)["responses"].(map[string]any) {
				line := strings.ToUpper(method) + " " + path + " " + status
				if status < "300" && !seen[line] {
					out = append(out, line)
				}
			}
		}
	}
	sort.Strings(out)
	return out
}

// Every documented property is known to its handler, and no other is let in.
func TestHandlersKnowTheDocumentedProperties(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	m := w.browser()
	m.mustBind()
	for path, item := range w.checked.doc["paths"].(map[string]any) {
		for method, v := range item.(map[string]any) {
			op := v.(map[string]any)
			if op["requestBody"] == nil {
				continue
			}
			sender := map[string]*client{"nothing": w.browser(), "login": m, "must_bind": m, "session": c, "elevated": c}[op["x-sallyport-proof"].(string)]
			if op["x-sallyport-proof"] == "elevated" {
				c.elevate(p)
			}
			if op["operationId"] == "answerLogin" {
				sender = w.browser()
				sender.give(p)
			}
			knows(t, sender, strings.ToUpper(method), strings.ReplaceAll(path, "{id}", p.authenticator), w.checked.bodyOf(op))
		}
	}
}

func (d *described) bodyOf(op map[string]any) map[string]any {
	content := op["requestBody"].(map[string]any)["content"].(map[string]any)["application/json"].(map[string]any)
	return d.resolve(strings.TrimPrefix(content["schema"].(map[string]any)["$ref"].(string), "#"))
}

func knows(t *testing.T, c *client, method, path string, schema map[string]any) {
	t.Helper()
	strange := c.send(method, path, values{"no_such_field": "x"}).problem(c, http.StatusUnprocessableEntity, "invalid")
	if strange.get("field") != "no_such_field" {
		t.Errorf("%s %s: an unknown field was refused for %v", method, path, strange.get("field"))
	}
	for _, name := range slices.Sorted(maps.Keys(schema["properties"].(map[string]any))) {
		// A value of no known type: a handler that knows the field names it and says so.
		a := c.send(method, path, values{name: []any{1}}).problem(c, http.StatusUnprocessableEntity, "invalid")
		if a.get("field") != name || a.get("detail") == strange.get("detail") {
			t.Errorf("%s %s: the property %s is documented and not known: %s", method, path, name, a.body)
		}
	}
}

func TestDocumentIsServedForThisInstallation(t *testing.T) {
	w := newWorld(t, setup{})
	a := w.browser().send("GET", "/openapi.json", nil)
	if got := a.text("servers", 0, "url"); got != "/auth/api/v1" {
		t.Errorf("server %s, want that below the prefix", got)
	}
	if got := a.text("components", "securitySchemes", "sessionCookie", "name"); got != "__Host-sallyport_session" {
		t.Errorf("cookie %s with https", got)
	}
	plain := newWorld(t, setup{publicURL: "http://localhost:8080"})
	a = plain.browser().send("GET", "/openapi.json", nil)
	if got := a.text("servers", 0, "url"); got != "/api/v1" {
		t.Errorf("server %s without a prefix", got)
	}
	if got := a.text("components", "securitySchemes", "sessionCookie", "name"); got != "sallyport_session" {
		t.Errorf("cookie %s with plain http", got)
	}
}
