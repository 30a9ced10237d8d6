package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// messageCode is a row with something in every field, made at an age.
func (h *house) messageCode(id, account string, age time.Duration) core.MessageCodeRow {
	return core.MessageCodeRow{
		ID: id, Account: account, Owner: "login", Authenticator: "phone", Epoch: 3, KeyID: "k1", Hash: hash(id),
		CreatedAt: h.now.Add(-age), ExpiresAt: h.now.Add(10*time.Minute - age),
	}
}

// insertCode adds one, unless another was made in the last half minute before it.
func (h *house) insertCode(r core.MessageCodeRow) (inserted bool) {
	h.Helper()
	h.settle(r.Account, func(tx core.Tx) (err error) {
		inserted, err = tx.InsertMessageCode(r, 2, r.CreatedAt.Add(-30*time.Second))
		return err
	})
	return inserted
}

func (h *house) sentCodes(account, owner, authenticator string) (ids []string) {
	h.Helper()
	for _, r := range value(h.MessageCodes(h.ctx, account, owner, authenticator))(h) {
		ids = append(ids, r.ID)
	}
	return ids
}

func testMessageCodes(h *house) {
	h.account("a")
	h.account("b")
	h.settle("a", func(tx core.Tx) error { return tx.InsertAuthenticator(h.authenticator("phone", "a")) })
	first, soon, second, third := h.messageCode("1", "a", 90*time.Second), h.messageCode("soon", "a", 80*time.Second),
		h.messageCode("2", "a", time.Minute), h.messageCode("3", "a", 0)
	other := h.messageCode("other", "b", 0)
	same(h, h.insertCode(first), true)
	same(h, value(h.MessageCodes(h.ctx, "a", "login", "phone"))(h), []core.MessageCodeRow{first})
	same(h, h.insertCode(soon), false)
	same(h, h.insertCode(second), true)
	same(h, h.insertCode(third), true)
	same(h, h.insertCode(other), true) // and nothing of another account's is in its way
	same(h, h.sentCodes("a", "login", "phone"), []string{"3", "2"})
	for _, wrong := range [][3]string{{"b", "login", "mail"}, {"a", "another login", "phone"}, {"a", "login", "mail"}} {
		same(h, h.sentCodes(wrong[0], wrong[1], wrong[2]), nil)
	}
	foreign := second
	foreign.Account = "b"
	h.settle("b", func(tx core.Tx) error { return notTaken(tx.TakeMessageCode(foreign)) })
	h.settle("a", func(tx core.Tx) error {
		return firstError(notTaken(tx.TakeMessageCode(first)), taken(tx.TakeMessageCode(second)), notTaken(tx.TakeMessageCode(second)))
	})
	same(h, h.sentCodes("a", "login", "phone"), nil) // its owner's others go with it
	same(h, h.sentCodes("b", "login", "phone"), []string{"other"})
	same(h, value(h.Authenticators(h.ctx, "a"))(h)[0].LastUsedAt, h.now)
}

func testSweepMessageCodes(h *house) {
	h.account("a")
	same(h, h.insertCode(h.messageCode("old", "a", 72*time.Minute)), true)
	same(h, h.insertCode(h.messageCode("late", "a", 11*time.Minute)), true)
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, h.sentCodes("a", "login", "phone"), []string{"late"}) // expired, and remembered for an hour
}

func testRaceMessageCode(h *house) {
	h.account("a")
	r := h.messageCode("c", "a", time.Minute)
	h.insertCode(r)
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakeMessageCode(r) })
	}), 1)
	same(h, h.race(racers, func(i int, b Backend) (bool, error) { // and of many who ask for one, one is sent one
		return h.settles(b, "a", func(tx core.Tx) (bool, error) {
			next := h.messageCode(h.id("next", i), "a", 0)
			return tx.InsertMessageCode(next, 2, h.now.Add(-30*time.Second))
		})
	}), 1)
}
