package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// bareSite is a site without a machine: for what never reaches one.
func bareSite(t *testing.T) *site {
	t.Helper()
	s, err := newSite(Config{
		Machine: new(core.Machine), PublicURL: &url.URL{Scheme: "https", Host: "example.org", Path: "/auth"},
		Issuer: "Test", LoginForm: FormTwoStep, TrustedProxies: []netip.Prefix{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPanicIsAnAnswer: a defect in one request is that request's answer, and tells nothing.
func TestPanicIsAnAnswer(t *testing.T) {
	s := bareSite(t)
	h := s.securityHeaders(s.survive(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret detail") })))
	for _, path := range []string{"/auth/login", "/auth/api/v1/login"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
