package deliver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

// logged is a log that a test reads.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newWorker(t *testing.T, cfg deliver.Config) (*deliver.Worker, *logged) {
	t.Helper()
	log := &logged{}
	cfg.Log = slog.New(slog.NewTextHandler(log, nil))
	w, err := deliver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return w, log
}

// run starts a worker in a bubble, and ends it with the test or when stop is called.
func run(t *testing.T, w *deliver.Worker) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	synctest.Wait()
	return stop
}

func fault(f deliver.Fault) error { return &deliver.Error{Fault: f, Err: errors.New("no luck")} }

func TestWakeDeliversAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(0, 0), newLedger(always(nil))
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Poll: time.Hour})
		run(t, w)
		began := time.Now()
		for i := range 20 { // more than there are hands
			o.put(fmt.Sprint(i), time.Hour)
		}
		w.Wake()
		w.Wake()
		synctest.Wait()
		l.onlyOnce(t, 20)
		if left := o.left(); len(left) > 0 || time.Since(began) > 0 {
			t.Errorf("%v left after %v", left, time.Since(began))
		}
	})
}

func TestPollingFindsWhatOthersPutIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(0, 0), newLedger(always(nil))
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Poll: 8 * time.Second})
		run(t, w)
		o.put("m", time.Hour)
		time.Sleep(10 * time.Second)
		l.onlyOnce(t, 1)
		if n, err := w.Once(t.Context()); n != 0 || err != nil {
			t.Errorf("Once = %d, %v with nothing due", n, err)
		}
		asked := o.questions()
		time.Sleep(800 * time.Second)
		if n := o.questions() - asked; n < 80 || n > 134 {
			t.Errorf("an empty outbox was asked %d times in 800 s", n)
		}
	})
}

func TestThreeWorkersShareTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const messages = 300
		o := newOutbox(messages, time.Hour)
		l := newLedger(func(context.Context, deliver.Item) error { time.Sleep(time.Second); return nil })
		began := time.Now()
		for range 3 {
			w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 5})
			run(t, w)
		}
		time.Sleep(messages / 15 * time.Second)
		synctest.Wait()
		l.onlyOnce(t, messages)
		if left := o.left(); len(left) > 0 {
			t.Errorf("after %v are left: %v", time.Since(began), left)
		}
	})
}

func TestNeverMoreUnderWayThanParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		count := func(by int) {
			mu.Lock()
			defer mu.Unlock()
			now += by
			most = max(most, now)
		}
		o := newOutbox(30, time.Hour)
		l := newLedger(func(_ context.Context, it deliver.Item) error {
			count(1)
			defer count(-1)
			time.Sleep(time.Duration(it.ID[3]-'0'+1) * time.Second)
			return nil
		})
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 3})
		run(t, w)
		for range 100 {
			time.Sleep(time.Second / 2)
			w.Wake()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		l.onlyOnce(t, 30)
		if most != 3 {
			t.Errorf("%d were under way at once, want 3", most)
		}
	})
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const life = 3 * time.Hour
		o, l := newOutbox(1, life), newLedger(always(fault(deliver.Temporary)))
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Poll: time.Second})
		began := time.Now()
		run(t, w)
		time.Sleep(2 * life)
		calls := l.of("m000")
		const slack = 2 * time.Second // polling
		step := 5 * time.Second
		for i, at := range calls {
			if at.Sub(began) >= life {
				t.Errorf("tried %v after it expired", at.Sub(began)-life)
			}
			if i == 0 || at.Sub(began) > life/2 { // towards the end the waits grow shorter again
				continue
			}
			gap := at.Sub(calls[i-1])
			if least, most := min(step, 12*time.Minute), min(step*5/4, 15*time.Minute)+slack; gap < least || gap > most {
				t.Errorf("waited %v before attempt %d, want between %v and %v", gap, i+1, least, most)
			}
			step *= 2
		}
		if len(calls) < 15 || len(calls) > 40 {
			t.Errorf("%d attempts in %v", len(calls), life)
		}
		if left := o.left(); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

func TestShortLivedMessagesGetTheirAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(1, time.Minute), newLedger(always(fault(deliver.Temporary)))
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Poll: time.Second})
		began := time.Now()
		run(t, w)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		calls := l.of("m000")
		if len(calls) < 4 {
			t.Errorf("%d attempts in its minute", len(calls))
		}
		if last := calls[len(calls)-1].Sub(began); last >= time.Minute || last < 50*time.Second {
			t.Errorf("the last attempt was after %v", last)
		}
	})
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   error
		tries int // in a day
	}{
		{"permanent", fault(deliver.Permanent), 1},
		{"permanent, wrapped", fmt.Errorf("sending: %w", fault(deliver.Permanent)), 1},
		{"unsure", fault(deliver.Unsure), 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			o, l := newOutbox(1, 24*time.Hour), newLedger(always(tt.err))
			w, log := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
			run(t, w)
			time.Sleep(24 * time.Hour)
			if n := len(l.of("m000")); n != tt.tries {
				t.Errorf("%s: %d attempts, want %d", tt.name, n, tt.tries)
			}
			if left := o.left(); len(left) > 0 || !strings.Contains(log.String(), "message=m000") {
				t.Errorf("%s: left %v, logged %q", tt.name, left, log)
			}
		})
	}
}

// TestLogTellsSentFromNothingToSend: who looks for a message in the log has to see whether it went out.
func TestLogTellsSentFromNothingToSend(t *testing.T) {
	for asked, want := range map[bool]string{true: `msg="message sent"`, false: `msg="nothing to send"`} {
		o := newOutbox(1, time.Hour)
		handle := func(context.Context, deliver.Item) (bool, error) { return asked, nil }
		w, log := newWorker(t, deliver.Config{Outbox: o, Handle: handle})
		if n, err := w.Once(t.Context()); n != 1 || err != nil {
			t.Fatalf("Once = %d, %v", n, err)
		}
		if got := log.String(); strings.Count(got, "level=INFO") != 1 || !strings.Contains(got, want+" message=m000") {
			t.Errorf("asked %v: logged %q, want %s", asked, got, want)
		}
	}
}

// TestRetryAfter: a server is not asked again before it said, and what would be too late then is dropped.
func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		after time.Duration
		tries int
		gap   time.Duration // at least, between the first two
	}{
		{0, 2, 5 * time.Second}, {time.Second, 2, 5 * time.Second}, {40 * time.Second, 2, 40 * time.Second}, {time.Minute, 1, 0}, {time.Hour, 1, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			asked := &deliver.Error{Fault: deliver.Unavailable, Err: errors.New("too many"), RetryAfter: tt.after}
			o := newOutbox(1, time.Minute)
			l := newLedger(always(fmt.Errorf("sending: %w", asked)))
			w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Poll: time.Second})
			run(t, w)
			time.Sleep(time.Second)
			l.set(func(context.Context, deliver.Item) error {
				if tt.tries == 1 {
					t.Errorf("after %v: tried again", tt.after)
				}
				return nil
			})
			time.Sleep(2 * time.Hour)
			calls := l.of("m000")
			if len(calls) != tt.tries || tt.tries == 2 && calls[1].Sub(calls[0]) < tt.gap || len(o.left()) > 0 {
				t.Errorf("after %v: tried at %v, left %v", tt.after, calls, o.left())
			}
		})
	}
}

func TestAnyOtherErrorIsTemporary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := newOutbox(1, time.Hour), newLedger(always(errors.New("cannot unseal")))
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		run(t, w)
		time.Sleep(time.Minute)
		l.set(always(nil))
		time.Sleep(10 * time.Minute)
		if left := o.left(); len(left) > 0 || len(l.of("m000")) < 3 {
			t.Errorf("%d attempts, left %v", len(l.of("m000")), left)
		}
	})
}

// TestNothingIsSentOnceItExpired: not when the outbox gives it late, and not by an attempt that lasts.
func TestNothingIsSentOnceItExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(1, 20*time.Second)
		var ended time.Time
		l := newLedger(func(ctx context.Context, _ deliver.Item) error {
			<-ctx.Done()
			ended = time.Now()
			return ctx.Err()
		})
		began := time.Now()
		w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle})
		run(t, w)
		time.Sleep(time.Hour)
		synctest.Wait()
		if ended.Sub(began) != 20*time.Second || len(l.of("m000")) != 1 || len(o.left()) > 0 {
			t.Errorf("ended after %v, %d attempts, left %v", ended.Sub(began), len(l.of("m000")), o.left())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(always(nil))
		late := lateOutbox{newOutbox(1, time.Hour)}
		w, log := newWorker(t, deliver.Config{Outbox: late, Handle: l.handle})
		if n, err := w.Once(t.Context()); n != 1 || err != nil {
			t.Fatalf("Once = %d, %v", n, err)
		}
		if l.total() > 0 || len(late.left()) > 0 || !strings.Contains(log.String(), "expired") {
			t.Errorf("handled %d times, left %v, logged %q", l.total(), late.left(), log)
		}
	})
}

// TestOutboxIsNotAskedForNothing: with hands left over it was empty.
func TestOutboxIsNotAskedForNothing(t *testing.T) {
	o, l := newOutbox(3, time.Hour), newLedger(always(nil))
	w, _ := newWorker(t, deliver.Config{Outbox: o, Handle: l.handle, Parallel: 4})
	if n, err := w.Once(t.Context()); n != 3 || err != nil || o.questions() != 1 {
		t.Errorf("Once = %d, %v with %d questions", n, err, o.questions())
	}
}

// lateOutbox gives messages that have just expired.
type lateOutbox struct{ *outbox }

func (o lateOutbox) ClaimMessages(ctx context.Context, n int, lease time.Duration, now time.Time) ([]deliver.Item, error) {
	items, err := o.outbox.ClaimMessages(ctx, n, lease, now)
	for i := range items {
		items[i].ExpiresAt = now
	}
	return items, err
}
