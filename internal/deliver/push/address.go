package push

import (
	"context"
	"errors"
	"net/netip"
	"syscall"
)

// ErrNotPublic is for a push service whose name leads to an address that is not on the public internet. It is found in
// errors of [Sender.Send]; no connection was tried there.
var ErrNotPublic = errors.New("the name leads to an address that is not public")

// dialPublic is a ControlContext of [net.Dialer]. It is asked about each address that a name resolved to, after the
// resolver and before the connection, so that a name that means something else from one moment to the next changes nothing.
func dialPublic(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !public(at.Addr()) {
		return ErrNotPublic
	}
	return nil
}

// public reports unicast addresses of the public internet. Of version 6 those are in 2000::/3 alone, so that everything
// else is out without being named: loopback, unspecified, link-local, site-local and unique local addresses, multicast,
// IPv4-compatible ones, what nobody was given yet, and any with a zone, which no prefix contains.
//
// An address of version 4 within one of version 6 counts as itself where machines really send there: mapped, and NAT64 by
// its well-known prefix, without which a network of version 6 alone reaches no push service of version 4. 6to4 and Teredo
// are out altogether: nobody has a push service there.
func public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsValid() {
		return false
	}
	if nat64.Contains(addr) {
		raw := addr.As16()
		addr = netip.AddrFrom4([4]byte(raw[12:]))
	}
	if addr.Is6() && !global6.Contains(addr) {
		return false
	}
	for _, special := range notPublic {
		if special.Contains(addr) {
			return false
		}
	}
	return true
}

// Read only.
var (
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052, 2.1
	global6 = netip.MustParsePrefix("2000::/3")     // RFC 4291, 2.4
)

// notPublic is what IANA's registries of special-purpose addresses say, in both versions. Read only.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),         // this network (RFC 791)
	netip.MustParsePrefix("10.0.0.0/8"),        // private (RFC 1918)
	netip.MustParsePrefix("100.64.0.0/10"),     // behind a carrier's NAT (RFC 6598)
	netip.MustParsePrefix("127.0.0.0/8"),       // loopback
	netip.MustParsePrefix("169.254.0.0/16"),    // link-local, and what clouds tell their machines (RFC 3927)
	netip.MustParsePrefix("172.16.0.0/12"),     // private
	netip.MustParsePrefix("192.0.0.0/24"),      // protocols (RFC 6890)
	netip.MustParsePrefix("192.0.2.0/24"),      // documentation (RFC 5737)
	netip.MustParsePrefix("192.31.196.0/24"),   // AS112 (RFC 7535)
	netip.MustParsePrefix("192.52.193.0/24"),   // AMT (RFC 7450)
	netip.MustParsePrefix("192.88.99.0/24"),    // 6to4 relays (RFC 7526)
	netip.MustParsePrefix("192.168.0.0/16"),    // private
	netip.MustParsePrefix("192.175.48.0/24"),   // AS112 (RFC 7534)
	netip.MustParsePrefix("198.18.0.0/15"),     // benchmarks (RFC 2544)
	netip.MustParsePrefix("198.51.100.0/24"),   // documentation
	netip.MustParsePrefix("203.0.113.0/24"),    // documentation
	netip.MustParsePrefix("224.0.0.0/4"),       // multicast
	netip.MustParsePrefix("240.0.0.0/4"),       // reserved, and broadcast
	netip.MustParsePrefix("2001::/23"),         // protocols: Teredo, benchmarks, ORCHID (RFC 2928)
	netip.MustParsePrefix("2001:db8::/32"),     // documentation (RFC 3849)
	netip.MustParsePrefix("2002::/16"),         // 6to4 (RFC 3056)
	netip.MustParsePrefix("2620:4f:8000::/48"), // AS112
	netip.MustParsePrefix("3fff::/20"),         // documentation (RFC 9637)
}
