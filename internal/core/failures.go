package core

import (
	"context"
	"errors"
	"sync"
)

// maxUnwritten bounds the failures that wait to be written.
const maxUnwritten = 10000

// failures are the events of refused attempts, until they are written. They are written beside the requests: an
// answer must not take longer for an account that exists, nor a stranger be able to make the database busy.
type failures struct {
	mu     sync.Mutex
	events []Event
	lost   int
}

func (f *failures) add(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.events) == maxUnwritten {
		f.lost++
		return
	}
	f.events = append(f.events, e)
}

// writtenLate is how old a refusal may be when it is written and still have its own time. Later it has that of writing: a
// checkpoint in between sealed how far the chains were before.
const writtenLate = checkpointOverlap / 2

func (f *failures) take() (events []Event, lost int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	events, lost = f.events, f.lost
	f.events, f.lost = nil, 0
	return events, lost
}

// refused notes that an attempt on an account failed.
func (m *Machine) refused(c Caller, kind, account string, e *Error) {
	if account == "" {
		return
	}
	ev := event(kind, c, account, e.Authenticator, m.clock.Now())
	ev.Outcome = string(e.Code)
	m.unwritten.add(ev)
}

// Flush writes the events of refused attempts that have gathered. What can't be written now is kept for the next
// time, as far as there is room.
func (m *Machine) Flush(ctx context.Context) error {
	events, lost := m.unwritten.take()
	if lost > 0 {
		m.cfg.Log.ErrorContext(ctx, "events of refused attempts were dropped: the database could not keep up", "events", lost)
	}
	byAccount, now := map[string][]Event{}, m.clock.Now()
	for _, e := range events {
		if now.Sub(e.At) > writtenLate {
			e.At = now
		}
		byAccount[e.Account] = append(byAccount[e.Account], e)
	}
	var errs []error
	for account, events := range byAccount {
		err := m.settleAside(ctx, account, now, func(tx Tx, _ State) error {
			for _, e := range events {
				if err := tx.InsertEvent(e); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil || errors.Is(err, ErrNoAccount) {
			continue
		}
		errs = append(errs, err)
		for _, e := range events {
			m.unwritten.add(e)
		}
	}
	m.observers.sayLost(ctx)
	return errors.Join(errs...)
}
