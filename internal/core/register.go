package core

import (
	"context"
	"errors"
	"time"
)

// Registration is what a person gives to get an account. One of username and email is needed.
type Registration struct {
	Username, Email, Password string
	ReturnTo                  string
	Invitation                string // the token of an invitation's link, or ""
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
// is as with [Machine.Answer], or *[ConfirmNeeded]. An address that another account has confirmed changes nothing
// about the answer: its owner is told by a message.
func (m *Machine) Register(ctx context.Context, c Caller, in Registration) (_ Session, err error) {
	now := m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "registered", account, err) }()
	invited, err := m.invited(ctx, in.Invitation, now)
	if err != nil {
		return Session{}, err
	}
	a, err := m.newAccount(ctx, c, in, invited)
	if err != nil {
		return Session{}, err
	}
	if err := m.admitRegistration(ctx, c, a, now); err != nil {
		return Session{}, err
	}
	if a.PasswordHash, err = m.cfg.Passwords.Hash(ctx, []byte(in.Password)); err != nil {
		return Session{}, overloaded(err)
	}
	var out outcome
	err = m.register(ctx, a, now, func(tx Tx, st State) error {
		out, err = m.registerIn(tx, c, a, st, invited, in.ReturnTo, now)
		return err
	})
	switch {
	case errors.Is(err, ErrNameTaken):
		return Session{}, taken()
	case errors.Is(err, ErrAddressTaken): // an invitation to an address that has an account by now
		return Session{}, deadInvitation("the invited address has an account")
	}
	if err == nil {
		account = a.ID
		err = m.greet(ctx, c, a.Account, now)
	}
	if err == nil && m.unconfirmed(a.Account) {
		return Session{}, &ConfirmNeeded{}
	}
	return m.concluded(ctx, c, a.ID, out, proof{}, now, err)
}

// registerIn is what happens in the transaction that makes an account.
func (m *Machine) registerIn(tx Tx, c Caller, a NewAccount, st State, invited *TicketRow, returnTo string, now time.Time) (outcome, error) {
	if invited != nil {
		taken, err := tx.TakeTicket(invited.ID)
		if err != nil || !taken {
			return outcome{}, firstErr(err, deadInvitation("used by another request"))
		}
	}
	if err := tx.InsertEvent(event("registered", c, a.ID, "", now)); err != nil || m.unconfirmed(a.Account) {
		return outcome{}, err
	}
	row := LoginRow{
		Account: a.ID, Epoch: st.Epoch, Transport: c.Transport, ReturnTo: returnTo,
		Evidence: []Evidence{{Kind: KindPassword, At: now}},
	}
	return m.conclude(tx, c, st, settling{row: row, isNew: true}, now)
}

func taken() *Error { return &Error{Code: CodeTaken, Field: "username"} }

// newAccount checks everything that can be checked without work.
func (m *Machine) newAccount(ctx context.Context, c Caller, in Registration, invited *TicketRow) (NewAccount, error) {
	a := NewAccount{Account: Account{ID: newID()}}
	names := m.nameAccount(&a, in.Username, in.Email)
	a.Language = m.language(c)
	if err := a.accept(invited); err != nil {
		return a, err
	}
	policy := m.cfg.Rule.chosen(State{Groups: a.Groups}, m.clock.Now())
	var weak error
	a.StandsAlone, weak = m.checkNewPassword(ctx, "password", in.Password, policy, a.Account)
	return a, together(m.missingName(in), names, weak)
}

// missingName says which name an account can't do without.
func (m *Machine) missingName(in Registration) error {
	switch {
	case in.Username == "" && in.Email == "":
		return invalid("username", "username.missing")
	case in.Email == "" && m.cfg.EmailMustConfirm:
		return invalid("email", "email.missing")
	}
	return nil
}

// nameAccount brings the names to their one form.
func (m *Machine) nameAccount(a *NewAccount, username, email string) error {
	var badName, badEmail error
	if username != "" {
		a.Username, a.UsernameKey, a.Skeleton, badName = m.cfg.Names.Username(username)
	}
	if email != "" {
		a.Email, a.EmailKey, badEmail = m.cfg.Names.Email(email)
	}
	return together(badName, badEmail)
}

// checkNewPassword holds a new password to the length that the policy asks for, in code points, and refuses what is
// easily guessed.
func (m *Machine) checkNewPassword(ctx context.Context, field, password string, p Policy, a Account) (standsAlone bool, err error) {
	if err := checkPasswordInput(field, password); err != nil {
		return false, err
	}
	n := m.cfg.Passwords.Length([]byte(password))
	if least := minPassword(p); n < least {
		return false, &Error{Code: CodeWeakPassword, Field: field, Text: "password.too_short", Args: []any{least}}
	}
	words := []string{a.Username, a.Email, m.cfg.Issuer}
	if text := m.cfg.Rules.Refuse(ctx, []byte(password), words); text != "" {
		return false, &Error{Code: CodeWeakPassword, Field: field, Text: text}
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
	exists, err := m.store.UsernameTaken(ctx, a.UsernameKey, a.Skeleton)
	if err != nil {
		return err
	}
	if exists {
		return taken()
	}
	return nil
}
