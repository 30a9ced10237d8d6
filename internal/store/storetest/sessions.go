package storetest

import (
	"fmt"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

func (h *house) id(kind string, n ...int) string { return fmt.Sprint(kind, n) }

// session is a row with something in every field.
func (h *house) session(id, account string) core.SessionRow {
	return core.SessionRow{
		ID: id, TokenHash: hash(id), Account: account, Epoch: 1, Transport: core.TransportCookie, Level: core.AAL2,
		AMR: []string{"pwd", "otp", "mfa"}, Remember: true, SignedInAt: h.now, LastSeenAt: h.now,
		ExpiresAt: h.now.Add(30 * 24 * time.Hour), AAL2Until: h.now.Add(24 * time.Hour),
		ElevatedUntil: h.now.Add(time.Minute), ProvedAt: h.now.Add(-time.Minute), Address: "192.0.2.1", UserAgent: "Browser/1.0",
	}
}

func (h *house) login(id, account string) core.LoginRow {
	return core.LoginRow{
		ID: id, TokenHash: hash(id), Account: account, Epoch: 7, Transport: core.TransportBearer,
		Evidence: []core.Evidence{{Kind: core.KindPassword, At: h.now}, {Kind: core.KindTOTP, Authenticator: "x", At: h.now}},
		Remember: true, ReturnTo: "/app?x=1", CreatedAt: h.now, ExpiresAt: h.now.Add(10 * time.Minute),
	}
}

func testLogins(h *house) {
	h.account("a")
	full := h.login("l1", "a")
	bare := core.LoginRow{ID: "l2", TokenHash: hash("l2"), CreatedAt: h.now, ExpiresAt: h.now}
	h.settle("a", func(tx core.Tx) error {
		if err := tx.InsertLogin(full); err != nil {
			return err
		}
		return tx.InsertLogin(bare)
	})
	same(h, row(h.LoginByToken(h.ctx, hash("l1")))(h), full)
	same(h, row(h.LoginByToken(h.ctx, hash("l2")))(h), bare)
	h.settle("a", func(tx core.Tx) error { return taken(tx.TakeLogin("l1")) })
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.TakeLogin("l1")) })
	h.ok(h.DeleteLogin(h.ctx, "l2"))
	for _, id := range []string{"l1", "l2"} {
		if l := value(h.LoginByToken(h.ctx, hash(id)))(h); l != nil {
			h.Fatalf("%s is still there", id)
		}
	}
}

func testSessions(h *house) {
	h.account("a")
	h.account("b")
	old, latest, foreign := h.session("old", "a"), h.session("latest", "a"), h.session("foreign", "b")
	latest.LastSeenAt = h.now.Add(time.Minute)
	old.AAL2Until, old.ElevatedUntil, old.AMR = time.Time{}, time.Time{}, nil
	h.settle("a", func(tx core.Tx) error { return firstError(tx.InsertSession(old, 100), tx.InsertSession(latest, 100)) })
	h.settle("b", func(tx core.Tx) error { return tx.InsertSession(foreign, 100) })
	h.settle("a", func(tx core.Tx) error { return tx.SetGroups("a", []string{"staff"}) })

	s, err := h.SessionByToken(h.ctx, hash("old"))
	h.ok(err)
	same(h, s.Row, old)
	same(h, *s.Account, row(h.Account(h.ctx, "a"))(h))
	same(h, s.State, core.State{Account: "a", Epoch: 1, Groups: []string{"staff"}, FirstOpen: true})
	same(h, value(h.Sessions(h.ctx, "a"))(h), []core.SessionRow{latest, old})

	h.ok(notTaken(h.EndSession(h.ctx, "a", "foreign"))) // another account's
	h.ok(taken(h.EndSession(h.ctx, "a", "old")))
	h.ok(notTaken(h.EndSession(h.ctx, "a", "old")))
	h.settle("a", func(tx core.Tx) error { return tx.InsertSession(h.session("third", "a"), 100) })
	h.settle("a", func(tx core.Tx) error { return tx.EndSessions("a", "third") })
	same(h, len(value(h.Sessions(h.ctx, "a"))(h)), 1)
	same(h, len(value(h.Sessions(h.ctx, "b"))(h)), 1)
	h.settle("a", func(tx core.Tx) error { return tx.EndSessionByToken(hash("third")) })
	same(h, len(value(h.Sessions(h.ctx, "a"))(h)), 0)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func testTouchSession(h *house) {
	h.account("a")
	s := h.session("s", "a")
	h.settle("a", func(tx core.Tx) error { return tx.InsertSession(s, 100) })
	elevated := s.ElevatedUntil
	touch := func(account, token string, level core.Level, at time.Time) core.SessionRow {
		h.Helper()
		h.ok(h.TouchSession(h.ctx, core.SessionRow{
			ID: "s", Account: account, TokenHash: hash(token), Level: level, LastSeenAt: at, ElevatedUntil: elevated,
		}))
		got, err := h.SessionByToken(h.ctx, hash("s"))
		h.ok(err)
		return got.Row
	}
	same(h, touch("a", "before", core.AAL1, h.now.Add(time.Hour)), s) // read before it was elevated
	same(h, touch("other", "s", core.AAL1, h.now.Add(time.Hour)), s)
	s.LastSeenAt = h.now.Add(time.Minute)
	same(h, touch("a", "s", core.AAL2, s.LastSeenAt), s)
	same(h, touch("a", "s", core.AAL2, h.now), s) // late, and a clock behind
	s.Level = core.AAL1
	same(h, touch("a", "s", core.AAL1, h.now), s)
	same(h, touch("a", "s", core.AAL2, h.now), s) // never raised
	elevated, s.ElevatedUntil = time.Time{}, time.Time{}
	same(h, touch("a", "s", core.AAL1, h.now), s)
	elevated = h.now.Add(time.Hour)
	same(h, touch("a", "s", core.AAL1, h.now), s) // nor elevated again
}

func testUpdateSession(h *house) {
	h.account("a")
	s := h.session("s", "a")
	s.Level, s.AAL2Until, s.ElevatedUntil, s.AMR = core.AAL1, time.Time{}, time.Time{}, []string{"pwd"}
	h.settle("a", func(tx core.Tx) error { return tx.InsertSession(s, 100) })
	up := s
	up.TokenHash, up.Epoch, up.Level, up.AMR = hash("new"), 2, core.AAL2, []string{"pwd", "otp", "mfa"}
	up.AAL2Until, up.ElevatedUntil, up.ProvedAt = h.now.Add(time.Hour), h.now.Add(time.Minute), h.now
	foreign := up
	foreign.Account = "b"
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.UpdateSession(hash("s"), foreign)) })
	h.settle("a", func(tx core.Tx) error { return taken(tx.UpdateSession(hash("s"), up)) })
	// Read before that: what another request made of the session stays.
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.UpdateSession(hash("s"), s)) })
	if got, err := h.SessionByToken(h.ctx, hash("s")); err != nil || got != nil {
		h.Fatalf("the old token is still good (%v)", err)
	}
	got, err := h.SessionByToken(h.ctx, hash("new"))
	h.ok(err)
	same(h, got.Row, up)
	h.ok(taken(h.EndSession(h.ctx, "a", "s")))
	h.settle("a", func(tx core.Tx) error { return notTaken(tx.UpdateSession(hash("new"), up)) })
}

func testSessionsAreBounded(h *house) {
	h.account("a")
	h.account("b")
	for i, id := range []string{"old", "older", "new"} {
		s := h.session(id, "a")
		s.LastSeenAt = h.now.Add([]time.Duration{time.Minute, 0, time.Hour}[i])
		h.settle("a", func(tx core.Tx) error { return tx.InsertSession(s, 2) })
	}
	h.settle("b", func(tx core.Tx) error { return tx.InsertSession(h.session("other", "b"), 1) })
	var ids []string
	for _, s := range value(h.Sessions(h.ctx, "a"))(h) {
		ids = append(ids, s.ID)
	}
	same(h, ids, []string{"new", "old"})
	for _, id := range []string{"m", "z", "a"} { // within one millisecond
		h.settle("b", func(tx core.Tx) error { return tx.InsertSession(h.session(id, "b"), 1) })
		left := value(h.Sessions(h.ctx, "b"))(h)
		same(h, []any{len(left), left[0].ID}, []any{1, id})
	}
}
