package core

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// FormerAddress is an address that an account had and that a change of it can still be taken back to, with the link that
// was mailed there. Until then nobody knows whose the present one is.
type FormerAddress struct {
	Email string
	Until time.Time
}

// FormerAddresses lists them, the latest first. It is for administrators: it asks for no proof. CodeNotFound when there is
// no such account.
func (m *Machine) FormerAddresses(ctx context.Context, account string) (former []FormerAddress, err error) {
	now := m.clock.Now()
	err = m.settle(ctx, account, now, func(tx Tx, _ State) error {
		former, err = formerAddresses(tx, account, now)
		return err
	})
	return former, noAccount(err)
}

func formerAddresses(tx Tx, account string, now time.Time) ([]FormerAddress, error) {
	undos, err := livingUndos(tx, account, now)
	if err != nil {
		return nil, err
	}
	a, err := tx.Account(account)
	if err != nil || a == nil {
		return nil, err
	}
	var former []FormerAddress
	for _, u := range slices.Backward(undos) {
		said := slices.ContainsFunc(former, func(f FormerAddress) bool { return f.Email == u.change.Old })
		if !said && u.change.Old != a.Email {
			former = append(former, FormerAddress{u.change.Old, u.ExpiresAt})
		}
	}
	return former, nil
}

// postToFormer sends a message about an account to them.
func (m *Machine) postToFormer(tx Tx, msg Message, now time.Time) error {
	former, err := formerAddresses(tx, msg.Account, now)
	if err != nil {
		return err
	}
	return m.postToEach(tx, msg, former)
}

func (m *Machine) postToEach(tx Tx, msg Message, former []FormerAddress) error {
	if len(former) == 0 {
		return nil
	}
	a, err := tx.Account(msg.Account)
	if err != nil {
		return err
	}
	msg = msg.forOwner(a) // where the account is deleted, nothing else will know its name
	for _, f := range former {
		msg.To, msg.Proved, msg.Name = f.Email, true, cmp.Or(a.Username, f.Email) // it was known by no later address there
		if err := m.post(tx, msg); err != nil {
			return err
		}
	}
	return nil
}

// undo is a link that takes a change of address back.
type undo struct {
	TicketRow
	change subject
}

// livingUndos are those that are good, the oldest first.
func livingUndos(tx Tx, account string, now time.Time) ([]undo, error) {
	tickets, err := tx.Tickets(account, ticketUndoAddress)
	if err != nil {
		return nil, err
	}
	var living []undo
	for _, t := range tickets {
		change, err := t.subject()
		if err != nil {
			return nil, err
		}
		if now.Before(t.ExpiresAt) && !fromTheFuture(t.CreatedAt, now) {
			living = append(living, undo{t, change})
		}
	}
	return living, nil
}

// goesBack says whether a change leads to an address that a living undo link leads to, too. Then it repairs what happened
// since: the links that went to the addresses in between end, and the one that is left gets none. Who took an account over
// must not get a link that outlives the owner's.
func goesBack(tx Tx, account string, change subject, now time.Time) (bool, error) {
	undos, err := livingUndos(tx, account, now)
	if err != nil {
		return false, err
	}
	for _, u := range undos {
		if u.change.OldKey == change.NewKey {
			return true, tx.DropTickets(account, ticketUndoAddress, u.CreatedAt.Add(time.Millisecond))
		}
	}
	return false, nil
}
