package deliver

import (
	"sync"
	"time"
)

const (
	patience   = 5 // failures of the server in a row before the first pause
	firstPause = 5 * time.Second
	maxPause   = time.Minute
)

// breaker keeps a worker from hammering a server that is down: after several failures in a row it admits nothing for a
// while, then one attempt, and its outcome decides. Each attempt that was admitted ends in one call of note or told.
type breaker struct {
	mu       sync.Mutex
	failures int           // in a row
	pause    time.Duration // the present or latest one; 0 while everything is admitted
	until    time.Time     // the end of the pause
	trying   bool          // the one attempt after a pause is under way
}

// admit returns how many of the wanted attempts may begin.
func (b *breaker) admit(now time.Time, wanted int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pause == 0 {
		return wanted
	}
	paused := now.Before(b.until) && b.until.Sub(now) <= maxPause // a clock that went back prolongs nothing
	if paused || b.trying {
		return 0
	}
	b.trying = true
	return 1
}

// unused takes back an admission that no attempt came of, or one that told nothing about the server.
func (b *breaker) unused() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = false
}

// answered notes that the server did its work, and reports whether that ended a pause.
func (b *breaker) answered() (recovered bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	recovered = b.pause > 0
	b.failures, b.pause, b.trying = 0, 0, false
	return recovered
}

// failed notes a failure of the server, and returns the pause that it began, or 0. Attempts that were under way when a
// pause began don't prolong it.
func (b *breaker) failed(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	switch {
	case b.pause > 0 && !b.trying, b.pause == 0 && b.failures < patience:
		return 0
	case b.pause == 0:
		b.pause = firstPause
	default:
		b.pause = min(2*b.pause, maxPause)
	}
	b.trying = false
	b.until = now.Add(b.pause)
	return b.pause
}
