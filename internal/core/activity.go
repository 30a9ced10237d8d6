package core

import (
	"context"
	"slices"
	"time"
)

// pageSize is how many rows are read at once of what may be long.
const pageSize = 500

// recentEvents is how many events an account's owner is shown.
const recentEvents = 100

// Events lists the latest events of the account that is signed in, the newest first; before continues a list that ended
// with that as its next, 0 begins one. next is 0 when nothing follows. Refusals are written after they happened: each list
// is in the order of time, which is not that of the chain.
func (m *Machine) Events(ctx context.Context, s Session, before int64) (events []Event, next int64, err error) {
	if err := m.Flush(ctx); err != nil {
		return nil, 0, err
	}
	events, err = m.store.Events(ctx, s.AccountID(), before, recentEvents)
	if err != nil || len(events) == 0 {
		return events, 0, err
	}
	if last := events[len(events)-1].Seq; last > 1 {
		next = last
	}
	slices.SortStableFunc(events, func(a, b Event) int { return b.At.Compare(a.At) })
	return events, next, nil
}

func placeOf(e Event) EventPlace { return EventPlace{Account: e.Account, Seq: e.Seq, ID: e.ID} }

// ExportEvents calls fn with every event of every account, in the order of accounts and sequences. It is for
// administrators.
func (m *Machine) ExportEvents(ctx context.Context, fn func(Event) error) error {
	var after EventPlace
	for {
		page, err := m.store.EventsAfter(ctx, after, pageSize)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := fn(e); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
		after = placeOf(page[len(page)-1])
	}
}

// EventsKept is how long the record of what happened to an account is kept, also of one that is gone.
func (m *Machine) EventsKept() time.Duration { return m.cfg.EventsKept }
