package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"pgregory.net/rapid"
)

// reserve takes one attempt on one counter, through any replica.
func (h *house) reserve(c core.Counter) core.Reservation {
	h.Helper()
	rs := value(h.Reserve(h.ctx, []core.Counter{c}, h.now))(h)
	same(h, len(rs), 1)
	return rs[0]
}

// granted is the nth attempt in a row, and what one more failure leaves.
func granted(n int) core.Reservation {
	r := core.Reservation{Granted: true, Failures: n, Free: max(0, 3-n)}
	if n >= 3 {
		r.Wait = time.Second << (n - 3)
	}
	return r
}

func testReserve(h *house) {
	c := core.Counter{Key: "password:a:"}
	for n := 1; n <= 3; n++ { // the first three in a row are not delayed
		same(h, h.reserve(c), granted(n))
	}
	for n, delay := 3, time.Second; delay <= 64*time.Second; n, delay = n+1, 2*delay {
		h.pass(delay - time.Millisecond)
		same(h, h.reserve(c), core.Reservation{Wait: time.Millisecond, Failures: n})
		h.pass(time.Millisecond)
		same(h, h.reserve(c), granted(n+1))
	}
	h.now = h.now.Add(-time.Hour) // a clock that went back widens nothing
	if r := h.reserve(c); r.Granted || r.Wait < time.Hour {
		h.Fatalf("after the clock went back: %+v", r)
	}
}

// testCounts: a counter is read as it stands, and reading moves nothing.
func testCounts(h *house) {
	a, b, never := core.Counter{Key: "password:a:"}, core.Counter{Key: "b", Cap: 1}, core.Counter{Key: "never"}
	for range 3 {
		h.reserve(a)
	}
	h.reserve(b)
	for range 2 {
		got := value(h.Counts(h.ctx, []core.Counter{b, never, a}))(h)
		same(h, got, []core.Count{{Failures: 1}, {}, {Failures: 3, NotBefore: h.now.Add(time.Second)}})
	}
	h.pass(time.Second)
	same(h, h.reserve(a), granted(4))
	h.ok(h.Return(h.ctx, []core.Counter{a, b}, h.now))
	same(h, value(h.Counts(h.ctx, []core.Counter{a, b}))(h), []core.Count{{Failures: 3, NotBefore: h.now.Add(time.Second)}, {}})
	same(h, len(value(h.Counts(h.ctx, nil))(h)), 0)
}

func testReserveCap(h *house) {
	c := core.Counter{Key: "authenticator:a:x", Cap: 5}
	for n := 1; n <= 5; n++ {
		same(h, h.reserve(c), granted(n))
		h.pass(2 * time.Hour)
	}
	for range 3 {
		same(h, h.reserve(c), core.Reservation{Locked: true, Failures: 5})
		h.pass(1000 * time.Hour)
	}
	h.ok(h.Return(h.ctx, []core.Counter{c}, h.now))
	same(h, h.reserve(c), granted(5))
}

func testReserveSeveral(h *house) {
	a, b, z := core.Counter{Key: "z", Cap: 1}, core.Counter{Key: "a"}, core.Counter{Key: "m"}
	h.reserve(a)
	got := value(h.Reserve(h.ctx, []core.Counter{a, z, b}, h.now))(h)
	same(h, got, []core.Reservation{{Locked: true, Failures: 1}, granted(1), granted(1)})
	same(h, len(value(h.Reserve(h.ctx, nil, h.now))(h)), 0)
}

func testReturn(h *house) {
	c := core.Counter{Key: "password:a:"}
	counters := []core.Counter{c}
	h.ok(h.Return(h.ctx, counters, h.now)) // of one that does not exist
	h.reserve(c)
	h.ok(h.Return(h.ctx, counters, h.now))
	h.ok(h.Return(h.ctx, counters, h.now)) // never below nothing
	for n := 1; n <= 3; n++ {
		same(h, h.reserve(c), granted(n))
	}
	h.ok(h.Return(h.ctx, counters, h.now)) // two are left, which deserve no delay
	same(h, h.reserve(c), granted(3))
	h.pass(time.Second)
	same(h, h.reserve(c), granted(4))
	h.pass(1900 * time.Millisecond)
	h.ok(h.Return(h.ctx, counters, h.now)) // the delay of three would end later than that of four does
	h.pass(100 * time.Millisecond)
	same(h, h.reserve(c), granted(4))
}

func testClear(h *house) {
	h.account("a")
	c, other := core.Counter{Key: "password:a:"}, core.Counter{Key: "password:b:"}
	for range 3 {
		h.reserve(c)
		h.reserve(other)
	}
	h.settle("a", func(tx core.Tx) error { return tx.Clear([]core.Counter{c, {Key: "never seen"}}) })
	same(h, h.reserve(c), granted(1))
	same(h, h.reserve(other).Granted, false)
	h.settle("a", func(tx core.Tx) error { return tx.Return([]core.Counter{c, other}) })
	same(h, h.reserve(c), granted(1))
	same(h, h.reserve(other), granted(3))
}

// counterModel is what a counter is meant to be.
type counterModel struct {
	failures  int
	notBefore time.Time
}

// delay is house.md's: the first three in a row are not delayed; then 1, 2, 4 ... seconds up to an hour.
func delay(failures int) time.Duration {
	if failures < 3 {
		return 0
	}
	return min(time.Hour, time.Second<<min(failures-3, 20))
}

func (m *counterModel) reserve(limit int, now time.Time) core.Reservation {
	switch {
	case limit > 0 && m.failures >= limit:
		return core.Reservation{Locked: true, Failures: m.failures}
	case now.Before(m.notBefore):
		return core.Reservation{Wait: m.notBefore.Sub(now), Failures: m.failures}
	}
	m.failures++
	m.notBefore = now.Add(delay(m.failures))
	return granted(m.failures)
}

func (m *counterModel) giveBack(now time.Time) {
	if m.failures == 0 {
		return
	}
	m.failures--
	if until := now.Add(delay(m.failures)); until.Before(m.notBefore) {
		m.notBefore = until
	}
}

// testCountersModel compares random histories with the model.
func testCountersModel(h *house) {
	h.account("a")
	limits := []int{0, 4, 100}
	round := 0
	rapid.Check(h.T, func(t *rapid.T) {
		round++
		models := map[core.Counter]*counterModel{}
		var counters []core.Counter
		for i, limit := range limits {
			c := core.Counter{Key: h.id("c", round, i), Cap: limit}
			counters, models[c] = append(counters, c), &counterModel{}
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			c := rapid.SampledFrom(counters).Draw(t, "counter")
			m := models[c]
			switch rapid.SampledFrom([]string{"reserve", "reserve", "reserve", "return", "pass", "clear"}).Draw(t, "do") {
			case "reserve":
				if got, want := h.reserve(c), m.reserve(c.Cap, h.now); got != want {
					t.Fatalf("reserve: got %+v, want %+v", got, want)
				}
			case "return":
				h.ok(h.Return(h.ctx, []core.Counter{c}, h.now))
				m.giveBack(h.now)
			case "pass":
				h.pass(time.Duration(rapid.IntRange(0, 5000).Draw(t, "ms")) * time.Millisecond)
			case "clear":
				h.settle("a", func(tx core.Tx) error { return tx.Clear([]core.Counter{c}) })
				*m = counterModel{}
			}
		}
	})
}

func testLimits(h *house) {
	const perMinute = 100
	limit := core.Limit{Events: perMinute, Per: time.Minute}
	wait := func(key string) time.Duration {
		h.Helper()
		return value(h.LimitReached(h.ctx, key, limit, h.now))(h)
	}
	for n := range perMinute {
		if w := wait("address:192.0.2.1"); w != 0 {
			h.Fatalf("event %d has to wait %v", n, w)
		}
		h.ok(h.replicas[n%replicas].CountLimited(h.ctx, "address:192.0.2.1", limit, h.now))
	}
	same(h, wait("address:192.0.2.1"), 600*time.Millisecond)
	same(h, wait("address:192.0.2.2"), 0)
	for range 3 * perMinute { // a flood of events that raced past the check costs no more than a minute
		h.ok(h.CountLimited(h.ctx, "address:192.0.2.1", limit, h.now))
	}
	if w := wait("address:192.0.2.1"); w > 2*600*time.Millisecond {
		h.Fatalf("after a flood: wait %v", w)
	}
	h.pass(time.Minute + time.Second)
	same(h, wait("address:192.0.2.1"), 0)
}

// testTakeLimited: of requests that come at once no more are allowed than the limit says.
func testTakeLimited(h *house) {
	limit := core.Limit{Events: 5, Per: time.Hour}
	var all sync.WaitGroup
	var allowed atomic.Int64
	for n := range 40 {
		all.Go(func() {
			ok, err := h.replicas[n%replicas].TakeLimited(h.ctx, "mail:ann", limit, h.now)
			if err != nil {
				h.Error(err)
			}
			if ok {
				allowed.Add(1)
			}
		})
	}
	all.Wait()
	same(h, allowed.Load(), 5)
	same(h, value(h.TakeLimited(h.ctx, "mail:bob", limit, h.now))(h), true)
	h.pass(time.Hour / 5)
	same(h, value(h.TakeLimited(h.ctx, "mail:ann", limit, h.now))(h), true)
	same(h, value(h.TakeLimited(h.ctx, "mail:ann", limit, h.now))(h), false)
}
