package core

import (
	"context"
	"strconv"
	"time"
)

// ChangeAddress asks for another address. It holds once whoever has the new mailbox has confirmed it; until then
// nothing changes, and no answer tells whether somebody else has that address. The latest change that was asked for is
// the one that waits. CodeThrottled when too many messages were asked for.
func (m *Machine) ChangeAddress(ctx context.Context, c Caller, e Elevated, email string) (err error) {
	row, now := e.Session().record().row, m.clock.Now()
	defer func() { m.note(ctx, c, "address.change_asked", row.Account, err) }()
	if m.cfg.Directory != nil {
		return errElsewhere
	}
	shown, key, err := m.cfg.Names.Email(email)
	if err != nil {
		return err
	}
	a, err := m.Account(ctx, e.Session())
	if err != nil {
		return err
	}
	switch {
	case a.Email == shown && a.EmailConfirmed:
		return invalid("email", "email.same")
	case a.Email == shown: // the first message once more
		return m.greet(ctx, c, a, now)
	}
	// Counted by who asks: that tells nothing of the address.
	if err := m.admitOrWait(ctx, MailChangeAddress, row.Account, now); err != nil {
		return err
	}
	return m.askAddress(ctx, c, row, subject{New: shown, NewKey: key, Asker: row.ID}, now)
}

// askAddress notes the change that waits, in the same way whoever has the address.
func (m *Machine) askAddress(ctx context.Context, c Caller, row SessionRow, about subject, now time.Time) error {
	asked, err := m.newTicket(ticketAskedAddress, row.Account, row.Epoch, about, confirmLifetime, now)
	if err != nil {
		return err
	}
	asked.row.CodeHash = nil
	return m.settle(ctx, row.Account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, row); err != nil {
			return err
		}
		e := event("address.change_asked", c, row.Account, "", now)
		e.Detail = about.New
		return firstErr(
			tx.DropTickets(row.Account, ticketChangeAddress, time.Time{}), // of the change that this one replaces
			tx.InsertTicket(asked.row), tx.InsertEvent(e),
			m.post(tx, m.addressRequest(c, row, about, asked.row.ID, now)))
	})
}

func (m *Machine) addressRequest(c Caller, row SessionRow, change subject, asked string, now time.Time) Message {
	msg := about(requestAddress, c, row.Account, now)
	msg.To = change.New
	msg.Args = map[string]string{
		"epoch": strconv.FormatInt(row.Epoch, 10), "key": change.NewKey, "asker": row.ID, "asked": asked,
	}
	return msg
}

func (m *Machine) handleAddress(ctx context.Context, msg Message) error {
	a, err := m.store.AccountRow(ctx, msg.Account)
	if err != nil || a == nil || strconv.FormatInt(a.Epoch, 10) != msg.Args["epoch"] {
		return err
	}
	asked, err := m.store.Ticket(ctx, msg.Account, ticketAskedAddress, "")
	if err != nil || asked == nil || asked.ID != msg.Args["asked"] {
		return err // it was cancelled, or another was asked for
	}
	change := subject{New: msg.To, NewKey: msg.Args["key"], Asker: msg.Args["asker"], Asked: asked.ID}
	if a.EmailConfirmed {
		change.Old = a.Email
		if _, change.OldKey, err = m.cfg.Names.Email(a.Email); err != nil {
			change.Old, change.OldKey = "", ""
		}
	}
	return m.askForMailbox(ctx, msg, ticketChangeAddress, *a, change, m.clock.Now())
}

// WaitingAddress is a change of address that was asked for and not confirmed yet. Whether it can be is not said: the
// address may be another account's.
type WaitingAddress struct {
	Email     string // "" when none waits
	AskedAt   time.Time
	ExpiresAt time.Time
}

// WaitingAddress is the change of address that waits for its confirmation.
func (m *Machine) WaitingAddress(ctx context.Context, s Session) (WaitingAddress, error) {
	row, now := s.record().row, m.clock.Now()
	t, err := m.store.Ticket(ctx, row.Account, ticketAskedAddress, "")
	if err != nil || t == nil {
		return WaitingAddress{}, err
	}
	return waitingAddress(t, row.Epoch, now)
}

// Addressee is whose code a page asks for that needs no session, where the caller brings one. It opens nothing.
type Addressee struct {
	Shown  string // the account's name; "" when nobody is signed in
	Mailed string // the address that waits for its confirmation; "" when none does
}

// Addressee is who the caller is signed in as, for the page that takes the code for an address.
func (m *Machine) Addressee(ctx context.Context, c Caller) (Addressee, error) {
	own, err := m.broughtAlong(ctx, c)
	if err != nil || own == nil {
		return Addressee{}, err
	}
	a, err := m.Account(ctx, Session{own})
	if err != nil {
		return Addressee{}, err
	}
	waiting, err := m.WaitingAddress(ctx, Session{own})
	to := Addressee{Shown: a.Shown(), Mailed: waiting.Email}
	if to.Mailed == "" && !a.EmailConfirmed {
		to.Mailed = a.Email
	}
	return to, err
}

// waitingAddress is what a ticket says that waits; nothing when it is dead.
func waitingAddress(t *TicketRow, epoch int64, now time.Time) (WaitingAddress, error) {
	if t.Epoch != epoch || !now.Before(t.ExpiresAt) || fromTheFuture(t.CreatedAt, now) {
		return WaitingAddress{}, nil
	}
	change, err := t.subject()
	return WaitingAddress{Email: change.New, AskedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt}, err
}

// CancelAddress takes back that another address was asked for: what was mailed there confirms nothing any more. It is
// no error when none waits.
func (m *Machine) CancelAddress(ctx context.Context, c Caller, s Session) (err error) {
	row, now := s.record().row, m.clock.Now()
	defer func() { m.note(ctx, c, "address.change_cancelled", row.Account, err) }()
	return m.settle(ctx, row.Account, now, func(tx Tx, _ State) error {
		return cancelWaiting(tx, c, row, now, func(string) bool { return true })
	})
}

// cancelWaiting takes back the change of address that waits, in the name of a session, where that may be said of the session
// that asked for it.
func cancelWaiting(tx Tx, c Caller, row SessionRow, now time.Time, ofAsker func(session string) bool) error {
	asked, err := tx.Tickets(row.Account, ticketAskedAddress)
	if err != nil || len(asked) == 0 {
		return err
	}
	last := asked[len(asked)-1]
	waiting, err := waitingAddress(&last, row.Epoch, now)
	if err != nil || waiting.Email == "" {
		return err
	}
	change, err := last.subject()
	if err != nil || !ofAsker(change.Asker) {
		return err
	}
	e := event("address.change_cancelled", c, row.Account, "", now)
	e.Detail = waiting.Email
	return firstErr(dropAddressChange(tx, row.Account), tx.InsertEvent(e))
}

// dropAddressChange ends the change of address that waits, and what was mailed for it.
func dropAddressChange(tx Tx, account string) error {
	return firstErr(
		tx.DropTickets(account, ticketAskedAddress, time.Time{}),
		tx.DropTickets(account, ticketChangeAddress, time.Time{}))
}

// stillAsked takes the asking that a change of address rests on; an error when it was cancelled or replaced.
func stillAsked(tx Tx, t TicketRow, change subject) error {
	if t.Purpose != ticketChangeAddress {
		return nil
	}
	asked, err := tx.TakeTicket(change.Asked)
	if err != nil || asked {
		return err
	}
	return deadLink("the change was cancelled, or another was asked for")
}
