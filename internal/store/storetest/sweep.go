package storetest

import (
	"errors"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/seal"
)

func testSecrets(h *house) {
	sealed := []byte{0, 1, 0xff, 'x'}
	h.ok(h.PutBlob(h.ctx, "s1", "a", sealed))
	same(h, value(h.GetBlob(h.ctx, "s1", "a"))(h), sealed)
	for _, wrong := range [][2]string{{"s1", "b"}, {"s2", "a"}} {
		if _, err := h.GetBlob(h.ctx, wrong[0], wrong[1]); !errors.Is(err, seal.ErrNoBlob) {
			h.Fatalf("%v: %v", wrong, err)
		}
	}
	if err := h.PutBlob(h.ctx, "s1", "a", []byte("other")); err == nil {
		h.Fatal("a secret was overwritten")
	}
	h.ok(h.DeleteBlob(h.ctx, "s1", "b"))
	same(h, value(h.GetBlob(h.ctx, "s1", "a"))(h), sealed)
	h.ok(h.DeleteBlob(h.ctx, "s1", "a"))
	h.ok(h.DeleteBlob(h.ctx, "s1", "a"))
	if h.hasSecret("s1", "a") {
		h.Fatal("still there")
	}
}

func (h *house) hasSecret(id, account string) bool {
	h.Helper()
	_, err := h.GetBlob(h.ctx, id, account)
	if errors.Is(err, seal.ErrNoBlob) {
		return false
	}
	h.ok(err)
	return true
}

func testSweep(h *house) {
	h.account("a")
	live, dead := h.now.Add(time.Hour), h.now.Add(time.Minute)
	for id, ends := range map[string]time.Time{"live": live, "dead": dead} {
		l, s, b := h.login(id, "a"), h.session(id, "a"), h.binding(id, "a", "owner")
		l.ExpiresAt, s.ExpiresAt, b.ExpiresAt = ends, ends, ends
		h.settle("a", func(tx core.Tx) error { return firstError(tx.InsertLogin(l), tx.InsertSession(s, 100)) })
		h.pend(b, 9)
	}
	h.now = dead
	h.ok(h.Sweep(h.ctx, h.now))
	for id, there := range map[string]bool{"live": true, "dead": false} {
		l, err1 := h.LoginByToken(h.ctx, hash(id))
		s, err2 := h.SessionByToken(h.ctx, hash(id))
		b, err3 := h.Binding(h.ctx, "a", "owner", id)
		h.ok(firstError(err1, err2, err3))
		if (l != nil) != there || (s != nil) != there || (b != nil) != there {
			h.Errorf("%s: login %v, session %v, binding %v", id, l != nil, s != nil, b != nil)
		}
	}
	testSweepCounters(h)
}

func testSweepCounters(h *house) {
	old := []core.Counter{{Key: "password:a:"}, {Key: "name:x"}, {Key: "ticket:a:x", Cap: 9}, {Key: "authenticator:a:x", Cap: 100}, {Key: "recovery:a:s", Cap: 100}}
	value(h.Reserve(h.ctx, old, h.now))(h)
	h.pass(7*24*time.Hour - time.Second)
	young := core.Counter{Key: "password:b:"}
	h.reserve(young)
	h.pass(time.Second)
	h.ok(h.Sweep(h.ctx, h.now))
	var failures []int
	for _, r := range value(h.Reserve(h.ctx, append(slices.Clone(old), young), h.now))(h) {
		failures = append(failures, r.Failures)
	}
	same(h, failures, []int{1, 1, 1, 2, 2, 2})
}

func testSweepSecrets(h *house) {
	h.account("a")
	for _, id := range []string{"secret x", "secret pending", "orphan", "key-check"} {
		h.ok(h.PutBlob(h.ctx, id, "a", []byte(id)))
	}
	h.bind("a", "x")
	pending := h.binding("pending", "a", "owner")
	pending.ExpiresAt = h.now.Add(2 * time.Hour)
	h.pend(pending, 2)
	h.pass(time.Hour - time.Millisecond)
	h.ok(h.PutBlob(h.ctx, "young", "a", []byte("not bound yet")))
	h.ok(h.Sweep(h.ctx, h.now))
	same(h, h.hasSecret("orphan", "a"), true) // it may be bound this moment
	h.pass(time.Millisecond)
	h.ok(h.Sweep(h.ctx, h.now))
	for id, there := range map[string]bool{"secret x": true, "secret pending": true, "young": true, "key-check": true, "orphan": false} {
		if h.hasSecret(id, "a") != there {
			h.Errorf("%s: there = %v", id, !there)
		}
	}
	h.settle("a", func(tx core.Tx) error {
		return firstError(taken(tx.DeleteAuthenticator("a", "x")), taken(tx.TakeBinding("a", "owner", "pending", "secret pending")))
	})
	h.pass(time.Hour)
	h.ok(h.Sweep(h.ctx, h.now))
	for _, id := range []string{"secret x", "secret pending", "young"} {
		same(h, h.hasSecret(id, "a"), false)
	}
}

// testSweepMany: more than one portion.
func testSweepMany(h *house) {
	h.account("a")
	const many = 1203
	for i := 0; i < many; i += 401 {
		h.settle("a", func(tx core.Tx) error {
			for n := i; n < i+401; n++ {
				if err := tx.InsertLogin(h.login(h.id("l", n), "a")); err != nil {
					return err
				}
			}
			return nil
		})
	}
	h.pass(time.Hour)
	h.ok(h.Sweep(h.ctx, h.now))
	for _, n := range []int{0, 600, many - 1} {
		if l := value(h.LoginByToken(h.ctx, hash(h.id("l", n))))(h); l != nil {
			h.Fatalf("login %d is still there", n)
		}
	}
}
