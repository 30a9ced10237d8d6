package password_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport/sallyport/internal/factor/password"
)

func limits(concurrency, length int, wait time.Duration) func(*password.Params) {
	return func(p *password.Params) { p.Concurrency, p.QueueLength, p.MaxWait = concurrency, length, wait }
}

func TestNoMoreAtOnceThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t, limits(3, 100, time.Minute))
		var running, most, done atomic.Int32
		for range 60 {
			go func() {
				err := h.Do(t.Context(), func() {
					if n := running.Add(1); n > most.Load() {
						most.Store(n)
					}
					time.Sleep(20 * time.Millisecond)
					running.Add(-1)
					done.Add(1)
				})
				if err != nil {
					t.Errorf("refused: %v", err)
				}
			}()
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if most.Load() != 3 || done.Load() != 60 {
			t.Errorf("%d at once and %d done, want 3 and 60", most.Load(), done.Load())
		}
	})
}

func TestQueueIsBoundedByCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t, limits(2, 5, time.Minute))
		var busy, done atomic.Int32
		for range 20 {
			go countOutcome(t, h, 100*time.Millisecond, &busy, &done)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if done.Load() != 7 || busy.Load() != 13 { // 2 run, 5 wait
			t.Errorf("%d done and %d refused, want 7 and 13", done.Load(), busy.Load())
		}
	})
}

func TestQueueIsBoundedByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t, limits(1, 1000, 2*time.Second))
		for range 50 { // it learns that a hash takes 200 ms
			if err := h.Do(t.Context(), func() { time.Sleep(200 * time.Millisecond) }); err != nil {
				t.Fatal(err)
			}
		}
		var busy, done atomic.Int32
		for range 100 {
			go countOutcome(t, h, 200*time.Millisecond, &busy, &done)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if done.Load() < 10 || done.Load() > 12 { // 1 runs, 10 wait for 2 s
			t.Errorf("%d done and %d refused, want 11 done", done.Load(), busy.Load())
		}
	})
}

func countOutcome(t *testing.T, h *password.Hasher, takes time.Duration, busy, done *atomic.Int32) {
	err := h.Do(t.Context(), func() { time.Sleep(takes) })
	var refused *password.BusyError
	switch {
	case err == nil:
		done.Add(1)
	case errors.As(err, &refused) && refused.RetryAfter >= time.Second && refused.RetryAfter <= time.Minute:
		busy.Add(1)
	default:
		t.Errorf("unexpected outcome: %v", err)
	}
}

func TestCancelledWhileWaitingLeavesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t, limits(1, 1, time.Minute))
		release := make(chan struct{})
		go h.Do(t.Context(), func() { <-release })
		synctest.Wait()
		for range 5 { // each would fill the queue for good if it stayed
			ctx, cancel := context.WithCancel(t.Context())
			failed := make(chan error)
			go func() { failed <- h.Do(ctx, func() { t.Error("cancelled work ran") }) }()
			synctest.Wait()
			cancel()
			if err := <-failed; !errors.Is(err, context.Canceled) {
				t.Fatalf("cancelled while waiting: %v", err)
			}
		}
		close(release)
		if err := h.Do(t.Context(), func() {}); err != nil {
			t.Errorf("after all left: %v", err)
		}
	})
}

// Work whose caller has gone still holds its place: otherwise abandoned requests pile up on the machine.
func TestAbandonedWorkHoldsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t, limits(1, 1, time.Minute))
		ctx, cancel := context.WithCancel(t.Context())
		var running atomic.Bool
		go h.Do(ctx, func() {
			running.Store(true)
			time.Sleep(10 * time.Second)
			running.Store(false)
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		if err := h.Do(t.Context(), func() {
			if running.Load() {
				t.Error("a second one ran beside the abandoned one")
			}
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestEndedContextDoesNoWork(t *testing.T) {
	h := cheap(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, []byte("password")); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v", err)
	}
	if err := h.VerifyDummy(ctx, []byte("password")); !errors.Is(err, context.Canceled) {
		t.Errorf("VerifyDummy: %v", err)
	}
}

func TestOneSlowHashDoesNotRefuseEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheap(t, limits(1, 100, 2*time.Second))
		for _, takes := range []time.Duration{time.Hour, 0} { // the machine slept
			if err := h.Do(t.Context(), func() { time.Sleep(takes) }); err != nil {
				t.Fatal(err)
			}
		}
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				if err := h.Do(t.Context(), func() { time.Sleep(20 * time.Millisecond) }); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
}
