package assembly

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
)

// vapid is the id of the site's key for push services (RFC 8292).
const vapid = "vapid"

const (
	// pushesAtOnce is how many messages to browsers may be under way: each may go to somebody who makes it stall, and all
	// others, the mail among them, have the rest of the worker to themselves.
	pushesAtOnce = 4
	othersAtOnce = 4
)

// room is for messages to browsers that are under way.
type room chan struct{}

// enter takes a place until leave is called, or says that there is none.
func (r room) enter() (leave func(), err error) {
	select {
	case r <- struct{}{}:
		return func() { <-r }, nil
	default:
		return nil, &deliver.Error{Fault: deliver.Temporary, Err: errors.New("too many messages to browsers are under way")}
	}
}

// pushTopic makes a newer prompt replace one that the push service still holds. It is the same for everybody: topics are
// told apart by the subscription, and the push service reads them.
const pushTopic = "sallyport-prompt"

// keyPatience bounds the reading of the key where nobody says how long they wait.
const keyPatience = 5 * time.Second

// pushes sends messages to browsers. The site's key is made when it is first needed, so that a database of a site
// without push has none. It is safe for concurrent use.
type pushes struct {
	keys  seal.Sealer
	main  *store.Store
	set   push.Settings // the key is filled in when there is one
	opt   push.Options
	clock func() time.Time
	log   *slog.Logger
	room  room

	mu     sync.Mutex
	sender *push.Sender // nil until the key was read or made
}

// approves says whether browsers may be bound. The form that takes everything at once asks nobody anything in between: what
// was bound under it could not be answered with.
func (h *House) approves() bool { return h.allows(core.KindPush) && !h.combined() }

// newPushes is nil where no browser may be bound, and where a Pusher tells them.
func (h *House) newPushes() *pushes {
	if !h.approves() || h.opt.Pusher != nil {
		return nil
	}
	opt := h.opt.Push
	opt.Clock = h.cfg.Clock
	return &pushes{
		keys: h.Keys, main: h.Store, set: push.Settings{Contact: h.cfg.Contact(), Hosts: h.cfg.PushHosts},
		opt: opt, clock: h.cfg.Clock, log: h.cfg.Log, room: make(room, pushesAtOnce),
	}
}

// open returns what sends. A key that is there and can't be read is an error each time until it can, and stops nothing but
// messages to browsers: another one made in its place would lose every subscription.
func (p *pushes) open(ctx context.Context) (*push.Sender, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sender != nil {
		return p.sender, nil
	}
	sealed, err := p.main.SiteKey(ctx, vapid)
	if err == nil && sealed == nil {
		sealed, err = p.first(ctx)
	}
	if err != nil {
		return nil, err
	}
	set := p.set
	if set.Key, err = p.unseal(ctx, sealed); err != nil {
		return nil, err
	}
	p.sender, err = p.opt.New(set)
	return p.sender, err
}

// first makes the key, unless another process did at the same moment: then it is theirs.
func (p *pushes) first(ctx context.Context) ([]byte, error) {
	fresh, err := push.NewKey()
	if err != nil {
		return nil, err
	}
	sealed, err := p.keys.Seal([]byte(fresh.Encode()), rowPlace(store.SiteKeyTable, vapid))
	if err != nil {
		return nil, err
	}
	return p.main.KeepSiteKey(ctx, vapid, sealed, p.clock())
}

var errSiteKey = errors.New("assembly: the site's key for messages to browsers does not open")

func (p *pushes) unseal(ctx context.Context, sealed []byte) (push.Key, error) {
	plain, err := p.keys.Open(sealed, rowPlace(store.SiteKeyTable, vapid))
	if err == nil {
		var key push.Key
		if key, err = push.ParseKey(string(plain)); err == nil {
			return key, nil
		}
	}
	p.log.ErrorContext(ctx, "the site's key for messages to browsers does not open: nothing is sent to them, and everything else goes on. "+
		"Put back the key file that it was sealed with; docs/operating.md says what to do if that is lost", "error", err)
	return push.Key{}, errSiteKey
}

// look says in the log of a start that the key can't be read. It makes none.
func (p *pushes) look(ctx context.Context) {
	if sealed, err := p.main.SiteKey(ctx, vapid); err == nil && sealed != nil {
		p.unseal(ctx, sealed) //nolint:errcheck // it says so itself
	}
}

// ServerKey is what browsers subscribe with; "" while it can't be read, and then none of them do.
func (p *pushes) ServerKey() string {
	ctx, cancel := context.WithTimeout(context.Background(), keyPatience)
	defer cancel()
	sender, err := p.open(ctx)
	if err != nil {
		p.log.WarnContext(ctx, "browsers are bound without messages to them", "error", err)
		return ""
	}
	return sender.PublicKey()
}

// Takes says whether messages may be sent to a subscription. It asks nobody: where its name leads is seen when it is called.
func (p *pushes) Takes(subscription string) error {
	to, err := push.ParseSubscription([]byte(subscription))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), keyPatience)
	defer cancel()
	sender, err := p.open(ctx)
	if err != nil {
		return err
	}
	return sender.Takes(to)
}

// send sends one message, or says that too many are under way already.
func (p *pushes) send(ctx context.Context, subscription, body []byte, expires time.Time) error {
	leave, err := p.room.enter()
	if err != nil {
		return err
	}
	defer leave()
	to, err := push.ParseSubscription(subscription)
	if err != nil {
		return &deliver.Error{Fault: deliver.Permanent, Err: err}
	}
	sender, err := p.open(ctx)
	if err != nil {
		return err
	}
	return sender.Send(ctx, push.Message{To: to, Body: body, Topic: pushTopic, ExpiresAt: expires})
}
