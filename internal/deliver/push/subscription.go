package push

import (
	"crypto/ecdh"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
)

const (
	maxSubscription = 4096 // bytes of JSON
	maxEndpoint     = 2048 // bytes; push services use up to about a thousand
	authSize        = 16
)

// Subscription is where one browser gets messages, and how to encrypt them so that it alone reads them. Whoever has all
// of it may send, so that it is stored sealed; it prints as its host. The zero value is none, and nothing is sent to it.
type Subscription struct {
	endpoint string // canonical
	host     string // as in a URL
	key      *ecdh.PublicKey
	auth     [authSize]byte
}

// Invalid says what is wrong with a subscription. It holds nothing of it.
type Invalid struct {
	Field  string // endpoint, keys.p256dh, keys.auth, or "" for the whole
	Reason string
}

// Error says all of it.
func (e *Invalid) Error() string {
	if e.Field == "" {
		return "the subscription " + e.Reason
	}
	return "the subscription's " + e.Field + " " + e.Reason
}

// written is what PushSubscription.toJSON returns (W3C Push API). expirationTime is not read: a subscription that
// expired is answered with 404 or 410, and then it is [Gone].
type written struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		P256DH string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

// ParseSubscription reads the JSON that a browser's PushSubscription becomes, or what [Subscription.Encode] returned.
// Errors are *[Invalid]. It resolves no name: where a name leads is looked at when it is dialled.
func ParseSubscription(raw []byte) (Subscription, error) {
	if len(raw) > maxSubscription {
		return Subscription{}, &Invalid{"", "is longer than 4,096 bytes"}
	}
	var w written
	if err := json.Unmarshal(raw, &w); err != nil {
		return Subscription{}, &Invalid{"", "is not the JSON of a PushSubscription"}
	}
	s := Subscription{}
	if wrong := s.readEndpoint(w.Endpoint); wrong != "" {
		return Subscription{}, &Invalid{"endpoint", wrong}
	}
	key, ok := unbase64(w.Keys.P256DH, keyIDSize)
	if !ok {
		return Subscription{}, &Invalid{"keys.p256dh", "is not 65 bytes in base64url"}
	}
	// A point that is not on the curve would tell something of a private key; here one that is used once.
	var err error
	if s.key, err = ecdh.P256().NewPublicKey(key); err != nil {
		return Subscription{}, &Invalid{"keys.p256dh", "is not a point of P-256"}
	}
	auth, ok := unbase64(w.Keys.Auth, authSize)
	if !ok {
		return Subscription{}, &Invalid{"keys.auth", "is not 16 bytes in base64url"}
	}
	copy(s.auth[:], auth)
	return s, nil
}

// Encode returns the subscription in the form that [ParseSubscription] reads: a secret.
func (s Subscription) Encode() []byte {
	w := written{Endpoint: s.endpoint}
	if s.key != nil {
		w.Keys.P256DH = base64url.EncodeToString(s.key.Bytes())
		w.Keys.Auth = base64url.EncodeToString(s.auth[:])
	}
	raw, err := json.Marshal(w)
	if err != nil {
		panic("push: " + err.Error()) // strings always become JSON
	}
	return raw
}

// Endpoint returns the URL of the push service's for this browser, in one form: what tells subscriptions apart. It is
// nearly as good as a password, and belongs into no log.
func (s Subscription) Endpoint() string { return s.endpoint }

// Host returns the name of the push service, in small letters, for people and logs.
func (s Subscription) Host() string { return s.host }

// Format writes the subscription for people, whatever the verb.
func (s Subscription) Format(f fmt.State, _ rune) { fmt.Fprint(f, "subscription at "+s.host) }

// LogValue is what log/slog writes: the same as Format.
func (s Subscription) LogValue() slog.Value { return slog.StringValue("subscription at " + s.host) }

// origin is the push service's (RFC 6454, 6.1): https, and the port that is not written.
func (s Subscription) origin() string { return "https://" + s.host }

// readEndpoint says what is wrong with a URL that a browser named, or keeps it.
func (s *Subscription) readEndpoint(raw string) (wrong string) {
	switch {
	case raw == "":
		return "is missing"
	case len(raw) > maxEndpoint:
		return "is longer than 2,048 bytes"
	case strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }):
		return "has characters that are in no URL"
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Opaque != "" || u.Host == "" && u.Scheme == "https":
		return "is not a URL"
	case u.Scheme != "https":
		return "is not https"
	case u.User != nil:
		return "has a name or a password in it"
	case strings.Contains(raw, "#"):
		return "has a fragment, which is not sent"
	case u.Port() != "" && u.Port() != "443":
		return "has a port other than 443"
	}
	host, wrong := readHost(u.Hostname())
	if wrong != "" {
		return wrong
	}
	u.Host = host
	s.endpoint, s.host = u.String(), host
	return ""
}

// readHost brings a host to the form that origins have, or says why nothing is sent there.
func readHost(host string) (canonical, wrong string) {
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		switch {
		case !public(addr):
			return "", "has an address that is not public"
		case addr.Is6():
			return "[" + addr.String() + "]", ""
		}
		return addr.String(), ""
	}
	host = strings.ToLower(host)
	if !isName(host) {
		return "", "has no host that could be a push service"
	}
	return host, ""
}

// isName reports a name of at least two labels whose last begins with a letter, since some resolvers read 127.1, 0x7f.1 or
// 2130706433 as an address.
func isName(host string) bool {
	labels := strings.Split(host, ".")
	if len(host) > 253 || len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || !only(label, letters+digits+"-_") {
			return false
		}
	}
	last := labels[len(labels)-1]
	return last[0] >= 'a' && last[0] <= 'z' && last != "localhost"
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyz"
)

func only(s, allowed string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(allowed, r) })
}
