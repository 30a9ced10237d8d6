package password

import (
	"context"
	"sync"
	"time"
)

// queue lets so many hashes run at once and others wait in order, as long as the wait is short enough.
type queue struct {
	running chan struct{} // its capacity is how many run at once
	length  int           // how many may wait
	maxWait time.Duration

	mu      sync.Mutex
	waiting int
	average time.Duration // of the time that one hash holds its place
}

// firstGuess stands in for the average until there is one: 19 MiB, twice, on a slow machine.
const firstGuess = 50 * time.Millisecond

func newQueue(running, length int, maxWait time.Duration) *queue {
	return &queue{running: make(chan struct{}, running), length: length, maxWait: maxWait, average: firstGuess}
}

// do runs work when its turn comes. It runs in the caller's goroutine and is never cut short: work that nobody waits
// for any more still holds its place, so that abandoned requests can't put more on the machine than it has cores. It
// returns a *BusyError if the wait would be too long, or the context's error if it ended first.
func (q *queue) do(ctx context.Context, work func()) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	start := time.Now()
	defer func() {
		q.record(time.Since(start))
		<-q.running
	}()
	work()
	return nil
}

func (q *queue) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := q.line(); err != nil {
		return err
	}
	defer q.leaveLine()
	late := time.NewTimer(2 * q.maxWait) // the estimate can be wrong; nobody waits much longer than it
	defer late.Stop()
	select {
	case q.running <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-late.C:
		return &BusyError{RetryAfter: max(time.Second, q.maxWait)}
	}
}

// line takes a place in the line of those waiting, or refuses.
func (q *queue) line() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	ahead := q.waiting - (cap(q.running) - len(q.running)) + 1 // that have to finish before this one's turn
	wait := time.Duration(max(0, ahead)) * q.average / time.Duration(cap(q.running))
	if ahead > q.length || wait > q.maxWait {
		return &BusyError{RetryAfter: max(time.Second, wait.Round(time.Second))}
	}
	q.waiting++
	return nil
}

func (q *queue) leaveLine() {
	q.mu.Lock()
	q.waiting--
	q.mu.Unlock()
}

// record moves the average by an eighth of what the latest hash differs from it. No single one moves it far: a machine
// that was suspended for an hour must not refuse everybody afterwards.
func (q *queue) record(took time.Duration) {
	q.mu.Lock()
	q.average += (min(took, 8*q.average) - q.average) / 8
	q.mu.Unlock()
}
