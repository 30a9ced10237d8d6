package push_test

import (
	"net/netip"
	"testing"

	"github.com/sallyport/sallyport/internal/deliver/push"
)

func TestPublic(t *testing.T) {
	for _, s := range []string{
		"8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255",
		"172.32.0.0", "192.0.1.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"2a00:1450:4001::200e", "2606:4700::1111", "2001:200::1", "2001:4860::8888", "2003::1", "2620:4f:8001::1",
		"::ffff:8.8.8.8", "64:ff9b::808:808",
	} {
		if !push.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not public", s)
		}
	}
	inner := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
		"172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
		"239.255.255.255", "240.0.0.1", "255.255.255.255",
	}
	outer := []string{
		"::", "::1", "::2", "::10.0.0.1", "::8.8.8.8", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "100::1", "4000::1", "5f00::1",
		"2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "3fff::1", "2620:4f:8000::1",
		"2002:808:808::1", "64:ff9b:1::a00:1", "64:ff9b:1::808:808", "2a00:1450:4001::200e%eth0", "fe80::1%1",
	}
	for _, s := range inner {
		addr := netip.MustParseAddr(s)
		four := addr.As4()
		mapped := netip.AddrFrom16(addr.As16())
		nat64, to4 := netip.MustParseAddr("64:ff9b::").As16(), netip.MustParseAddr("2002::1").As16()
		copy(nat64[12:], four[:])
		copy(to4[2:], four[:])
		for _, form := range []netip.Addr{addr, mapped, netip.AddrFrom16(nat64), netip.AddrFrom16(to4)} {
			if push.Public(form) {
				t.Errorf("%s is public, for %s", form, s)
			}
		}
	}
	for _, s := range outer {
		if push.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	if push.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// TestEachRangeCounts: from its first address to its last, and each is in the list once.
func TestEachRangeCounts(t *testing.T) {
	seen := map[netip.Prefix]bool{}
	for _, prefix := range push.NotPublic() {
		raw := prefix.Addr().AsSlice()
		for bit := prefix.Bits(); bit < len(raw)*8; bit++ {
			raw[bit/8] |= 0x80 >> (bit % 8)
		}
		last, _ := netip.AddrFromSlice(raw)
		if push.Public(prefix.Addr()) || push.Public(last) || prefix.Masked() != prefix || seen[prefix] {
			t.Errorf("%s, to %s", prefix, last)
		}
		seen[prefix] = true
	}
}
