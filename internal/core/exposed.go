package core

import (
	"context"
	"errors"
	"time"
)

// A password that may be known to others is no evidence any more. Its hash stays, so that whoever types it gets an honest
// answer, and nothing else. The link of a forgotten password replaces it.

// Replacement says how the owner of an exposed password gets to a new one.
type Replacement struct {
	Mailed bool // a link went to the confirmed address
	Handed      // where there is none; empty for a disabled account
	Former []FormerAddress
}

// ExposePassword notes that the password of an account may be known to others: it opens nothing any more, and what
// rested on it ends. The owner is told the reason, with a link that sets a new password. It is for administrators: it
// asks for no proof. CodeNotFound when there is no such account; an [AddressChangedError] where the link would go to an address
// that the account has not had for long.
func (m *Machine) ExposePassword(ctx context.Context, c Caller, account string, o Order) (out Replacement, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "password.exposed", account, err) }()
	switch {
	case m.cfg.Directory != nil: // only the application can replace it
		return Replacement{}, errElsewhere
	case o.Reason == "":
		return Replacement{}, invalid("reason", "reset.reason_missing")
	}
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		e := event("password.exposed", c, account, "", now)
		e.Detail = o.Reason
		if st.Epoch, err = m.endTrust(tx, c, account, now); err != nil {
			return err
		}
		if err := firstErr(tx.SetPasswordExposed(account, true), tx.InsertEvent(e)); err != nil {
			return err
		}
		if out, err = m.offerReplacement(tx, c, st, o, now); err != nil {
			return err
		}
		out.Former, err = m.tellFormer(tx, c, st, o.Reason, now)
		return err
	})
	if err != nil {
		return Replacement{}, noAccount(err)
	}
	return out, nil
}

// endTrust ends what rested on a password that others may know, and returns the epoch that begins.
func (m *Machine) endTrust(tx Tx, c Caller, account string, now time.Time) (epoch int64, err error) {
	if epoch, err = tx.BumpEpoch(account); err != nil {
		return 0, err
	}
	return epoch, firstErr(
		tx.EndSessions(account, ""),
		tx.DeleteBrowsers(account),
		tx.ForgetClients(account),
		m.endOwnReset(tx, c, account, now))
}

// canReplace says whether the owner of a password can be mailed a link that replaces it: somebody proved to have the mailbox,
// and the password is kept here.
func (m *Machine) canReplace(a *Account) bool {
	if a == nil || !a.EmailConfirmed || m.cfg.Directory != nil {
		return false
	}
	_, _, refused := m.cfg.Names.Email(a.Email)
	return refused == nil
}

// endOwnReset ends a reset that was asked for with the password alone: who that was is not known any more.
func (m *Machine) endOwnReset(tx Tx, c Caller, account string, now time.Time) error {
	taken, err := tx.TakeOwnReset(account)
	if err != nil || !taken {
		return err
	}
	return m.tellResetEnded(tx, c, account, now)
}

// offerReplacement mails the link, or returns it where nobody proved to have the mailbox. While the account is disabled
// no link works.
func (m *Machine) offerReplacement(tx Tx, c Caller, st State, o Order, now time.Time) (Replacement, error) {
	a, err := tx.Account(st.Account)
	if err != nil || a == nil || st.Disabled {
		return Replacement{}, err
	}
	if !m.canReplace(a) {
		password, err := m.handPassword(tx, st.Account, st.Epoch, now)
		if err != nil {
			return Replacement{}, err
		}
		bind, err := m.handRebind(tx, st, a.Email, now)
		return Replacement{Handed: Handed{password, bind}}, err
	}
	if err := o.mayMail(tx, st.Account, now); err != nil {
		return Replacement{}, err
	}
	msg := about(MailPasswordExposed, c, st.Account, now)
	msg.Args = map[string]string{"reason": o.Reason}
	return Replacement{Mailed: true}, m.postReset(tx, msg, *a, st.Epoch, now)
}

// tellFormer tells the addresses that the account's can be taken back to: the one that it has may be a thief's. They get no
// link but the one that they have.
func (m *Machine) tellFormer(tx Tx, c Caller, st State, reason string, now time.Time) ([]FormerAddress, error) {
	former, err := formerAddresses(tx, st.Account, now)
	if err != nil || st.Disabled {
		return former, err
	}
	msg := about(MailExposedToOld, c, st.Account, now)
	msg.Args = map[string]string{"reason": reason}
	return former, m.postToEach(tx, msg, former)
}

// refuseExposed answers who typed a right password that may be known to others. The attempt stays counted: it leads
// nowhere, like a wrong one.
func (m *Machine) refuseExposed(ctx context.Context, c Caller, account string, now time.Time) error {
	e := &Error{Code: CodeWrongState, Field: "password", Text: "login.password_exposed", Reason: "the password may be known to others"}
	m.refused(c, "login.password", account, e)
	if err := m.request(ctx, about(requestReplace, c, account, now)); err != nil {
		return err
	}
	return m.failed(ctx, c, now, e)
}

// handleReplace mails the link once more to who typed the exposed password: links expire, and mails get lost.
func (m *Machine) handleReplace(ctx context.Context, msg Message) error {
	now := m.clock.Now()
	admitted, err := m.admitMail(ctx, MailPasswordRefused, msg.Account, now)
	if err != nil || !admitted {
		return err
	}
	err = m.settle(ctx, msg.Account, now, func(tx Tx, st State) error {
		a, err := tx.Account(msg.Account)
		if err != nil || a == nil || !a.EmailConfirmed || !st.PasswordExposed || st.Disabled {
			return err
		}
		out := msg
		out.Kind = MailPasswordRefused
		return m.postReset(tx, out, *a, st.Epoch, now)
	})
	if errors.Is(err, ErrNoAccount) {
		return nil
	}
	return err
}

// unlikeExposed refuses the exposed password as a new one.
func (m *Machine) unlikeExposed(ctx context.Context, st State, password string) error {
	if !st.PasswordExposed {
		return nil
	}
	stored, err := m.store.PasswordHash(ctx, st.Account)
	if err != nil {
		return err
	}
	same, _, err := m.compare(ctx, &Found{Account: Account{ID: st.Account}, PasswordHash: stored}, password)
	if err != nil {
		return err
	}
	if same {
		return &Error{Code: CodeWeakPassword, Field: "password", Text: "password.exposed"}
	}
	return nil
}
