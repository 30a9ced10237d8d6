package core

import "context"

// ChangePassword sets a new password. It takes the present one and an elevation, ends every other
// session, and gives a browser's session a new token. A bearer session keeps its token: there is no
// answer that could bring it a new one.
func (m *Machine) ChangePassword(ctx context.Context, c Caller, e Elevated, current, next string) (_ Session, err error) {
	rec, now := e.Session().record(), m.clock.Now()
	account := rec.row.Account
	defer func() { m.note(ctx, c, "password.changed", account, err) }()
	st, err := m.stateOf(ctx, e.Session())
	if err != nil {
		return Session{}, err
	}
	a, err := m.Account(ctx, e.Session())
	if err != nil {
		return Session{}, err
	}
	standsAlone, err := m.checkNewPassword(ctx, "new", next, m.cfg.Rule.chosen(st, now), a)
	if next == "" {
		err = noNewPassword("new")
	}
	if err != nil {
		return Session{}, together(err, checkPasswordInput("current", current))
	}
	p, err := m.proveOwnPassword(ctx, e.Session(), "current", current, now)
	if err != nil {
		return Session{}, err
	}
	if next == current {
		return Session{}, invalid("new", "password.same")
	}
	hash, err := m.cfg.Passwords.Hash(ctx, []byte(next))
	if err != nil {
		return Session{}, overloaded(err)
	}
	changed := rec.changed()
	if rec.row.Transport == TransportCookie {
		changed.token, changed.row.TokenHash = newToken(purposeSession, TransportCookie)
	}
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, rec.row); err != nil {
			return err
		}
		if err := m.consume(tx, c, &st, p); err != nil {
			return err
		}
		if err := tx.SetPassword(account, hash, standsAlone); err != nil {
			return err
		}
		var err error
		if changed.row.Epoch, err = tx.BumpEpoch(account); err != nil {
			return err
		}
		if err := updateSession(tx, rec, changed.row); err != nil {
			return err
		}
		return firstErr(
			tx.InsertEvent(event("password.changed", c, account, "", now)),
			m.post(tx, about(MailPasswordChanged, c, account, now)))
	})
	if err != nil {
		return Session{}, err
	}
	return Session{&changed}, nil
}

// MinNewPassword is how many characters a new password of the signed-in account needs.
func (m *Machine) MinNewPassword(ctx context.Context, s Session) (int, error) {
	st, err := m.stateOf(ctx, s)
	if err != nil {
		return 0, err
	}
	return minPassword(m.cfg.Rule.chosen(st, m.clock.Now())), nil
}

// noNewPassword tells it from a password that there is already.
func noNewPassword(field string) error { return invalid(field, "password.new_missing") }
