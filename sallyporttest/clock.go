package sallyporttest

import (
	"sync"
	"time"
)

// Clock is the time that a [Service] goes by. It stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// newClock begins at the beginning of a time step, so that no code runs out by chance.
func newClock() *Clock { return &Clock{now: time.Now().Truncate(30 * time.Second)} }

// Now is what the clock shows. Give it to whatever in the application has to go by the same time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on. It panics when d is negative.
func (c *Clock) Advance(d time.Duration) {
	if d < 0 {
		panic("sallyporttest: a clock doesn't go back")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
