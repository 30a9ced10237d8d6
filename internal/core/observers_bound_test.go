package core

import (
	"context"
	"log/slog"
	"strings"
	"testing"
)

// TestObserversAreBound: refused attempts wait for a slow observer up to a limit, and what is lost is said once.
func TestObserversAreBound(t *testing.T) {
	log, heard := &strings.Builder{}, 0
	o := newObservers(Config{Observe: func(context.Context, Event) { heard++ }, Log: slog.New(slog.NewTextHandler(log, nil))})
	write := func(account string, n int) {
		r := o.beginAside(account)
		for range n {
			r.add(Event{Account: account})
		}
		r.end(true)
	}
	write("a", maxUntold-1)
	write("b", 1)
	write("c", 2)
	write("a", 1)
	o.sayLost(t.Context())
	o.sayLost(t.Context())
	if n := strings.Count(log.String(), "events=3"); n != 1 {
		t.Errorf("said %d times what was lost:\n%s", n, log)
	}
	o.tellLeft(t.Context())
	if heard != maxUntold {
		t.Errorf("told of %d", heard)
	}
	write("c", 2)
	o.tellLeft(t.Context())
	if heard != maxUntold+2 || len(o.lines) > 0 || o.untold != 0 {
		t.Errorf("told of %d; %d accounts and %d events are remembered", heard, len(o.lines), o.untold)
	}
}
