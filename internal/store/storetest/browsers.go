package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// browser is a row with something in every field.
func (h *house) browser(id, account string) core.BrowserRow {
	return core.BrowserRow{
		ID: id, Account: account, Epoch: 2, KeyID: "k1", Generation: 7, TokenHash: hash(id), PreviousHash: hash("before " + id),
		RotatedAt: h.now.Add(-time.Minute), CreatedAt: h.now.Add(-time.Hour), LastUsedAt: h.now, ExpiresAt: h.now.Add(24 * time.Hour),
		Address: "192.0.2.1", UserAgent: "Browser/1.0",
	}
}

func testBrowsers(h *house) {
	h.account("a")
	h.account("b")
	used, fresh, foreign := h.browser("used", "a"), h.browser("fresh", "a"), h.browser("foreign", "b")
	fresh.PreviousHash, fresh.RotatedAt, fresh.LastUsedAt = nil, time.Time{}, h.now.Add(-time.Minute)
	h.settle("a", func(tx core.Tx) error { return firstError(tx.InsertBrowser(fresh, 9), tx.InsertBrowser(used, 9)) })
	h.settle("b", func(tx core.Tx) error { return tx.InsertBrowser(foreign, 9) })
	same(h, row(h.Browser(h.ctx, "a", "used"))(h), used)
	same(h, row(h.Browser(h.ctx, "a", "fresh"))(h), fresh)
	same(h, value(h.Browser(h.ctx, "a", "foreign"))(h), nil)
	same(h, value(h.Browsers(h.ctx, "a"))(h), []core.BrowserRow{used, fresh})
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.DeleteBrowser("a", "foreign")), taken(tx.DeleteBrowser("a", "used")), notTaken(tx.DeleteBrowser("a", "used")))
	})
	same(h, value(h.Browsers(h.ctx, "a"))(h), []core.BrowserRow{fresh})
	h.settle("a", func(tx core.Tx) error { return tx.DeleteBrowsers("a") })
	same(h, len(value(h.Browsers(h.ctx, "a"))(h)), 0)
	same(h, len(value(h.Browsers(h.ctx, "b"))(h)), 1)
}

func testRotateBrowser(h *house) {
	h.account("a")
	b := h.browser("b", "a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertBrowser(b, 9) })
	next := b
	next.KeyID, next.Generation, next.TokenHash, next.PreviousHash = "k2", 8, hash("next"), b.TokenHash
	next.RotatedAt, next.LastUsedAt, next.ExpiresAt = h.now.Add(time.Second), h.now.Add(time.Minute), h.now.Add(48*time.Hour)
	next.Address, next.UserAgent = "192.0.2.2", "Browser/2.0"
	foreign, other := next, next
	foreign.Account, other.ID = "b", "other"
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.RotateBrowser(hash("wrong"), next)), notTaken(tx.RotateBrowser(nil, next)),
			notTaken(tx.RotateBrowser(b.TokenHash, foreign)), notTaken(tx.RotateBrowser(b.TokenHash, other)))
	})
	same(h, row(h.Browser(h.ctx, "a", "b"))(h), b)
	h.settle("a", func(tx core.Tx) error { return taken(tx.RotateBrowser(b.TokenHash, next)) })
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.RotateBrowser(b.TokenHash, b)) })
	same(h, row(h.Browser(h.ctx, "a", "b"))(h), next)
}

func testBrowsersAreBounded(h *house) {
	h.account("a")
	h.account("b")
	h.settle("b", func(tx core.Tx) error { return tx.InsertBrowser(h.browser("other", "b"), 1) })
	for i, id := range []string{"old", "older", "new"} {
		b := h.browser(id, "a")
		b.LastUsedAt = h.now.Add([]time.Duration{time.Minute, 0, time.Hour}[i])
		h.settle("a", func(tx core.Tx) error { return tx.InsertBrowser(b, 2) })
	}
	same(h, ids(value(h.Browsers(h.ctx, "a"))(h), func(b core.BrowserRow) string { return b.ID }), []string{"new", "old"})
	same(h, len(value(h.Browsers(h.ctx, "b"))(h)), 1)
	for _, id := range []string{"m", "z", "a"} { // within one millisecond
		h.settle("b", func(tx core.Tx) error { return tx.InsertBrowser(h.browser(id, "b"), 1) })
		same(h, ids(value(h.Browsers(h.ctx, "b"))(h), func(b core.BrowserRow) string { return b.ID }), []string{id})
	}
}
