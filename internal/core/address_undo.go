package core

import (
	"cmp"
	"context"
	"time"
)

// UndoAddress takes a change of address back with the link that went to the old address. It ends every session, and
// every later change; an older link stays good.
func (m *Machine) UndoAddress(ctx context.Context, c Caller, in Mailed) (err error) {
	now := m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "address.undone", account, err) }()
	t, err := m.findTicket(ctx, ticketUndoAddress, "", in, now)
	if err != nil {
		return m.failedLink(ctx, c, now, err)
	}
	account = t.Account
	change, err := t.subject()
	if err != nil {
		return err
	}
	pending, err := m.store.Reset(ctx, account)
	if err != nil {
		return err
	}
	return m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := takeTicket(tx, *t, st); err != nil {
			return err
		}
		left, err := tx.Account(account)
		if err != nil || left == nil {
			return firstErr(err, deadLink("the account is gone"))
		}
		if left.Email != change.Old && left.EmailConfirmed {
			if err := m.tellLeft(tx, account, left.Email, now); err != nil {
				return err
			}
		}
		e := event("address.undone", c, account, "", now)
		e.Detail = change.Old
		if _, err := m.moveAddress(tx, account, change.Old, change.OldKey, e); err != nil {
			return err
		}
		msg := about(MailAddressUndone, c, account, now)
		msg.To = change.Old
		return firstErr(
			tx.DropTickets(account, ticketUndoAddress, t.CreatedAt),
			tx.EndSessions(account, ""),
			tx.ForgetClients(account),
			m.post(tx, msg),
			m.endCancelLinks(tx, c, pending, now))
	})
}

// endCancelLinks ends the links that cancel a reset, which went to the address that was taken back, too. A reset that somebody
// asked for with the password ends with them: who that was is not known any more. One that support ordered goes on, and its owner gets another link.
func (m *Machine) endCancelLinks(tx Tx, c Caller, pending *ResetRow, now time.Time) error {
	switch {
	case pending == nil:
		return nil
	case !pending.BySupport:
		return m.endOwnReset(tx, c, pending.Account, now)
	}
	return firstErr(
		tx.DropTickets(pending.Account, ticketCancelReset, time.Time{}),
		m.postCancellable(tx, about(MailResetOrdered, Caller{}, pending.Account, now), *pending, now))
}

// offerUndo mails the link that takes the change back to the old address. It outlives what a thief may do next.
func (m *Machine) offerUndo(tx Tx, c Caller, account string, change subject, now time.Time) error {
	switch back, err := goesBack(tx, account, change, now); {
	case err != nil:
		return err
	case back:
		return m.tellLeft(tx, account, change.Old, now)
	}
	t, err := m.newTicket(ticketUndoAddress, account, 0, change, undoLifetime, now)
	if err != nil {
		return err
	}
	t.row.Owner = t.row.ID // each change has its own: a later one ends none
	t.row.CodeHash = nil
	msg := about(MailAddressChanged, c, account, now)
	msg.To, msg.Link, msg.ExpiresAt = change.Old, t.link("/account/email/undo"), t.row.ExpiresAt
	msg.Args = map[string]string{"new": change.New}
	return firstErr(tx.InsertTicket(t.row), m.post(tx, msg))
}

// tellLeft tells a confirmed address that an undo link, or a change back, took the account from: whoever did it may read the
// mail of an address that its owner left for that very reason. It gets no link, and learns neither where the account went nor from where
// that was done, since it may be a thief's.
func (m *Machine) tellLeft(tx Tx, account, left string, now time.Time) error {
	a, err := tx.Account(account)
	if err != nil || a == nil {
		return err
	}
	msg := about(MailAddressChanged, Caller{}, account, now)
	msg.To, msg.Name, msg.Proved = left, cmp.Or(a.Username, left), true
	return m.post(tx, msg)
}
