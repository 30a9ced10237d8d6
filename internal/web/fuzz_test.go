package web

import (
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// FuzzSafeReturn holds every accepted path to this origin, as a browser resolves it.
func FuzzSafeReturn(f *testing.F) {
	for _, s := range []string{"/", "/a?b=c#d", "//e", "/\\e", "/%2f%2fe", "/a/../..//e", "https:e", "/\t/e"} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "id.example", Path: "/login"}
	f.Fuzz(func(t *testing.T, s string) {
		to, ok := safeReturn(s)
		if !ok {
			if to != "" {
				t.Fatalf("refused, and given back: %q", to)
			}
			return
		}
		u, err := base.Parse(to)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || to != s || strings.ContainsAny(to, "\r\n\\") {
			t.Fatalf("%q leads to %v, %v", s, u, err)
		}
	})
}

// FuzzReadJSON: no body crashes the reader, and what it refuses it refuses with a code of ours.
func FuzzReadJSON(f *testing.F) {
	for _, s := range []string{`{}`, `{"login":"a","password":"b"}`, `{"login":1}`, `{"login":"a","login":"b"}`, `[[[[`, `{"a":{"a":{}}}`, `null`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		var v struct {
			Login    string `json:"login"`
			Password string `json:"password"`
		}
		if err := readJSON(r, &v); err != nil && !core.IsCode(err, core.CodeInvalid) {
			t.Fatalf("%q: %v", body, err)
		}
	})
}

// FuzzClientAddress: whatever a client writes, the address is one, and without a trusted proxy its own.
func FuzzClientAddress(f *testing.F) {
	f.Add("203.0.113.9", "198.51.100.7, 10.0.0.1")
	f.Add("[2001:db8::1]:443", "unknown, ::ffff:198.51.100.7")
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, first, second string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Forwarded-For"] = []string{first, second}
		r.RemoteAddr = "192.0.2.1:1234"
		if got := clientAddress(r, trusted); got != "192.0.2.1" {
			t.Fatalf("the client chose %q", got)
		}
		r.RemoteAddr = "10.0.0.1:1234"
		got := clientAddress(r, trusted)
		if _, err := netip.ParseAddr(got); err != nil {
			if _, err := netip.ParsePrefix(got); err != nil {
				t.Fatalf("%q is no address", got)
			}
		}
	})
}
