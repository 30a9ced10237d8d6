package sallyporttest

import (
	"sync"
	"time"
)

// Clock is the time that a [Service] goes by. It begins near the present and stands still until it is moved: by a test, or by
// the kit where a person would have to wait, for a code that was not given yet or because the Gate said so. It is safe for
// concurrent use.
type Clock struct {
	busy sync.Mutex // held while the kit does something for somebody, so that nobody else makes them late

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

// Advance moves the clock on. What is due then beside requests is done by [Service.CatchUp]. It panics when d is negative.
func (c *Clock) Advance(d time.Duration) {
	if d < 0 {
		panic("sallyporttest: a clock doesn't go back")
	}
	c.busy.Lock()
	defer c.busy.Unlock()
	c.move(d)
}

// wait moves the clock on for as long as a request has to wait.
func (c *Clock) wait(throttled answer) {
	c.move(time.Duration(max(1, throttled.RetryAfter)) * time.Second)
}

func (c *Clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(0, d))
}
