package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func testRaceTicket(h *house) {
	h.account("a")
	h.insertTicket(h.ticket("t", "a"))
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakeTicket("t") })
	}), 1)

	h.ok(h.IssueInvitation(h.ctx, h.ticket("invitation", ""))) // many people, one invitation
	same(h, h.race(64, func(i int, b Backend) (bool, error) {
		err := b.Register(h.ctx, newAccount(h.id("invited", i)), h.now, func(tx core.Tx, _ core.State) error {
			return taken(tx.TakeTicket("invitation"))
		})
		if errors.Is(err, errNotTaken) {
			return false, nil
		}
		return err == nil, err
	}), 1)
	same(h, len(value(h.ListAccounts(h.ctx, "", 99))(h)), 2)
}

func testRaceReset(h *house) {
	h.account("a")
	h.settle("a", func(tx core.Tx) error { return taken(tx.InsertReset(h.reset("a"))) })
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.MarkHalfway("a", h.now, h.now.Add(time.Hour)) })
	}), 1)
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakeReset("a", time.Time{}) })
	}), 1)
}

// testRaceOwnReset: of many who ask for a reset in one epoch while it is ended, none leaves one behind.
func testRaceOwnReset(h *house) {
	h.account("a")
	reset := h.reset("a")
	reset.BySupport = false
	same(h, h.race(racers, func(i int, b Backend) (bool, error) {
		won := false
		err := b.Settle(h.ctx, "a", h.now, func(tx core.Tx, st core.State) error {
			won = false
			if i == racers/2 {
				_, err := tx.TakeOwnReset("a")
				if err == nil {
					_, err = tx.BumpEpoch("a")
				}
				return err
			}
			if st.Epoch != 1 {
				return nil
			}
			inserted, err := tx.InsertReset(reset)
			won = inserted
			return err
		})
		return won, err
	}) <= 1, true)
	same(h, value(h.Reset(h.ctx, "a"))(h), nil)
	h.settle("a", func(tx core.Tx) error { return taken(tx.InsertReset(reset)) })
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakeOwnReset("a") })
	}), 1)
}

func testRaceConfirmation(h *house) {
	h.account("a")
	c := h.confirmation("c", "a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertConfirmation(c) })
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakeConfirmation(c, h.now) })
	}), 1)
}

// testRaceBrowser: of many who bring one token, one gets the next, and that one is kept.
func testRaceBrowser(h *house) {
	h.account("a")
	b := h.browser("b", "a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertBrowser(b, 9) })
	var winner atomic.Int64
	same(h, h.race(racers, func(i int, s Backend) (bool, error) {
		next := b
		next.TokenHash, next.PreviousHash, next.Generation = hash(h.id("next", i)), b.TokenHash, int64(i)
		won, err := h.settles(s, "a", func(tx core.Tx) (bool, error) { return tx.RotateBrowser(b.TokenHash, next) })
		if won && err == nil {
			winner.Store(int64(i))
		}
		return won, err
	}), 1)
	b = row(h.Browser(h.ctx, "a", "b"))(h)
	same(h, b.TokenHash, hash(h.id("next", int(winner.Load()))))
}

// testRaceConfirmAddress: one address belongs to one account, whether or not they had given it before.
func testRaceConfirmAddress(h *house) {
	for _, givenBy := range []int{0, 1, 2} { // nobody, everybody, every other
		key := fmt.Sprint("address", givenBy, "@example.org")
		id := func(i int) string { return fmt.Sprint("account ", givenBy, " ", i) }
		const n = 48
		for i := range n {
			a := newAccount(id(i))
			if givenBy > 0 && i%givenBy == 0 {
				a.EmailKey = key
			}
			h.register(a)
		}
		same(h, h.race(n, func(i int, b Backend) (bool, error) {
			return h.settles(b, id(i), func(tx core.Tx) (bool, error) { return tx.ConfirmAddress(id(i), key, key) })
		}), 1)
		found := value(h.FindAccounts(h.ctx, core.Name{Key: key, IsEmail: true}))(h)
		same(h, len(found), 1) // and nobody else claims to have it
		same(h, found[0].Account.EmailConfirmed, true)
	}
}

// testConfirmOverlapping: the second account asks while the first has not committed yet, and gets a no, not an error.
func testConfirmOverlapping(h *house) {
	h.account("a")
	h.account("b")
	var once sync.Once
	second := make(chan error, 1)
	h.settle("a", func(tx core.Tx) error {
		err := taken(tx.ConfirmAddress("a", "Shared@Example.org", sharedKey))
		once.Do(func() {
			go func() {
				second <- notTaken(h.settles(h.replicas[1], "b", func(tx core.Tx) (bool, error) {
					return tx.ConfirmAddress("b", "Shared@Example.org", sharedKey)
				}))
			}()
			time.Sleep(100 * time.Millisecond)
		})
		return err
	})
	h.ok(<-second)
	same(h, h.meant(), []string{"a"})
}

func testRaceRegisterConfirmed(h *house) {
	same(h, h.race(48, func(i int, b Backend) (bool, error) {
		a := newAccount(h.id("id", i))
		a.EmailKey, a.EmailConfirmed = sharedKey, true
		err := b.Register(h.ctx, a, h.now, func(core.Tx, core.State) error { return nil })
		if errors.Is(err, core.ErrAddressTaken) {
			return false, nil
		}
		return err == nil, err
	}), 1)
	same(h, len(h.meant()), 1)
	same(h, len(value(h.ListAccounts(h.ctx, "", 99))(h)), 1)
}

// testRaceMessages: many workers, and each message goes to one of them.
func testRaceMessages(h *house) {
	const messages, workers = 150, 12
	for n := range messages {
		h.enqueue(h.id("m", n))
	}
	var mu sync.Mutex
	given := map[string]int{}
	h.race(workers, func(_ int, b Backend) (bool, error) {
		for range 10 * messages {
			items, err := b.ClaimMessages(h.ctx, 7, lease, h.now)
			if err != nil {
				return false, err
			}
			mu.Lock()
			for _, it := range items {
				given[it.ID]++
			}
			all := len(given) == messages
			mu.Unlock()
			if all {
				break
			}
		}
		return true, nil
	})
	same(h, len(given), messages)
	for id, n := range given {
		if n != 1 {
			h.Errorf("%s was given out %d times", id, n)
		}
	}
}

func testRaceCheckpoint(h *house) {
	same(h, h.race(64, func(i int, b Backend) (bool, error) {
		return b.InsertCheckpoint(h.ctx, core.Checkpoint{Number: 1, At: h.now, Sealed: []byte{byte(i)}})
	}), 1)
	same(h, len(value(h.Checkpoints(h.ctx, 0, 9))(h)), 1)
}

// intact checks that an account's chain has so many events, none missing and none beside it.
func (h *house) intact(account string, n int) {
	h.Helper()
	events := value(h.Events(h.ctx, account, 0, n+9))(h)
	same(h, len(events), n)
	for i, e := range events {
		if e.Seq != int64(n-i) || !e.Intact() || i+1 < n && !e.Follows(events[i+1]) {
			h.Fatalf("the chain of %q is broken at %d", account, e.Seq)
		}
	}
	if n > 0 && events[n-1].Previous != nil {
		h.Fatalf("the chain of %q does not begin", account)
	}
}

func testRaceEvents(h *house) {
	accounts := []string{"a", "b", "c"}
	for _, id := range accounts {
		h.account(id)
	}
	const n = 240
	same(h, h.race(n, func(i int, b Backend) (bool, error) {
		account := accounts[i%len(accounts)]
		return h.settles(b, account, func(tx core.Tx) (bool, error) {
			return true, firstError(tx.InsertEvent(core.Event{ID: h.id("one", i), Account: account, At: h.now}),
				tx.InsertEvent(core.Event{ID: h.id("two", i), Account: account, At: h.now}))
		})
	}), n)
	for _, id := range accounts {
		h.intact(id, 2*n/len(accounts))
	}
}

// testRaceEventsOfNobody: nothing is locked that all these events have in common.
func testRaceEventsOfNobody(h *house) {
	const n = 24
	for i := range n {
		h.account(h.id("a", i))
	}
	same(h, h.race(n, func(i int, b Backend) (bool, error) {
		return h.settles(b, h.id("a", i), func(tx core.Tx) (bool, error) {
			return true, firstError(tx.InsertEvent(core.Event{ID: h.id("x", i), At: h.now}),
				tx.InsertEvent(core.Event{ID: h.id("y", i), Account: "long gone", At: h.now}))
		})
	}), n)
	h.intact("", n)
	h.intact("long gone", n)
}
