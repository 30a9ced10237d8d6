package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (h *house) authenticator(id, account string) core.Authenticator {
	return core.Authenticator{
		ID: id, Account: account, Kind: core.KindTOTP, Label: "phone " + id, SecretID: "secret " + id, LastStep: 1000,
		CreatedAt: h.now,
	}
}

// bind gives an account authenticators, each a second younger than the one before.
func (h *house) bind(account string, ids ...string) {
	h.Helper()
	for i, id := range ids {
		a := h.authenticator(id, account)
		a.CreatedAt = a.CreatedAt.Add(time.Duration(i) * time.Second)
		h.settle(account, func(tx core.Tx) error { return tx.InsertAuthenticator(a) })
	}
}

func testAuthenticators(h *house) {
	h.account("a")
	h.account("b")
	h.bind("a", "z", "y")
	h.bind("b", "x")
	z, y := h.authenticator("z", "a"), h.authenticator("y", "a")
	y.CreatedAt = y.CreatedAt.Add(time.Second)
	same(h, value(h.Authenticators(h.ctx, "a"))(h), []core.Authenticator{z, y})
	h.settle("a", func(tx core.Tx) error {
		same(h, value(tx.Authenticators("a"))(h), []core.Authenticator{z, y})
		return nil
	})
	h.ok(notTaken(h.RenameAuthenticator(h.ctx, "a", "x", "mine now")))
	h.ok(taken(h.RenameAuthenticator(h.ctx, "a", "y", "tablet 📱")))
	y.Label = "tablet 📱"
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.DeleteAuthenticator("a", "x")) })
	h.settle("a", func(tx core.Tx) error { return taken(tx.DeleteAuthenticator("a", "z")) })
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.DeleteAuthenticator("a", "z")) })
	same(h, value(h.Authenticators(h.ctx, "a"))(h), []core.Authenticator{y})
	same(h, len(value(h.Authenticators(h.ctx, "b"))(h)), 1)
}

// testFavourite: one of an account's at most, and gone with its authenticator.
func testFavourite(h *house) {
	h.account("a")
	h.account("b")
	h.bind("a", "x", "y")
	h.bind("b", "z")
	marked := func(account string) (ids []string) {
		for _, a := range value(h.Authenticators(h.ctx, account))(h) {
			if a.Favourite {
				ids = append(ids, a.ID)
			}
		}
		return ids
	}
	mark := func(account, id string) {
		h.settle(account, func(tx core.Tx) error { return tx.SetFavourite(account, id) })
	}
	same(h, marked("a"), nil)
	mark("a", "")
	mark("a", "x")
	mark("b", "z")
	same(h, marked("a"), []string{"x"})
	mark("a", "y")
	mark("a", "y")
	same(h, marked("a"), []string{"y"})
	h.settle("a", func(tx core.Tx) error { return taken(tx.DeleteAuthenticator("a", "y")) })
	same(h, marked("a"), nil)
	mark("a", "x")
	same(h, marked("a"), []string{"x"})
	mark("a", "")
	same(h, marked("a"), nil)
	same(h, marked("b"), []string{"z"})
}

// testAuthenticatorCounter: failures are those of the counter, which goes with the authenticator.
func testAuthenticatorCounter(h *house) {
	h.account("a")
	h.bind("a", "x", "y")
	c := core.AuthenticatorCounter("a", "x")
	h.reserve(c)
	h.reserve(c)
	list := value(h.Authenticators(h.ctx, "a"))(h)
	same(h, []int{list[0].Failures, list[1].Failures}, []int{2, 0})
	h.settle("a", func(tx core.Tx) error {
		same(h, value(tx.Authenticators("a"))(h)[0].Failures, 2)
		return taken(tx.DeleteAuthenticator("a", "x"))
	})
	same(h, h.reserve(c).Failures, 1)
}

func testConsumeStep(h *house) {
	h.account("a")
	h.account("b")
	h.bind("a", "x")
	for _, c := range []struct {
		account, id string
		step        int64
		want        bool
	}{
		{"a", "x", 999, false}, {"a", "x", 1000, false}, {"b", "x", 1001, false}, {"a", "y", 1001, false},
		{"a", "x", 1001, true}, {"a", "x", 1001, false}, {"a", "x", 1003, true}, {"a", "x", 1002, false},
	} {
		h.pass(time.Second)
		h.settle("a", func(tx core.Tx) error {
			same(h, value(tx.ConsumeStep(c.account, c.id, core.Step{Number: c.step}))(h), c.want)
			return nil
		})
		if c.want {
			same(h, value(h.Authenticators(h.ctx, "a"))(h)[0].LastUsedAt, h.now)
		}
	}
	same(h, value(h.Authenticators(h.ctx, "a"))(h)[0].LastStep, 1003)
}

// testWindow: two codes in a row that are off to one side move the window there by one step, never further, and one that is
// not brings it back. What lies outside is not taken, and no step is taken again.
func testWindow(h *house) {
	h.account("a")
	h.bind("a", "x", "y")
	step := int64(1000)
	for i, c := range []struct {
		off    int
		want   bool
		window int
	}{
		{-2, false, 0}, {2, false, 0}, {1, true, 0}, {2, false, 0}, // one code alone moves nothing
		{1, true, 1}, {-1, false, 1}, {3, false, 1}, {2, true, 1}, {3, false, 1}, {2, true, 1}, {3, false, 1}, // nor ever further
		{0, true, 0}, {2, false, 0}, {1, true, 0}, {-1, true, 0}, {-1, true, -1}, {1, false, -1}, {-3, false, -1},
		{-2, true, -1}, {-2, true, -1}, {-3, false, -1}, {0, true, 0}, {-2, false, 0},
	} {
		if c.want {
			step++
		}
		h.settle("a", func(tx core.Tx) error {
			s := core.Step{Number: step, Off: c.off, OffTime: time.Duration(c.off) * 30 * time.Second}
			if !c.want {
				s.Number += 100 // alive, whatever becomes of it
			}
			same(h, value(tx.ConsumeStep("a", "x", s))(h), c.want)
			return nil
		})
		x := value(h.Authenticators(h.ctx, "a"))(h)[0]
		if x.Window != c.window || x.LastStep != step {
			h.Fatalf("%d: after %d steps off the window is at %d and the last step %d, want %d and %d", i, c.off, x.Window, x.LastStep, c.window, step)
		}
		if c.want {
			same(h, x.Off, time.Duration(c.off)*30*time.Second)
			for dead := step; dead > step-3; dead-- { // wherever the window lies
				h.settle("a", func(tx core.Tx) error {
					return notTaken(tx.ConsumeStep("a", "x", core.Step{Number: dead, Off: x.Window}))
				})
			}
		}
	}
	same(h, value(h.Authenticators(h.ctx, "a"))(h)[1].Window, 0)
}

// testRenewBinding: the secret that a code was compared with is the one that is bound, or nothing is.
func testRenewBinding(h *house) {
	h.account("a")
	b := h.binding("b", "a", "session")
	h.pend(b, 4)
	h.pass(time.Minute)
	next := b
	next.SecretID, next.LastStep, next.CreatedAt, next.ExpiresAt = "renewed", 0, h.now, h.now.Add(10*time.Minute)
	foreign := next
	foreign.Owner = "another"
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.RenewBinding("another secret", next)), notTaken(tx.RenewBinding("secret b", foreign)))
	})
	h.settle("a", func(tx core.Tx) error { return taken(tx.RenewBinding("secret b", next)) })
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.RenewBinding("secret b", next)), notTaken(tx.TakeBinding("a", "session", "b", "secret b")))
	})
	same(h, row(h.Binding(h.ctx, "a", "session", "b"))(h), next)
	h.pass(time.Second)
	h.pend(h.binding("c", "a", "session"), 4)
	h.pend(h.binding("d", "a", "another"), 4)
	same(h, ids(value(h.Bindings(h.ctx, "a", "session"))(h), func(b core.BindingRow) string { return b.ID }), []string{"c", "b"})
	h.settle("a", func(tx core.Tx) error { return taken(tx.TakeBinding("a", "session", "b", "renewed")) })
}

func testTellDrift(h *house) {
	h.account("a")
	h.bind("a", "x", "y")
	h.ok(taken(h.TellDrift(h.ctx, "a", "x", 7, 100, h.now)))
	h.ok(taken(h.TellDrift(h.ctx, "a", "y", 7, 100, h.now)))
	h.pass(time.Minute - time.Millisecond)
	h.ok(notTaken(h.TellDrift(h.ctx, "a", "x", 7, 100, h.now)))
	h.ok(notTaken(h.TellDrift(h.ctx, "b", "x", 7, 100, h.now)))
	h.pass(time.Millisecond)
	h.ok(taken(h.replicas[1].TellDrift(h.ctx, "a", "x", 7, 100, h.now)))
	h.pass(time.Hour)
	h.ok(notTaken(h.TellDrift(h.ctx, "a", "x", 9, 7, h.now))) // the one that was told may still come
	h.ok(taken(h.TellDrift(h.ctx, "a", "x", 9, 8, h.now)))
	h.ok(notTaken(h.replicas[2].TellDrift(h.ctx, "a", "x", 7, 100, h.now)))
	h.pass(time.Minute)
	h.ok(taken(h.TellDrift(h.ctx, "a", "x", 5000, 100, h.now)))
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.ConsumeStep("a", "x", core.Step{Number: 5000})) }) // somebody was told
	h.settle("a", func(tx core.Tx) error { return taken(tx.ConsumeStep("a", "y", core.Step{Number: 5000})) })
	h.settle("a", func(tx core.Tx) error { return taken(tx.ConsumeStep("a", "x", core.Step{Number: 5001})) })
}

func (h *house) binding(id, account, owner string) core.BindingRow {
	return core.BindingRow{
		ID: id, Account: account, Owner: owner, Epoch: 3, Kind: core.KindTOTP, Label: "new", SecretID: "secret " + id, LastStep: 7,
		CreatedAt: h.now, ExpiresAt: h.now.Add(10 * time.Minute),
	}
}

// pend adds a pending binding, and says which others went for it.
func (h *house) pend(b core.BindingRow, keep int) (dropped []string) {
	h.Helper()
	h.settle(b.Account, func(tx core.Tx) error {
		rows, err := tx.InsertBinding(b, keep)
		dropped = ids(rows, func(b core.BindingRow) string { return b.SecretID })
		return err
	})
	return dropped
}

// testBindingsOfOneOwner: who begins over and over displaces what he began himself, and what was begun last is there,
// even within one millisecond.
func testBindingsOfOneOwner(h *house) {
	h.account("a")
	h.pend(h.binding("mine", "a", "session"), 3)
	h.pass(time.Second)
	for _, id := range []string{"z", "y", "b", "x", "a"} {
		h.pend(h.binding(id, "a", "thief"), 3)
		same(h, row(h.Binding(h.ctx, "a", "thief", id))(h).ID, id)
		same(h, row(h.Binding(h.ctx, "a", "session", "mine"))(h).ID, "mine")
	}
	same(h, h.pend(h.binding("c", "a", "session"), 3), []string{"secret mine"}) // its own before newer ones of others
	h.pass(time.Second)
	same(h, len(h.pend(h.binding("d", "a", "another"), 3)), 1)
	same(h, h.pend(h.binding("e", "a", "another"), 1)[0] != "secret e", true)
	same(h, row(h.LatestBinding(h.ctx, "a", "another"))(h).ID, "e")
}

// testBindingsThatAreDead: what can't be confirmed any more displaces nothing that can.
func testBindingsThatAreDead(h *house) {
	h.account("a")
	for _, id := range []string{"old 1", "old 2", "old 3"} {
		dead := h.binding(id, "a", "before")
		dead.Epoch = 2
		h.pend(dead, 3)
	}
	h.pass(time.Second)
	h.pend(h.binding("one", "a", "now"), 3)
	same(h, len(h.pend(h.binding("two", "a", "now"), 3)), 1)
	same(h, row(h.Binding(h.ctx, "a", "now", "one"))(h).ID, "one")
	h.pass(11 * time.Minute) // and they have expired
	h.pend(h.binding("three", "a", "later"), 3)
	h.pend(h.binding("four", "a", "later"), 3)
	h.pend(h.binding("five", "a", "later"), 3)
	same(h, row(h.Binding(h.ctx, "a", "later", "three"))(h).ID, "three")
}

func testBindings(h *house) {
	h.account("a")
	h.account("b")
	first := h.binding("b1", "a", "session")
	h.pend(first, 2)
	h.pend(h.binding("foreign", "b", "session"), 2)
	same(h, row(h.Binding(h.ctx, "a", "session", "b1"))(h), first)
	for _, wrong := range [][4]string{
		{"b", "session", "b1", "secret b1"}, {"a", "other", "b1", "secret b1"}, {"a", "session", "b2", "secret b1"}, {"a", "session", "b1", "secret b2"},
	} {
		if b := value(h.Binding(h.ctx, wrong[0], wrong[1], wrong[2]))(h); b != nil && wrong[3] == b.SecretID {
			h.Fatalf("found by %v", wrong)
		}
		h.settle("a", func(tx core.Tx) error { return notTaken(tx.TakeBinding(wrong[0], wrong[1], wrong[2], wrong[3])) })
	}
	var dropped []string
	for _, id := range []string{"b2", "b3"} {
		h.pass(time.Second)
		dropped = append(dropped, h.pend(h.binding(id, "a", "session"), 2)...)
	}
	same(h, dropped, []string{"secret b1"})
	same(h, row(h.LatestBinding(h.ctx, "a", "session"))(h).ID, "b3")
	if b := value(h.Binding(h.ctx, "a", "session", "b1"))(h); b != nil {
		h.Fatal("more than two were kept")
	}
	same(h, row(h.Binding(h.ctx, "b", "session", "foreign"))(h).ID, "foreign")
	h.settle("a", func(tx core.Tx) error { return taken(tx.TakeBinding("a", "session", "b3", "secret b3")) })
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.TakeBinding("a", "session", "b3", "secret b3")) })
	same(h, row(h.LatestBinding(h.ctx, "a", "session"))(h).ID, "b2")
}
