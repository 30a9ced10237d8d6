package core

import (
	"context"
	"errors"
)

// What stands here an embedding application says of its own accounts, in a [Directory]. It is believed, as the directory is:
// nothing here may be reached by a request alone.

// PasswordProved begins a login with a password that the application compared itself. It is that comparison's evidence, and
// nothing here counts it or could: what comes then is as with [Machine.Answer]. CodeWrong where the account is shut or gone.
func (m *Machine) PasswordProved(ctx context.Context, c Caller, account string, in Beginning) (_ Session, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "login.password", account, err) }()
	if m.cfg.Directory == nil {
		return Session{}, errors.New("core: the accounts are kept here, and so are their passwords: nobody else proves them")
	}
	row, err := m.store.AccountRow(ctx, account)
	switch {
	case err != nil:
		return Session{}, err
	case row == nil:
		return Session{}, wrong("unknown account")
	case row.Disabled:
		return Session{}, wrong("disabled")
	}
	rec := m.Begin(c, in).record()
	first := passwordProof{account: row.Account, state: row.State, proof: proof{evidence: Evidence{Kind: KindPassword, At: now}}}
	if first, err = m.beginWith(ctx, c, rec, first, now); err != nil {
		return Session{}, err
	}
	return m.settleLogin(ctx, c, rec, first.proof, now)
}

// CredentialChanged ends what rested on the password or address that an account had before the application changed it. A session
// of the account that the caller brings along goes on, a browser's with a new token; without one, as after a reset, whoever
// signed in before is a stranger. CodeNotFound when there is no such account.
func (m *Machine) CredentialChanged(ctx context.Context, c Caller, account string) (_ Session, goesOn bool, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "credential.changed", account, err) }()
	if m.cfg.Directory == nil {
		return Session{}, false, errHere
	}
	own, err := m.broughtAlong(ctx, c)
	if err != nil {
		return Session{}, false, err
	}
	var next *sessionRecord
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		epoch, err := tx.BumpEpoch(account)
		if err != nil {
			return err
		}
		e := event("credential.changed", c, account, "", now)
		if own == nil || own.row.Account != account || own.row.Epoch != st.Epoch {
			next = nil
			return firstErr(m.endAll(tx, account), tx.ForgetClients(account),
				tx.Clear([]Counter{passwordCounter(account, "")}), tx.InsertEvent(e))
		}
		e.Session = own.row.ID
		if next, err = m.goOn(tx, own, epoch); err != nil {
			return err
		}
		return tx.InsertEvent(e)
	})
	if err != nil || next == nil {
		return Session{}, false, noAccount(err)
	}
	return Session{next}, true, nil
}

// EndAll ends every session, login in progress and trusted browser of an account, and the reset that somebody asked for. The
// account need not be in the directory any more; one that nobody ever signed in to has none of it.
func (m *Machine) EndAll(ctx context.Context, c Caller, account string) error {
	return m.told(ctx, c, account, "session.all_ended", func(tx Tx) error {
		_, err := tx.BumpEpoch(account)
		return firstErr(err, m.endAll(tx, account), m.endOwnReset(tx, c, account, m.clock.Now()))
	})
}

// Forget deletes everything that is kept about an account but its events. It is for accounts that were deleted, under ids
// that nobody gets again: an account that is still in the directory begins anew, with nothing bound.
func (m *Machine) Forget(ctx context.Context, c Caller, account string) error {
	return m.told(ctx, c, account, "account.deleted", func(tx Tx) error { return tx.DeleteAccount(account) })
}

var errHere = errors.New("core: there is no directory: the accounts are kept here")

// told does one thing to what is kept about an account, with its event, without asking the directory.
func (m *Machine) told(ctx context.Context, c Caller, account, kind string, fn func(Tx) error) (err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, kind, account, err) }()
	if m.cfg.Directory == nil {
		return errHere
	}
	err = m.settleHere(ctx, account, now, func(tx Tx, _ State) error {
		return firstErr(tx.InsertEvent(event(kind, c, account, "", now)), fn(tx))
	})
	if errors.Is(err, ErrNoAccount) {
		return nil
	}
	return err
}

func (m *Machine) endAll(tx Tx, account string) error {
	return firstErr(tx.EndSessions(account, ""), tx.DeleteBrowsers(account))
}
