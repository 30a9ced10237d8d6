package core

import (
	"context"
	"errors"
	"time"
)

// greet asks whoever has the mailbox of a new account to confirm it, or tells them that they have an account
// already. Which of the two is decided by the outbox: the answer to a registration shows neither.
func (m *Machine) greet(ctx context.Context, c Caller, a Account, now time.Time) error {
	if a.Email == "" || a.EmailConfirmed {
		return nil
	}
	msg := about(requestGreeting, c, a.ID, now)
	msg.To = a.Email
	return m.request(ctx, msg)
}

func (m *Machine) handleGreeting(ctx context.Context, msg Message) error {
	now := m.clock.Now()
	a, err := m.store.AccountRow(ctx, msg.Account)
	if err != nil || a == nil || a.EmailConfirmed || a.Email != msg.To {
		return err
	}
	_, key, err := m.cfg.Names.Email(a.Email)
	if err != nil {
		return nil //nolint:nilerr // an address of before, that is not accepted any more
	}
	return m.askForMailbox(ctx, msg, ticketConfirmAddress, *a, subject{New: a.Email, NewKey: key}, now)
}

// askForMailbox sends link and code to an address that somebody gave, or tells its owner when another account has
// it confirmed.
func (m *Machine) askForMailbox(ctx context.Context, msg Message, purpose string, a AccountRow, about subject, now time.Time) error {
	good := min(msg.ExpiresAt.Sub(now), confirmLifetime) // since it was asked for: as long as pages say that it waits
	out := msg
	out.Kind, out.To, out.ExpiresAt = MailChangeAddress, about.New, now.Add(good)
	if purpose == ticketConfirmAddress {
		out.Kind = MailConfirmAddress
	}
	admitted, err := m.admitConfirmation(ctx, purpose, out.Kind, a.Account.ID, about.NewKey, now)
	if err != nil || !admitted {
		return err
	}
	owner, err := m.ownerOf(ctx, about.NewKey)
	if err != nil {
		return err
	}
	if owner != nil && owner.ID != a.Account.ID {
		out.Kind, out.Account, out.To, out.Name = MailAddressTaken, owner.ID, owner.Email, ""
		return m.request(ctx, out)
	}
	return m.settle(ctx, a.Account.ID, now, func(tx Tx, st State) error {
		if st.Epoch != a.Epoch {
			return errChanged
		}
		epoch := st.Epoch
		if purpose == ticketConfirmAddress {
			epoch = 0 // setting up a code app first doesn't spoil the link
		}
		t, err := m.newTicket(purpose, a.Account.ID, epoch, about, good, now)
		if err != nil {
			return err
		}
		out.Link, out.Code = t.link("/verify-email"), t.code
		return firstErr(tx.InsertTicket(t.row), m.post(tx, out))
	})
}

// confirmationsToOne bounds how often strangers who register one mailbox have it asked to confirm, in an hour. It leaves
// room for its owner among them.
func confirmationsToOne() Limit { return Limit{Events: 30, Per: time.Hour} }

func (m *Machine) admitConfirmation(ctx context.Context, purpose string, kind MessageKind, account, key string, now time.Time) (bool, error) {
	if purpose == ticketConfirmAddress { // a change was counted when it was asked for
		if admitted, err := m.admitMail(ctx, kind, account, now); err != nil || !admitted {
			return false, err
		}
	}
	return m.admit(ctx, kind, key, confirmationsToOne(), now)
}

// errChanged is why the outbox tries a request again: the account changed while it was looked at.
var errChanged = errors.New("core: the account changed meanwhile")

// ownerOf is the account that has an address confirmed; nil when none has.
func (m *Machine) ownerOf(ctx context.Context, key string) (*Account, error) {
	found, err := m.store.FindAccounts(ctx, Name{Key: key, IsEmail: true})
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		if f.Account.EmailConfirmed {
			return &f.Account, nil
		}
	}
	return nil, nil
}

// ConfirmAddress confirms an address with what was mailed there: the one given at registration, or a changed one. It
// needs no session: whoever reads mail elsewhere has none there. What was made before by somebody without the mailbox
// ends; a session that the caller brings along goes on.
func (m *Machine) ConfirmAddress(ctx context.Context, c Caller, in Mailed) (_ Session, signedIn bool, err error) {
	now := m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "address.confirmed", account, err) }()
	own, err := m.broughtAlong(ctx, c)
	if err != nil {
		return Session{}, false, err
	}
	t, err := m.addressTicket(ctx, own, in, now)
	if err != nil {
		return Session{}, false, m.failedLink(ctx, c, now, err)
	}
	account = t.Account
	if own != nil && own.row.Account != account {
		own = nil
	}
	next, err := m.settleAddress(ctx, c, *t, own, now)
	if err != nil || next == nil {
		return Session{}, false, err
	}
	return Session{next}, true, nil
}

// broughtAlong is the session whose token the caller brought; nil when there is none.
func (m *Machine) broughtAlong(ctx context.Context, c Caller) (*sessionRecord, error) {
	s, err := m.SessionFrom(ctx, c.Transport, c.Replaces)
	if IsCode(err, CodeNotSignedIn) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.r, nil
}

func (m *Machine) addressTicket(ctx context.Context, own *sessionRecord, in Mailed, now time.Time) (*TicketRow, error) {
	account := ""
	if own != nil {
		account = own.row.Account
	}
	t, err := m.findTicket(ctx, ticketChangeAddress, account, in, now)
	if !IsCode(err, CodeWrong) {
		return t, err
	}
	return m.findTicket(ctx, ticketConfirmAddress, account, in, now)
}

// failedLink counts a link or code that was none under the client's address.
func (m *Machine) failedLink(ctx context.Context, c Caller, now time.Time, err error) error {
	if !IsCode(err, CodeWrong) {
		return err
	}
	return m.failed(ctx, c, now, err)
}

func (m *Machine) settleAddress(ctx context.Context, c Caller, t TicketRow, own *sessionRecord, now time.Time) (*sessionRecord, error) {
	about, err := t.subject()
	if err != nil {
		return nil, err
	}
	var next *sessionRecord
	err = m.settle(ctx, t.Account, now, func(tx Tx, st State) error {
		if err := firstErr(takeTicket(tx, t, st), stillAsked(tx, t, about)); err != nil {
			return err
		}
		own := own
		if own != nil && own.row.Epoch != st.Epoch {
			own = nil // it was ended meanwhile
		}
		if err := firstErr(m.mayConfirm(tx, t.Account, about, own), m.tellUnproved(tx, c, t, now)); err != nil {
			return err
		}
		e := event("address.confirmed", c, t.Account, "", now)
		if about.Old != "" {
			e.Kind = "address.changed"
		}
		e.Detail = about.New
		if own != nil {
			e.Session = own.row.ID
		}
		epoch, err := m.moveAddress(tx, t.Account, about.New, about.NewKey, e)
		if err != nil {
			return err
		}
		// The session that asked for the change goes on, wherever it was confirmed.
		if _, err := tx.CarrySession(t.Account, about.Asker, st.Epoch, epoch); err != nil {
			return err
		}
		if about.Old != "" {
			if err := m.offerUndo(tx, c, t.Account, about, now); err != nil {
				return err
			}
		}
		if own == nil {
			return leaveToMailbox(tx, t.Account, about)
		}
		next, err = m.goOn(tx, own, epoch)
		return err
	})
	return next, err
}

// mayConfirm refuses to confirm the first address of an account that has an authenticator for somebody who is not
// signed in to it: that account may have been made by a stranger, to be found confirmed one day
// (the pre-hijacking of accounts).
func (m *Machine) mayConfirm(tx Tx, account string, about subject, own *sessionRecord) error {
	if own != nil || about.Old != "" {
		return nil
	}
	auths, err := tx.Authenticators(account)
	if err != nil {
		return err
	}
	if len(auths) > 0 {
		return wrongState("address.sign_in_first")
	}
	return nil
}

// leaveToMailbox ends the sessions of an account whose address was confirmed by somebody who is not signed in to it, but
// for the one that asked for the change. Who signed in before anybody had an address confirmed may be a stranger who made
// the account for somebody else to confirm: the mailbox is told when they come again.
func leaveToMailbox(tx Tx, account string, about subject) error {
	if about.Old == "" { // events of it without a session are read the same way, by Tx.SignIns
		if err := tx.ForgetClients(account); err != nil {
			return err
		}
	}
	return tx.EndSessions(account, about.Asker)
}

// moveAddress gives the account its address and ends what rested on the old state; e tells of it.
func (m *Machine) moveAddress(tx Tx, account, email, key string, e Event) (epoch int64, err error) {
	free, err := tx.ConfirmAddress(account, email, key)
	if err != nil {
		return 0, err
	}
	if !free {
		return 0, deadLink("another account has that address by now")
	}
	if epoch, err = tx.BumpEpoch(account); err != nil {
		return 0, err
	}
	return epoch, firstErr(
		tx.DropTickets(account, ticketConfirmAddress, time.Time{}),
		dropAddressChange(tx, account),
		tx.InsertEvent(e))
}

// tellUnproved tells the address that a change leaves and that nobody had confirmed: the account's owner may read it all the
// same. It gets no link, and is not told where the account went.
func (m *Machine) tellUnproved(tx Tx, c Caller, t TicketRow, now time.Time) error {
	a, err := tx.Account(t.Account)
	if err != nil || a == nil || t.Purpose != ticketChangeAddress || a.Email == "" || a.EmailConfirmed {
		return err
	}
	msg := about(MailAddressChanged, c, t.Account, now)
	msg.To, msg.Name = a.Email, a.Shown()
	return m.post(tx, msg)
}

// goOn takes a session over into the new epoch; a browser's gets a new token.
func (m *Machine) goOn(tx Tx, rec *sessionRecord, epoch int64) (*sessionRecord, error) {
	next := rec.changed()
	next.row.Epoch = epoch
	if rec.row.Transport == TransportCookie {
		next.token, next.row.TokenHash = newToken(purposeSession, TransportCookie)
	}
	return &next, updateSession(tx, rec, next.row)
}
