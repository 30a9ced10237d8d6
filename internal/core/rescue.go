package core

import (
	"context"
	"crypto/subtle"
	"time"
)

// The mailed rescue code stands in for the second step of one login. It is off unless the operator turns it on:
// whoever reads the mailbox and has the password is in then, and the same mailbox may reset the password.

// SendRescueCode mails a code that goes on with this login. The address has to be confirmed. CodeWrongState where it
// is not, or where the operator does not allow it.
func (m *Machine) SendRescueCode(ctx context.Context, c Caller, l Login) (_ Sent, err error) {
	row, now := l.record().row, m.clock.Now()
	defer func() { m.note(ctx, c, "rescue_code.asked", row.Account, err) }()
	if err := m.mayRescue(ctx, l); err != nil {
		return Sent{}, err
	}
	if err := m.admitOrWait(ctx, MailRescueCode, row.Account, now); err != nil {
		return Sent{}, err
	}
	sent := Sent{Kind: KindEmail, ExpiresAt: now.Add(rescueLifetime)}
	return sent, m.settle(ctx, row.Account, now, func(tx Tx, st State) error {
		if st.Epoch != row.Epoch {
			return &Error{Code: CodeLoginExpired, Reason: "the account changed meanwhile"}
		}
		t, err := m.newTicket(ticketRescueCode, row.Account, st.Epoch, subject{}, rescueLifetime, now)
		if err != nil {
			return err
		}
		t.row.Owner = row.ID
		msg := about(MailRescueCode, c, row.Account, now)
		msg.Code, msg.ExpiresAt = t.code, t.row.ExpiresAt
		return firstErr(tx.InsertTicket(t.row), m.post(tx, msg))
	})
}

// mayRescue says whether a mailed code leads on with a login; nil or why not.
func (m *Machine) mayRescue(ctx context.Context, l Login) error {
	row, now := l.record().row, m.clock.Now()
	a, err := m.store.AccountRow(ctx, row.Account)
	if err != nil {
		return err
	}
	if a == nil || !m.cfg.RescueCode || mailedFirst(row.Evidence) || !a.EmailConfirmed || m.cfg.Rule.effective(a.State, now).demandsAAL2() {
		return wrongState("rescue.not_possible")
	}
	return nil
}

// proveRescueCode compares a mailed code with the one of this very login. Codes have 80 bits: they are not guessed.
func (m *Machine) proveRescueCode(ctx context.Context, a asked, code string, now time.Time) (proof, error) {
	t, err := m.store.Ticket(ctx, a.account, ticketRescueCode, a.owner)
	if err != nil {
		return proof{}, err
	}
	if t == nil || !now.Before(t.ExpiresAt) || fromTheFuture(t.CreatedAt, now) {
		return proof{}, wrong("no rescue code")
	}
	hash, err := m.ticketCode(*t, code)
	if err != nil {
		return proof{}, err
	}
	if subtle.ConstantTimeCompare(hash, t.CodeHash) != 1 {
		return proof{}, wrong("wrong rescue code")
	}
	return proof{
		evidence: Evidence{Kind: KindEmail, At: now},
		consume:  func(tx Tx) (bool, error) { return tx.TakeTicket(t.ID) },
		spent:    alreadyUsed("rescue.used", 0),
	}, nil
}

// AskSupport sends a request for help to the operator's address, in the name of the account whose password was
// proved. CodeWrongState where there is no such address, CodeThrottled where too many accounts ask for help.
func (m *Machine) AskSupport(ctx context.Context, c Caller, l Login) (err error) {
	row, now := l.record().row, m.clock.Now()
	defer func() { m.note(ctx, c, "help.asked", row.Account, err) }()
	if m.cfg.SupportAddress == "" || mailedFirst(row.Evidence) {
		return wrongState("help.not_possible")
	}
	admitted, err := m.admitMail(ctx, MailHelp, row.Account, now)
	if err != nil || !admitted {
		return err
	}
	if err := m.admitWithin(ctx, MailHelp, "", helpFromAll(), now); err != nil {
		return err
	}
	msg := about(MailHelp, c, row.Account, now)
	msg.To = m.cfg.SupportAddress
	a, err := m.store.Account(ctx, row.Account)
	if err != nil {
		return err
	}
	switch {
	case a == nil || a.Email == "":
		msg.Args = map[string]string{"address": AddressNone}
	case !a.EmailConfirmed:
		msg.Args = map[string]string{"address": AddressUnconfirmed}
	}
	return m.request(ctx, msg)
}

// What a MailHelp says of the account's address as the argument "address"; nothing of one that is confirmed.
const (
	AddressNone        = "none"
	AddressUnconfirmed = "unconfirmed"
)

// WaysBack are what leads on for somebody with the password who can use none of their authenticators.
type WaysBack struct {
	Reset   time.Duration // the wait of a reset; 0: not possible
	Rescue  bool          // a mailed code
	Support bool          // a request for help
	Due     time.Time     // when the reset that somebody asked for is carried out; zero when none waits
}

// WaysBack says what leads on with a login besides its offer.
func (m *Machine) WaysBack(ctx context.Context, l Login) (WaysBack, error) {
	row := l.record().row
	w, account := WaysBack{Support: m.cfg.SupportAddress != "" && !mailedFirst(row.Evidence)}, row.Account
	var err error
	if w.Due, err = m.resetDue(ctx, account); err != nil {
		return WaysBack{}, err
	}
	if err = m.mayAskReset(ctx, row); err == nil {
		w.Reset = m.cfg.ResetWait
	} else if !IsCode(err, CodeWrongState) {
		return WaysBack{}, err
	}
	err = m.mayRescue(ctx, l)
	if err != nil && !IsCode(err, CodeWrongState) {
		return WaysBack{}, err
	}
	w.Rescue = err == nil
	return w, nil
}

// WaysBackOf says what would lead on with a new sign-in, for somebody signed in who can prove themself with nothing of what
// is bound.
func (m *Machine) WaysBackOf(ctx context.Context, s Session) (w WaysBack, err error) {
	w.Support = m.cfg.SupportAddress != ""
	may, err := m.MayAskReset(ctx, s)
	if err != nil {
		return WaysBack{}, err
	}
	if may {
		w.Reset = m.cfg.ResetWait
	}
	w.Due, err = m.resetDue(ctx, s.AccountID())
	return w, err
}
