// Package endpoint reads names of hosts and databases for what the configuration has to know of them: whether a host
// is this machine, and what of a database's URL may be shown.
//
// Use [IsLoopback] before plain http is allowed, [DialLoopback] where it is used, and [HideCredentials] before a database
// is printed. It is not for parsing either: it resolves nothing and knows no driver.
//
// It trusts nothing, and where it cannot tell it says no and hides everything.
package endpoint

import (
	"errors"
	"net/netip"
	"strings"
	"syscall"
)

// IsLoopback reports whether host, a name or an address without port or brackets, is this machine and nothing else:
// what is said to it over plain http leaves by no wire. "localhost" and the names below it are (RFC 6761, 6.3).
func IsLoopback(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// ErrNotLoopback is for a connection that would leave this machine unprotected.
var ErrNotLoopback = errors.New("the name leads to another machine, to which nothing is sent unprotected")

// DialLoopback is a Control of [net.Dialer] that refuses every address but this machine's. It is asked before a connection
// is tried: settings are checked by name, and what a name means is up to whoever answers for it.
func DialLoopback(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Unmap().IsLoopback() {
		return ErrNotLoopback
	}
	return nil
}

// Hidden stands where something is not shown.
const Hidden = "[hidden]"

// HideCredentials returns what may be shown of a database, a file or a URL: of a URL, host and path. Where a password
// might be in what is left, nothing is. What has no scheme may be a URL whose scheme was left out or mistyped.
func HideCredentials(database string) string {
	if IsKeywords(database) {
		return Hidden
	}
	scheme, rest, isURL := strings.Cut(database, "://")
	if isURL {
		scheme += "://"
	} else {
		scheme, rest = "", database
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if strings.ContainsRune(rest[:at], '?') { // the @ may belong to a parameter
			return scheme + Hidden
		}
		rest = Hidden + rest[at:]
	}
	if place, _, hasParameters := strings.Cut(rest, "?"); hasParameters {
		rest = place + "?" + Hidden
	}
	return scheme + rest
}

// IsKeywords tells libpq's "host=... password=..." from the name of a file.
func IsKeywords(database string) bool {
	for _, word := range strings.Fields(database) {
		key, _, found := strings.Cut(word, "=")
		switch key {
		case "host", "hostaddr", "port", "user", "password", "dbname", "service", "sslmode":
			return found
		}
	}
	return false
}
