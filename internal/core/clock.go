package core

import (
	"log/slog"
	"sync"
	"time"
)

// clock gives one value per operation. When the system's clock goes back, time stands still until it
// has caught up: no used code comes alive again and no session lives longer.
type clock struct {
	now func() time.Time
	log *slog.Logger

	mu     sync.Mutex
	latest time.Time
	behind bool
}

// fromTheFuture says whether something began later than now, by more than the clocks of replicas may differ: a
// clock ran ahead then, and how long it lives can't be told.
func fromTheFuture(began, now time.Time) bool { return began.After(now.Add(time.Minute)) }

// tolerance is how far the clock may step back without a word; NTP does that.
const tolerance = 2 * time.Second

func (c *clock) Now() time.Time {
	t := c.now().UTC().Truncate(time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !t.Before(c.latest) {
		c.latest, c.behind = t, false
		return t
	}
	if back := c.latest.Sub(t); back > tolerance && !c.behind {
		c.behind = true
		c.log.Error("the clock went back; time stands still until it has caught up", "seconds", int(back.Seconds()))
	}
	return c.latest
}
