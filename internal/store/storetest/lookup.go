package storetest

import (
	"errors"

	"github.com/sallyport/sallyport/internal/core"
)

func (h *house) codes(account, set, key string, codes ...string) {
	h.Helper()
	n := core.NewLookupSet{ID: set, KeyID: key}
	for _, code := range codes {
		n.Hashes = append(n.Hashes, hash(code))
	}
	h.settle(account, func(tx core.Tx) error { return tx.ReplaceLookupSecrets(account, n) })
}

func testRecoveryCodes(h *house) {
	h.account("a")
	h.account("b")
	h.codes("a", "set", "k1", "one", "two")
	h.codes("b", "foreign", "k1", "one") // two accounts may have the same code
	same(h, row(h.RecoverySet(h.ctx, "a"))(h), core.RecoverySet{ID: "set", KeyID: "k1", CreatedAt: h.now, Remaining: 2})
	same(h, row(h.LookupSecret(h.ctx, "a", hash("one")))(h), core.LookupRow{SetID: "set"})
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.TakeLookupSecret("a", hash("three"))), notTaken(tx.TakeLookupSecret("b", hash("two"))),
			taken(tx.TakeLookupSecret("a", hash("one"))), notTaken(tx.TakeLookupSecret("a", hash("one"))))
	})
	same(h, row(h.LookupSecret(h.ctx, "a", hash("one")))(h), core.LookupRow{SetID: "set", Used: true})
	same(h, row(h.LookupSecret(h.ctx, "b", hash("one")))(h), core.LookupRow{SetID: "foreign"})
	h.settle("a", func(tx core.Tx) error {
		same(h, value(tx.LookupSecretsLeft("a"))(h), 1)
		err := taken(tx.TakeLookupSecret("a", hash("two")))
		same(h, value(tx.LookupSecretsLeft("a"))(h), 0) // as this transaction leaves them
		return err
	})
	same(h, row(h.RecoverySet(h.ctx, "a"))(h).Remaining, 0) // used up, and still the live set
	same(h, row(h.RecoverySet(h.ctx, "b"))(h).Remaining, 1)
}

func testRecoveryReplace(h *house) {
	h.account("a")
	h.codes("a", "old", "k1", "one", "two")
	h.settle("a", func(tx core.Tx) error { return taken(tx.TakeLookupSecret("a", hash("one"))) })
	h.reserve(core.RecoveryCounter("a", "old"))
	same(h, row(h.RecoverySet(h.ctx, "a"))(h).Failures, 1)
	h.codes("a", "new", "k2", "three")
	h.settle("a", func(tx core.Tx) error { same(h, value(tx.LookupSecretsLeft("a"))(h), 1); return nil })
	same(h, row(h.RecoverySet(h.ctx, "a"))(h), core.RecoverySet{ID: "new", KeyID: "k2", CreatedAt: h.now, Remaining: 1})
	same(h, h.reserve(core.RecoveryCounter("a", "old")).Failures, 1) // its counter was forgotten
	same(h, row(h.LookupSecret(h.ctx, "a", hash("one")))(h), core.LookupRow{SetID: "old", Used: true, Replaced: true})
	same(h, row(h.LookupSecret(h.ctx, "a", hash("two")))(h), core.LookupRow{SetID: "old", Replaced: true})
	same(h, value(h.LookupKeys(h.ctx, "a"))(h), []string{"k1", "k2"})
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.TakeLookupSecret("a", hash("two"))), taken(tx.TakeLookupSecret("a", hash("three"))))
	})
}

func testRecoveryDrop(h *house) {
	h.account("a")
	h.account("b")
	h.codes("a", "set", "k1", "one")
	h.codes("b", "other", "k1", "one")
	h.reserve(core.RecoveryCounter("a", "set"))
	refused := errors.New("refused")
	err := h.Settle(h.ctx, "a", h.now, func(tx core.Tx, _ core.State) error {
		h.ok(tx.DropLookupSecrets("a"))
		return refused
	})
	if !errors.Is(err, refused) {
		h.Fatal(err)
	}
	same(h, row(h.RecoverySet(h.ctx, "a"))(h).Failures, 1)
	h.settle("a", func(tx core.Tx) error { return tx.DropLookupSecrets("a") })
	if set := value(h.RecoverySet(h.ctx, "a"))(h); set != nil {
		h.Fatalf("still there: %+v", set)
	}
	if code := value(h.LookupSecret(h.ctx, "a", hash("one")))(h); code != nil {
		h.Fatal("a dropped code is still there")
	}
	same(h, len(value(h.LookupKeys(h.ctx, "a"))(h)), 0)
	same(h, h.reserve(core.RecoveryCounter("a", "set")).Failures, 1)
	same(h, row(h.RecoverySet(h.ctx, "b"))(h).Remaining, 1)
}
