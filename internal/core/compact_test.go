package core_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// behindItsBack changes the database as somebody who may write to it; n rows have to be changed.
func (w *world) behindItsBack(n int64, statement string, args ...any) {
	w.t.Helper()
	db, err := sql.Open("sqlite", w.file)
	w.check(err)
	defer db.Close()
	result, err := db.Exec(statement, args...)
	w.check(err)
	if got, err := result.RowsAffected(); err != nil || got != n {
		w.t.Fatalf("%s changed %d rows, want %d (%v)", statement, got, n, err)
	}
}

func (w *world) checkpoints() []core.Checkpoint {
	w.t.Helper()
	all, err := w.store.Checkpoints(w.ctx, 0, 1000)
	w.check(err)
	return all
}

// aged is a world of 40 days with a checkpoint each, whose events are kept for 10: bob comes every day, ana never again,
// and eve's account was deleted.
func aged(t *testing.T) (w *world, ana, bob *person) {
	t.Helper()
	w = newWorld(t, core.PolicyOptional)
	w.cfg.EventsKept = 10 * 24 * time.Hour
	w.Machine = w.restart()
	ana, bob = w.confirmed("ana"), w.confirmed("bob")
	eve := w.confirmed("eve")
	w.check(w.Checkpoint(w.ctx))
	w.check(w.DeleteAccount(w.ctx, eve.holding(), eve.elevated()))
	for range 40 {
		w.clock.Add(24 * time.Hour)
		bob.signIn()
		w.check(w.Checkpoint(w.ctx))
	}
	return w, ana, bob
}

func TestCheckpointsAreKeptAsLongAsEvents(t *testing.T) {
	w, _, _ := aged(t)
	before := len(w.checkpoints())
	var all sync.WaitGroup
	for range 3 { // processes that sweep at once, beside one that verifies
		other := w.restart()
		all.Go(func() {
			if err := other.Sweep(w.ctx); err != nil {
				t.Error(err)
			}
		})
	}
	all.Go(func() {
		if found := w.flaws(); len(found) != 0 {
			t.Errorf("beside sweeps: %v", found)
		}
	})
	all.Wait()
	w.check(w.Sweep(w.ctx))
	if n := len(w.checkpoints()); before != 41 || n < 11 || n > 12 {
		t.Errorf("%d of %d checkpoints are left", n, before)
	}
	if found := w.flaws(); len(found) != 0 {
		t.Errorf("after the sweep: %v", found)
	}
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(20 * 24 * time.Hour)
	w.check(w.Sweep(w.ctx))
	w.check(w.Checkpoint(w.ctx))
	if n := len(w.checkpoints()); n != 2 { // the merged one, and the one of now
		t.Errorf("%d checkpoints are left of events that are all old", n)
	}
	if found := w.flaws(); len(found) != 0 {
		t.Errorf("at the end: %v", found)
	}
}

// What is left after events and checkpoints were pruned is vouched for as before.
func TestVerifyAfterPruning(t *testing.T) {
	const rewrite = `UPDATE sallyport_events SET seq = $1, previous = $2, hash = $3, detail = $4 WHERE id = $5`
	tests := map[string]struct {
		do   func(w *world, ana, bob *person)
		want string
	}{
		"nothing": {func(*world, *person, *person) {}, ""},
		"a kept event removed": {func(w *world, _, bob *person) {
			events := w.events(bob.again())
			w.behindItsBack(1, `DELETE FROM sallyport_events WHERE id = $1`, events[5].ID)
		}, "does not follow"},
		"the oldest that is kept removed": {func(w *world, _, bob *person) {
			all := w.events(bob.again())
			w.behindItsBack(int64(len(all)-5), `DELETE FROM sallyport_events WHERE account_id = $1 AND seq < $2`, bob.session.AccountID(), all[4].Seq)
		}, "before its time"},
		"a chain cut off at its end": {func(w *world, _, bob *person) {
			w.behindItsBack(1, `DELETE FROM sallyport_events WHERE id = $1`, w.events(bob.again())[0].ID)
		}, "is gone"},
		"the last event of who never comes, rewritten with its hash": {func(w *world, ana, _ *person) {
			last, err := w.store.Events(w.ctx, ana.session.AccountID(), 0, 9)
			w.check(err)
			e := last[0]
			e.Detail = "harmless"
			e = core.ChainEvent(e, e.Seq-1, e.Previous)
			w.behindItsBack(1, rewrite, e.Seq, e.Previous, e.Hash, e.Detail, e.ID)
		}, "is not the one that a checkpoint sealed"},
		"that event removed": {func(w *world, ana, _ *person) {
			w.behindItsBack(1, `DELETE FROM sallyport_events WHERE account_id = $1`, ana.session.AccountID())
		}, "is gone"},
		"the merged checkpoint removed": {func(w *world, _, _ *person) {
			w.behindItsBack(1, `DELETE FROM sallyport_checkpoints WHERE number = $1`, w.checkpoints()[0].Number)
		}, "checkpoints 1 to"},
		"one in the middle removed": {func(w *world, _, _ *person) {
			w.behindItsBack(1, `DELETE FROM sallyport_checkpoints WHERE number = $1`, w.checkpoints()[3].Number)
		}, "are missing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w, ana, bob := aged(t)
			w.check(w.Sweep(w.ctx))
			tt.do(w, ana, bob)
			found := func(when string) {
				t.Helper()
				text := fmt.Sprint(w.flaws())
				if tt.want == "" && text != "[]" || !strings.Contains(text, tt.want) {
					t.Errorf("%s: %s, want %q", when, text, tt.want)
				}
			}
			found("at once")
			w.check(w.restart().Sweep(w.ctx))
			found("after another sweep")
			if strings.Contains(tt.want, "checkpoint") || strings.Contains(tt.want, "missing") {
				w.clock.Add(30 * 24 * time.Hour)
				w.check(w.restart().Sweep(w.ctx))
				found("when all of it is old")
			}
		})
	}
}

// More accounts than one checkpoint holds: what they said is spread over several, and forgotten with the accounts.
func TestCheckpointsOfMany(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.EventsKept = 10 * 24 * time.Hour
	w.Machine = w.restart()
	var ids []string
	for i := range 1300 {
		id := fmt.Sprintf("account %04d", i)
		a := core.NewAccount{Account: core.Account{ID: id, Username: id}, UsernameKey: id}
		w.check(w.store.Register(w.ctx, a, w.clock.Now(), func(tx core.Tx, _ core.State) error {
			return tx.InsertEvent(core.Event{ID: id, Account: id, At: w.clock.Now(), Kind: "x"})
		}))
		ids = append(ids, id)
		if i%250 == 0 {
			w.check(w.Checkpoint(w.ctx))
			w.clock.Add(time.Hour)
		}
	}
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(12 * 24 * time.Hour)
	w.check(w.Sweep(w.ctx))
	if n := len(w.checkpoints()); n != 3 || len(w.flaws()) != 0 { // two that are full, and the one of this sweep
		t.Errorf("%d checkpoints, %v", n, w.flaws())
	}
	for _, id := range ids[100:] {
		w.check(w.Delete(w.ctx, caller, id))
	}
	w.clock.Add(time.Hour)
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(12 * 24 * time.Hour)
	w.check(w.restart().Sweep(w.ctx))
	if n := len(w.checkpoints()); n != 2 || len(w.flaws()) != 0 {
		t.Errorf("%d checkpoints of accounts that are gone, %v", n, w.flaws())
	}
}
