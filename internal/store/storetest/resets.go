package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (h *house) reset(account string) core.ResetRow {
	return core.ResetRow{
		Account: account, BySupport: true, Reason: "lost the phone", StartedAt: h.now, DueAt: h.now.Add(72 * time.Hour),
	}
}

func testResets(h *house) {
	h.account("a")
	h.account("b")
	same(h, value(h.Reset(h.ctx, "a"))(h), nil)
	first := h.reset("a")
	h.settle("a", func(tx core.Tx) error { return taken(tx.InsertReset(first)) })
	h.settle("b", func(tx core.Tx) error { return taken(tx.InsertReset(h.reset("b"))) })
	same(h, row(h.Reset(h.ctx, "a"))(h), first)
	later := first.DueAt.Add(time.Hour)
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.MarkHalfway("a", h.now.Add(time.Millisecond), later)) })
	h.settle("a", func(tx core.Tx) error { return taken(tx.MarkHalfway("a", h.now, later)) })
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.MarkHalfway("a", h.now, first.DueAt)) })
	told := first
	told.Halfway, told.DueAt = true, later
	same(h, row(h.Reset(h.ctx, "a"))(h), told)
	same(h, row(h.Reset(h.ctx, "b"))(h), h.reset("b"))

	h.pass(time.Minute)
	second := h.reset("a")
	second.BySupport, second.Reason = false, ""
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.InsertReset(second)) }) // there is one
	h.settle("a", func(tx core.Tx) error { return taken(tx.TakeReset("a", time.Time{})) })
	h.settle("a", func(tx core.Tx) error { return taken(tx.InsertReset(second)) })
	same(h, row(h.Reset(h.ctx, "a"))(h), second)
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.MarkHalfway("a", first.StartedAt, later)) }) // of the one before
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.TakeReset("a", second.StartedAt.Add(time.Millisecond))) })
	h.settle("a", func(tx core.Tx) error { return taken(tx.TakeReset("a", second.StartedAt)) })
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.TakeReset("a", time.Time{})), notTaken(tx.MarkHalfway("a", second.StartedAt, later)))
	})
	same(h, row(h.Reset(h.ctx, "b"))(h).Halfway, false)
}

// testOwnReset: what support ordered is not somebody's own, nor is another account's.
func testOwnReset(h *house) {
	h.account("a")
	h.account("b")
	own := h.reset("a")
	own.BySupport, own.Reason = false, ""
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.TakeOwnReset("a")) })
	h.settle("a", func(tx core.Tx) error { return taken(tx.InsertReset(own)) })
	h.settle("b", func(tx core.Tx) error {
		return firstError(taken(tx.InsertReset(h.reset("b"))), notTaken(tx.TakeOwnReset("b")))
	})
	same(h, row(h.Reset(h.ctx, "a"))(h), own)
	h.settle("a", func(tx core.Tx) error { return firstError(taken(tx.TakeOwnReset("a")), notTaken(tx.TakeOwnReset("a"))) })
	same(h, value(h.Reset(h.ctx, "a"))(h), nil)
	same(h, row(h.Reset(h.ctx, "b"))(h), h.reset("b"))
}

func testDueResets(h *house) {
	for i, id := range []string{"a", "b", "c"} {
		h.account(id)
		r := h.reset(id)
		r.StartedAt, r.DueAt = h.now.Add(time.Duration(i)*time.Hour), h.now.Add(time.Duration(i+2)*time.Hour)
		h.settle(id, func(tx core.Tx) error { return taken(tx.InsertReset(r)) })
	}
	start := h.now
	due := func(after time.Duration, n int) []string {
		h.Helper()
		return ids(value(h.DueResets(h.ctx, start.Add(after), n))(h), func(r core.ResetRow) string { return r.Account })
	}
	same(h, due(time.Hour-time.Millisecond, 9), nil)
	same(h, due(time.Hour, 9), []string{"a"}) // half of its wait has passed
	h.settle("a", func(tx core.Tx) error { return taken(tx.MarkHalfway("a", start, start.Add(2*time.Hour))) })
	same(h, due(time.Hour, 9), nil)
	same(h, due(2*time.Hour-time.Millisecond, 9), nil)
	same(h, due(2*time.Hour, 9), []string{"a", "b"})
	same(h, due(100*time.Hour, 9), []string{"a", "b", "c"})
	same(h, due(100*time.Hour, 2), []string{"a", "b"})
	h.settle("a", func(tx core.Tx) error { return taken(tx.TakeReset("a", time.Time{})) })
	same(h, due(100*time.Hour, 9), []string{"b", "c"})
	h.settle("b", func(tx core.Tx) error { return tx.SetDisabled("b", true) })
	same(h, due(100*time.Hour, 1), []string{"c"}) // those of disabled accounts wait, and are in nobody's way
	h.settle("b", func(tx core.Tx) error { return tx.SetDisabled("b", false) })
	same(h, due(100*time.Hour, 1), []string{"b"})
}
