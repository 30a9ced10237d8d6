package core_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// finds checks that a verification reports one thing, or with "" nothing.
func (w *world) finds(when, want string) {
	w.t.Helper()
	text := fmt.Sprint(w.flaws())
	if want == "" && text != "[]" || !strings.Contains(text, want) {
		w.t.Errorf("%s: %s, want %q", when, text, want)
	}
}

// Who writes to the database moves the time of the newest checkpoint, so that what happens from then on would not be
// sealed, and removes it.
func TestTheTimeOfACheckpointIsNotBelieved(t *testing.T) {
	for name, moved := range map[string]time.Duration{"to the future": 1000 * time.Hour, "a little": 20 * time.Minute, "back": -time.Hour} {
		w := newWorld(t, core.PolicyOptional)
		p := w.confirmed("ana")
		w.check(w.Checkpoint(w.ctx))
		at := w.clock.Now()
		w.behindItsBack(1, `UPDATE sallyport_checkpoints SET at = $1`, at.Add(moved).UnixMilli())
		w.finds(name, "its time was changed")
		w.clock.Add(time.Minute)
		p.signIn()
		w.clock.Add(time.Minute)
		w.check(w.Checkpoint(w.ctx))
		w.behindItsBack(1, `UPDATE sallyport_checkpoints SET at = $1 WHERE number = 1`, at.UnixMilli()) // nobody shall see
		w.finds(name, "")
		w.behindItsBack(1, `DELETE FROM sallyport_events WHERE kind = 'signed_in' AND seq = (SELECT max(seq) FROM sallyport_events)`)
		w.finds(name, "was there at a checkpoint, and is gone")
	}
}

// A checkpoint that does not open stops nothing: every chain is sealed anew.
func TestAnUnreadableCheckpointStopsNothing(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(24 * time.Hour)
	w.behindItsBack(1, `UPDATE sallyport_checkpoints SET sealed = x'00'`)
	w.check(w.Checkpoint(w.ctx))
	w.behindItsBack(int64(len(w.events(p.session))), `DELETE FROM sallyport_events`)
	w.finds("after it", "is gone with all before it")
}

// A clock that ran ahead leaves a checkpoint from the future; what happens until that future is sealed all the same.
func TestACheckpointFromTheFuture(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	w.clock.Add(48 * time.Hour)
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(-47 * time.Hour)
	w.Machine = w.restart()
	w.finds("at once", "checkpoint 1 is from the future")
	p.signIn()
	w.clock.Add(time.Hour)
	w.check(w.Checkpoint(w.ctx))
	w.behindItsBack(1, `DELETE FROM sallyport_events WHERE kind = 'signed_in' AND seq = (SELECT max(seq) FROM sallyport_events)`)
	w.clock.Add(72 * time.Hour)
	w.finds("later", "was there at a checkpoint, and is gone")
}

// What no checkpoint knows although later ones were made is a flaw. A server that stood still, and came back, is none.
func TestEventsThatNoCheckpointKnows(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	other := w.confirmed("bob")
	w.check(w.Checkpoint(w.ctx))
	w.clock.Add(5 * time.Minute)
	p.signIn()
	w.clock.Add(23 * time.Hour) // no server runs
	w.finds("in an outage", "")
	w.clock.Add(2 * time.Hour)
	w.finds("in a long one", "2 events of more than a day ago are in no checkpoint")
	other.signIn() // the server is back
	w.check(w.Checkpoint(w.ctx))
	w.finds("after it", "")
	w.clock.Add(2 * time.Hour)
	other.signIn()
	w.check(w.Checkpoint(w.ctx))
	w.finds("as ever", "")
	p.signIn()
	w.clock.Add(time.Hour + time.Minute)
	w.sealNothing()
	w.finds("unsealed", "is older than the newest checkpoint, and in none")
	w.check(w.Checkpoint(w.ctx))
	w.finds("and not since", "is older than the newest checkpoint, and in none")
}

// sealNothing adds a checkpoint of now that knows nothing, as one was whose predecessor's time was believed.
func (w *world) sealNothing() {
	w.t.Helper()
	number := len(w.checkpoints()) + 1
	plain, err := json.Marshal(map[string]any{"at": w.clock.Now(), "heads": nil})
	w.check(err)
	value, err := w.cfg.Seals.Seal(core.CheckpointTable, strconv.Itoa(number), plain)
	w.check(err)
	added, err := w.store.InsertCheckpoint(w.ctx, core.Checkpoint{Number: int64(number), At: w.clock.Now(), Sealed: value})
	if w.check(err); !added {
		w.t.Fatal("not added")
	}
}

// Late writes: what was refused before a checkpoint is in it, although it is written after the request.
func TestRefusalsThatWaitAreSealed(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	p := w.confirmed("ana")
	codeOf(t, p.password(squattersPassword), core.CodeWrong)
	w.clock.Add(time.Hour) // the database did not answer
	w.check(w.Checkpoint(w.ctx))
	w.check(w.Flush(w.ctx))
	w.clock.Add(2 * time.Hour)
	p.w.confirmed("bob")
	w.check(w.Checkpoint(w.ctx))
	w.finds("later", "")
}

// Events that were dropped while they were kept for less time are not missed when they are kept for longer; what goes
// after that is.
func TestEventsKeptForLonger(t *testing.T) {
	const day = 24 * time.Hour
	for name, idle := range map[string]bool{"in use": false, "idle": true} {
		w := newWorld(t, core.PolicyOptional)
		w.cfg.EventsKept = 10 * day
		w.Machine = w.restart()
		p := w.confirmed("ana")
		for range 40 {
			w.clock.Add(day / 2)
			if !idle || w.clock.Now().Before(time.Date(2026, 12, 5, 0, 0, 0, 0, time.UTC)) {
				p.signIn()
				w.check(w.Checkpoint(w.ctx))
			}
		}
		w.clock.Add(time.Hour)
		before := len(w.events(p.session))
		w.check(w.Sweep(w.ctx))
		if after := len(w.events(p.session)); after == before {
			t.Fatalf("%s: nothing was dropped", name)
		}
		w.finds(name, "")
		w.cfg.EventsKept = 400 * day
		w.Machine = w.restart()
		w.finds(name+", kept for longer", "")
		w.check(w.Sweep(w.ctx))
		w.clock.Add(15 * day)
		w.check(w.Sweep(w.ctx)) // checkpoints may be merged
		w.finds(name+", later", "")
		w.behindItsBack(2, `DELETE FROM sallyport_events WHERE seq <= 1 + (SELECT min(seq) FROM sallyport_events)`)
		w.finds(name+", one more removed", "before its time")
	}
}

// Nothing is dropped before a checkpoint says that it may be gone: the one that will say so may never be made.
func TestNothingIsDroppedThatIsNotSealedAsGone(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.cfg.EventsKept = 240 * time.Hour
	w.Machine = w.restart()
	p := w.confirmed("ana")
	start := w.clock.Now()
	for _, after := range []time.Duration{30 * time.Minute, time.Hour, 240 * time.Hour} {
		w.clock.Add(start.Add(after).Sub(w.clock.Now()))
		p.signIn()
		w.check(w.Checkpoint(w.ctx))
	}
	w.clock.Add(50 * time.Minute)
	w.check(w.Sweep(w.ctx))
	w.cfg.EventsKept = 400 * 24 * time.Hour
	w.Machine = w.restart()
	w.finds("kept for longer", "")
}

// TestRefusalsThatAreWrittenLate: a server that could not reach the database has them for long. They have the time at which
// they are written then, so that the checkpoints in between did not have to know them.
func TestRefusalsThatAreWrittenLate(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.enrol("ana")
	other := w.restart() // another server, cut off
	_, err := other.Answer(w.ctx, caller, other.Begin(caller, core.Beginning{Login: "ana"}), core.Response{Kind: core.KindPassword, Value: "wrong"})
	codeOf(t, err, core.CodeWrong)
	for range 2 {
		w.check(w.Checkpoint(w.ctx))
		w.clock.Add(2 * time.Hour)
	}
	w.check(w.Checkpoint(w.ctx))
	w.check(other.Flush(w.ctx))
	w.clock.Add(2 * time.Hour)
	w.check(w.Checkpoint(w.ctx))
	w.finds("late", "")
}

// TestNumbersOfCheckpointsThatAreUsedUp: whoever writes the highest there is stops nothing silently.
func TestNumbersOfCheckpointsThatAreUsedUp(t *testing.T) {
	w := newWorld(t, core.PolicyOptional)
	w.enrol("ana")
	w.check(w.Checkpoint(w.ctx))
	w.behindItsBack(1, "INSERT INTO sallyport_checkpoints (number, at, sealed) VALUES (9223372036854775807, 1, x'00')")
	if err := w.Checkpoint(w.ctx); err == nil {
		t.Error("nothing is sealed any more, and nobody is told")
	}
}
