package core

import "time"

// Who has no address gets links from an administrator's hand. Password and second factor may both be gone, and each
// of the two links has to survive what is done with the other.

// Handed is what an administrator hands over to who has no address: paths below the public URL, good for a day.
type Handed struct {
	Password string // sets a password; "" where there is one that opens the account
	Bind     string // then, with the password, binds anew; "" where no reset waits for that
}

// rebindPath is the page of the link that binds anew.
const rebindPath = "/recover/link"

// handPassword makes the link that sets a password, to be handed over. Those before die.
func (m *Machine) handPassword(tx Tx, account string, epoch int64, now time.Time) (string, error) {
	t, err := m.newTicket(ticketResetPassword, account, epoch, subject{}, bindAnewLifetime, now)
	if err != nil {
		return "", err
	}
	t.row.CodeHash = nil
	return t.link(resetPath), tx.InsertTicket(t.row)
}

// handRebind makes the link that binds anew where a reset waits for it and no mail could bring it.
func (m *Machine) handRebind(tx Tx, st State, email string, now time.Time) (string, error) {
	if !st.Rebind || email != "" {
		return "", nil
	}
	t, err := m.bindAnew(tx, st.Account, st.Epoch, now)
	return t.link(rebindPath), err
}

// keepRebind takes the links that bind anew along into the epoch of a new password, for an account without an address:
// both were handed over by the same administrator. What was mailed dies, as its message promises: the mailbox may be read
// by a thief, and sends another.
func (m *Machine) keepRebind(tx Tx, st State, email string, epoch int64) error {
	if !st.Rebind || email != "" {
		return nil
	}
	links, err := tx.Tickets(st.Account, ticketBindAnew)
	if err != nil {
		return err
	}
	for _, t := range links {
		about, err := t.subject()
		if err != nil || t.Epoch != st.Epoch || !about.Handed {
			continue
		}
		t.Epoch = epoch
		if err := tx.InsertTicket(t); err != nil { // in place of itself: each is its own owner
			return err
		}
	}
	return nil
}
