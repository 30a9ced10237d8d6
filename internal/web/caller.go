package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/sallyport/sallyport/internal/browser"
	"github.com/sallyport/sallyport/internal/core"
)

// caller is what the machine gets to know of a request's client.
func (s *site) caller(r *http.Request, t core.Transport) core.Caller {
	c := core.Caller{Address: clientAddress(r, s.TrustedProxies), UserAgent: cut(r.UserAgent(), 256), RequestID: requestID(r), Transport: t, Language: s.wanted(r)}
	if t == core.TransportBearer {
		c.Replaces, _ = bearer(r)
		return c
	}
	c.Known, c.Browser = s.cookie(r, cookieKnown), s.cookie(r, cookieBrowser)
	c.Replaces, c.Last = s.cookie(r, cookieSession), s.lastUsed(r)
	return c
}

// bindingCaller is the caller of what finishes a set-up: its client's name may become that of a passkey.
func (s *site) bindingCaller(r *http.Request, t core.Transport) core.Caller {
	c := s.caller(r, t)
	if name, _ := browser.Read(c.UserAgent); name != "" {
		c.Shown = browser.Describe(s.in(r).Catalogue, c.UserAgent)
	}
	return c
}

func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.Map(printable, strings.ToValidUTF8(s, ""))
}

// printable drops what terminals and readers could take for something else than text.
func printable(r rune) rune {
	if unicode.In(r, unicode.Cc, unicode.Cf) {
		return -1
	}
	return r
}

// clientAddress is the address that failures are counted under: the socket's, or, when that is a trusted
// proxy, the right-most X-Forwarded-For entry that is not one. What stands left of it was written by the
// client.
func clientAddress(r *http.Request, trusted []netip.Prefix) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !isTrusted(addr, trusted) {
			break
		}
		next, ok := parseHop(hop)
		if !ok {
			break // the proxy itself is all that is known
		}
		addr = next
	}
	return core.AddressOf(addr)
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseHop reads one entry, with or without a port.
func parseHop(hop string) (netip.Addr, bool) {
	hop = strings.TrimSpace(hop)
	if ap, err := netip.ParseAddrPort(hop); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.Trim(hop, "[]"))
	if err != nil {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}
