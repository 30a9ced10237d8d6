package storetest

import (
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
)

const lease = 5 * time.Minute

func (h *house) message(id string) core.MessageRow {
	return core.MessageRow{ID: id, Payload: []byte{0, 0xff, 'x'}, CreatedAt: h.now, DueAt: h.now, ExpiresAt: h.now.Add(time.Hour)}
}

func (h *house) enqueue(names ...string) {
	h.Helper()
	for _, id := range names {
		h.ok(h.Enqueue(h.ctx, h.message(id)))
	}
}

// claim takes up to n messages.
func (h *house) claim(n int) []deliver.Item {
	h.Helper()
	return value(h.ClaimMessages(h.ctx, n, lease, h.now))(h)
}

// claimOne takes the only message that is due.
func (h *house) claimOne() deliver.Item {
	h.Helper()
	items := h.claim(9)
	same(h, len(items), 1)
	return items[0]
}

func messageIDs(items []deliver.Item) []string {
	return ids(items, func(it deliver.Item) string { return it.ID })
}

func testOutbox(h *house) {
	h.account("a")
	same(h, len(h.claim(9)), 0)
	late, soon := h.message("late"), h.message("soon")
	soon.DueAt, soon.Payload = h.now.Add(time.Minute), nil
	h.settle("a", func(tx core.Tx) error { return firstError(tx.InsertMessage(soon), tx.InsertMessage(late)) })
	refused := h.Settle(h.ctx, "a", h.now, func(tx core.Tx, _ core.State) error {
		return firstError(tx.InsertMessage(h.message("never")), errTaken)
	})
	if !errors.Is(refused, errTaken) {
		h.Fatal(refused)
	}
	it := h.claimOne()
	same(h, it, deliver.Item{ID: "late", Payload: late.Payload, Attempts: 1, ExpiresAt: late.ExpiresAt, Claim: it.Claim})
	h.ok(taken(h.FinishMessage(h.ctx, "late", it.Claim)))
	h.ok(notTaken(h.FinishMessage(h.ctx, "late", it.Claim)))
	h.pass(time.Minute)
	same(h, messageIDs(h.claim(9)), []string{"soon"})
	if err := h.Enqueue(h.ctx, soon); err == nil {
		h.Error("a message was put in twice")
	}
}

func testOutboxClaims(h *house) {
	for _, id := range []string{"c", "a", "b"} {
		h.enqueue(id)
		h.pass(time.Second)
	}
	first := h.claim(2)
	same(h, messageIDs(first), []string{"c", "a"}) // the longest due
	same(h, messageIDs(h.claim(2)), []string{"b"})
	same(h, len(h.claim(2)), 0)
	h.ok(notTaken(h.FinishMessage(h.ctx, "a", "other")))
	h.ok(notTaken(h.FinishMessage(h.ctx, "a", "")))
	h.ok(notTaken(h.PostponeMessage(h.ctx, "a", "other", h.now, false)))
	h.ok(taken(h.PostponeMessage(h.ctx, "a", first[1].Claim, h.now.Add(time.Minute), false)))
	// Nobody holds it now, and neither the claim of before nor none does.
	for _, claim := range []string{first[1].Claim, ""} {
		h.ok(notTaken(h.FinishMessage(h.ctx, "a", claim)))
		h.ok(notTaken(h.PostponeMessage(h.ctx, "a", claim, h.now, true)))
	}
	same(h, len(h.claim(9)), 0)
	h.pass(time.Minute)
	again := h.claimOne()
	same(h, []any{again.ID, again.Attempts, again.Claim != first[1].Claim}, []any{"a", 2, true})
	h.ok(notTaken(h.FinishMessage(h.ctx, "a", first[1].Claim)))
	h.ok(taken(h.FinishMessage(h.ctx, "a", again.Claim)))
}

func testOutboxUnsure(h *house) {
	h.enqueue("m")
	for range 5 { // as often as it is known not to have been sent
		h.ok(taken(h.PostponeMessage(h.ctx, "m", h.claimOne().Claim, h.now, false)))
	}
	h.ok(taken(h.PostponeMessage(h.ctx, "m", h.claimOne().Claim, h.now, true)))
	it := h.claimOne()
	same(h, it.Attempts, 7)
	h.ok(taken(h.PostponeMessage(h.ctx, "m", it.Claim, h.now, true)))
	same(h, len(h.claim(9)), 0)
	h.ok(notTaken(h.FinishMessage(h.ctx, "m", it.Claim)))
	h.enqueue("m") // it is gone
}

func testOutboxLapsed(h *house) {
	h.enqueue("m")
	dead := h.claimOne()
	h.pass(lease - time.Millisecond)
	same(h, len(h.claim(9)), 0)
	h.ok(h.Sweep(h.ctx, h.now))
	h.pass(time.Millisecond)
	it := h.claimOne()
	same(h, []any{it.ID, it.Attempts}, []any{"m", 2})
	h.ok(notTaken(h.FinishMessage(h.ctx, "m", dead.Claim)))
	h.ok(taken(h.PostponeMessage(h.ctx, "m", it.Claim, h.now, false)))
	late := h.claimOne()
	h.pass(lease)
	same(h, len(h.claim(9)), 0) // the second time that nobody knows
	h.ok(notTaken(h.FinishMessage(h.ctx, "m", late.Claim)))
	h.enqueue("m", "n") // it is gone

	h.ok(taken(h.FinishMessage(h.ctx, "m", h.claim(1)[0].Claim)))
	held := h.claimOne()
	h.pass(2 * lease)
	h.ok(taken(h.FinishMessage(h.ctx, "n", held.Claim))) // late, but nobody else took it
}

func testOutboxExpired(h *house) {
	h.enqueue("claimed")
	it := h.claimOne()
	h.enqueue("waiting")
	h.now = h.message("").ExpiresAt
	same(h, len(h.claim(9)), 0)
	h.enqueue("waiting") // it is gone
	h.ok(notTaken(h.FinishMessage(h.ctx, "claimed", it.Claim)))
	same(h, h.claimOne().ID, "waiting")
}

// testSweepLife: what expired goes, and a message that is being sent just now stays.
func testSweepLife(h *house) {
	h.account("a")
	end := h.now.Add(time.Minute)
	held := h.message("held")
	held.ExpiresAt = end
	h.ok(h.Enqueue(h.ctx, held))
	it := h.claimOne()
	for id, expires := range map[string]time.Time{"live": end.Add(time.Hour), "dead": end} {
		t, b, c, m := h.ticket(id, "a"), h.browser(id, "a"), h.confirmation(id, "a"), h.message(id)
		t.Owner = id
		t.ExpiresAt, b.ExpiresAt, c.ExpiresAt, m.ExpiresAt = expires, expires, expires, expires
		h.settle("a", func(tx core.Tx) error {
			return firstError(tx.InsertTicket(t), tx.InsertBrowser(b, 9), tx.InsertConfirmation(c), tx.InsertMessage(m))
		})
	}
	h.now = end
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, h.tickets("live", "dead"), []string{"live"})
	same(h, ids(value(h.Browsers(h.ctx, "a"))(h), func(b core.BrowserRow) string { return b.ID }), []string{"live"})
	h.settle("a", func(tx core.Tx) error {
		return firstError(taken(tx.TakeConfirmation(h.confirmation("live", "a"), time.Time{})),
			notTaken(tx.TakeConfirmation(h.confirmation("dead", "a"), time.Time{})))
	})
	h.enqueue("dead") // it is gone
	if err := h.Enqueue(h.ctx, h.message("live")); err == nil {
		h.Error("a live message was swept")
	}
	h.ok(taken(h.FinishMessage(h.ctx, "held", it.Claim)))
}
