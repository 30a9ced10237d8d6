package engine

import (
	"net/netip"
	"strings"
	"unicode"

	"github.com/sallyport/sallyport/internal/core"
)

// Client is what the application knows of whoever is at the other end. Nothing of it proves anything. The zero value is a program
// at an unknown address.
type Client struct {
	// Address is where the client calls from, as the application knows it for sure: failures are limited by it, too. With
	// the zero value they are not.
	Address netip.Addr
	// UserAgent is what its owner knows the client by, in the list of sessions. The first 256 bytes are kept.
	UserAgent string
	// Language is what [Error.Text] is said in: a tag of BCP 47, or several as Accept-Language has them, of which the first is taken that there is. An
	// account keeps that of its first sign-in for the messages to it. Default: [github.com/sallyport/sallyport.Config.Language].
	Language string
	// Carrier is how tokens travel. Default: Bearer.
	Carrier Carrier
	// Session is the token of the session that the client holds: a new one takes its place, and ends it.
	Session string
	// Known is what [Session.KnownToken] gave: guesses of strangers don't delay who comes with it.
	Known string
	// Browser is what [Session.BrowserToken] gave: a trusted browser needs no second factor, where the policy allows it.
	Browser string
	// Remember has a session last for [github.com/sallyport/sallyport.Config.SessionLifetimeAAL1]: at AAL1, once its AAL2 is over.
	Remember bool
}

// Carrier is how a client carries its tokens. A token is good with the carrier that it was made for alone.
type Carrier string

// The carriers.
const (
	Bearer Carrier = "bearer" // the client keeps it and sends it: an app, a program, a call of gRPC
	Cookie Carrier = "cookie" // a browser sends it by itself: the application has to refuse what other sites cause
)

// userAgentKept is how much of a user agent is kept, in bytes.
const userAgentKept = 256

// caller is the client as the machine knows it. What is no carrier gets tokens for Bearer, which no browser sends by itself.
func (c Client) caller() core.Caller {
	t := core.TransportBearer
	if c.Carrier == Cookie {
		t = core.TransportCookie
	}
	out := core.Caller{
		Address: core.AddressOf(c.Address), UserAgent: shown(c.UserAgent), Transport: t,
		Known: c.Known, Replaces: c.Session,
	}
	if t == core.TransportCookie {
		out.Browser = c.Browser
	}
	return out
}

// shown is a user agent without what terminals and readers could take for something else than text.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s[:min(len(s), userAgentKept)], ""))
}
