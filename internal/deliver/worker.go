package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Config says how a [Worker] works. Outbox and Handle have to be given; the zero value of anything else is the default
// that its comment names.
type Config struct {
	Outbox Outbox
	Handle Handle
	// Clock gives the time. Default: time.Now.
	Clock func() time.Time
	// Log takes a line for each message that was sent, postponed or dropped: its id, the attempt and the error, made
	// [Printable]. Default: slog.Default.
	Log *slog.Logger
	// Lease is how long a message is held for one attempt, which may take three quarters of it. After a crash, the message
	// waits that long. From a minute to an hour. Default: 5 minutes.
	Lease time.Duration
	// Poll is how often, on average, the outbox is asked without a Wake. From a tenth of a second to an hour.
	// Default: 5 seconds.
	Poll time.Duration
	// Parallel is how many messages are under way at once, 16 at most. Default: 4.
	Parallel int
	// Grace is how long messages under way may go on when the worker stops, a minute at most. Default: 3 seconds.
	Grace time.Duration
}

const (
	defaultLease    = 5 * time.Minute
	defaultPoll     = 5 * time.Second
	defaultParallel = 4
	defaultGrace    = 3 * time.Second
)

// Worker delivers messages. Its methods are safe for concurrent use; [Worker.Run] is meant to run once.
type Worker struct {
	cfg     Config
	wake    chan struct{}
	breaker breaker
}

// New checks cfg and returns a worker that does nothing yet.
func New(cfg Config) (*Worker, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	errs := []error{
		within("Lease", &cfg.Lease, defaultLease, time.Minute, time.Hour),
		within("Poll", &cfg.Poll, defaultPoll, time.Second/10, time.Hour),
		within("Parallel", &cfg.Parallel, defaultParallel, 1, 16),
		within("Grace", &cfg.Grace, defaultGrace, 1, time.Minute),
	}
	if cfg.Outbox == nil || cfg.Handle == nil {
		errs = append(errs, errors.New("deliver: Config without Outbox or Handle"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Worker{cfg: cfg, wake: make(chan struct{}, 1)}, nil
}

func within[T int | time.Duration](field string, v *T, fallback, least, most T) error {
	if *v == 0 {
		*v = fallback
	}
	if *v < least || *v > most {
		return fmt.Errorf("deliver: Config.%s is %v, not between %v and %v", field, *v, least, most)
	}
	return nil
}

// Wake says that there is something new in the outbox. It never blocks, and costs nothing when nobody runs.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. Then nothing more is begun, and what is under way has [Config.Grace] to end before it is
// interrupted; an interrupted message is due again at once. Errors of the outbox are logged, and outlived.
func (w *Worker) Run(ctx context.Context) {
	s := w.newShift(ctx)
	defer s.end()
	poll := time.After(w.nextPoll())
	for due := true; ctx.Err() == nil; {
		if due {
			due = false
			s.note(s.begin(ctx))
		}
		select {
		case <-w.wake:
			s.waiting = true
		case <-poll:
			s.waiting = true
			poll = time.After(w.nextPoll())
		case <-s.done:
			s.underWay--
		case <-ctx.Done():
		}
		due = s.waiting && s.underWay < w.cfg.Parallel
	}
}

// Once delivers everything that is due, and returns how many messages it took on, whatever became of them, when nothing
// is left or under way. While the worker pauses because of the server, nothing is due. The error is the outbox's, or that
// ctx ended: then it stops as [Worker.Run] does.
func (w *Worker) Once(ctx context.Context) (int, error) {
	s := w.newShift(ctx)
	defer s.end()
	var failed error
	for ctx.Err() == nil {
		if s.waiting && failed == nil {
			failed = s.begin(ctx)
		}
		if s.underWay == 0 {
			return s.taken, errors.Join(failed, ctx.Err())
		}
		select {
		case <-s.done:
			s.underWay--
		case <-ctx.Done():
		}
	}
	return s.taken, errors.Join(failed, ctx.Err())
}

// nextPoll differs from one time to the next, so that processes that were started together don't ask together.
func (w *Worker) nextPoll() time.Duration {
	return w.cfg.Poll*3/4 + rand.N(w.cfg.Poll/2)
}
