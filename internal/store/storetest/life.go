package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func testListAccounts(h *house) {
	same(h, value(h.AnyAccount(h.ctx))(h), false)
	same(h, value(h.AnyState(h.ctx))(h), false)
	if a := value(h.AccountRow(h.ctx, "b"))(h); a != nil {
		h.Fatal("found before it was made")
	}
	for _, id := range []string{"c", "a", "b"} {
		h.account(id)
	}
	same(h, value(h.AnyAccount(h.ctx))(h), true)
	h.bind("b", "x", "y")
	h.settle("b", func(tx core.Tx) error { return tx.SetGroups("b", []string{"staff"}) })
	id := func(a core.AccountRow) string { return a.ID }
	all := value(h.ListAccounts(h.ctx, "", 10))(h)
	same(h, ids(all, id), []string{"a", "b", "c"})
	same(h, ids(value(h.ListAccounts(h.ctx, "a", 1))(h), id), []string{"b"})
	same(h, len(value(h.ListAccounts(h.ctx, "c", 10))(h)), 0)
	b := row(h.AccountRow(h.ctx, "b"))(h)
	same(h, all[1], b)
	same(h, b, core.AccountRow{
		Account: row(h.Account(h.ctx, "b"))(h), State: row(h.State(h.ctx, "b"))(h), Authenticators: 2,
	})
	same(h, b.Groups, []string{"staff"})
	same(h, value(h.AnyState(h.ctx))(h), true)
	h.settle("c", func(tx core.Tx) error { return tx.SetGroups("c", []string{"x.one_two", "Ops"}) })
	for group, there := range map[string]bool{
		"staff": true, "STAFF": true, "ops": true, "x.one_two": true,
		"stafff": false, "taff": false, "xxone_two": false, "x.one%": false, "one": false, "": false,
	} {
		if got := value(h.AnyInGroup(h.ctx, group))(h); got != there {
			h.Errorf("somebody is in %q: %v", group, got)
		}
	}
}

func testRemindable(h *house) {
	for _, id := range []string{"a", "b", "bound", "reminded"} {
		h.account(id)
	}
	none := newAccount("no address")
	none.Email, none.EmailKey = "", ""
	h.register(none)
	h.bind("bound", "x")
	h.settle("reminded", func(tx core.Tx) error { return tx.SetReminded("reminded", h.now) })
	same(h, row(h.State(h.ctx, "reminded"))(h).RemindedAt, h.now)
	list := func(after string, before time.Time, n int) []string {
		h.Helper()
		return ids(value(h.Remindable(h.ctx, after, before, n))(h), func(a core.AccountRow) string { return a.ID })
	}
	same(h, list("", h.now, 10), []string{"a", "b"})
	same(h, list("", h.now.Add(time.Millisecond), 10), []string{"a", "b", "reminded"})
	same(h, list("", h.now.Add(time.Millisecond), 1), []string{"a"})
	same(h, list("a", h.now.Add(time.Millisecond), 1), []string{"b"})
	same(h, value(h.Remindable(h.ctx, "", h.now, 1))(h)[0], row(h.AccountRow(h.ctx, "a"))(h))
}

// furnish gives an account one of everything, and returns what finds it again: by name, whether it is there.
func (h *house) furnish(id string) map[string]func() bool {
	h.Helper()
	h.account(id)
	h.bind(id, id+"1")
	h.pend(h.binding(id+"2", id, "owner"), 2)
	h.codes(id, "set "+id, "k", "code")
	counters := []core.Counter{
		core.AuthenticatorCounter(id, id+"1"), core.RecoveryCounter(id, "set "+id),
		{Key: "password:" + id + ":"}, {Key: "password:" + id + ":lane"}, {Key: "binding:" + id + ":x"}, {Key: "ticket:" + id + ":x"},
	}
	value(h.Reserve(h.ctx, counters, h.now))(h)
	ticket, confirmation := h.ticket("t "+id, id), h.confirmation("c "+id, id)
	h.settle(id, func(tx core.Tx) error {
		return firstError(tx.InsertSession(h.session("s "+id, id), 9), tx.InsertLogin(h.login("l "+id, id)), tx.InsertTicket(ticket),
			tx.InsertBrowser(h.browser("b "+id, id), 9), taken(tx.InsertReset(h.reset(id))), tx.InsertConfirmation(confirmation),
			tx.InsertEvent(core.Event{ID: "e " + id, Account: id, At: h.now, Kind: "furnished"}))
	})
	there := map[string]func() bool{
		"account":        func() bool { return value(h.Account(h.ctx, id))(h) != nil },
		"state":          func() bool { return value(h.State(h.ctx, id))(h) != nil },
		"password":       func() bool { return value(h.PasswordHash(h.ctx, id))(h) != "" },
		"authenticator":  func() bool { return len(value(h.Authenticators(h.ctx, id))(h)) == 1 },
		"binding":        func() bool { return value(h.LatestBinding(h.ctx, id, "owner"))(h) != nil },
		"recovery codes": func() bool { return value(h.RecoverySet(h.ctx, id))(h) != nil },
		"code":           func() bool { return value(h.LookupSecret(h.ctx, id, hash("code")))(h) != nil },
		"session":        func() bool { return len(value(h.Sessions(h.ctx, id))(h)) == 1 },
		"login":          func() bool { return value(h.LoginByToken(h.ctx, hash("l "+id)))(h) != nil },
		"ticket":         func() bool { return value(h.TicketByToken(h.ctx, ticket.TokenHash))(h) != nil },
		"browser":        func() bool { return len(value(h.Browsers(h.ctx, id))(h)) == 1 },
		"reset":          func() bool { return value(h.Reset(h.ctx, id))(h) != nil },
		"events":         func() bool { return len(value(h.Events(h.ctx, id, 0, 9))(h)) == 1 },
	}
	for _, c := range counters {
		there["counter "+c.Key] = func() bool {
			r := h.reserve(c)
			h.ok(h.Return(h.ctx, []core.Counter{c}, h.now))
			return r.Failures == 2
		}
	}
	return there
}

func testDeleteAccount(h *house) {
	gone, stays := h.furnish("a"), h.furnish("b")
	for _, id := range []string{"secret a1", "secret a2", "secret b1"} {
		h.ok(h.PutBlob(h.ctx, id, "x", []byte("sealed")))
	}
	for what, there := range gone {
		if !there() {
			h.Fatalf("before: no %s", what)
		}
	}
	h.settle("a", func(tx core.Tx) error {
		return firstError(tx.InsertMessage(h.message("m")), tx.DeleteAccount("a"),
			tx.InsertEvent(core.Event{ID: "deleted", Account: "a", At: h.now, Kind: "deleted"}))
	})
	same(h, ids(value(h.Events(h.ctx, "a", 0, 9))(h), func(e core.Event) string { return e.ID }), []string{"deleted", "e a"})
	delete(gone, "events")
	for what, there := range gone {
		if there() {
			h.Errorf("the %s is still there", what)
		}
	}
	for what, there := range stays {
		if !there() {
			h.Errorf("the %s of another account went too", what)
		}
	}
	same(h, len(value(h.ClaimMessages(h.ctx, 9, time.Minute, h.now))(h)), 1)
	h.account("a") // the name is free
	h.pass(time.Hour)
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, []bool{h.hasSecret("secret a1", "x"), h.hasSecret("secret a2", "x"), h.hasSecret("secret b1", "x")}, []bool{false, false, true})
}

func testReleaseBinding(h *house) {
	h.furnish("a")
	stays := h.furnish("b")
	h.settle("a", func(tx core.Tx) error { return tx.CloseFirstBinding("a") })
	var secrets []string
	h.settle("a", func(tx core.Tx) (err error) {
		secrets, err = tx.ReleaseBinding("a")
		return err
	})
	same(h, secrets, []string{"secret a1", "secret a2"})
	same(h, row(h.State(h.ctx, "a"))(h), core.State{Account: "a", Epoch: 1, Rebind: true})
	same(h, len(value(h.Authenticators(h.ctx, "a"))(h)), 0)
	same(h, value(h.RecoverySet(h.ctx, "a"))(h), nil)
	same(h, value(h.LookupSecret(h.ctx, "a", hash("code")))(h), nil)
	same(h, value(h.LatestBinding(h.ctx, "a", "owner"))(h), nil)
	same(h, h.reserve(core.AuthenticatorCounter("a", "a1")).Failures, 1)
	same(h, h.reserve(core.RecoveryCounter("a", "set a")).Failures, 1)
	for what, there := range stays {
		if !there() {
			h.Errorf("the %s of another account went too", what)
		}
	}
	h.settle("a", func(tx core.Tx) (err error) {
		secrets, err = tx.ReleaseBinding("a") // there is nothing left
		return firstError(err, tx.CloseFirstBinding("a"))
	})
	same(h, len(secrets), 0)
	same(h, row(h.State(h.ctx, "a"))(h).Rebind, false)
}

func testEndSessions(h *house) {
	h.account("a")
	h.account("b")
	for _, s := range []core.SessionRow{h.session("s1", "a"), h.session("s2", "a"), h.session("s3", "b")} {
		h.settle(s.Account, func(tx core.Tx) error { return tx.InsertSession(s, 9) })
	}
	h.settle("a", func(tx core.Tx) error { return tx.EndSessions("a", "s1") })
	same(h, value(h.Sessions(h.ctx, "a"))(h), []core.SessionRow{h.session("s1", "a")})
	h.settle("a", func(tx core.Tx) error { return tx.EndSessions("a", "") })
	same(h, len(value(h.Sessions(h.ctx, "a"))(h)), 0)
	same(h, len(value(h.Sessions(h.ctx, "b"))(h)), 1)
}

func testCarrySession(h *house) {
	h.account("a")
	h.account("b")
	s := h.session("s1", "a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertSession(s, 9) })
	h.settle("a", func(tx core.Tx) error {
		return firstError(
			notTaken(tx.CarrySession("b", "s1", s.Epoch, s.Epoch+1)),
			notTaken(tx.CarrySession("a", "s2", s.Epoch, s.Epoch+1)),
			notTaken(tx.CarrySession("a", "s1", s.Epoch+1, s.Epoch+2)),
			taken(tx.CarrySession("a", "s1", s.Epoch, s.Epoch+1)),
			notTaken(tx.CarrySession("a", "s1", s.Epoch, s.Epoch+1)))
	})
	s.Epoch++
	same(h, value(h.Sessions(h.ctx, "a"))(h), []core.SessionRow{s})
}
