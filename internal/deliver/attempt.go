package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"time"
)

// attempt handles one message and sees to what becomes of it.
func (w *Worker) attempt(ctx context.Context, it Item) {
	log := w.cfg.Log.With("message", it.ID, "attempt", it.Attempts)
	left := it.ExpiresAt.Sub(w.cfg.Clock())
	if left <= 0 {
		w.breaker.unused()
		log.Warn("message not sent: it expired")
		w.finish(ctx, it)
		return
	}
	within, cancel := context.WithTimeout(ctx, min(left, w.cfg.Lease*3/4))
	defer cancel()
	asked, err := w.call(within, it)
	w.tell(ctx, log, asked, err)
	if err == nil {
		if asked {
			log.Info("message sent")
		} else { // a request that was decided, or a message that nobody is to get any more
			log.Info("nothing to send")
		}
		w.finish(ctx, it)
		return
	}
	w.failed(ctx, log, it, err)
}

// errPanic is what is known of a message whose handling ended in a panic.
var errPanic = errors.New("handling the message panicked")

// call survives panics. The text of one may hold what the message says, so that only the runtime's own are logged.
func (w *Worker) call(ctx context.Context, it Item) (asked bool, err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("%T", p)
		if own, ok := p.(runtime.Error); ok {
			what = Printable(own.Error())
		}
		w.cfg.Log.Error("handling a message panicked", "message", it.ID, "panic", what, "stack", string(debug.Stack()))
		err = &Error{Fault: Unsure, Err: errPanic}
	}()
	return w.cfg.Handle(ctx, it)
}

// tell lets the breaker know what an attempt says about the server: nothing, if it was interrupted or never got there.
func (w *Worker) tell(ctx context.Context, log *slog.Logger, asked bool, err error) {
	var failed *Error
	switch {
	case !asked, err != nil && (ctx.Err() != nil || !errors.As(err, &failed)):
		w.breaker.unused()
	case err != nil && (failed.Fault == Unavailable || failed.Fault == Unsure):
		if pause := w.breaker.failed(w.cfg.Clock()); pause > 0 {
			log.Error("sending fails again and again; all messages wait", "pause", pause, "error", Printable(err.Error()))
		}
	case w.breaker.answered():
		log.Info("the server answers again")
	}
}

// failed drops a message or puts it off.
func (w *Worker) failed(ctx context.Context, log *slog.Logger, it Item, err error) {
	fault := FaultOf(err)
	log = log.With("fault", fault.String(), "error", Printable(err.Error()))
	if fault == Permanent {
		log.Error("message dropped: it cannot be delivered")
		w.finish(ctx, it)
		return
	}
	now := w.cfg.Clock()
	if ctx.Err() != nil && fault != Unsure {
		log.Info("message interrupted; it is due again")
		w.postpone(ctx, it, now, false)
		return
	}
	left := it.ExpiresAt.Sub(now)
	wait, again := backoff(it.Attempts, left)
	wait = max(wait, retryAfter(err))
	if !again || wait >= left {
		log.Error("message dropped: it expires before it could be tried again")
		w.finish(ctx, it)
		return
	}
	log.Warn("message not sent; it is tried again", "wait", wait)
	w.postpone(ctx, it, now.Add(wait), fault == Unsure)
}

const (
	firstWait = 5 * time.Second
	maxWait   = 15 * time.Minute
	doublings = 8 // 5 s * 2^8 is beyond maxWait
)

// backoff returns how long to wait after so many attempts: 5 seconds, doubled each time up to 15 minutes, and up to a
// quarter more so that messages that failed together don't come together. Of a message's last minutes it waits half, so
// that one that lives shortly still gets its attempts; with less than 5 seconds there is no other.
func backoff(attempts int, left time.Duration) (wait time.Duration, again bool) {
	if left <= firstWait {
		return 0, false
	}
	step := firstWait << min(max(attempts-1, 0), doublings)
	step = min(step, maxWait*4/5)
	wait = step + rand.N(step/4)
	return max(min(wait, left/2), min(firstWait, left-1)), true
}

const (
	settleTries = 3
	settleWait  = 100 * time.Millisecond
)

// finish deletes a message, also when the worker is stopping.
func (w *Worker) finish(ctx context.Context, it Item) {
	w.settle(ctx, it, func(ctx context.Context) (bool, error) { return w.cfg.Outbox.FinishMessage(ctx, it.ID, it.Claim) })
}

// postpone gives a message back, also when the worker is stopping.
func (w *Worker) postpone(ctx context.Context, it Item, at time.Time, unsure bool) {
	w.settle(ctx, it, func(ctx context.Context) (bool, error) {
		return w.cfg.Outbox.PostponeMessage(ctx, it.ID, it.Claim, at, unsure)
	})
}

// settle tries more than once: what the outbox is not told becomes a duplicate.
func (w *Worker) settle(ctx context.Context, it Item, do func(context.Context) (bool, error)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outboxPatience)
	defer cancel()
	log := w.cfg.Log.With("message", it.ID, "attempt", it.Attempts)
	for try := 1; ; try++ {
		held, err := do(ctx)
		switch {
		case err == nil && held:
			return
		case err == nil:
			log.Warn("message was not held any more; it may be delivered twice")
			return
		case try == settleTries || ctx.Err() != nil:
			log.Error("the outbox was not told what became of a message; it may be delivered twice",
				"error", Printable(err.Error()))
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(settleWait << try):
		}
	}
}
