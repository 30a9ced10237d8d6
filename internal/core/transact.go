package core

import (
	"context"
	"time"
)

// watched is a Tx that notes whether a message was put into the outbox, and which events were written.
type watched struct {
	Tx
	posted  *bool
	written *[]Event
	report  *report
}

func (w watched) InsertMessage(row MessageRow) error {
	*w.posted = true
	return w.Tx.InsertMessage(row)
}

func (w watched) InsertEvent(e Event) error {
	if err := w.Tx.InsertEvent(e); err != nil {
		return err
	}
	*w.written = append(*w.written, e)
	e.Request = ""
	w.report.add(e)
	return nil
}

// settle is [Store.Settle]; afterwards it wakes the outbox when fn put something into it, and tells of the events.
func (m *Machine) settle(ctx context.Context, account string, now time.Time, fn func(Tx, State) error) error {
	return m.watch(ctx, m.observers.begin(ctx, account), fn, func(fn func(Tx, State) error) error {
		return m.store.Settle(ctx, account, now, fn)
	})
}

// settleHere is settle without a question to the directory, where there is one: it makes no state of an account that is
// there, and needs none.
func (m *Machine) settleHere(ctx context.Context, account string, now time.Time, fn func(Tx, State) error) error {
	return m.watch(ctx, m.observers.begin(ctx, account), fn, func(fn func(Tx, State) error) error {
		return m.cfg.Store.Settle(ctx, account, now, fn)
	})
}

// settleAside is settleHere for what no request waits for.
func (m *Machine) settleAside(ctx context.Context, account string, now time.Time, fn func(Tx, State) error) error {
	return m.watch(ctx, m.observers.beginAside(account), fn, func(fn func(Tx, State) error) error {
		return m.cfg.Store.Settle(ctx, account, now, fn)
	})
}

// register is [Store.Register], likewise.
func (m *Machine) register(ctx context.Context, a NewAccount, now time.Time, fn func(Tx, State) error) error {
	return m.watch(ctx, m.observers.begin(ctx, a.ID), fn, func(fn func(Tx, State) error) error {
		return m.store.Register(ctx, a, now, fn)
	})
}

// watch runs a transaction, which may run fn more than once, and logs the events that it wrote.
func (m *Machine) watch(ctx context.Context, r *report, fn func(Tx, State) error, run func(func(Tx, State) error) error) error {
	posted, committed := false, false
	var written []Event
	defer func() { r.end(committed) }()
	err := run(func(tx Tx, st State) error {
		posted, written = false, nil
		r.again()
		return fn(watched{tx, &posted, &written, r}, st)
	})
	committed = err == nil
	if !committed {
		return err
	}
	m.logEvents(ctx, written)
	if posted {
		m.cfg.Mailed()
	}
	return nil
}
