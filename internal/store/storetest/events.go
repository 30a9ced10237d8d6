package storetest

import (
	"fmt"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// event writes an event in a transaction of the account holder.
func (h *house) event(holder string, e core.Event) {
	h.Helper()
	h.settle(holder, func(tx core.Tx) error { return tx.InsertEvent(e) })
}

// happen writes events of an account at the given minutes from now, named after the account and their place.
func (h *house) happen(account string, minutes ...int) {
	h.Helper()
	for i, m := range minutes {
		h.event(account, core.Event{ID: fmt.Sprint(account, i+1), Account: account, At: h.now.Add(time.Duration(m) * time.Minute), Kind: "x"})
	}
}

func eventID(e core.Event) string { return e.ID }

func testEvents(h *house) {
	h.account("a")
	e := core.Event{
		ID: "e1", Account: "a", At: h.now, Kind: "signed_in", Outcome: "wrong", Authenticator: "x", Session: "s",
		Address: "192.0.2.1", UserAgent: "B", Detail: "because",
	}
	h.event("a", e)
	same(h, value(h.Events(h.ctx, "a", 0, 9))(h), []core.Event{core.ChainEvent(e, 0, nil)})
	h.event("a", e) // a commit whose answer was lost is tried again, and changes nothing
	same(h, value(h.Events(h.ctx, "a", 0, 9))(h), []core.Event{core.ChainEvent(e, 0, nil)})
}

// testSignIns: the newest first, of this account, and only among its newest events.
func testSignIns(h *house) {
	h.account("a")
	h.account("b")
	for i, kind := range []string{"signed_in", "login.password", "signed_in", "login.password"} {
		h.event("a", core.Event{ID: h.id("e", i), Account: "a", At: h.now, Kind: kind, Address: h.id("from ", i), UserAgent: h.id("with ", i)})
	}
	h.event("b", core.Event{ID: "other", Account: "b", At: h.now, Kind: "signed_in"})
	for n, want := range map[int][]core.Client{
		1: nil,
		2: {{Address: h.id("from ", 2), UserAgent: h.id("with ", 2)}},
		9: {{Address: h.id("from ", 2), UserAgent: h.id("with ", 2)}, {Address: h.id("from ", 0), UserAgent: h.id("with ", 0)}},
	} {
		h.settle("a", func(tx core.Tx) error {
			got, err := tx.SignIns("a", n)
			h.ok(err)
			same(h, got, want)
			return nil
		})
	}
}

// testSignInsSince: who was there before the account was taken back from somebody does not count. What was refused, and
// what happened to others, takes nothing back.
func testSignInsSince(h *house) {
	for _, kind := range []string{"password.exposed", "push.not_me", "password.reset", "address.undone"} {
		id := h.id(kind, 0)
		h.account(id)
		h.account("other " + id)
		happens := func(account, kind, outcome, from string) {
			h.event(account, core.Event{ID: account + kind + outcome + from, Account: account, At: h.now, Kind: kind, Outcome: outcome, Address: from})
		}
		signIns := func(n int) (from []string) {
			h.settle(id, func(tx core.Tx) error {
				got, err := tx.SignIns(id, n)
				from = ids(got, func(c core.Client) string { return c.Address })
				return err
			})
			return from
		}
		happens(id, "signed_in", "ok", "before")
		happens(id, kind, "wrong", "")
		happens("other "+id, kind, "ok", "")
		happens(id, "password.changed", "ok", "")
		same(h, signIns(99), []string{"before"})
		happens(id, kind, "ok", "")
		same(h, signIns(99), nil)
		same(h, signIns(1), nil)
		happens(id, "signed_in", "ok", "after")
		same(h, signIns(99), []string{"after"})
		same(h, signIns(1), []string{"after"}) // what is beyond has been long ago
	}
}

func testEventChain(h *house) {
	h.account("a")
	h.account("b")
	h.happen("b", 0)
	h.settle("a", func(tx core.Tx) error { // several in one transaction, and one of no account
		return firstError(tx.InsertEvent(core.Event{ID: "1", Account: "a", At: h.now}), tx.InsertEvent(core.Event{ID: "x", At: h.now}),
			tx.InsertEvent(core.Event{ID: "2", Account: "a", At: h.now.Add(time.Microsecond), UserAgent: "\xff\x00"}))
	})
	h.event("b", core.Event{ID: "3", Account: "a", At: h.now, Detail: "'%_\u202e"}) // in another account's transaction
	h.event("a", core.Event{ID: "4", Account: "a"})
	events := value(h.Events(h.ctx, "a", 0, 9))(h)
	same(h, ids(events, eventID), []string{"4", "3", "2", "1"})
	for i, e := range events {
		same(h, []any{e.Seq, e.Outcome, e.Intact()}, []any{int64(4 - i), "ok", true})
		if i > 0 && !events[i-1].Follows(e) {
			h.Errorf("event %d does not follow the one before", events[i-1].Seq)
		}
	}
	same(h, events[3].Previous, nil)
	same(h, events[2].UserAgent, "\ufffd\ufffd")
	same(h, ids(value(h.Events(h.ctx, "a", 4, 2))(h), eventID), []string{"3", "2"})
	same(h, ids(value(h.Events(h.ctx, "a", 1, 9))(h), eventID), nil)
	same(h, ids(value(h.Events(h.ctx, "", 0, 9))(h), eventID), []string{"x"})
}

func testEventsOfMany(h *house) {
	for _, id := range []string{"b", "a"} {
		h.account(id)
		h.happen(id, 0, 0, 0)
	}
	h.event("a", core.Event{ID: "x", At: h.now})
	var read []core.Event
	after := core.EventPlace{}
	for range 5 {
		page := value(h.EventsAfter(h.ctx, after, 2))(h)
		if len(page) == 0 {
			break
		}
		read = append(read, page...)
		last := page[len(page)-1]
		after = core.EventPlace{Account: last.Account, Seq: last.Seq, ID: last.ID}
	}
	same(h, ids(read, eventID), []string{"x", "a1", "a2", "a3", "b1", "b2", "b3"})
}

func testEventHeads(h *house) {
	for _, id := range []string{"c", "b", "a"} {
		h.account(id)
	}
	h.happen("a", 0, 1)
	h.happen("b", 0, 5, 2) // the clock went back
	h.happen("c", 9)
	heads := func(after string, minutes, n int) []string {
		h.Helper()
		return ids(value(h.EventHeads(h.ctx, after, h.now.Add(time.Duration(minutes)*time.Minute), n))(h), eventID)
	}
	same(h, heads("", 0, 9), []string{"a2", "b3", "c1"})
	same(h, heads("", 1, 9), []string{"a2", "b3", "c1"})
	same(h, heads("", 2, 9), []string{"b3", "c1"})
	same(h, heads("", 5, 9), []string{"b3", "c1"})
	same(h, heads("", 10, 9), nil)
	same(h, heads("a", 0, 1), []string{"b3"})
	same(h, value(h.EventHeads(h.ctx, "b", h.now, 9))(h), value(h.Events(h.ctx, "c", 0, 1))(h))
}

func (h *house) drop(minutes int) {
	h.Helper()
	h.ok(h.DropEvents(h.ctx, h.now.Add(time.Duration(minutes)*time.Minute)))
}

func testDropEvents(h *house) {
	for _, id := range []string{"a", "b", "gone"} {
		h.account(id)
		h.happen(id, 0, 1, 2)
	}
	h.event("a", core.Event{ID: "x", At: h.now})
	h.settle("gone", func(tx core.Tx) error { return tx.DeleteAccount("gone") })
	left := func() []string {
		h.Helper()
		return ids(value(h.EventsAfter(h.ctx, core.EventPlace{}, 99))(h), eventID)
	}
	h.drop(0)
	same(h, len(left()), 10)
	h.drop(1)
	same(h, left(), []string{"a2", "a3", "b2", "b3", "gone2", "gone3"})
	h.drop(99)
	same(h, left(), []string{"a3", "b3"})
	h.event("a", core.Event{ID: "next", Account: "a", At: h.now.Add(time.Hour)})
	events := value(h.Events(h.ctx, "a", 0, 9))(h)
	if len(events) != 2 || !events[0].Follows(events[1]) {
		h.Errorf("the next event does not follow the last one: %+v", events)
	}
}

// testDropEventsClockBack: what was written by a clock that had gone back goes after what came before it.
func testDropEventsClockBack(h *house) {
	h.account("a")
	h.happen("a", 0, 10, 1, 11)
	h.drop(5)
	same(h, ids(value(h.Events(h.ctx, "a", 0, 9))(h), eventID), []string{"a4", "a3", "a2"})
	h.drop(11)
	same(h, ids(value(h.Events(h.ctx, "a", 0, 9))(h), eventID), []string{"a4"})
}

// testDropEventsMany: more than one portion, of events and of accounts.
func testDropEventsMany(h *house) {
	h.account("a")
	h.settle("a", func(tx core.Tx) error {
		for n := range 1203 {
			account := "a"
			if n%2 == 0 {
				account = fmt.Sprint("long gone ", n)
			}
			if err := tx.InsertEvent(core.Event{ID: h.id("e", n), Account: account, At: h.now}); err != nil {
				return err
			}
		}
		return nil
	})
	h.drop(1)
	same(h, ids(value(h.EventsAfter(h.ctx, core.EventPlace{}, 9))(h), eventID), []string{h.id("e", 1201)})
}

func testCheckpoints(h *house) {
	same(h, value(h.LastCheckpoint(h.ctx))(h), nil)
	var all []core.Checkpoint
	for n := range 3 {
		c := core.Checkpoint{Number: int64(n + 1), At: h.now.Add(time.Duration(n) * time.Hour), Sealed: []byte{0, 0xff, byte(n)}}
		h.ok(taken(h.InsertCheckpoint(h.ctx, c)))
		all = append(all, c)
	}
	h.ok(notTaken(h.InsertCheckpoint(h.ctx, core.Checkpoint{Number: 2, At: h.now, Sealed: []byte("other")})))
	same(h, value(h.Checkpoints(h.ctx, 0, 9))(h), all)
	same(h, value(h.Checkpoints(h.ctx, 1, 1))(h), all[1:2])
	same(h, row(h.LastCheckpoint(h.ctx))(h), all[2])
}

func testMergeCheckpoints(h *house) {
	var all []core.Checkpoint
	for n := range 3 {
		c := core.Checkpoint{Number: int64(n + 1), At: h.now, Sealed: []byte{byte(n)}}
		h.ok(taken(h.InsertCheckpoint(h.ctx, c)))
		all = append(all, c)
	}
	changed := all[0]
	changed.Sealed = []byte("as it was before")
	h.ok(notTaken(h.MergeCheckpoints(h.ctx, changed, all[1], []byte("x"))))
	changed.Number = 2
	h.ok(notTaken(h.MergeCheckpoints(h.ctx, all[0], changed, []byte("x"))))
	same(h, value(h.Checkpoints(h.ctx, 0, 9))(h), all)
	h.ok(taken(h.MergeCheckpoints(h.ctx, all[0], all[1], []byte("both"))))
	all[1].Sealed = []byte("both")
	same(h, value(h.Checkpoints(h.ctx, 0, 9))(h), all[1:])
	same(h, h.race(16, func(i int, b Backend) (bool, error) {
		return b.MergeCheckpoints(h.ctx, all[1], all[2], []byte{9, byte(i)})
	}), 1)
	same(h, len(value(h.Checkpoints(h.ctx, 0, 9))(h)), 1)
}
