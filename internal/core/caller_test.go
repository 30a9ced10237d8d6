package core_test

import (
	"net/netip"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

func TestAddressOf(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7":                    "192.0.2.7",
		"::ffff:192.0.2.7":             "192.0.2.7", // or each client would have two counters
		"2001:db8:1:2:3:4:5:6":         "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1":         "2001:db8:1:2::/64",
		"fe80::1%eth0":                 "fe80::/64",
		"2001:db8:1:3::":               "2001:db8:1:3::/64",
		"::ffff:192.0.2.7%interface-1": "192.0.2.7",
	} {
		if got := core.AddressOf(netip.MustParseAddr(in)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	if got := core.AddressOf(netip.Addr{}); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}
