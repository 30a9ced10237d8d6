package assembly

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/sallyport/sallyport/internal/factor/password"
)

// ForTests is how a House differs in the test of an embedding program. The zero value is no difference.
type ForTests struct {
	// Hashing is what a password costs.
	Hashing password.Params
	// Unsynced lets a power cut undo what the database answered.
	Unsynced bool
	// ByHand leaves the work beside requests to [House.CatchUp]: [House.Run] only sends messages, as they come.
	ByHand bool
	// Opened gets the House.
	Opened func(*House)
}

type forTestsKey struct{}

// Testing returns a context with which an embedding program's test opens a House that differs: nothing but package
// sallyporttest calls it.
func Testing(ctx context.Context, how ForTests) context.Context {
	return context.WithValue(ctx, forTestsKey{}, how)
}

// with adds what [Testing] put into ctx.
func (o Options) with(ctx context.Context) Options {
	if how, ok := ctx.Value(forTestsKey{}).(ForTests); ok {
		o.forTests = how
	}
	return o
}

// wokenWithin is how long what is new in the outbox may wait.
const wokenWithin = 300 * time.Millisecond

// wake says that there is something new in the outbox. The worker hears of it at a random moment: work for what was asked just now would slow
// down the very next request, and by how much tells whether there was anything to send.
func (h *House) wake() {
	if !h.opt.forTests.ByHand {
		if h.waking.CompareAndSwap(false, true) { // one call for all that comes meanwhile
			time.AfterFunc(rand.N(wokenWithin), func() { h.waking.Store(false); h.worker.Wake() })
		}
		return
	}
	select {
	case h.posted <- struct{}{}:
	default:
	}
}

// runByHand sends messages until ctx ends, in rounds that [House.CatchUp] waits for.
func (h *House) runByHand(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.posted:
		}
		if err := h.SendAll(ctx); err != nil && ctx.Err() == nil {
			h.cfg.Log.WarnContext(ctx, "messages were not sent", "error", err)
		}
	}
}

// SendAll sends the messages that are due now, and those that come of it, and returns when nothing is left or under way.
func (h *House) SendAll(ctx context.Context) error {
	h.round.Lock()
	defer h.round.Unlock()
	for {
		if n, err := h.worker.Once(ctx); n == 0 || err != nil {
			return err
		}
	}
}

// CatchUp does all the work beside requests that is due now, whenever it was done last, and returns when it is done.
func (h *House) CatchUp(ctx context.Context) error {
	for _, do := range []func(context.Context) error{
		h.followKeys, h.Machine.LastWords, h.Machine.RunResets, h.Machine.Remind, h.Machine.Checkpoint, h.SendAll, h.Sweep,
	} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}
