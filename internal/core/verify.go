package core

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// unsealedSlack is how much older than the newest checkpoint an event has to be that no checkpoint knows: far more than
	// the clocks of servers differ. How long no server ran makes no difference: the first one that does seals all since.
	unsealedSlack = time.Hour
	// unsealedOutage is how long nothing may have been sealed, although something happened: a server seals every ten minutes.
	unsealedOutage = 24 * time.Hour
)

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
	GivenUp             int // checkpoints whose key was given up: what they said of events is not known any more
}

// mark is what a checkpoint says of one account.
type mark struct {
	head
	sealed time.Time
}

// VerifyEvents reads every event and checkpoint, and calls fn for each flaw. It is for administrators.
func (m *Machine) VerifyEvents(ctx context.Context, fn func(Flaw)) (Verified, error) {
	now := m.clock.Now()
	v := verification{
		report: fn, now: now, kept: m.horizon(now).Add(retentionSlack),
		marks: map[string][]mark{}, upTo: map[string]int64{},
	}
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
	switch {
	case v.Checkpoints == 0 && v.GivenUp == 0 && !v.oldest.IsZero() && v.oldest.Before(now.Add(-retentionSlack)):
		fn(Flaw{Text: "there are events, and no checkpoint of them"})
	case v.waiting > 0:
		fn(Flaw{Text: fmt.Sprintf("%d events of more than a day ago are in no checkpoint; the newest is of %s: start a server, or see in its log why it seals none, and verify again",
			v.waiting, stamp(v.newest))})
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
			switch {
			case errors.Is(err, ErrGivenUp):
				v.GivenUp++
				from = number + 1 // how many it stands for is lost with it
			case err != nil:
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
	if !row.At.Equal(c.At.Truncate(time.Millisecond)) {
		v.report(Flaw{Text: fmt.Sprintf("checkpoint %d: its time was changed", row.Number)})
	}
	if c.At.After(v.now.Add(checkpointOverlap)) {
		v.report(Flaw{Text: fmt.Sprintf("checkpoint %d is from the future: it says %s, and a clock was wrong then or is now", row.Number, stamp(c.At))})
	} else if c.At.After(v.newest) {
		v.newest = c.At
	}
	if c.Gone.After(v.kept) {
		v.kept = c.Gone
	}
	for _, h := range c.Heads {
		v.marks[h.Account] = append(v.marks[h.Account], mark{h, c.At})
		v.upTo[h.Account] = max(v.upTo[h.Account], h.Seq)
	}
	return c.From, nil
}

// verification goes over the events in order, one account after the other.
type verification struct {
	Verified
	report func(Flaw)
	now    time.Time
	kept   time.Time // what was sealed after this may not be gone yet
	newest time.Time // of the checkpoints
	marks  map[string][]mark
	upTo   map[string]int64 // the highest number that a checkpoint knows
	last   Event
	oldest time.Time // of the chained events

	unsealed string // the account of the last flaw of that kind
	waiting  int    // events that were not sealed for long

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
	v.sealedBy(e)
	v.last = e
	return nil
}

// sealedBy checks that a checkpoint knows an event by now. One flaw for each account is enough: what follows is as bare.
func (v *verification) sealedBy(e Event) {
	if v.Checkpoints == 0 || e.Seq <= v.upTo[e.Account] {
		return
	}
	switch {
	case e.At.Before(v.newest.Add(-unsealedSlack)):
		if v.unsealed != e.Account {
			v.report(Flaw{e.Account, e.Seq, "is older than the newest checkpoint, and in none"})
		}
		v.unsealed = e.Account
	case e.At.Before(v.now.Add(-unsealedOutage)):
		v.waiting++
	}
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
