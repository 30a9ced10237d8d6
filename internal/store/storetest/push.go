package storetest

import (
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// browser binds one, whose messages go where a secret of its name says.
func (h *house) pushBrowser(id, account string) core.PushBrowserRow {
	h.Helper()
	a := h.authenticator(id, account)
	a.Kind = core.KindPush
	b := core.PushBrowserRow{Authenticator: id, Account: account, Subscription: "subscription " + id}
	h.settle(account, func(tx core.Tx) error { return firstError(tx.InsertAuthenticator(a), tx.InsertPushBrowser(b)) })
	return b
}

// promptOf is a row with something in every field, of a login, made at an age.
func (h *house) promptOf(id, account, browser string, age time.Duration) core.PromptRow {
	return core.PromptRow{
		ID: id, Account: account, Owner: "login", Authenticator: browser, Epoch: 1, Purpose: core.PromptAction, Action: "Send 5 €", Mailed: true,
		KeyID: "k1", State: core.PromptWaiting, Address: "192.0.2.1", UserAgent: "Browser/1.0",
		CreatedAt: h.now.Add(-age), ExpiresAt: h.now.Add(3*time.Minute - age),
	}
}

// ask adds a prompt, unless another was made in the last half minute before it.
func (h *house) ask(p core.PromptRow) (inserted bool) {
	h.Helper()
	h.settle(p.Account, func(tx core.Tx) (err error) {
		inserted, err = tx.InsertPrompt(p, p.CreatedAt.Add(-30*time.Second))
		return err
	})
	return inserted
}

func (h *house) becomes(p core.PromptRow, state core.PromptState, grants bool) {
	h.Helper()
	h.settle(p.Account, func(tx core.Tx) error {
		if grants {
			return taken(tx.MarkPrompt(p, state))
		}
		return notTaken(tx.MarkPrompt(p, state))
	})
}

func (h *house) open(browser string) (open []string) {
	h.Helper()
	return ids(value(h.OpenPrompts(h.ctx, "a", browser, h.now))(h), func(p core.PromptRow) string { return p.ID })
}

// asking is an account with a bound browser and a login that may ask it.
func (h *house) asking() {
	h.Helper()
	h.account("a")
	h.account("b")
	h.pushBrowser("x", "a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertLogin(h.login("login", "a")) })
}

func testPushBrowsers(h *house) {
	h.account("a")
	h.account("b")
	b := h.pushBrowser("x", "a")
	same(h, row(h.PushBrowser(h.ctx, "x"))(h), b)
	if none := value(h.PushBrowser(h.ctx, "y"))(h); none != nil {
		h.Errorf("%+v", none)
	}
	foreign := b
	foreign.Account = "b"
	h.settle("b", func(tx core.Tx) error { return notTaken(tx.SetSubscription(foreign, "theirs")) })
	h.settle("a", func(tx core.Tx) error {
		return firstError(taken(tx.SetSubscription(b, "renewed")), notTaken(tx.SetSubscription(b, "late")))
	})
	b.Subscription = "renewed"
	h.settle("a", func(tx core.Tx) error { return taken(tx.SetSubscription(b, "")) })
	same(h, row(h.PushBrowser(h.ctx, "x"))(h).Subscription, "")
	h.settle("a", func(tx core.Tx) error { return taken(tx.DeleteAuthenticator("a", "x")) })
	if gone := value(h.PushBrowser(h.ctx, "x"))(h); gone != nil {
		h.Errorf("it outlived its authenticator: %+v", gone)
	}
}

func testPrompts(h *house) {
	h.asking()
	first, soon, second := h.promptOf("1", "a", "x", time.Minute), h.promptOf("soon", "a", "x", 40*time.Second), h.promptOf("2", "a", "x", 0)
	same(h, h.ask(first), true)
	same(h, row(h.Prompt(h.ctx, "a", "1"))(h), first)
	same(h, row(h.LatestPrompt(h.ctx, "a", "login"))(h), first)
	same(h, h.ask(soon), false)
	same(h, h.open("x"), []string{"1"})
	for _, wrong := range [][2]string{{"b", "1"}, {"a", "2"}} {
		if p := value(h.Prompt(h.ctx, wrong[0], wrong[1]))(h); p != nil {
			h.Errorf("%v: %+v", wrong, p)
		}
	}
	for _, wrong := range [][2]string{{"b", "login"}, {"a", "another"}} {
		if p := value(h.LatestPrompt(h.ctx, wrong[0], wrong[1]))(h); p != nil {
			h.Errorf("%v: %+v", wrong, p)
		}
	}
	same(h, h.ask(second), true) // and ends the one before
	same(h, row(h.Prompt(h.ctx, "a", "1"))(h).State, core.PromptEnded)
	h.becomes(first, core.PromptApproved, false)
	same(h, h.open("x"), []string{"2"})
	same(h, row(h.LatestPrompt(h.ctx, "a", "login"))(h).ID, "2")
	h.settle("a", func(tx core.Tx) error { return taken(tx.DeleteAuthenticator("a", "x")) })
	if p := value(h.Prompt(h.ctx, "a", "2"))(h); p != nil {
		h.Errorf("it outlived its browser: %+v", p)
	}
}

// testPromptsAreAnswered: once, before they expire, in their epoch, by their browser, and while somebody is there who asked.
func testPromptsAreAnswered(h *house) {
	h.asking()
	h.pushBrowser("y", "a")
	p := h.promptOf("p", "a", "x", 0)
	same(h, h.ask(p), true)
	for _, change := range []func(*core.PromptRow){
		func(p *core.PromptRow) { p.Account = "b" }, func(p *core.PromptRow) { p.Authenticator = "y" },
		func(p *core.PromptRow) { p.Epoch = 2 }, func(p *core.PromptRow) { p.ID = "q" },
	} {
		wrong := p
		change(&wrong)
		h.becomes(wrong, core.PromptApproved, false)
	}
	h.pass(3 * time.Minute)
	h.becomes(p, core.PromptApproved, false)
	same(h, h.open("x"), nil)
	h.pass(-time.Millisecond)
	h.becomes(p, core.PromptApproved, true)
	h.becomes(p, core.PromptDeclined, false)
	same(h, h.open("x"), nil)
	orphan := h.promptOf("orphan", "a", "x", 0)
	orphan.Owner = "nobody's"
	same(h, h.ask(orphan), true)
	same(h, h.open("x"), nil)
	h.becomes(orphan, core.PromptApproved, false)
	ofSession := h.promptOf("session's", "a", "x", 0)
	ofSession.Owner = "session"
	h.settle("a", func(tx core.Tx) error { return tx.InsertSession(h.session("session", "a"), 9) })
	same(h, h.ask(ofSession), true)
	same(h, h.open("x"), []string{"session's"})
	h.settle("a", func(tx core.Tx) error { _, err := tx.BumpEpoch("a"); return err })
	same(h, h.open("x"), nil)
}

// testTakePrompt: an approval is one owner's, for what they asked.
func testTakePrompt(h *house) {
	h.asking()
	p := h.promptOf("p", "a", "x", 0)
	same(h, h.ask(p), true)
	take := func(p core.PromptRow, grants bool) {
		h.Helper()
		h.settle(p.Account, func(tx core.Tx) error {
			if grants {
				return taken(tx.TakePrompt(p))
			}
			return notTaken(tx.TakePrompt(p))
		})
	}
	take(p, false) // it waits
	h.becomes(p, core.PromptApproved, true)
	for _, change := range []func(*core.PromptRow){
		func(p *core.PromptRow) { p.Account = "b" }, func(p *core.PromptRow) { p.Owner = "another login" },
		func(p *core.PromptRow) { p.Authenticator = "y" }, func(p *core.PromptRow) { p.Epoch = 2 },
		func(p *core.PromptRow) { p.Purpose = core.PromptConfirm }, func(p *core.PromptRow) { p.Action = "Send 50 €" },
		func(p *core.PromptRow) { p.ID = "q" },
	} {
		wrong := p
		change(&wrong)
		take(wrong, false)
	}
	h.pass(3 * time.Minute)
	take(p, false)
	h.pass(-time.Millisecond)
	take(p, true)
	take(p, false)
	same(h, value(h.Authenticators(h.ctx, "a"))(h)[0].LastUsedAt, h.now)
}

func testReservePrompt(h *house) {
	h.asking()
	p, counter := h.promptOf("p", "a", "x", 0), core.AuthenticatorCounter("a", "x")
	same(h, h.ask(p), true)
	try := func(p core.PromptRow, most int) core.PromptTry {
		h.Helper()
		return value(h.ReservePrompt(h.ctx, p, most, counter, h.now))(h)
	}
	for n := 1; n <= 3; n++ {
		got := try(p, 3)
		same(h, []any{got.Granted, got.Tries, got.Failures}, []any{true, n, n})
	}
	same(h, try(p, 3), core.PromptTry{}) // and the counter was left alone
	same(h, value(h.Authenticators(h.ctx, "a"))(h)[0].Failures, 3)
	for _, change := range []func(*core.PromptRow){
		func(p *core.PromptRow) { p.Account = "b" }, func(p *core.PromptRow) { p.Authenticator = "y" }, func(p *core.PromptRow) { p.ID = "q" },
	} {
		wrong := p
		change(&wrong)
		same(h, try(wrong, 9), core.PromptTry{})
	}
	refused := try(p, 9) // three failures: the next has to wait
	same(h, refused.Granted, false)
	same(h, refused.Wait > 0, true)
	same(h, row(h.Prompt(h.ctx, "a", "p"))(h).Tries, 3) // and was not counted on the prompt
	h.pass(3 * time.Minute)
	same(h, try(p, 9), core.PromptTry{})
}

func testSweepPrompts(h *house) {
	h.asking()
	same(h, h.ask(h.promptOf("old", "a", "x", 65*time.Minute)), true)
	same(h, h.ask(h.promptOf("late", "a", "x", 5*time.Minute)), true)
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, value(h.Prompt(h.ctx, "a", "old"))(h) == nil, true)
	same(h, value(h.Prompt(h.ctx, "a", "late"))(h) != nil, true) // expired, and remembered for an hour
}

// testSubscriptionsAreKept: where messages go is in use as long as the browser is bound, and no longer.
func testSubscriptionsAreKept(h *house) {
	h.account("a")
	for _, id := range []string{"subscription x", "secret x", "subscription y", "secret y"} {
		h.ok(h.PutBlob(h.ctx, id, "a", []byte(id)))
	}
	b := h.pushBrowser("x", "a")
	h.pushBrowser("y", "a")
	h.pass(2 * time.Hour)
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, h.hasSecret("subscription x", "a"), true)
	h.settle("a", func(tx core.Tx) error { return taken(tx.SetSubscription(b, "")) })
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, h.hasSecret("subscription x", "a"), false)
	same(h, h.hasSecret("secret x", "a"), true)
	h.settle("a", func(tx core.Tx) error {
		released, err := tx.ReleaseBinding("a")
		same(h, released, []string{"subscription y", "secret x", "secret y"})
		return err
	})
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, h.hasSecret("subscription y", "a"), false)
}

// testRacePrompt: of all answers one is the answer, and of all requests one uses it. Of tries there are no more than three.
func testRacePrompt(h *house) {
	h.asking()
	p := h.promptOf("p", "a", "x", 0)
	same(h, h.ask(p), true)
	counter := core.Counter{Key: "authenticator:a:x", Cap: 100}
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		try, err := b.ReservePrompt(h.ctx, p, 3, counter, h.now)
		return try.Granted, err
	}), 3)
	same(h, h.race(racers, func(i int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) {
			return tx.MarkPrompt(p, []core.PromptState{core.PromptApproved, core.PromptDeclined}[i%2])
		})
	}), 1)
	q := h.promptOf("q", "a", "x", 0)
	q.Owner = "session"
	h.settle("a", func(tx core.Tx) error { return tx.InsertSession(h.session("session", "a"), 9) })
	same(h, h.ask(q), true)
	h.becomes(q, core.PromptApproved, true)
	same(h, h.race(racers, func(_ int, b Backend) (bool, error) {
		return h.settles(b, "a", func(tx core.Tx) (bool, error) { return tx.TakePrompt(q) })
	}), 1)
	h.pass(time.Minute)
	same(h, h.race(racers, func(i int, b Backend) (bool, error) { // and of many who ask at once, one does
		return h.settles(b, "a", func(tx core.Tx) (bool, error) {
			return tx.InsertPrompt(h.promptOf(h.id("next", i), "a", "x", 0), h.now.Add(-30*time.Second))
		})
	}), 1)
}

// testRaceAnswers: those who reserve and those who settle take the rows in one order, and don't wait for each other crosswise.
func testRaceAnswers(h *house) {
	h.asking()
	p, counter := h.promptOf("p", "a", "x", 0), core.AuthenticatorCounter("a", "x")
	same(h, h.ask(p), true)
	same(h, h.race(racers, func(i int, b Backend) (bool, error) {
		if i%2 == 0 {
			_, err := b.ReservePrompt(h.ctx, p, 3, counter, h.now)
			return false, err
		}
		return h.settles(b, "a", func(tx core.Tx) (bool, error) {
			won, err := tx.MarkPrompt(p, core.PromptApproved)
			return won, firstError(err, tx.Clear([]core.Counter{counter}))
		})
	}), 1)
}
