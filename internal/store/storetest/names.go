package storetest

import (
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const sharedKey = "shared@example.org"

// sharing registers an account that gives the shared address, a second after the one before.
func (h *house) sharing(id string) core.NewAccount {
	h.Helper()
	h.pass(time.Second)
	a := newAccount(id)
	a.EmailKey = sharedKey
	h.register(a)
	return a
}

// meant lists whom the shared address may mean.
func (h *house) meant() []string {
	h.Helper()
	found := value(h.FindAccounts(h.ctx, core.Name{Key: sharedKey, IsEmail: true}))(h)
	return ids(found, func(f core.Found) string { return f.Account.ID })
}

// confirm confirms the shared address for an account.
func (h *house) confirm(id string) (confirmed bool) {
	h.Helper()
	h.settle(id, func(tx core.Tx) (err error) {
		confirmed, err = tx.ConfirmAddress(id, "Shared@Example.org", sharedKey)
		return err
	})
	return confirmed
}

func testFindByEmail(h *house) {
	same(h, h.meant(), nil)
	h.sharing("first")
	same(h, h.meant(), []string{"first"})
	h.sharing("second")
	same(h, h.meant(), []string{"second", "first"})
	h.sharing("third")
	same(h, h.meant(), []string{"third", "first"})
	same(h, len(value(h.FindAccounts(h.ctx, core.Name{Key: sharedKey}))(h)), 0) // it is no username
}

func testFindConfirmed(h *house) {
	h.sharing("loser")
	h.sharing("owner")
	same(h, h.confirm("owner"), true)
	same(h, h.meant(), []string{"owner"})
	h.sharing("newer")
	h.sharing("newest")
	same(h, h.meant(), []string{"newest", "owner"})
	found := value(h.FindAccounts(h.ctx, core.Name{Key: sharedKey, IsEmail: true}))(h)
	same(h, []bool{found[0].Account.EmailConfirmed, found[1].Account.EmailConfirmed}, []bool{false, true})
	same(h, found[1].PasswordHash, "$hash of owner")
}

func testLookAlike(h *house) {
	a := newAccount("a")
	a.Skeleton = "rnary"
	h.register(a)
	b := newAccount("b")
	b.Skeleton = "rnary"
	err := h.Register(h.ctx, b, h.now, func(core.Tx, core.State) error { return nil })
	if !errors.Is(err, core.ErrNameTaken) {
		h.Fatalf("a name that looks like another: %v", err)
	}
	for _, c := range []struct {
		key, skeleton string
		taken         bool
	}{
		{"user b", "rnary", true}, {"user a", "other", true}, {"user a", "", true}, {"user b", "other", false},
		{"user b", "", false}, {"", "", false}, {"rnary", "", false}, {"", "user a", false},
	} {
		same(h, value(h.UsernameTaken(h.ctx, c.key, c.skeleton))(h), c.taken)
	}
	h.register(newAccount("c")) // without a skeleton, twice
	h.register(newAccount("d"))
}

func testRegisterConfirmed(h *house) {
	h.sharing("unproved")
	a := newAccount("a")
	a.EmailKey, a.EmailConfirmed, a.Groups = sharedKey, true, []string{"admin"}
	a.PasswordHash = ""
	var seen core.State
	h.ok(h.Register(h.ctx, a, h.now, func(_ core.Tx, st core.State) error { seen = st; return nil }))
	same(h, seen, core.State{Account: "a", Epoch: 1, FirstOpen: true, Groups: []string{"admin"}})
	same(h, row(h.State(h.ctx, "a"))(h), seen)
	a.CreatedAt = h.now
	same(h, row(h.Account(h.ctx, "a"))(h), a.Account)
	same(h, h.meant(), []string{"a"})
	same(h, row(h.Account(h.ctx, "unproved"))(h).AddressLost, true)

	for id, want := range map[string]error{"b": core.ErrAddressTaken, "c": core.ErrNameTaken} {
		again := newAccount(id)
		again.EmailKey, again.EmailConfirmed = sharedKey, true
		if id == "c" {
			again.UsernameKey = "user a"
		}
		err := h.Register(h.ctx, again, h.now, func(core.Tx, core.State) error { h.Error("fn was called"); return nil })
		if !errors.Is(err, want) {
			h.Fatalf("%s: %v, want %v", id, err, want)
		}
		if left := value(h.Account(h.ctx, id))(h); left != nil {
			h.Fatalf("a refused registration left %+v", *left)
		}
	}
}

func testConfirmAddress(h *house) {
	a := h.sharing("a")
	h.sharing("b")
	same(h, h.confirm("a"), true)
	a.Email, a.EmailConfirmed, a.CreatedAt = "Shared@Example.org", true, h.now.Add(-time.Second)
	same(h, row(h.Account(h.ctx, "a"))(h), a.Account)
	b := row(h.Account(h.ctx, "b"))(h)
	same(h, []any{b.Email, b.EmailConfirmed, b.AddressLost}, []any{"", false, true})
	same(h, h.confirm("a"), true) // once more

	// A new address frees the one before.
	h.settle("a", func(tx core.Tx) error { return taken(tx.ConfirmAddress("a", "New@example.org", "new@example.org")) })
	same(h, row(h.Account(h.ctx, "a"))(h).Email, "New@example.org")
	same(h, h.meant(), nil)
	same(h, h.confirm("b"), true)
	b = row(h.Account(h.ctx, "b"))(h)
	same(h, []any{b.Email, b.EmailConfirmed, b.AddressLost}, []any{"Shared@Example.org", true, false})
	h.settle("b", func(tx core.Tx) error { return notTaken(tx.ConfirmAddress("b", "", "")) })
	same(h, row(h.Account(h.ctx, "b"))(h), b)
}

// testConfirmOneOfTwo: an address that another account has confirmed stays there, and nothing else changes either.
func testConfirmOneOfTwo(h *house) {
	h.sharing("owner")
	same(h, h.confirm("owner"), true)
	h.sharing("b")
	h.sharing("c")
	before := []core.Account{row(h.Account(h.ctx, "owner"))(h), row(h.Account(h.ctx, "b"))(h), row(h.Account(h.ctx, "c"))(h)}
	h.settle("b", func(tx core.Tx) error {
		return firstError(notTaken(tx.ConfirmAddress("b", "Shared@Example.org", sharedKey)), tx.SetDisabled("b", true))
	})
	after := []core.Account{row(h.Account(h.ctx, "owner"))(h), row(h.Account(h.ctx, "b"))(h), row(h.Account(h.ctx, "c"))(h)}
	same(h, after, before)
	same(h, row(h.State(h.ctx, "b"))(h).Disabled, true) // the transaction goes on
}
