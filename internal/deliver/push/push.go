// Package push sends one message to one browser, through the push service that the browser's maker runs: Web Push (RFC 8030),
// encrypted so that the push service reads nothing (RFC 8291), and signed so that it knows whose it is (RFC 8292).
//
// Use [ParseSubscription] for what a browser gave, [New] for a [Sender], and [Check] to find all mistakes in the settings
// push_contact and push_hosts. Errors of [Sender.Send] are [*deliver.Error] and say whether to try again; a [*Gone] in
// one says to remove the subscription. It is not for deciding who is asked what, nor how often: a push message proves
// nothing, and what approves a sign-in is signed by the browser.
//
// A subscription's endpoint is a URL that somebody chose, maybe to have us call something that only we can reach. So it
// is https on port 443, each address is looked at when it is dialled and has to be public, no redirect is followed, no
// proxy is asked, and of an answer nothing is looked at but its status and how long to wait. What an error says may tell
// one network fault from another: it is for the log, not for whoever gave the subscription.
//
// It trusts TLS to know whom it talks to, and the push service to deliver or not to. It trusts no subscription. Since each
// account chooses its own push service, a failure says nothing about the next message: callers tell package deliver that
// nobody was asked, or else one account's endpoint would make everybody's mail wait.
package push

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push/internal/standin"
)

// Message is one message to one browser.
type Message struct {
	// To is the browser's subscription.
	To Subscription
	// Body is what the browser's service worker gets: 1 to [MaxBody] bytes. The push service sees in which 1,024 bytes of
	// length it ends.
	Body []byte
	// Topic makes a message replace an undelivered one of the same topic: "", or up to 32 characters of base64url
	// (RFC 8030, 5.4). The push service reads it, so that it names nobody.
	Topic string
	// ExpiresAt is when the message is of no use any more. The push service is told not to deliver it later.
	ExpiresAt time.Time
}

// Settings are what an operator chooses.
type Settings struct {
	// Key is this site's. It has to stay the same.
	Key Key
	// Contact is where push services write when something goes wrong: "mailto:" and an address, or a URL of https.
	Contact string
	// Hosts are the only push services that are talked to: names, or "*." and a name for all below it. Default: each that
	// is at public addresses.
	Hosts []string
}

// Options are what tests and embedding programs may choose. The zero value is for production.
type Options struct {
	// Timeouts are how long a push service may take.
	Timeouts Timeouts
	// Clock gives the time. Default: time.Now.
	Clock func() time.Time
	// StandIn is a test's push service on this machine: a value that package pushtest alone can make.
	StandIn *standin.Service

	port string // that is dialled: 443. Tests listen elsewhere
}

// Timeouts are how long a push service may take. They are short, since whoever chose it may have chosen one that stalls.
// What ends sooner is the context of [Sender.Send].
type Timeouts struct {
	Dial   time.Duration // to be reached, and once more for TLS. Default: 5 seconds
	Answer time.Duration // for the answer. Default: 10 seconds
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Timeouts.Dial <= 0 {
		o.Timeouts.Dial = 5 * time.Second
	}
	if o.Timeouts.Answer <= 0 {
		o.Timeouts.Answer = 10 * time.Second
	}
	if o.port == "" {
		o.port = "443"
	}
	return o
}

// Sender sends push messages. It is safe for concurrent use.
type Sender struct {
	set      Settings
	client   *http.Client
	timeouts Timeouts
	clock    func() time.Time
}

// New returns what sends by these settings, or [deliver.Mistakes]. Nothing is contacted.
func New(set Settings) (*Sender, error) { return Options{}.New(set) }

// New is [New] with options.
func (o Options) New(set Settings) (*Sender, error) {
	wrong := check(set.Contact, set.Hosts)
	if set.Key.private == nil {
		wrong = append(wrong, &deliver.Mistake{Key: keyKey, Reason: "there is no key", Cure: "Make one with NewKey, and keep it"})
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	o = o.withDefaults()
	set.Hosts = slices.Clone(set.Hosts)
	return &Sender{set: set, client: newClient(o), timeouts: o.Timeouts, clock: o.Clock}, nil
}

// PublicKey returns what a page gives to PushManager.subscribe as applicationServerKey.
func (s *Sender) PublicKey() string { return s.set.Key.Public() }

// Format writes the sender for people, whatever the verb: its key is secret.
func (s *Sender) Format(f fmt.State, _ rune) { fmt.Fprint(f, "Web Push by "+s.set.Key.shown()) }

// LogValue is what log/slog writes: the same as Format.
func (s *Sender) LogValue() slog.Value { return slog.StringValue("Web Push by " + s.set.Key.shown()) }

// Takes returns nil if the operator lets messages go to this subscription's push service, or an *[Invalid]. Ask before
// one is bound; [Sender.Send] asks again.
func (s *Sender) Takes(to Subscription) error {
	switch {
	case to.key == nil:
		return &Invalid{"", "is none"}
	case !allowed(s.set.Hosts, to.host):
		return &Invalid{"endpoint", "is at a push service that is not among those allowed"}
	}
	return nil
}

// Send returns nil once the push service took responsibility for the message, or an [*deliver.Error] that says of the
// subscription no more than its host. It returns soon after ctx ended.
func (s *Sender) Send(ctx context.Context, m Message) error {
	if err := m.checked(); err != nil {
		return failed(deliver.Permanent, "push message refused: %w", err)
	}
	if err := s.Takes(m.To); err != nil {
		return failed(deliver.Permanent, "push message refused: %w", err)
	}
	now := s.clock()
	left := m.ExpiresAt.Sub(now) / time.Second
	if left < 1 {
		return failed(deliver.Permanent, "push message to %s: it expired", m.To.host)
	}
	body, err := seal(m.Body, m.To)
	if err != nil {
		return failed(deliver.Permanent, "push message to %s: it cannot be encrypted", m.To.host)
	}
	authorization, err := s.set.Key.authorization(m.To.origin(), s.set.Contact, now)
	if err != nil {
		return failed(deliver.Permanent, "push message to %s: it cannot be signed", m.To.host)
	}
	header := http.Header{
		"Authorization":    {authorization},
		"Content-Encoding": {"aes128gcm"},
		"Content-Type":     {"application/octet-stream"},
		"Ttl":              {strconv.FormatInt(int64(left), 10)},
		"Urgency":          {"high"}, // somebody waits (RFC 8030, 5.3)
	}
	if m.Topic != "" {
		header.Set("Topic", m.Topic)
	}
	return s.post(ctx, m.To, header, body)
}

const maxTopic = 32 // characters

// checked returns why a message may not be sent anywhere, or nil: errors here are ours.
func (m Message) checked() error {
	switch {
	case len(m.Body) == 0 || len(m.Body) > MaxBody:
		return errors.New("it is empty or too long")
	case len(m.Topic) > maxTopic || !only(m.Topic, letters+capitals+digits+"-_"):
		return errors.New("its topic is not one")
	case m.ExpiresAt.IsZero():
		return errors.New("it has no end")
	}
	return nil
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func failed(fault deliver.Fault, format string, args ...any) error {
	return &deliver.Error{Fault: fault, Err: fmt.Errorf(format, args...)}
}
