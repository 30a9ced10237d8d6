package deliver

import (
	"context"
	"time"
)

const (
	outboxPatience = 5 * time.Second // for one call of the outbox
	lastWait       = time.Second     // for interrupted messages to come back
)

// shift is what one call of Run or Once has under way. Only that call's goroutine touches it.
type shift struct {
	w         *Worker
	done      chan struct{}   // one for each message that ended
	ctx       context.Context // of the messages: it outlives the caller's by the grace
	interrupt context.CancelFunc

	underWay int
	taken    int  // in all
	waiting  bool // there may be more in the outbox than is under way
	failing  bool // the outbox did not answer last time
}

func (w *Worker) newShift(ctx context.Context) *shift {
	s := &shift{w: w, done: make(chan struct{}, w.cfg.Parallel), waiting: true}
	s.ctx, s.interrupt = context.WithCancel(context.WithoutCancel(ctx))
	return s
}

// begin takes as many messages as there are hands, and starts on them.
func (s *shift) begin(ctx context.Context) error {
	free := s.w.cfg.Parallel - s.underWay
	admitted := s.w.breaker.admit(s.w.cfg.Clock(), free)
	if admitted == 0 {
		return nil
	}
	items, err := s.claim(ctx, admitted)
	// With hands left over, the outbox is empty; an end of what is under way then leads to no new question.
	s.waiting = len(items) == admitted
	if len(items) == 0 {
		s.w.breaker.unused()
	}
	for _, it := range items {
		s.underWay++
		s.taken++
		go func() {
			defer func() { s.done <- struct{}{} }()
			s.w.attempt(s.ctx, it)
		}()
	}
	return err
}

// claim is not interrupted when the worker stops: nobody could tell then what it took. What it took for nothing goes back.
func (s *shift) claim(ctx context.Context, n int) ([]Item, error) {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), outboxPatience)
	defer cancel()
	items, err := s.w.cfg.Outbox.ClaimMessages(asking, n, s.w.cfg.Lease, s.w.cfg.Clock())
	if err != nil || ctx.Err() == nil {
		return items, err
	}
	for _, it := range items {
		s.w.postpone(ctx, it, s.w.cfg.Clock(), false)
	}
	return nil, nil
}

// note logs the first failure of the outbox in a row, and the end of it.
func (s *shift) note(err error) {
	switch {
	case err != nil && !s.failing:
		s.w.cfg.Log.Error("the outbox does not answer; messages wait", "error", Printable(err.Error()))
	case err == nil && s.failing:
		s.w.cfg.Log.Info("the outbox answers again")
	}
	s.failing = err != nil
}

// end waits for what is under way, for a while, interrupts it, and leaves behind what ignores that: its claim lapses.
func (s *shift) end() {
	s.await(s.w.cfg.Grace)
	s.interrupt()
	s.await(lastWait)
	if s.underWay > 0 {
		s.w.cfg.Log.Warn("stopped with messages under way; they may be delivered twice", "messages", s.underWay)
	}
}

func (s *shift) await(d time.Duration) {
	late := time.After(d)
	for s.underWay > 0 {
		select {
		case <-s.done:
			s.underWay--
		case <-late:
			return
		}
	}
}
