package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// ticket is a row with something in every field.
func (h *house) ticket(id, account string) core.TicketRow {
	return core.TicketRow{
		ID: id, Account: account, Purpose: "reset_password", Owner: "login", TokenHash: hash(id), KeyID: "k1",
		CodeHash: hash("code of " + id), Epoch: 3, Subject: `{"old":"a@example.org"}`,
		CreatedAt: h.now, ExpiresAt: h.now.Add(time.Hour),
	}
}

func (h *house) insertTicket(t core.TicketRow) {
	h.Helper()
	h.settle("a", func(tx core.Tx) error { return tx.InsertTicket(t) })
}

// tickets says which of the tickets are there.
func (h *house) tickets(names ...string) (there []string) {
	h.Helper()
	for _, id := range names {
		if value(h.TicketByToken(h.ctx, hash(id)))(h) != nil {
			there = append(there, id)
		}
	}
	return there
}

func testTickets(h *house) {
	h.account("a")
	full := h.ticket("full", "a")
	bare := core.TicketRow{ID: "bare", Account: "a", TokenHash: hash("bare"), CreatedAt: h.now, ExpiresAt: h.now}
	h.insertTicket(full)
	h.insertTicket(bare)
	same(h, row(h.TicketByToken(h.ctx, hash("full")))(h), full)
	same(h, row(h.TicketByToken(h.ctx, hash("bare")))(h), bare)
	same(h, row(h.TicketByCode(h.ctx, full.CodeHash))(h), full)
	same(h, value(h.TicketByCode(h.ctx, nil))(h), nil) // though bare has none
	same(h, value(h.TicketByCode(h.ctx, hash("another code")))(h), nil)
	same(h, row(h.Ticket(h.ctx, "a", "reset_password", "login"))(h), full)
	same(h, row(h.Ticket(h.ctx, "a", "", ""))(h), bare)
	for _, wrong := range [][3]string{{"b", "reset_password", "login"}, {"a", "other", "login"}, {"a", "reset_password", ""}} {
		same(h, value(h.Ticket(h.ctx, wrong[0], wrong[1], wrong[2]))(h), nil)
	}
	same(h, value(h.TicketByToken(h.ctx, nil))(h), nil)
	h.settle("a", func(tx core.Tx) error {
		return firstError(taken(tx.TakeTicket("full")), notTaken(tx.TakeTicket("full")), notTaken(tx.TakeTicket("other")))
	})
	same(h, h.tickets("full", "bare"), []string{"bare"})
}

func testTicketsReplace(h *house) {
	h.account("a")
	first, purpose, owner, account := h.ticket("first", "a"), h.ticket("purpose", "a"), h.ticket("owner", "a"), h.ticket("account", "b")
	purpose.Purpose, owner.Owner = "confirm_address", "another login"
	for _, t := range []core.TicketRow{first, purpose, owner, account} {
		h.insertTicket(t)
	}
	h.insertTicket(h.ticket("second", "a"))
	same(h, h.tickets("first", "purpose", "owner", "account", "second"), []string{"purpose", "owner", "account", "second"})
	same(h, row(h.Ticket(h.ctx, "a", "reset_password", "login"))(h).ID, "second")
}

func testInvitations(h *house) {
	h.account("a")
	invite := func(id, owner string) {
		h.Helper()
		t := h.ticket(id, "")
		t.Owner = owner
		h.ok(h.IssueInvitation(h.ctx, t))
	}
	invite("one", "")
	invite("two", "")
	invite("bootstrap", "bootstrap")
	invite("again", "bootstrap")
	same(h, h.tickets("one", "two", "bootstrap", "again"), []string{"one", "two", "again"})
	t := h.ticket("three", "")
	t.Owner = ""
	h.insertTicket(t)
	same(h, h.tickets("one", "two", "three"), []string{"one", "two", "three"})
	same(h, row(h.TicketByToken(h.ctx, hash("three")))(h), t)
	id := func(t core.TicketRow) string { return t.ID }
	same(h, ids(value(h.Invitations(h.ctx, t.Purpose))(h), id), []string{"again", "one", "three", "two"})
	same(h, len(value(h.Invitations(h.ctx, "another"))(h)), 0)
	h.insertTicket(h.ticket("owned", "a"))
	for _, end := range []struct {
		purpose, id string
		ends        bool
	}{{t.Purpose, "owned", false}, {"another", "two", false}, {t.Purpose, "none", false}, {t.Purpose, "two", true}, {t.Purpose, "two", false}} {
		if got := value(h.EndInvitation(h.ctx, end.purpose, end.id))(h); got != end.ends {
			h.Errorf("%+v: %v", end, got)
		}
	}
	same(h, h.tickets("one", "two", "three", "owned"), []string{"one", "three", "owned"})
	invite("two", "")
	called := false
	h.ok(h.Register(h.ctx, newAccount("invited"), h.now, func(tx core.Tx, _ core.State) error {
		called = true
		return taken(tx.TakeTicket("one"))
	}))
	same(h, called, true)
	same(h, h.tickets("one", "two", "three"), []string{"two", "three"})
}

func testDropTickets(h *house) {
	h.account("a")
	for i, id := range []string{"before", "at", "after", "other", "foreign"} {
		t := h.ticket(id, "a")
		t.Owner, t.CreatedAt = id, h.now.Add(time.Duration(min(i, 2)-1)*time.Millisecond)
		switch id {
		case "other":
			t.Purpose = "confirm_address"
		case "foreign":
			t.Account = "b"
		}
		h.insertTicket(t)
	}
	h.settle("a", func(tx core.Tx) error { return tx.DropTickets("a", "reset_password", h.now) })
	same(h, h.tickets("before", "at", "after", "other", "foreign"), []string{"before", "other", "foreign"})
	h.settle("a", func(tx core.Tx) error { return tx.DropTickets("a", "reset_password", time.Time{}) })
	same(h, h.tickets("before", "other", "foreign"), []string{"other", "foreign"})
}

func (h *house) confirmation(id, account string) core.ConfirmationRow {
	return core.ConfirmationRow{
		ID: id, Account: account, Session: "session", Epoch: 2, TokenHash: hash(id), ActionHash: hash("action"),
		ExpiresAt: h.now.Add(time.Minute),
	}
}

func testConfirmations(h *house) {
	h.account("a")
	c := h.confirmation("c", "a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertConfirmation(c) })
	take := func(c core.ConfirmationRow, now time.Time) (ok bool) {
		h.Helper()
		h.settle("a", func(tx core.Tx) (err error) { ok, err = tx.TakeConfirmation(c, now); return err })
		return ok
	}
	for name, change := range map[string]func(*core.ConfirmationRow){
		"account": func(c *core.ConfirmationRow) { c.Account = "b" },
		"session": func(c *core.ConfirmationRow) { c.Session = "other" },
		"epoch":   func(c *core.ConfirmationRow) { c.Epoch++ },
		"token":   func(c *core.ConfirmationRow) { c.TokenHash = hash("other") },
		"action":  func(c *core.ConfirmationRow) { c.ActionHash = hash("other") },
		"nothing": func(c *core.ConfirmationRow) { *c = core.ConfirmationRow{} },
	} {
		wrong := c
		change(&wrong)
		if take(wrong, h.now) {
			h.Fatalf("taken with another %s", name)
		}
	}
	same(h, take(c, c.ExpiresAt), false)
	same(h, take(c, c.ExpiresAt.Add(-time.Millisecond)), true)
	same(h, take(c, h.now), false)
}
