package deliver_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

// TestBreaker: a server that is down is asked once a minute, not once a message, and is used again soon after it is back.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages = 200
		o, l := newOutbox(messages, 24*time.Hour), newLedger(always(fault(deliver.Unavailable)))
		w, log := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		run(t, w)
		synctest.Wait()
		if n := l.total(); n < 5 || n > 8 { // the fifth failure in a row, while others are under way
			t.Errorf("%d attempts before the first pause", n)
		}
		before := l.total()
		for range 3600 {
			time.Sleep(time.Second)
			w.Wake()
		}
		if n := l.total() - before; n < 50 || n > 70 {
			t.Errorf("a server that is down was asked %d times in an hour", n)
		}
		l.set(always(nil))
		time.Sleep(time.Minute + 8*time.Second) // a pause and a poll
		if n := messages - len(o.left()); n < messages/2 {
			t.Errorf("%d messages left a minute after the server was back", n)
		}
		time.Sleep(20 * time.Minute)
		if left := o.left(); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		text := log.String()
		if !strings.Contains(text, "all messages wait") || strings.Count(text, "the server answers again") != 1 {
			t.Error("the log does not say when the server went and came")
		}
	})
}

// trip makes a worker pause, with five messages that fail.
func trip(t *testing.T, w *deliver.Worker, l *ledger) {
	t.Helper()
	l.set(always(fault(deliver.Unavailable)))
	if n, err := w.Once(t.Context()); n != 5 || err != nil {
		t.Fatalf("Once = %d, %v before the first pause", n, err)
	}
}

// TestBreakerLooksWithOne: after a pause one message goes ahead, alone.
func TestBreakerLooksWithOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(5, 24*time.Hour), newLedger(nil)
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 5})
		trip(t, w, l)
		for i := range 45 {
			o.put(fmt.Sprint(i), time.Hour)
		}
		if n, _ := w.Once(t.Context()); n != 0 {
			t.Errorf("Once = %d during the pause", n)
		}
		time.Sleep(5 * time.Second)
		release := make(chan struct{})
		l.set(func(context.Context, deliver.Item) error { <-release; return nil })
		run(t, w)
		for range 3 {
			w.Wake()
			synctest.Wait()
		}
		if n := l.total() - 5; n != 1 {
			t.Errorf("%d messages went ahead", n)
		}
		close(release)
		synctest.Wait()
		if n := l.total() - 5; n != 45 { // the first five are not due yet
			t.Errorf("%d messages were sent once the server was back", n)
		}
	})
}

// TestBreakerWithNothingToTry: an empty outbox is no attempt, so that the next message is one.
func TestBreakerWithNothingToTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(5, 24*time.Hour), newLedger(nil)
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 5})
		trip(t, w, l)
		o.set(func(o *outbox) { clear(o.rows) })
		time.Sleep(time.Minute)
		if n, err := w.Once(t.Context()); n != 0 || err != nil {
			t.Fatalf("Once = %d, %v", n, err)
		}
		o.put("next", time.Hour)
		l.set(always(nil))
		if n, err := w.Once(t.Context()); n != 1 || err != nil {
			t.Errorf("Once = %d, %v", n, err)
		}
	})
}

// TestRefusalsDontTrip: a server that answers is there, whatever it says of a message.
func TestRefusalsDontTrip(t *testing.T) {
	for _, f := range []deliver.Fault{deliver.Temporary, deliver.Permanent} {
		synctest.Test(t, func(t *testing.T) {
			o, l := newOutbox(50, 24*time.Hour), newLedger(always(fault(f)))
			w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
			if n, err := w.Once(t.Context()); n != 50 || err != nil {
				t.Errorf("%v: Once = %d, %v", f, n, err)
			}
		})
	}
}

// TestWhatSaysNothingAboutTheServer does not trip: panics, and attempts that we interrupted.
func TestWhatSaysNothingAboutTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(50, time.Hour), newLedger(func(context.Context, deliver.Item) error { panic("oh") })
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		if n, err := w.Once(t.Context()); n != 50 || err != nil {
			t.Errorf("Once = %d, %v with panics", n, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(8, time.Hour)
		l := newLedger(func(ctx context.Context, _ deliver.Item) error { <-ctx.Done(); return fault(deliver.Unavailable) })
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 8})
		run(t, w)()
		l.set(always(nil))
		if n, err := w.Once(t.Context()); n != 8 || err != nil {
			t.Errorf("Once = %d, %v after an interruption", n, err)
		}
	})
}

// TestFailuresTogetherAreOnePause: those that were under way when it began don't prolong it.
func TestFailuresTogetherAreOnePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(16, time.Hour)
		l := newLedger(func(context.Context, deliver.Item) error { time.Sleep(time.Second); return fault(deliver.Unavailable) })
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 16})
		if n, err := w.Once(t.Context()); n != 16 || err != nil {
			t.Fatalf("Once = %d, %v", n, err)
		}
		time.Sleep(5 * time.Second)
		o.set(func(o *outbox) { clear(o.rows) })
		o.put("next", time.Hour)
		l.set(always(nil))
		if n, err := w.Once(t.Context()); n != 1 || err != nil {
			t.Errorf("Once = %d, %v after the first pause", n, err)
		}
	})
}

// TestClockThatWentBackDoesNotProlongAPause.
func TestClockThatWentBackDoesNotProlongAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var back time.Duration
		clock := func() time.Time { return time.Now().Round(0).Add(-back) }
		o, l := newOutbox(5, 24*time.Hour), newLedger(nil)
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 5, Clock: clock})
		trip(t, w, l)
		back = time.Hour
		o.put("next", time.Hour)
		o.set(func(o *outbox) { o.rows["next"].due = clock() })
		l.set(always(nil))
		if n, err := w.Once(t.Context()); n != 1 || err != nil {
			t.Errorf("Once = %d, %v", n, err)
		}
	})
}

// TestRequestsSayNothingAboutTheServer: what is decided without a word to the server, well or not, neither begins a pause
// nor ends one, nor hides that the server fails.
func TestRequestsSayNothingAboutTheServer(t *testing.T) {
	for name, decided := range map[string]error{
		"decided": nil, "unfit": fault(deliver.Permanent), "as if the server": fault(deliver.Unavailable),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, l := newOutbox(0, 0), newLedger(func(_ context.Context, it deliver.Item) error {
					if strings.HasPrefix(it.ID, "request") {
						return decided
					}
					return fault(deliver.Unavailable)
				})
				for i := range 4 {
					o.put(fmt.Sprint("m", i), 24*time.Hour)
				}
				w, log := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
				once := func(what string, want int) {
					t.Helper()
					if n, err := w.Once(t.Context()); n != want || err != nil {
						t.Errorf("%s: Once = %d, %v, want %d", what, n, err, want)
					}
				}
				once("four failures", 4)
				for i := range 9 {
					o.put(fmt.Sprint("request", i), 24*time.Hour)
				}
				once("requests", 9)
				if strings.Contains(log.String(), "all messages wait") {
					t.Error("requests began a pause")
				}
				o.set(func(o *outbox) { clear(o.rows) })
				o.put("m fifth", 24*time.Hour)
				once("the fifth failure", 1) // with no request in between, as far as the server goes
				o.put("m sixth", 24*time.Hour)
				once("the pause", 0)
				time.Sleep(4 * time.Second)
				o.set(func(o *outbox) { clear(o.rows) })
				o.put("request", 24*time.Hour)
				time.Sleep(time.Second)
				once("a request is let through after the pause", 1)
				if strings.Contains(log.String(), "the server answers again") {
					t.Error("a request ended the pause")
				}
			})
		})
	}
}
