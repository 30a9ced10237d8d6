package core

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"
)

// Registration is what a person gives to get an account. One of username and email is needed.
type Registration struct {
	Username, Email, Password string
	ReturnTo                  string
}

// Least lengths of a password in characters (NIST SP 800-63B-4, 3.1.1.2).
const (
	minPasswordAlone  = 15 // where it can sign in by itself
	minPasswordSecond = 8  // where a second factor is enforced
)

func minPassword(p Policy) int {
	if p == PolicyOptional {
		return minPasswordAlone
	}
	return minPasswordSecond
}

// Register makes an account. The password that it sets is the login's first evidence; what comes then
// is as with [Machine.Answer].
func (m *Machine) Register(ctx context.Context, c Caller, in Registration) (_ Session, err error) {
	now := m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "registered", account, err) }()
	a, err := m.newAccount(in)
	if err != nil {
		return Session{}, err
	}
	if err := m.admitRegistration(ctx, c, a, now); err != nil {
		return Session{}, err
	}
	if a.PasswordHash, err = m.cfg.Passwords.Hash(ctx, []byte(in.Password)); err != nil {
		return Session{}, overloaded(err)
	}
	account = a.ID
	row := LoginRow{
		Account: a.ID, Transport: c.Transport, ReturnTo: in.ReturnTo,
		Evidence: []Evidence{{Kind: KindPassword, At: now}},
	}
	var out outcome
	err = m.store.Register(ctx, a, now, func(tx Tx, st State) error {
		if err := tx.InsertEvent(event("registered", c, a.ID, "", now)); err != nil {
			return err
		}
		row.Epoch = st.Epoch
		var err error
		out, err = m.conclude(tx, c, st, row, now)
		return err
	})
	if errors.Is(err, ErrNameTaken) {
		return Session{}, taken()
	}
	return m.concluded(ctx, out, proof{}, now, err)
}

func taken() *Error { return &Error{Code: CodeTaken, Field: "username"} }

// newAccount checks everything that can be checked without work.
func (m *Machine) newAccount(in Registration) (NewAccount, error) {
	a := NewAccount{Account: Account{ID: newID()}}
	if in.Username == "" && in.Email == "" {
		return a, invalid("username", "username.missing")
	}
	var err error
	if in.Username != "" {
		if a.Username, a.UsernameKey, err = m.cfg.Names.Username(in.Username); err != nil {
			return a, err
		}
	}
	if in.Email != "" {
		if a.Email, a.EmailKey, err = m.cfg.Names.Email(in.Email); err != nil {
			return a, err
		}
	}
	a.StandsAlone, err = checkNewPassword("password", in.Password, m.cfg.Policy)
	return a, err
}

// checkNewPassword holds a new password to the length that the policy asks for, in code points.
func checkNewPassword(field, password string, p Policy) (standsAlone bool, err error) {
	if err := checkPasswordInput(field, password); err != nil {
		return false, err
	}
	n := utf8.RuneCountInString(password)
	if least := minPassword(p); n < least {
		return false, &Error{Code: CodeWeakPassword, Field: field, Text: "password.too_short", Args: []any{least}}
	}
	return n >= minPasswordAlone, nil
}

// admitRegistration refuses what would be refused anyway before a hash is spent on it.
func (m *Machine) admitRegistration(ctx context.Context, c Caller, a NewAccount, now time.Time) error {
	if err := m.checkAddress(ctx, c, now); err != nil {
		return err
	}
	if err := m.countAddress(ctx, c, now); err != nil {
		return err
	}
	if a.UsernameKey == "" {
		return nil
	}
	exists, err := m.store.UsernameTaken(ctx, a.UsernameKey)
	if err != nil {
		return err
	}
	if exists {
		return taken()
	}
	return nil
}
