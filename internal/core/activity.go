package core

import "context"

// pageSize is how many rows are read at once of what may be long.
const pageSize = 500

// recentEvents is how many events an account's owner is shown.
const recentEvents = 100

// Events lists the latest events of the account that is signed in, the newest first; before continues a list behind
// the event with that sequence, 0 begins one.
func (m *Machine) Events(ctx context.Context, s Session, before int64) ([]Event, error) {
	if err := m.Flush(ctx); err != nil {
		return nil, err
	}
	return m.store.Events(ctx, s.AccountID(), before, recentEvents)
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
