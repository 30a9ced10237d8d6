package throttle_test

import (
	"math"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/throttle"
	"pgregory.net/rapid"
)

func TestDelay(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 1: 0, 2: 0,
		3: time.Second, 4: 2 * time.Second, 5: 4 * time.Second, 10: 128 * time.Second,
		14: 2048 * time.Second, 15: time.Hour, 16: time.Hour, 66: time.Hour, 67: time.Hour,
		100: time.Hour, math.MaxInt: time.Hour, -1: time.Hour, math.MinInt: time.Hour,
	} {
		if got := throttle.Delay(failures); got != want {
			t.Errorf("Delay(%d) = %v, want %v", failures, got, want)
		}
	}
}

func TestDelayNeverShrinks(t *testing.T) {
	for n := range 200 {
		if throttle.Delay(n+1) < throttle.Delay(n) {
			t.Fatalf("Delay(%d) = %v < Delay(%d) = %v", n+1, throttle.Delay(n+1), n, throttle.Delay(n))
		}
	}
}

func TestLimitBurstThenRate(t *testing.T) {
	limit := throttle.Limit{Events: 120, Per: time.Minute, Burst: 10}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var tat time.Time
	for i := range 10 {
		var allowed bool
		if tat, allowed, _ = limit.Take(tat, now); !allowed {
			t.Fatalf("event %d of a burst of 10 refused", i+1)
		}
	}
	next, allowed, retry := limit.Take(tat, now)
	if allowed || !next.Equal(tat) || retry != 500*time.Millisecond {
		t.Fatalf("11th at once: allowed %v, state changed %v, retry %v; want refused after 500ms", allowed, !next.Equal(tat), retry)
	}
	if ok, _ := limit.Allows(tat, now.Add(retry-1)); ok {
		t.Error("allowed a nanosecond before its own Retry-After")
	}
	if ok, _ := limit.Allows(tat, now.Add(retry)); !ok {
		t.Error("refused after its own Retry-After")
	}
}

func TestLimitZeroAllowsNothing(t *testing.T) {
	now := time.Now()
	for _, limit := range []throttle.Limit{
		{}, {Events: 100}, {Burst: 5}, {Per: time.Minute}, {Events: 5, Burst: 5}, {Events: 5, Per: time.Minute},
		{Per: time.Minute, Burst: 5}, {Events: -1, Per: time.Minute, Burst: 5}, {Events: 5, Per: time.Minute, Burst: -1},
		{Events: 5, Per: -time.Minute, Burst: 5},
	} {
		if _, allowed, retry := limit.Take(time.Time{}, now); allowed || retry <= 0 {
			t.Errorf("%+v: allowed %v, retry %v; want refused with a wait", limit, allowed, retry)
		}
	}
}

// However events come, no window of time sees more than its share plus the burst, and a refusal's wait is exact.
func TestLimitHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := throttle.Limit{
			Events: rapid.IntRange(1, 100_000).Draw(t, "events a time"),
			Per:    rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour}).Draw(t, "per"),
			Burst:  rapid.IntRange(1, 500).Draw(t, "burst"),
		}
		start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		now, tat, taken := start, time.Time{}, 0
		for range rapid.IntRange(1, 400).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(2*limit.Interval())).Draw(t, "gap")))
			next, allowed, retry := limit.Take(tat, now)
			if allowed {
				taken++
				tat = next
			} else if ok, _ := limit.Allows(tat, now.Add(retry)); !ok {
				t.Fatalf("refused after its own Retry-After of %v", retry)
			}
		}
		if most := limit.Burst + int(now.Sub(start)/limit.Interval()); taken > most {
			t.Fatalf("%d taken in %v, at most %d allowed", taken, now.Sub(start), most)
		}
	})
}

func TestLimitExtremes(t *testing.T) {
	for _, limit := range []throttle.Limit{
		{Events: math.MaxInt, Per: time.Minute, Burst: math.MaxInt},
		{Events: 1, Per: time.Minute, Burst: math.MaxInt},
		{Events: 1, Per: math.MaxInt64, Burst: 1},
	} {
		if limit.Interval() <= 0 || limit.Span() <= 0 {
			t.Errorf("%+v: Interval %v, Span %v: overflow", limit, limit.Interval(), limit.Span())
		}
		if _, allowed, _ := limit.Take(time.Time{}, time.Now()); !allowed {
			t.Errorf("%+v: the first event is refused", limit)
		}
	}
}

// TestLimitPerHour: a slow limit lets its burst through at once, and then one event for each share of its time.
func TestLimitPerHour(t *testing.T) {
	limit := throttle.Limit{Events: 5, Per: time.Hour, Burst: 5}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var tat time.Time
	for range 5 {
		tat, _, _ = limit.Take(tat, now)
	}
	if _, allowed, retry := limit.Take(tat, now); allowed || retry != 12*time.Minute {
		t.Errorf("6th at once: allowed %v, retry %v; want refused after 12m", allowed, retry)
	}
}

// What is said of the tries that are left is what the delays do.
func TestFreeTriesHaveNoDelay(t *testing.T) {
	for failures := -2; failures < 10; failures++ {
		free := 0
		for failures >= 0 && throttle.Delay(failures+free) == 0 {
			free++
		}
		if got := throttle.Free(failures); got != free {
			t.Errorf("Free(%d) = %d, want %d", failures, got, free)
		}
	}
}
