package core

import (
	"context"
	"errors"
	"time"
)

// dueAtOnce is how many resets one round of work takes on.
const dueAtOnce = 100

// RunResets carries out the resets that are due, and sends the halfway notices of those that wait.
func (m *Machine) RunResets(ctx context.Context) error {
	now := m.clock.Now()
	due, err := m.store.DueResets(ctx, now, dueAtOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, r := range due {
		switch {
		case !r.Halfway:
			err = m.tellHalfway(ctx, r)
		case r.isOverdue(now):
			err = m.tellAgain(ctx, r)
		default:
			err = m.carryOut(ctx, r)
		}
		if errors.Is(err, ErrNoAccount) {
			err = m.dropReset(ctx, r, now)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// dropReset ends a reset whose account is in the directory no more, so that it is in no other's way.
func (m *Machine) dropReset(ctx context.Context, r ResetRow, now time.Time) error {
	err := m.settleHere(ctx, r.Account, now, func(tx Tx, _ State) error {
		_, err := tx.TakeReset(r.Account, r.StartedAt)
		return err
	})
	if errors.Is(err, ErrNoAccount) {
		return nil // it was deleted with the account
	}
	return err
}

// tellHalfway sends the notice in the midst of the wait. A third of the wait passes after it, however late it is: servers that
// were down until then, or an account that was shut, take none of an owner's time to object.
func (m *Machine) tellHalfway(ctx context.Context, r ResetRow) error {
	now, phones := m.clock.Now(), m.phones(ctx, r.Account, MailResetAsked)
	return m.settle(ctx, r.Account, now, func(tx Tx, st State) error {
		if st.Disabled {
			return m.whileShut(tx, r, now)
		}
		if least := now.Add(r.DueAt.Sub(r.StartedAt) / 3); r.DueAt.Before(least) {
			r.DueAt = least
		}
		first, err := tx.MarkHalfway(r.Account, r.StartedAt, r.DueAt)
		if err != nil || !first {
			return err
		}
		msg := about(MailResetHalfway, Caller{}, r.Account, now)
		return firstErr(m.textAll(tx, msg, phones), m.postCancellable(tx, msg, r, now))
	})
}

// overdueAtLeast is more than passes between two looks at the resets, however short the wait of one is.
const overdueAtLeast = time.Hour

// isOverdue says whether a reset is so late that servers must have been down before it was due, perhaps ever since the notice: no
// link stopped anything meanwhile.
func (r ResetRow) isOverdue(now time.Time) bool {
	return now.Sub(r.DueAt) > max(r.DueAt.Sub(r.StartedAt)/6, overdueAtLeast)
}

func (m *Machine) tellAgain(ctx context.Context, r ResetRow) error {
	err := m.settle(ctx, r.Account, m.clock.Now(), func(tx Tx, _ State) error { return announceAgain(tx, &r) })
	if err != nil {
		return err
	}
	r.Halfway = false
	return m.tellHalfway(ctx, r)
}

// carryOut does a reset that was waited for; that of an account that is disabled waits until it is not. Of two processes that do it at once, one does. Where there is nothing to
// reset any more it is cancelled: what was bound was removed meanwhile, or the policy changed.
func (m *Machine) carryOut(ctx context.Context, r ResetRow) error {
	now, phones := m.clock.Now(), m.phones(ctx, r.Account, MailResetAsked)
	var secrets []string
	err := m.settle(ctx, r.Account, now, func(tx Tx, st State) error {
		if st.Disabled {
			return m.whileShut(tx, r, now)
		}
		if err := m.somethingToReset(tx, st, now); IsCode(err, CodeWrongState) {
			return m.endReset(tx, Caller{}, r.Account, now)
		} else if err != nil {
			return err
		}
		taken, err := tx.TakeReset(r.Account, r.StartedAt)
		if err != nil || !taken {
			return err
		}
		_, secrets, err = m.release(tx, Caller{}, r, now)
		return firstErr(err, m.textAll(tx, about(MailResetDone, Caller{}, r.Account, now), phones))
	})
	if err != nil {
		return err // what was released is bound as before
	}
	m.forgetSecrets(ctx, r.Account, secrets)
	return nil
}

// whileShut is what comes of a reset that is due while its account is shut: it waits. One of an account that an application
// shut ends, as it does with [Machine.SetDisabled]: nobody could have stopped it.
func (m *Machine) whileShut(tx Tx, r ResetRow, now time.Time) error {
	if m.cfg.Directory == nil {
		return nil
	}
	return m.endReset(tx, Caller{}, r.Account, now)
}

// announceAgain has the halfway notice of a reset go out once more, with a third of the wait behind it: while the account was shut,
// the links of the first one stopped nothing.
func announceAgain(tx Tx, pending *ResetRow) error {
	if pending == nil || !pending.Halfway {
		return nil
	}
	r := *pending
	taken, err := tx.TakeReset(r.Account, r.StartedAt)
	if err != nil || !taken {
		return err
	}
	r.Halfway = false
	_, err = tx.InsertReset(r)
	return err
}
