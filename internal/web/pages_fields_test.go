package web_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/catalogue/cataloguetest"
)

// fieldsOfPages are all that a person may be asked for, and what a password manager is told of each.
func fieldsOfPages() map[string][]string {
	return map[string][]string{
		"login":    {"text username webauthn", "text username"},
		"username": {"text username"},
		"email":    {"email email"},
		"password": {"password current-password", "password new-password"},
		"current":  {"password current-password"},
		"new":      {"password new-password"},
		"code":     {"text one-time-code", "text off"},
		"token":    {"text one-time-code", "text "}, // a mailed code, a mailed link
		"label":    {"text off"},
		"remember": {"checkbox "}, "trust_browser": {"checkbox "}, "saved": {"checkbox "}, "authenticator": {" "}, "language": {" "},
	}
}

var events = regexp.MustCompile(`\son[a-z]+=`)

// A09, A11: no page asks for a hint, a question or anything else beside these; each password is one to a password manager
// and to a paste.
func TestFieldsOfPages(t *testing.T) {
	known, seenFields := fieldsOfPages(), map[string]bool{}
	everyPageIn(t, cataloguetest.Pseudo(t), "", func(name string, page seen) {
		if events.MatchString(page.body) {
			t.Errorf("%s: a script stands in an attribute: %s", name, events.FindString(page.body))
		}
		for _, in := range inputs.FindAllString(page.body, -1) {
			field, kind, fills := between(in, ` name="`, `"`), between(in, ` type="`, `"`), between(in, `autocomplete="`, `"`)
			if kind == "hidden" || strings.Contains(in, " hidden") || field == "" && strings.Contains(in, "readonly") {
				continue
			}
			seenFields[field] = true
			if !slices.Contains(known[field], kind+" "+fills) {
				t.Errorf("%s: a field that nobody knows: %q, of the kind %q: %s", name, field, kind+" "+fills, in)
			}
		}
	})
	if left := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(f string) bool { return seenFields[f] }); len(left) > 0 {
		t.Errorf("no page has %q", left)
	}
}

// A09: nor does any call of the API take one.
func TestFieldsOfCalls(t *testing.T) {
	w := newWorld(t, setup{})
	document := w.send(w.request("GET", "/api/v1/openapi.json", nil))
	for call, want := range map[string][]string{
		"/accounts post": {"email", "invitation", "password", "transport", "username"}, "/password put": {"current", "new"},
		"/recovery post": {"login"}, "/recovery/reset post": {"login", "password", "token"},
	} {
		path, method, _ := strings.Cut(call, " ")
		schema := document.get("paths", path, method, "requestBody", "content", "application/json", "schema")
		if ref, _ := schema.(map[string]any)["$ref"].(string); ref != "" {
			schema = document.get("components", "schemas", ref[strings.LastIndex(ref, "/")+1:])
		}
		properties, _ := schema.(map[string]any)["properties"].(map[string]any)
		if got := slices.Sorted(maps.Keys(properties)); !slices.Equal(got, want) {
			t.Errorf("%s takes %q, want %q", call, got, want)
		}
	}
}
