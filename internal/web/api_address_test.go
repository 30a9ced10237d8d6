package web_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"

	"github.com/sallyport/sallyport/internal/web"
)

// F07: an address comes from the socket, or from a proxy that is trusted, and IPv6 counts by its /64.
func TestClientAddress(t *testing.T) {
	var (
		none  []netip.Prefix
		local = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	)
	tests := []struct {
		name      string
		trusted   []netip.Prefix
		peer      string
		forwarded []string
		want      string
	}{
		{"the socket", none, "192.0.2.1:80", nil, "192.0.2.1"},
		{"nobody is trusted", none, "192.0.2.1:80", []string{"203.0.113.9"}, "192.0.2.1"},
		{"not even a private address", none, "10.0.0.1:80", []string{"203.0.113.9"}, "10.0.0.1"},
		{"a stranger forwards", local, "192.0.2.1:80", []string{"203.0.113.9"}, "192.0.2.1"},
		{"a proxy", local, "10.0.0.1:80", []string{"203.0.113.9"}, "203.0.113.9"},
		{"what the client wrote", local, "10.0.0.1:80", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{"in a header of its own", local, "10.0.0.1:80", []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		{"two proxies", local, "10.0.0.1:80", []string{"198.51.100.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"a client in the trusted range", local, "10.0.0.1:80", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"with a port", local, "10.0.0.1:80", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"rubbish", local, "10.0.0.1:80", []string{"203.0.113.9, unknown"}, "10.0.0.1"},
		{"empty", local, "10.0.0.1:80", []string{""}, "10.0.0.1"},
		{"no header", local, "10.0.0.1:80", nil, "10.0.0.1"},
		{"IPv6", none, "[2001:db8:1:2:3:4:5:6]:80", nil, "2001:db8:1:2::/64"},
		{"another of its /64", none, "[2001:db8:1:2:ffff::1]:80", nil, "2001:db8:1:2::/64"},
		{"IPv6 with a zone", none, "[fe80::1%eth0]:80", nil, "fe80::/64"},
		{"IPv4 in IPv6", none, "[::ffff:192.0.2.1]:80", nil, "192.0.2.1"},
		{"a proxy's IPv4 in IPv6", local, "[::ffff:10.0.0.1]:80", []string{"203.0.113.9"}, "203.0.113.9"},
		{"IPv6 forwarded", local, "[fd00::1]:80", []string{"2001:db8::1"}, "2001:db8::/64"},
		{"IPv6 forwarded in brackets", local, "[fd00::1]:80", []string{"[2001:db8::1]"}, "2001:db8::/64"},
		{"IPv6 forwarded with a port", local, "[fd00::1]:80", []string{"[2001:db8::1]:443"}, "2001:db8::/64"},
		{"IPv4 in IPv6 forwarded", local, "10.0.0.1:80", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"no socket", none, "@", []string{"203.0.113.9"}, ""},
	}
	for _, test := range tests {
		r := &http.Request{RemoteAddr: test.peer, Header: http.Header{}}
		for _, name := range []string{"X-Real-Ip", "True-Client-Ip", "Forwarded", "Cf-Connecting-Ip", "X-Client-Ip"} {
			r.Header.Set(name, "198.51.100.77") // nobody's word
		}
		if test.forwarded != nil {
			r.Header["X-Forwarded-For"] = test.forwarded
		}
		if got := web.ClientAddress(r, test.trusted); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// Rotating the header moves no limiter; behind a trusted proxy it tells clients apart.
func TestForwardedAddressesAndTheLimit(t *testing.T) {
	for _, test := range []struct {
		name    string
		trusted []netip.Prefix
		refused bool
	}{
		{"no trusted proxy", nil, true},
		{"a trusted proxy", []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, false},
	} {
		w := newWorld(t, setup{trusted: test.trusted})
		refused := false
		for n := range 700 {
			c := w.browser()
			r := w.jsonRequest("POST", "/login", values{"login": fmt.Sprint("nobody", n), "password": "wrong"})
			r.Header.Set("X-Forwarded-For", netip.AddrFrom4([4]byte{203, 0, byte(n >> 8), byte(n)}).String())
			refused = c.sendRaw(r, "/login").status == 429 || refused
		}
		if refused != test.refused {
			t.Errorf("%s: refused %v, want %v", test.name, refused, test.refused)
		}
	}
}
