package deliver_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

// deadOutbox is what a killed process knows of the outbox: nothing after it took its messages.
type deadOutbox struct{ *outbox }

func (deadOutbox) FinishMessage(context.Context, string, string) (bool, error) { return false, errDown }

// TestCrashBetweenSendingAndFinishing: one duplicate, and never a second, however many processes die at the same place.
func TestCrashBetweenSendingAndFinishing(t *testing.T) {
	for _, crashes := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			const lease = 2 * time.Minute
			o, l := newOutbox(1, 24*time.Hour), newLedger(always(nil))
			for range crashes {
				w, _ := newWorker(t, deliver.Config{Outbox: deadOutbox{o}, Handle: l.handle, Lease: lease})
				if _, err := w.Once(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n, _ := w.Once(t.Context()); n != 0 {
					t.Fatal("a claim did not hold")
				}
				time.Sleep(lease)
			}
			w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Lease: lease})
			run(t, w)
			time.Sleep(time.Hour)
			if n := len(l.of("m000")); n != 2 || len(o.left()) > 0 {
				t.Errorf("%d crashes: sent %d times, left %v", crashes, n, o.left())
			}
		})
	}
}

func TestFinishingIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(1, time.Hour), newLedger(always(nil))
		o.finishFails = 2
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		run(t, w)
		time.Sleep(time.Hour)
		l.onlyOnce(t, 1)
		if left := o.left(); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

func TestPanicIsSurvived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(3, time.Hour)
		l := newLedger(func(_ context.Context, it deliver.Item) error {
			switch it.ID {
			case "m000":
				panic("the code is 123456")
			case "m001":
				var nothing []int
				_ = nothing[it.Attempts]
			}
			return nil
		})
		w, log := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		run(t, w)
		time.Sleep(time.Hour)
		if a, b, c := len(l.of("m000")), len(l.of("m001")), len(l.of("m002")); a != 2 || b != 2 || c != 1 {
			t.Errorf("tried %d, %d and %d times", a, b, c)
		}
		text := log.String()
		if strings.Contains(text, "123456") || !strings.Contains(text, "index out of range") || !strings.Contains(text, "panic=string") {
			t.Errorf("logged %s", text)
		}
	})
}

func TestShutdown(t *testing.T) {
	const grace = 4 * time.Second
	tests := []struct {
		name   string
		handle func(release chan struct{}) func(context.Context, deliver.Item) error
		within time.Duration
		left   int
		again  bool // it is due again at once
	}{
		{"ends in time", func(chan struct{}) func(context.Context, deliver.Item) error {
			return func(context.Context, deliver.Item) error { time.Sleep(grace / 2); return nil }
		}, grace / 2, 0, false},
		{"interrupted", func(chan struct{}) func(context.Context, deliver.Item) error {
			return func(ctx context.Context, _ deliver.Item) error { <-ctx.Done(); return fault(deliver.Temporary) }
		}, grace, 1, true},
		{"deaf", func(release chan struct{}) func(context.Context, deliver.Item) error {
			return func(context.Context, deliver.Item) error { <-release; return nil }
		}, grace + time.Second, 1, false},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			o, l := newOutbox(1, time.Hour), newLedger(tt.handle(release))
			w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Grace: grace})
			stop := run(t, w)
			o.put("late", time.Hour)
			began := time.Now()
			stop()
			if took := time.Since(began); took != tt.within {
				t.Errorf("%s: stopped after %v, want %v", tt.name, took, tt.within)
			}
			if left := o.left(); len(left) != tt.left+1 || len(l.of("late")) > 0 {
				t.Errorf("%s: left %v; begun after the end: %d", tt.name, left, len(l.of("late")))
			}
			next := newLedger(always(nil))
			other, _ := newWorker(t, deliver.Config{Outbox: o, Handle: next.handle})
			if _, err := other.Once(t.Context()); err != nil {
				t.Error(err)
			}
			if again := len(next.of("m000")) == 1; again != tt.again {
				t.Errorf("%s: due again at once: %v", tt.name, again)
			}
			close(release)
		})
	}
}

// TestClaimedWhileStopping: what comes out of the outbox when nobody is there to send it goes back.
func TestClaimedWhileStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		o, l := newOutbox(3, time.Hour), newLedger(always(nil))
		w, _ := newWorker(t, deliver.Config{Outbox: stopsWhileAsked{o, cancel}, Handle: l.handle})
		if _, err := w.Once(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Once: %v", err)
		}
		if l.total() > 0 {
			t.Error("something was begun after the end")
		}
		other, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		if n, err := other.Once(t.Context()); n != 3 || err != nil {
			t.Errorf("Once = %d, %v", n, err)
		}
	})
}

type stopsWhileAsked struct {
	*outbox
	stop context.CancelFunc
}

func (o stopsWhileAsked) ClaimMessages(ctx context.Context, n int, lease time.Duration, now time.Time) ([]deliver.Item, error) {
	o.stop()
	return o.outbox.ClaimMessages(ctx, n, lease, now)
}

func TestOutboxDownAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(1, 24*time.Hour), newLedger(always(nil))
		o.down = true
		w, log := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		if _, err := w.Once(t.Context()); !errors.Is(err, errDown) {
			t.Errorf("Once: %v", err)
		}
		run(t, w)
		time.Sleep(time.Hour)
		if n := strings.Count(log.String(), "\n"); n != 1 {
			t.Errorf("an hour without the outbox is %d lines in the log", n)
		}
		o.set(func(o *outbox) { o.down = false })
		time.Sleep(10 * time.Second)
		l.onlyOnce(t, 1)
	})
}

func TestNewRefuses(t *testing.T) {
	good := deliver.Config{Outbox: newOutbox(0, 0), Handle: newLedger(always(nil)).handle}
	if _, err := deliver.New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*deliver.Config){
		"no outbox": func(c *deliver.Config) { c.Outbox = nil },
		"no handle": func(c *deliver.Config) { c.Handle = nil },
		"lease":     func(c *deliver.Config) { c.Lease = time.Second },
		"poll":      func(c *deliver.Config) { c.Poll = -1 },
		"parallel":  func(c *deliver.Config) { c.Parallel = 1000 },
		"grace":     func(c *deliver.Config) { c.Grace = time.Hour },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := deliver.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
