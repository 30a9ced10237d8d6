package core

import (
	"context"
	"errors"
	"math"
	"time"
)

// Checkpoints seal, every now and then, how far the chain of each account was. The chains alone show that a row was
// changed or taken out of the middle; that the last rows, or a whole account's, are gone shows only here.

// CheckpointTable names the table in what a checkpoint is sealed for.
const CheckpointTable = "sallyport_checkpoints"

// ErrGivenUp is what [Seals] say of a checkpoint whose key was lost, and given up by whoever runs the service.
var ErrGivenUp = errors.New("core: its key was given up for lost")

const (
	headsPerSeal      = 1000
	checkpointOverlap = 10 * time.Minute // a transaction may commit after a checkpoint that is later than its time
	retentionSlack    = time.Hour
)

type checkpoint struct {
	From  int64     `json:"from,omitempty"` // the first number that it stands for; 0: its own alone
	At    time.Time `json:"at"`
	Heads []head    `json:"heads"`
	Gone  time.Time `json:"gone,omitzero"` // events from before this may have been dropped by then, for their age
}

type head struct {
	Account string    `json:"account"`
	Seq     int64     `json:"seq"`
	Hash    []byte    `json:"hash"`
	At      time.Time `json:"at"`
}

// Checkpoint seals the heads of the chains that have moved since the last one, and how long events were kept.
func (m *Machine) Checkpoint(ctx context.Context) error {
	if err := m.Flush(ctx); err != nil { // what was refused has the time of then
		return err
	}
	now := m.clock.Now()
	last, err := m.lastCheckpoint(ctx, now)
	if err != nil {
		return err
	}
	if last.number == math.MaxInt64 {
		return errors.New("core: there is no number left for a checkpoint of events: the newest was written by somebody else, and has to be deleted")
	}
	number, after := last.number+1, ""
	for {
		heads, err := m.store.EventHeads(ctx, after, last.since, headsPerSeal)
		if err != nil {
			return err
		}
		if len(heads) == 0 && (after != "" || !last.gone.Before(m.horizon(now).Add(-retentionSlack))) {
			return nil
		}
		c := checkpoint{At: now, Gone: m.horizon(now)}
		for _, e := range heads {
			c.Heads = append(c.Heads, head{e.Account, e.Seq, e.Hash, e.At})
		}
		added, err := m.insertCheckpoint(ctx, number, c)
		if err != nil || !added || len(heads) < headsPerSeal {
			return err // it was not added when another process was first
		}
		number++
		after = heads[len(heads)-1].Account
	}
}

// horizon is before what events are dropped.
func (m *Machine) horizon(now time.Time) time.Time { return now.Add(-m.cfg.EventsKept) }

// sealed is what the newest checkpoint says.
type sealed struct {
	number int64
	since  time.Time // what happened since may be in none
	gone   time.Time
}

// lastCheckpoint believes what is sealed alone: who writes to the database can move the time of a row, and would keep
// events from ever being sealed. One that does not open, or is from the future, says nothing: every chain is sealed anew.
func (m *Machine) lastCheckpoint(ctx context.Context, now time.Time) (sealed, error) {
	row, err := m.store.LastCheckpoint(ctx)
	if err != nil || row == nil {
		return sealed{}, err
	}
	out := sealed{number: row.Number}
	c, err := m.openCheckpoint(*row)
	if err != nil || fromTheFuture(c.At, now) {
		m.cfg.Log.WarnContext(ctx, "the newest checkpoint of events does not open or is from the future: every chain is sealed anew",
			"checkpoint", row.Number, "error", err)
		return out, nil
	}
	if c.At.After(now) { // the clocks of servers differ a little
		c.At = now
	}
	out.since, out.gone = c.At.Add(-checkpointOverlap), c.Gone
	return out, nil
}

// dropEvents drops what is older than events are kept, as far as a checkpoint says so: when they are kept for longer
// later, `events verify` still knows what was dropped in time.
func (m *Machine) dropEvents(ctx context.Context, now time.Time) error {
	last, err := m.lastCheckpoint(ctx, now)
	if err != nil {
		return err
	}
	if last.gone.Before(m.horizon(now).Add(-retentionSlack)) {
		if err := m.Checkpoint(ctx); err != nil {
			return err
		}
		if last, err = m.lastCheckpoint(ctx, now); err != nil {
			return err
		}
	}
	if m.horizon(now).Before(last.gone) {
		last.gone = m.horizon(now)
	}
	return m.store.DropEvents(ctx, last.gone)
}

func (m *Machine) insertCheckpoint(ctx context.Context, number int64, c checkpoint) (added bool, err error) {
	sealed, err := m.sealCheckpoint(number, c)
	if err != nil {
		return false, err
	}
	return m.store.InsertCheckpoint(ctx, Checkpoint{Number: number, At: c.At, Sealed: sealed})
}
