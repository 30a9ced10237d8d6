package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// A client that goes away before its answer is no failure of the service; a database that does not answer is.
func TestAClientThatGoesAwayIsNoError(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyOptional})
	asks := func(ctx context.Context) (logged string) {
		before := w.log.Len()
		login := w.request("POST", "/api/v1/login", strings.NewReader(`{"login":"ann","password":"whatever it is","transport":"bearer"}`))
		login.Header.Set("Content-Type", "application/json")
		session := w.request("GET", "/api/v1/session", nil)
		session.Header.Set("Authorization", "Bearer "+strings.Repeat("a", 43))
		page := w.request("GET", "/account", nil)
		page.AddCookie(&http.Cookie{Name: sessionCookie, Value: strings.Repeat("a", 43)})
		for _, r := range []*http.Request{login, session, page} {
			w.send(r.WithContext(ctx))
		}
		return w.log.String()[before:]
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if logged := asks(gone); strings.Contains(logged, "level=ERROR") || strings.Count(logged, "level=INFO msg=\"the client went away") != 3 {
		t.Errorf("the clients were gone:\n%s", logged)
	}
	must(t, w.store.Close())
	if logged := asks(t.Context()); strings.Count(logged, "level=ERROR msg=\"request failed") != 3 {
		t.Errorf("the database was gone:\n%s", logged)
	}
}
