package core

import "net/netip"

// AddressOf is a client's address as a [Caller] has it, and as failures are counted under it: of IPv6 its /64, since whoever
// has one address of that has them all. "" when it is not known.
func AddressOf(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	p, err := addr.Prefix(64)
	if err != nil || !addr.IsValid() {
		return ""
	}
	return p.String()
}
