package storetest

import (
	"errors"

	"github.com/sallyport/sallyport/internal/core"
)

func testRegister(h *house) {
	a := newAccount("a")
	a.StandsAlone = true
	var seen core.State
	h.ok(h.Register(h.ctx, a, h.now, func(_ core.Tx, st core.State) error { seen = st; return nil }))
	want := core.State{Account: "a", Epoch: 1, FirstOpen: true, StandsAlone: true}
	same(h, seen, want)
	a.CreatedAt = h.now
	found := value(h.FindAccounts(h.ctx, core.Name{Key: "user a"}))(h)
	same(h, found, []core.Found{{Account: a.Account, State: want, PasswordHash: a.PasswordHash}})
	same(h, row(h.Account(h.ctx, "a"))(h), a.Account)
	same(h, row(h.State(h.ctx, "a"))(h), want)
}

func testNameTaken(h *house) {
	h.account("a")
	b := newAccount("b")
	b.UsernameKey = "user a"
	called := false
	err := h.Register(h.ctx, b, h.now, func(core.Tx, core.State) error { called = true; return nil })
	if !errors.Is(err, core.ErrNameTaken) || called {
		h.Fatalf("a taken name: err = %v, fn called = %v", err, called)
	}
	if st := value(h.State(h.ctx, "b"))(h); st != nil {
		h.Fatal("a refused registration left something behind")
	}
	same(h, value(h.UsernameTaken(h.ctx, "user a", ""))(h), true)
	same(h, value(h.UsernameTaken(h.ctx, "user b", ""))(h), false)
	for _, id := range []string{"c", "d"} { // no username at all is never taken
		n := newAccount(id)
		n.Username, n.UsernameKey = "", ""
		h.ok(h.Register(h.ctx, n, h.now, func(core.Tx, core.State) error { return nil }))
	}
	same(h, value(h.UsernameTaken(h.ctx, "", ""))(h), false)
	same(h, len(value(h.FindAccounts(h.ctx, core.Name{}))(h)), 0)
}

func testState(h *house) {
	h.account("a")
	h.account("other")
	h.settle("a", func(tx core.Tx) error {
		return firstError(tx.SetPolicy("a", core.PolicyAAL2), tx.SetGroups("a", []string{"staff", `a"b,c`}), tx.CloseFirstBinding("a"))
	})
	want := core.State{Account: "a", Epoch: 1, Policy: core.PolicyAAL2, Groups: []string{"staff", `a"b,c`}}
	same(h, row(h.State(h.ctx, "a"))(h), want)
	h.ok(h.Settle(h.ctx, "a", h.now, func(_ core.Tx, st core.State) error { same(h, st, want); return nil }))
	h.settle("a", func(tx core.Tx) error { return firstError(tx.SetGroups("a", nil), tx.SetDisabled("a", true)) })
	want.Groups, want.Disabled = nil, true
	same(h, row(h.State(h.ctx, "a"))(h), want)
	h.settle("a", func(tx core.Tx) error { return tx.SetDisabled("a", false) })
	want.Disabled = false
	same(h, row(h.State(h.ctx, "a"))(h), want)
	same(h, row(h.State(h.ctx, "other"))(h), core.State{Account: "other", Epoch: 1, FirstOpen: true})
}

func testPassword(h *house) {
	h.account("a")
	h.settle("a", func(tx core.Tx) error { return tx.SetPassword("a", "$new", true) })
	same(h, value(h.PasswordHash(h.ctx, "a"))(h), "$new")
	same(h, row(h.State(h.ctx, "a"))(h).StandsAlone, true)
	none := newAccount("none")
	none.PasswordHash, none.StandsAlone = "", true
	h.ok(h.Register(h.ctx, none, h.now, func(_ core.Tx, st core.State) error { same(h, st.StandsAlone, false); return nil }))
	same(h, value(h.PasswordHash(h.ctx, "none"))(h), "")
	same(h, value(h.FindAccounts(h.ctx, core.Name{Key: "user none"}))(h)[0].PasswordHash, "")
	h.settle("none", func(tx core.Tx) error { return tx.SetPassword("none", "$first", false) })
	same(h, value(h.PasswordHash(h.ctx, "none"))(h), "$first")
}

// testPasswordExposed: the mark is seen by everything that reads the state, and no new hash takes it away by itself.
func testPasswordExposed(h *house) {
	h.account("a")
	h.account("b")
	h.settle("a", func(tx core.Tx) error {
		return firstError(tx.SetPasswordExposed("a", true), tx.SetPassword("a", "$new", true), tx.InsertSession(h.session("s", "a"), 9))
	})
	s, err := h.SessionByToken(h.ctx, hash("s"))
	h.ok(err)
	read := []bool{
		row(h.State(h.ctx, "a"))(h).PasswordExposed, s.State.PasswordExposed, row(h.AccountRow(h.ctx, "a"))(h).PasswordExposed,
		value(h.FindAccounts(h.ctx, core.Name{Key: "user a"}))(h)[0].State.PasswordExposed, row(h.State(h.ctx, "b"))(h).PasswordExposed,
	}
	same(h, read, []bool{true, true, true, true, false})
	h.ok(h.Settle(h.ctx, "a", h.now, func(tx core.Tx, st core.State) error {
		same(h, st.PasswordExposed, true)
		return tx.SetPasswordExposed("a", false)
	}))
	same(h, row(h.State(h.ctx, "a"))(h).PasswordExposed, false)
}

// testForgetClients: the number is raised for one account, and everything that reads the state sees it.
func testForgetClients(h *house) {
	h.account("a")
	h.account("b")
	h.settle("a", func(tx core.Tx) error {
		return firstError(tx.ForgetClients("a"), tx.InsertSession(h.session("s", "a"), 9))
	})
	h.ok(h.Settle(h.ctx, "a", h.now, func(tx core.Tx, st core.State) error {
		same(h, st.KnownGeneration, 1)
		return tx.ForgetClients("a")
	}))
	s, err := h.SessionByToken(h.ctx, hash("s"))
	h.ok(err)
	same(h, []int64{
		s.State.KnownGeneration, row(h.State(h.ctx, "a"))(h).KnownGeneration, row(h.AccountRow(h.ctx, "a"))(h).KnownGeneration,
		value(h.FindAccounts(h.ctx, core.Name{Key: "user a"}))(h)[0].State.KnownGeneration, row(h.State(h.ctx, "b"))(h).KnownGeneration,
	}, []int64{2, 2, 2, 2, 0})
}

// testLanguage: an account may have one from the beginning, and everything that reads the state sees it.
func testLanguage(h *house) {
	h.account("a")
	h.account("b")
	german := core.NewAccount{Account: core.Account{ID: "c", Username: "User C"}, UsernameKey: "user c", Skeleton: "user c", Language: "de"}
	h.ok(h.Register(h.ctx, german, h.now, func(_ core.Tx, st core.State) error {
		same(h, st.Language, "de")
		return nil
	}))
	same(h, []string{row(h.State(h.ctx, "a"))(h).Language, row(h.State(h.ctx, "c"))(h).Language}, []string{"", "de"})
	h.settle("a", func(tx core.Tx) error {
		return firstError(tx.SetLanguage("a", "pt-BR"), tx.InsertSession(h.session("s", "a"), 9))
	})
	s, err := h.SessionByToken(h.ctx, hash("s"))
	h.ok(err)
	same(h, []string{
		s.State.Language, row(h.State(h.ctx, "a"))(h).Language, row(h.AccountRow(h.ctx, "a"))(h).Language,
		value(h.FindAccounts(h.ctx, core.Name{Key: "user a"}))(h)[0].State.Language, row(h.State(h.ctx, "b"))(h).Language,
	}, []string{"pt-BR", "pt-BR", "pt-BR", "pt-BR", ""})
	h.settle("a", func(tx core.Tx) error { return tx.SetLanguage("a", "") })
	same(h, row(h.State(h.ctx, "a"))(h).Language, "")
}

// testAccountInTx: a transaction reads what it wrote.
func testAccountInTx(h *house) {
	h.account("a")
	h.settle("a", func(tx core.Tx) error {
		confirmed, err := tx.ConfirmAddress("a", "New@example.org", "new@example.org")
		h.ok(taken(confirmed, err))
		a, err := tx.Account("a")
		h.ok(err)
		same(h, []any{a.Username, a.Email, a.EmailConfirmed}, []any{"User a", "New@example.org", true})
		nobody, err := tx.Account("nobody")
		same(h, nobody, nil)
		return err
	})
}

func testUnknown(h *house) {
	f, err1 := h.FindAccounts(h.ctx, core.Name{Key: "nobody"})
	a, err2 := h.Account(h.ctx, "nobody")
	st, err3 := h.State(h.ctx, "nobody")
	l, err4 := h.LoginByToken(h.ctx, hash("none"))
	s, err5 := h.SessionByToken(h.ctx, hash("none"))
	b, err6 := h.Binding(h.ctx, "nobody", "o", "b")
	lb, err7 := h.LatestBinding(h.ctx, "nobody", "o")
	r, err8 := h.RecoverySet(h.ctx, "nobody")
	c, err9 := h.LookupSecret(h.ctx, "nobody", hash("none"))
	h.ok(errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9))
	if len(f) > 0 || a != nil || st != nil || l != nil || s != nil || b != nil || lb != nil || r != nil || c != nil {
		h.Fatal("something was found for nobody")
	}
	h.ok(notTaken(h.EndSession(h.ctx, "nobody", "s")))
	h.ok(notTaken(h.RenameAuthenticator(h.ctx, "nobody", "x", "y")))
	h.ok(notTaken(h.TellDrift(h.ctx, "nobody", "x", 7, 100, h.now)))
	h.ok(h.DeleteLogin(h.ctx, "nobody"))
	err := h.Settle(h.ctx, "nobody", h.now, func(core.Tx, core.State) error { h.Error("fn was called"); return nil })
	if !errors.Is(err, core.ErrNoAccount) {
		h.Fatalf("settling nobody: %v", err)
	}
}

// testHostileText: user agents and ids in URLs may hold what a database refuses.
func testHostileText(h *house) {
	h.account("a")
	for _, bad := range []string{"\xff\xfe", "a\x00b", "'; DROP TABLE sallyport_accounts; --", "\u202e%_"} {
		h.ok(notTaken(h.EndSession(h.ctx, "a", bad)))
		same(h, len(value(h.FindAccounts(h.ctx, core.Name{Key: bad, IsEmail: true}))(h)), 0)
		h.settle("a", func(tx core.Tx) error {
			s := h.session("s"+bad, "a")
			s.UserAgent, s.Address = bad, bad
			return errors.Join(tx.InsertSession(s, 100), tx.InsertEvent(core.Event{ID: "e" + bad, Account: "a", At: h.now, UserAgent: bad}))
		})
		if s, err := h.SessionByToken(h.ctx, hash("s"+bad)); err != nil || s == nil {
			h.Fatalf("a session with %q: %v", bad, err)
		}
	}
	same(h, row(h.Account(h.ctx, "a"))(h).ID, "a")
}
