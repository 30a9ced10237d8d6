package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// passkey binds one, and gives its row.
func (h *house) passkey(id, account string, count int64) core.PasskeyRow {
	h.Helper()
	h.bind(account, id)
	p := core.PasskeyRow{Authenticator: id, Account: account, CredentialHash: hash("credential " + id), SignCount: count, BackedUp: true}
	h.settle(account, func(tx core.Tx) error { return taken(tx.InsertPasskey(p)) })
	return p
}

func testUserHandles(h *house) {
	h.account("a")
	h.account("b")
	same(h, value(h.UserHandle(h.ctx, "a", nil))(h), nil)
	same(h, value(h.UserHandle(h.ctx, "a", []byte("first")))(h), []byte("first"))
	same(h, value(h.UserHandle(h.ctx, "a", []byte("second")))(h), []byte("first"))
	same(h, value(h.UserHandle(h.ctx, "a", nil))(h), []byte("first"))
	same(h, value(h.UserHandle(h.ctx, "b", []byte("other")))(h), []byte("other"))
}

// testUserHandleIsBrought: another system's is written once, and stays.
func testUserHandleIsBrought(h *house) {
	h.account("a")
	h.account("b")
	h.settle("a", func(tx core.Tx) error { return taken(tx.SetUserHandle("a", []byte("brought"))) })
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.SetUserHandle("a", []byte("another"))) })
	same(h, value(h.UserHandle(h.ctx, "a", []byte("fresh")))(h), []byte("brought"))
	same(h, value(h.UserHandle(h.ctx, "b", nil))(h), nil)
}

func testPasskeys(h *house) {
	h.account("a")
	h.account("b")
	key, phone := h.passkey("key", "a", 7), h.passkey("phone", "a", 0)
	same(h, value(h.Passkeys(h.ctx, "a"))(h), []core.PasskeyRow{key, phone})
	same(h, len(value(h.Passkeys(h.ctx, "b"))(h)), 0)
	same(h, row(h.PasskeyByCredential(h.ctx, key.CredentialHash))(h), key)
	if p := value(h.PasskeyByCredential(h.ctx, hash("nobody's")))(h); p != nil {
		h.Errorf("%+v", p)
	}
	h.bind("b", "copy")
	h.settle("b", func(tx core.Tx) error { // a credential id is one account's
		return notTaken(tx.InsertPasskey(core.PasskeyRow{Authenticator: "copy", Account: "b", CredentialHash: key.CredentialHash}))
	})
	h.settle("a", func(tx core.Tx) error { return taken(tx.DeleteAuthenticator("a", "key")) })
	if p := value(h.PasskeyByCredential(h.ctx, key.CredentialHash))(h); p != nil {
		h.Errorf("it outlived its authenticator: %+v", p)
	}
}

func testUsePasskey(h *house) {
	h.account("a")
	key, phone := h.passkey("key", "a", 7), h.passkey("phone", "a", 0)
	h.pass(time.Minute)
	use := func(p core.PasskeyRow, count int64, grants bool) {
		h.Helper()
		p.SignCount, p.BackedUp = count, false
		h.settle("a", func(tx core.Tx) error {
			if grants {
				return taken(tx.UsePasskey(p))
			}
			return notTaken(tx.UsePasskey(p))
		})
	}
	use(phone, 0, true) // one that never counts
	use(phone, 0, true)
	for _, behind := range []int64{7, 6, 0} {
		use(key, behind, false)
	}
	same(h, value(h.Authenticators(h.ctx, "a"))(h)[0].LastUsedAt, time.Time{})
	use(key, 8, true)
	use(phone, 3, true) // and one that begins to
	use(phone, 0, false)
	foreign := key
	foreign.Account = "b"
	use(foreign, 9, false)
	key.SignCount, key.BackedUp = 8, false
	same(h, row(h.PasskeyByCredential(h.ctx, key.CredentialHash))(h), key)
	same(h, value(h.Authenticators(h.ctx, "a"))(h)[0].LastUsedAt, h.now)
}

func testChallenges(h *house) {
	h.account("a")
	soon, later := h.now.Add(time.Minute), h.now.Add(5*time.Minute)
	h.settle("a", func(tx core.Tx) error {
		return firstError(taken(tx.TakeChallenge(hash("one"), soon)), taken(tx.TakeChallenge(hash("two"), later)),
			notTaken(tx.TakeChallenge(hash("one"), soon)))
	})
	h.ok(h.Sweep(h.ctx, soon.Add(24*time.Hour-time.Millisecond))) // by a server whose clock is ahead
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.TakeChallenge(hash("one"), soon)) })
	h.ok(h.Sweep(h.ctx, soon.Add(24*time.Hour)))
	h.settle("a", func(tx core.Tx) error { // long over by itself
		return firstError(taken(tx.TakeChallenge(hash("one"), soon)), notTaken(tx.TakeChallenge(hash("two"), later)))
	})
}

func testPasskeysOnly(h *house) {
	h.account("a")
	h.settle("a", func(tx core.Tx) error { return tx.SetPasskeysOnly("a", true) })
	same(h, row(h.State(h.ctx, "a"))(h).PasskeysOnly, true)
	h.settle("a", func(tx core.Tx) error { return tx.SetPasskeysOnly("a", false) })
	same(h, row(h.State(h.ctx, "a"))(h).PasskeysOnly, false)
}

func testRaceChallenge(h *house) {
	h.account("a")
	h.account("b")
	same(h, h.race(racers, func(i int, b Backend) (bool, error) { // the accounts don't share a lock
		return h.settles(b, []string{"a", "b"}[i%2], func(tx core.Tx) (bool, error) {
			return tx.TakeChallenge(hash("x"), h.now.Add(time.Minute))
		})
	}), 1)
}

func testRacePasskey(h *house) {
	h.account("a")
	key := h.passkey("key", "a", 7)
	key.SignCount = 8
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.UsePasskey(key) })
	}), 1)
}

func testRaceCredential(h *house) {
	for i := range racers {
		h.account(h.id("a", i))
		h.bind(h.id("a", i), h.id("key", i))
	}
	same(h, h.race(racers, func(i int, b Backend) (bool, error) {
		return h.settles(b, h.id("a", i), func(tx core.Tx) (bool, error) {
			return tx.InsertPasskey(core.PasskeyRow{Authenticator: h.id("key", i), Account: h.id("a", i), CredentialHash: hash("one")})
		})
	}), 1)
}

func testRaceUserHandle(h *house) {
	h.account("a")
	seen := make([]string, racers)
	h.race(racers, func(i int, b Backend) (bool, error) {
		handle, err := b.UserHandle(h.ctx, "a", hash(h.id("handle", i)))
		seen[i] = string(handle)
		return err == nil, err
	})
	for _, s := range seen {
		same(h, s, seen[0])
	}
}
