package core

import (
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// Checkpoints that are older than events are kept are merged: of two neighbours the later one stays, says what both said,
// and which numbers it stands for, so that a checkpoint that somebody deletes is still missed. What they said of events
// that are gone is forgotten as soon as it would need another row. Events that outlive the others, since they are the
// last of their account, stay sealed.

// mergesAtOnce bounds the work of one sweep.
const mergesAtOnce = 500

// compact merges checkpoints that were sealed before a moment. Several processes may do it at once, beside a
// verification and a rotation of keys.
func (m *Machine) compact(ctx context.Context, before time.Time) error {
	for range mergesAtOnce {
		pair, err := m.store.Checkpoints(ctx, m.compacted.Load(), 2)
		if err != nil || len(pair) < 2 {
			return err
		}
		older, err := m.openCheckpoint(pair[0])
		later, err2 := m.openCheckpoint(pair[1])
		if err != nil || err2 != nil { // for `events verify` to report
			m.compacted.Store(pair[0].Number)
			continue
		}
		if !older.At.Before(before) || !later.At.Before(before) {
			return nil
		}
		merged, err := m.merge(ctx, older, later)
		if err != nil {
			return err
		}
		// The older one is full, or some between them were deleted: what is merged over a gap would hide it.
		if len(merged.Heads) > headsPerSeal || later.From > pair[0].Number+1 {
			m.compacted.Store(pair[0].Number)
			continue
		}
		if done, err := m.replaceBoth(ctx, pair, merged); err != nil || !done {
			return err // another process was faster
		}
	}
	return nil
}

// merge says what two neighbours said. A head of an account vouches for all events before it, so that the latest is enough.
func (m *Machine) merge(ctx context.Context, older, later checkpoint) (checkpoint, error) {
	merged := checkpoint{From: older.From, At: later.At, Heads: later.Heads, Gone: later.Gone}
	if older.Gone.After(later.Gone) { // events were kept for longer since
		merged.Gone = older.Gone
	}
	said := map[string]bool{}
	for _, h := range later.Heads {
		said[h.Account] = true
	}
	for _, h := range older.Heads {
		if !said[h.Account] {
			merged.Heads = append(merged.Heads, h)
		}
	}
	if len(merged.Heads) <= headsPerSeal {
		return merged, nil
	}
	kept := []head{}
	for _, h := range merged.Heads {
		needed, err := m.needed(ctx, h)
		if err != nil {
			return checkpoint{}, err
		}
		if needed {
			kept = append(kept, h)
		}
	}
	merged.Heads = kept
	return merged, nil
}

// needed says whether a head still vouches for anything: its event is there, or ought to be, as the last of an account
// that exists.
func (m *Machine) needed(ctx context.Context, h head) (bool, error) {
	next, err := m.store.EventsAfter(ctx, EventPlace{Account: h.Account, Seq: h.Seq}, 1)
	if err != nil {
		return false, err
	}
	if len(next) > 0 && next[0].Account == h.Account {
		return next[0].Seq == h.Seq, nil
	}
	st, err := m.cfg.Store.State(ctx, h.Account) // of an account that left a directory, until it is forgotten here
	return st != nil, err
}

func (m *Machine) replaceBoth(ctx context.Context, pair []Checkpoint, merged checkpoint) (done bool, err error) {
	sealed, err := m.sealCheckpoint(pair[1].Number, merged)
	if err != nil {
		return false, err
	}
	return m.store.MergeCheckpoints(ctx, pair[0], pair[1], sealed)
}

func (m *Machine) sealCheckpoint(number int64, c checkpoint) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return m.cfg.Seals.Seal(CheckpointTable, strconv.FormatInt(number, 10), plain)
}

// openCheckpoint opens what sealCheckpoint sealed. One that was never merged stands for its own number.
func (m *Machine) openCheckpoint(row Checkpoint) (c checkpoint, err error) {
	plain, err := m.cfg.Seals.Open(CheckpointTable, strconv.FormatInt(row.Number, 10), row.Sealed)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(plain, &c); err != nil {
		return c, err
	}
	if c.From == 0 {
		c.From = row.Number
	}
	return c, nil
}
