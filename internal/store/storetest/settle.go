package storetest

import (
	"github.com/sallyport/sallyport/internal/core"
)

// testSettleRollsBack: an error of fn comes back as it is, and leaves nothing behind.
func testSettleRollsBack(h *house) {
	h.account("a")
	refused := &core.Error{Code: core.CodeWrong}
	err := h.Settle(h.ctx, "a", h.now, func(tx core.Tx, _ core.State) error {
		value(tx.BumpEpoch("a"))(h)
		h.ok(tx.InsertSession(h.session("s", "a"), 100))
		return refused
	})
	if err != error(refused) {
		h.Fatalf("fn's error became %v", err)
	}
	same(h, row(h.State(h.ctx, "a"))(h).Epoch, 1)
	same(h, len(value(h.Sessions(h.ctx, "a"))(h)), 0)

	err = h.Register(h.ctx, newAccount("b"), h.now, func(core.Tx, core.State) error { return refused })
	if err != error(refused) {
		h.Fatalf("fn's error became %v", err)
	}
	same(h, value(h.UsernameTaken(h.ctx, "user b", ""))(h), false)
	h.hidden(h.session("s", "a"))
}

// hidden: a statement that failed decides the transaction, even when fn says that all is well.
func (h *house) hidden(s core.SessionRow) {
	h.settle("a", func(tx core.Tx) error { return tx.InsertSession(s, 100) })
	twice := s
	twice.ID = "twice" // the same token
	err := h.Settle(h.ctx, "a", h.now, func(tx core.Tx, _ core.State) error {
		if _, err := tx.BumpEpoch("a"); err != nil {
			return err
		}
		if err := tx.InsertSession(twice, 100); err == nil {
			h.Error("two sessions have one token")
		}
		if err := tx.InsertEvent(core.Event{ID: "e", Account: "a", At: h.now}); err == nil {
			h.Error("the transaction went on after a failure")
		}
		return nil
	})
	if err == nil {
		h.Fatal("a failed statement was committed over")
	}
	same(h, row(h.State(h.ctx, "a"))(h).Epoch, 1)
}

func testEpoch(h *house) {
	h.account("a")
	h.account("b")
	for want := int64(2); want < 5; want++ {
		h.settle("a", func(tx core.Tx) error {
			epoch, err := tx.BumpEpoch("a")
			same(h, epoch, want)
			return err
		})
	}
	same(h, row(h.State(h.ctx, "a"))(h).Epoch, 4)
	same(h, row(h.State(h.ctx, "b"))(h).Epoch, 1)
	err := h.Settle(h.ctx, "a", h.now, func(tx core.Tx, _ core.State) error {
		_, err := tx.BumpEpoch("nobody")
		return err
	})
	if err == nil {
		h.Fatal("an account that does not exist has an epoch")
	}
}
