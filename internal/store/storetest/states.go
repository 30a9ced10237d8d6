package storetest

import (
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// testStates: an account that an application keeps has a state and no names, and everything hangs on it as on any other.
func testStates(h *house) {
	const id = "https://example.org/users/1?x=%3A" // whatever the application has
	h.ok(h.AddState(h.ctx, id, h.now))
	want := core.State{Account: id, Epoch: 1, FirstOpen: true}
	same(h, row(h.State(h.ctx, id))(h), want)
	same(h, value(h.Account(h.ctx, id))(h), nil)
	h.bind(id, "x")
	h.settle(id, func(tx core.Tx) error {
		_, err := tx.BumpEpoch(id)
		return firstError(err, tx.InsertSession(h.session("s", id), 9),
			tx.InsertEvent(core.Event{ID: "e", Account: id, At: h.now, Kind: "seen"}))
	})
	h.ok(h.AddState(h.ctx, id, h.now)) // again changes nothing
	if st := row(h.State(h.ctx, id))(h); st.Epoch != 2 || len(value(h.Authenticators(h.ctx, id))(h)) != 1 {
		h.Errorf("a state that was added twice: %+v", st)
	}
	h.settle(id, func(tx core.Tx) error { return tx.DeleteAccount(id) })
	same(h, value(h.State(h.ctx, id))(h), nil)
	same(h, len(value(h.Sessions(h.ctx, id))(h)), 0)
	same(h, len(value(h.Events(h.ctx, id, 0, 9))(h)), 1)
}

// testStatesApart: ids that hold what keeps the parts of a counter's key asunder share no counter, and none goes with another's.
func testStatesApart(h *house) {
	pairs := [][2]core.Counter{
		{core.AuthenticatorCounter("a", "b:c"), core.AuthenticatorCounter("a:b", "c")},
		{core.AuthenticatorCounter("a%3Ab", "c"), core.AuthenticatorCounter("a:b", "d")},
	}
	for _, pair := range pairs {
		if pair[0].Key == pair[1].Key {
			h.Errorf("one counter: %q", pair[0].Key)
		}
	}
	for _, id := range []string{"a", "a:b", "a%3Ab"} {
		h.ok(h.AddState(h.ctx, id, h.now))
	}
	kept := core.AuthenticatorCounter("a:b", "c")
	h.reserve(kept)
	h.settle("a", func(tx core.Tx) error { return tx.DeleteAccount("a") })
	h.settle("a%3Ab", func(tx core.Tx) error { return tx.DeleteAccount("a%3Ab") })
	same(h, h.reserve(kept).Failures, 2)
	h.settle("a:b", func(tx core.Tx) error { return tx.DeleteAccount("a:b") })
	same(h, h.reserve(kept).Failures, 1)
}

func testRemindableStates(h *house) {
	for _, id := range []string{"a", "b", "bound", "reminded"} {
		h.ok(h.AddState(h.ctx, id, h.now))
	}
	h.bind("bound", "x")
	h.settle("reminded", func(tx core.Tx) error { return tx.SetReminded("reminded", h.now) })
	later := h.now.Add(time.Millisecond)
	same(h, value(h.RemindableStates(h.ctx, "", h.now, 10))(h), []string{"a", "b"})
	same(h, value(h.RemindableStates(h.ctx, "", later, 10))(h), []string{"a", "b", "reminded"})
	same(h, value(h.RemindableStates(h.ctx, "a", later, 1))(h), []string{"b"})
}

// testRaceStates: of replicas that see an account for the first time at once, none fails, and none begins it anew.
func testRaceStates(h *house) {
	var all sync.WaitGroup
	for i := range 12 {
		replica := h.replicas[i%len(h.replicas)]
		all.Go(func() {
			if err := replica.AddState(h.ctx, "a", h.now); err != nil {
				h.Errorf("adding: %v", err)
				return
			}
			err := replica.Settle(h.ctx, "a", h.now, func(tx core.Tx, _ core.State) error {
				_, err := tx.BumpEpoch("a")
				return err
			})
			if err != nil {
				h.Errorf("settling: %v", err)
			}
		})
	}
	all.Wait()
	same(h, row(h.State(h.ctx, "a"))(h).Epoch, 13)
}
