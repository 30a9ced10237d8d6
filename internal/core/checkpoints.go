package core

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// Checkpoints seal, every now and then, how far the chain of each account was. The chains alone show that a row was
// changed or taken out of the middle; that the last rows, or a whole account's, are gone shows only here.

// CheckpointTable names the table in what a checkpoint is sealed for.
const CheckpointTable = "sallyport_checkpoints"

const (
	headsPerSeal      = 1000
	checkpointOverlap = 10 * time.Minute // a transaction may commit after a checkpoint that is later than its time
	retentionSlack    = time.Hour
)

type checkpoint struct {
	From  int64     `json:"from,omitempty"` // the first number that it stands for; 0: its own alone
	At    time.Time `json:"at"`
	Heads []head    `json:"heads"`
}

type head struct {
	Account string    `json:"account"`
	Seq     int64     `json:"seq"`
	Hash    []byte    `json:"hash"`
	At      time.Time `json:"at"`
}

// Checkpoint seals the heads of the chains that have moved since the last one.
func (m *Machine) Checkpoint(ctx context.Context) error {
	now := m.clock.Now()
	last, err := m.store.LastCheckpoint(ctx)
	if err != nil {
		return err
	}
	var since time.Time
	number := int64(1)
	if last != nil {
		since, number = last.At.Add(-checkpointOverlap), last.Number+1
	}
	after := ""
	for {
		heads, err := m.store.EventHeads(ctx, after, since, headsPerSeal)
		if err != nil || len(heads) == 0 {
			return err
		}
		c := checkpoint{At: now}
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

func (m *Machine) insertCheckpoint(ctx context.Context, number int64, c checkpoint) (added bool, err error) {
	sealed, err := m.sealCheckpoint(number, c)
	if err != nil {
		return false, err
	}
	return m.store.InsertCheckpoint(ctx, Checkpoint{Number: number, At: c.At, Sealed: sealed})
}

// Flaw is something about the events that is not as it was written.
type Flaw struct {
	Account string `json:"account,omitempty"`
	Seq     int64  `json:"seq,omitempty"`
	Text    string `json:"text"`
}

// String says where the flaw is, and what.
func (f Flaw) String() string {
	if f.Account == "" {
		return f.Text
	}
	return fmt.Sprintf("account %s, event %d: %s", f.Account, f.Seq, f.Text)
}

// Verified is what a verification looked at.
type Verified struct {
	Events, Checkpoints int
	Unchained           int // events from before there were chains
}

// mark is what a checkpoint says of one account.
type mark struct {
	head
	sealed time.Time
}

// VerifyEvents reads every event and checkpoint, and calls fn for each flaw. It is for administrators.
func (m *Machine) VerifyEvents(ctx context.Context, fn func(Flaw)) (Verified, error) {
	v := verification{report: fn, kept: m.clock.Now().Add(-m.cfg.EventsKept).Add(retentionSlack), marks: map[string][]mark{}}
	var lost error
	v.createdAt = func(account string) time.Time {
		a, err := m.store.Account(ctx, account)
		if err != nil || a == nil {
			lost = firstErr(lost, err)
			return time.Time{}
		}
		return a.CreatedAt
	}
	if err := m.readCheckpoints(ctx, &v); err != nil {
		return Verified{}, err
	}
	if err := m.ExportEvents(ctx, v.event); err != nil {
		return Verified{}, err
	}
	v.endAccount()
	v.missingAccounts()
	if v.Checkpoints == 0 && !v.oldest.IsZero() && v.oldest.Before(m.clock.Now().Add(-retentionSlack)) {
		fn(Flaw{Text: "there are events, and no checkpoint of them"})
	}
	return v.Verified, lost
}

// readCheckpoints opens every checkpoint. Each is sealed with its number and with the first that it stands for: there are
// no gaps. Numbers that are met twice were merged while this was reading.
func (m *Machine) readCheckpoints(ctx context.Context, v *verification) error {
	var number int64
	for {
		page, err := m.store.Checkpoints(ctx, number, pageSize)
		if err != nil {
			return err
		}
		for _, c := range page {
			from, err := m.readCheckpoint(c, v)
			if err != nil {
				v.report(Flaw{Text: fmt.Sprintf("checkpoint %d does not open: %v", c.Number, err)})
			}
			if from > number+1 {
				v.report(Flaw{Text: fmt.Sprintf("checkpoints %d to %d are missing", number+1, from-1)})
			}
			number = c.Number
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// readCheckpoint returns the first number that a checkpoint stands for.
func (m *Machine) readCheckpoint(row Checkpoint, v *verification) (from int64, err error) {
	c, err := m.openCheckpoint(row)
	if err != nil {
		return row.Number, err
	}
	v.Checkpoints++
	for _, h := range c.Heads {
		v.marks[h.Account] = append(v.marks[h.Account], mark{h, c.At})
	}
	return c.From, nil
}

// verification goes over the events in order, one account after the other.
type verification struct {
	Verified
	report func(Flaw)
	kept   time.Time // what was sealed after this may not be gone yet
	marks  map[string][]mark
	last   Event
	oldest time.Time // of the chained events

	// createdAt is when an account was made; the zero time for one that is gone.
	createdAt func(account string) time.Time
}

func (v *verification) event(e Event) error {
	if e.Account != v.last.Account {
		v.endAccount()
	}
	v.Events++
	if e.Seq == 0 {
		v.Unchained++
		v.last = e
		return nil
	}
	if v.oldest.IsZero() || e.At.Before(v.oldest) {
		v.oldest = e.At
	}
	if !e.Intact() {
		v.report(Flaw{e.Account, e.Seq, "was changed"})
	}
	if e.Account == v.last.Account && v.last.Seq > 0 {
		if !e.Follows(v.last) {
			v.report(Flaw{e.Account, e.Seq, "does not follow the event before it: one was changed or removed"})
		}
	} else {
		v.beginning(e)
	}
	for _, m := range v.marks[e.Account] {
		if m.Seq == e.Seq && !bytes.Equal(m.Hash, e.Hash) {
			v.report(Flaw{e.Account, e.Seq, "is not the one that a checkpoint sealed"})
		}
	}
	v.last = e
	return nil
}

// beginning checks that nothing before an account's first event was removed before its time.
func (v *verification) beginning(first Event) {
	if first.Seq == 1 {
		if len(first.Previous) > 0 {
			v.report(Flaw{first.Account, first.Seq, "is the first, and names one before it"})
		}
		return
	}
	if v.createdAt(first.Account).After(v.kept) {
		v.report(Flaw{first.Account, 1, "was removed before its time"})
		return
	}
	for _, m := range v.marks[first.Account] {
		gone := m.At.After(v.kept) && m.Seq < first.Seq
		after := m.sealed.After(v.kept) && m.Seq < first.Seq-1 // those that came after it
		if gone || after {
			v.report(Flaw{first.Account, m.Seq, "was removed before its time, or the one after it"})
			return
		}
	}
}

// endAccount checks that an account's chain is as long as the checkpoints say.
func (v *verification) endAccount() {
	marks := v.marks[v.last.Account]
	delete(v.marks, v.last.Account)
	for _, m := range marks {
		if m.Seq > v.last.Seq {
			v.report(Flaw{v.last.Account, m.Seq, "was there at a checkpoint, and is gone"})
			return
		}
	}
}

// missingAccounts reports those that a checkpoint knows and that have no events any more, although they are kept: because
// of their age, or since the last event of an account that exists always is.
func (v *verification) missingAccounts() {
	for account, marks := range v.marks {
		last := marks[len(marks)-1]
		if last.At.After(v.kept) || !v.createdAt(account).IsZero() {
			v.report(Flaw{account, last.Seq, "was there at a checkpoint, and is gone with all before it"})
		}
	}
}
