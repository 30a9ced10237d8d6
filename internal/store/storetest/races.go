package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const racers = 256

// race starts everybody at once, spread over the replicas, and counts the winners.
func (h *house) race(n int, run func(i int, b Backend) (won bool, err error)) int {
	h.Helper()
	var wins atomic.Int64
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			won, err := run(i, h.replicas[i%replicas])
			if won && err == nil {
				wins.Add(1)
			}
			errs[i] = err
		})
	}
	close(start)
	wg.Wait()
	h.ok(errors.Join(errs...))
	return int(wins.Load())
}

// settles is one racer that takes something in a settling transaction; only a commit counts.
func (h *house) settles(b Backend, account string, take func(core.Tx) (bool, error)) (won bool, err error) {
	err = b.Settle(h.ctx, account, h.now, func(tx core.Tx, _ core.State) error {
		won, err = take(tx)
		return err
	})
	return won, err
}

func testRaceStep(h *house) {
	h.account("a")
	h.bind("a", "x")
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.ConsumeStep("a", "x", core.Step{Number: 1001}) })
	}), 1)
}

// testRaceWindow: a code at the far end of a window that was moved, and one that brings the window back. Whichever comes
// second is refused: the first makes it dead, or puts it outside.
func testRaceWindow(h *house) {
	h.account("a")
	for round := range 10 {
		id := h.id("x", round)
		a := h.authenticator(id, "a")
		a.Window, a.Off = 1, 30*time.Second
		h.settle("a", func(tx core.Tx) error { return tx.InsertAuthenticator(a) })
		same(h, h.race(8, func(i int, b Backend) (bool, error) {
			s := core.Step{Number: 1003} // the present step
			if (i+round)%2 == 1 {
				s = core.Step{Number: 1005, Off: 2, OffTime: time.Minute}
			}
			return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.ConsumeStep("a", id, s) })
		}), 1)
	}
}

// testRaceRenew: of those that confirm a binding and those that renew it, one wins, and what is bound is what it compared.
func testRaceRenew(h *house) {
	h.account("a")
	for round := range 10 {
		b := h.binding(h.id("b", round), "a", "owner")
		h.pend(b, 2)
		same(h, h.race(8, func(i int, be Backend) (bool, error) {
			return h.settles(be, "a", func(tx core.Tx) (bool, error) {
				if (i+round)%2 == 1 {
					return tx.TakeBinding("a", "owner", b.ID, b.SecretID)
				}
				next := b
				next.SecretID = h.id("renewed", i)
				return tx.RenewBinding(b.SecretID, next)
			})
		}), 1)
	}
}

func testRaceLookupSecret(h *house) {
	h.account("a")
	h.codes("a", "set", "k", "one", "two")
	same(h, h.race(racers, func(i int, b Backend) (bool, error) {
		code := []string{"one", "two"}[i%2]
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakeLookupSecret("a", hash(code)) })
	}), 2)
	same(h, row(h.RecoverySet(h.ctx, "a"))(h).Remaining, 0)
}

func testRaceLogin(h *house) {
	h.account("a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertLogin(h.login("l", "a")) })
	same(h, h.race(racers, func(i int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) {
			won, err := tx.TakeLogin("l")
			if err != nil || !won {
				return won, err
			}
			return won, tx.InsertSession(h.session(h.id("s", i), "a"), 100)
		})
	}), 1)
	same(h, len(value(h.Sessions(h.ctx, "a"))(h)), 1)
}

func testRaceBinding(h *house) {
	h.account("a")
	h.pend(h.binding("b", "a", "owner"), 2)
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakeBinding("a", "owner", "b", "secret b") })
	}), 1)
}

// testRaceBindings: however many are begun at once, a handful is left, and what went for them is told once.
func testRaceBindings(h *house) {
	h.account("a")
	var dropped atomic.Int64
	same(h, h.race(racers, func(i int, b Backend) (bool, error) {
		var rows []core.BindingRow
		won, err := h.settles(b, "a", func(tx core.Tx) (_ bool, err error) {
			rows, err = tx.InsertBinding(h.binding(h.id("b", i), "a", "owner"), 2)
			return true, err
		})
		dropped.Add(int64(len(rows)))
		return won, err
	}), racers)
	left := 0
	for i := range racers {
		if b := value(h.Binding(h.ctx, "a", "owner", h.id("b", i)))(h); b != nil {
			left++
		}
	}
	same(h, left, 2)
	same(h, int(dropped.Load()), racers-2)
}

// testRaceReserve: at the cap, exactly as many are compared as the cap allows.
func testRaceReserve(h *house) {
	const limit = 100
	c := core.Counter{Key: "authenticator:a:x", Cap: limit}
	for range 95 {
		h.reserve(c)
		h.pass(2 * time.Hour)
	}
	// Each racer's clock is hours after the last one's, so that nothing but the cap refuses.
	var clock atomic.Int64
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		at := h.now.Add(time.Duration(clock.Add(1)) * 2 * time.Hour)
		for { // a racer that was overtaken by a later clock is delayed: it tries again later
			rs, err := b.Reserve(h.ctx, []core.Counter{c}, at)
			if err != nil || rs[0].Granted || rs[0].Locked {
				return err == nil && rs[0].Granted, err
			}
			at = at.Add(rs[0].Wait)
		}
	}), 5)
}

// testRaceReserveDelayed: at one moment, three go through and the rest is delayed, whatever the cap.
func testRaceReserveDelayed(h *house) {
	for _, c := range []core.Counter{{Key: "password:a:"}, {Key: "authenticator:a:x", Cap: 100}, {Key: "recovery:a:s", Cap: 2}} {
		want := 3
		if c.Cap == 2 {
			want = 2
		}
		same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
			rs, err := b.Reserve(h.ctx, []core.Counter{c}, h.now)
			return err == nil && rs[0].Granted, err
		}), want)
	}
}

func testRaceName(h *house) {
	same(h, h.race(64, func(i int, b Backend) (bool, error) {
		a := newAccount(fmt.Sprint("id", i))
		a.UsernameKey = "wanted"
		err := b.Register(h.ctx, a, h.now, func(core.Tx, core.State) error { return nil })
		if errors.Is(err, core.ErrNameTaken) {
			return false, nil
		}
		return err == nil, err
	}), 1)
}

// testRaceEpoch: the state that fn sees is locked, and no bump is lost.
func testRaceEpoch(h *house) {
	h.account("a")
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		ok := false
		err := b.Settle(h.ctx, "a", h.now, func(tx core.Tx, st core.State) error {
			epoch, err := tx.BumpEpoch("a")
			ok = epoch == st.Epoch+1
			return err
		})
		return ok, err
	}), racers)
	same(h, row(h.State(h.ctx, "a"))(h).Epoch, 1+racers)
}

// testRaceCrossed: calls that name the same counters in different orders get through, and soon.
func testRaceCrossed(h *house) {
	h.account("a")
	h.account("b")
	x, y := core.Counter{Key: "x"}, core.Counter{Key: "y"}
	same(h, h.race(64, func(i int, b Backend) (bool, error) {
		account, counters := "a", []core.Counter{x, y}
		if i%2 == 1 {
			account, counters = "b", []core.Counter{y, x}
		}
		if _, err := b.Reserve(h.ctx, counters, h.now); err != nil {
			return false, err
		}
		return h.settles(b, account, func(tx core.Tx) (bool, error) {
			for _, c := range counters { // one by one: the order is ours
				if err := tx.Return([]core.Counter{c}); err != nil {
					return false, err
				}
			}
			return true, nil
		})
	}), 64)
}

// testRaceSweep: a binding that becomes an authenticator while brooms are at work keeps its secret.
func testRaceSweep(h *house) {
	h.account("a")
	const n = 24
	for i := range n {
		id := h.id("x", i)
		h.ok(h.PutBlob(h.ctx, "secret "+id, "a", []byte("sealed")))
		b := h.binding(id, "a", "owner")
		b.ExpiresAt = h.now.Add(48 * time.Hour)
		h.pend(b, n)
	}
	h.pass(24 * time.Hour)
	same(h, h.race(2*n, func(i int, b Backend) (bool, error) {
		if i%2 == 1 {
			return true, b.Sweep(h.ctx, h.now)
		}
		id := h.id("x", i/2)
		return h.settles(b, "a", func(tx core.Tx) (bool, error) {
			if won, err := tx.TakeBinding("a", "owner", id, "secret "+id); !won || err != nil {
				return false, err
			}
			return true, tx.InsertAuthenticator(h.authenticator(id, "a"))
		})
	}), 2*n)
	for i := range n {
		same(h, h.hasSecret("secret "+h.id("x", i), "a"), true)
	}
}
