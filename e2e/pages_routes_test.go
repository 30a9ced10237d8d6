package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"testing"
)

// atlas knows which pages there are, and which of them were looked at. It is not safe for concurrent use.
type atlas struct {
	mux   *http.ServeMux
	pages []string // their patterns
	seen  map[string]bool
}

// The table of routes is read as text, as whoever wants to know it does.
const routeTable = "../internal/web/routes.go"

var pageRoute = regexp.MustCompile(`\(facePage, "GET (/[^"]*)"`)

// notPages are routes that show nothing.
var notPages = []string{
	"/{$}", "/.well-known/change-password", // lead on
	"/.well-known/passkey-endpoints", // for programs
	"/static/{file}", "/push/worker.js", "/push/manifest.webmanifest",
	"/account/data", // a download
}

func newAtlas(t testing.TB) *atlas {
	t.Helper()
	source, err := os.ReadFile(routeTable)
	ok(t, err)
	a := &atlas{mux: http.NewServeMux(), seen: map[string]bool{}}
	for _, found := range pageRoute.FindAllStringSubmatch(string(source), -1) {
		a.mux.Handle(found[1], http.NotFoundHandler())
		if !slices.Contains(notPages, found[1]) {
			a.pages = append(a.pages, found[1])
		}
	}
	if len(a.pages) < 20 {
		t.Fatalf("%s has %d pages: it is written in another way than this test knows", routeTable, len(a.pages))
	}
	return a
}

// mark says that the page at a path was looked at.
func (a *atlas) mark(path string) {
	_, pattern := a.mux.Handler(httptest.NewRequest(http.MethodGet, path, nil))
	a.seen[pattern] = true
}

// missing are the pages that nobody looked at.
func (a *atlas) missing() []string {
	return slices.DeleteFunc(slices.Clone(a.pages), func(page string) bool { return a.seen[page] })
}

// The atlas itself is held to telling pages apart.
func TestAtlas(t *testing.T) {
	a := newAtlas(t)
	for _, path := range []string{"/login?return_to=x", "/account/authenticators/new", "/account/authenticators/7/remove", "/nowhere"} {
		a.mark(path)
	}
	left := a.missing()
	for page, want := range map[string]bool{
		"/login": false, "/account/authenticators/new": false, "/account/authenticators/{id}/remove": false,
		"/account/authenticators/{id}": true, "/login/verify": true, "/account": true,
	} {
		if slices.Contains(left, page) != want {
			t.Errorf("%s is missing: %v, want %v", page, !want, want)
		}
	}
}
