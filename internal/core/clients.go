package core

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// manyFailures is how many wrong attempts before a right one the owner is told of.
const manyFailures = 10

// tellSignIn tells the owner of a sign-in that may not be theirs.
func (m *Machine) tellSignIn(tx Tx, c Caller, st State, in settling, now time.Time) error {
	if in.isNew {
		return nil
	}
	if slices.ContainsFunc(in.row.Evidence, func(e Evidence) bool { return e.Failures >= manyFailures }) {
		return m.post(tx, about(MailAfterFailures, c, st.Account, now))
	}
	if c.Transport == TransportCookie {
		if m.knownLane(c, st) != "" {
			return nil
		}
		return m.post(tx, about(MailNewBrowser, c, st.Account, now))
	}
	seen, err := seenBefore(tx, c, st.Account)
	if err != nil || seen {
		return err
	}
	return m.post(tx, about(MailNewClient, c, st.Account, now))
}

// signInsWithin is how many of an account's newest events are looked through for a client that was there before.
const signInsWithin = 500

// seenBefore says whether the account was signed in to from a client like the caller before, and nothing made that a
// stranger's since. Clients without cookies
// bring nothing that says so themselves; what they claim to be and the network they are in are all there is.
func seenBefore(tx Tx, c Caller, account string) (bool, error) {
	before, err := tx.SignIns(account, signInsWithin)
	if err != nil {
		return false, err
	}
	present := Client{c.Address, c.UserAgent}.kind()
	for _, b := range before {
		if b.kind() == present {
			return true, nil
		}
	}
	return false, nil
}

// kind is what stays the same of a client from one sign-in to the next: what it calls itself without its versions, and
// the network that it is in. It is for telling news, never for deciding anything.
func (c Client) kind() Client { return Client{network(c.Address), unversioned(c.UserAgent)} }

// network is the /24 or /48 of an address: what a provider hands out anew stays in it.
func network(address string) string {
	p, err := netip.ParsePrefix(address)
	if err != nil {
		a, err := netip.ParseAddr(address)
		if err != nil {
			return ""
		}
		p = netip.PrefixFrom(a.WithZone(""), a.BitLen())
	}
	bits := 48
	if p.Addr().Is4() {
		bits = 24
	}
	return netip.PrefixFrom(p.Addr(), min(bits, p.Bits())).Masked().String()
}

// unversioned is a User-Agent without its numbers: an update makes no new client.
func unversioned(userAgent string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789._", r) {
			return -1
		}
		return r
	}, userAgent)
}
