package core

import (
	"context"
	"time"
)

// Forgot asks for the link and code that set a new password. Known and unknown names are answered alike, and what
// comes of it is decided by the outbox, where nobody can measure it. An address that nobody has gets a message that
// says so. The only errors are of limits and of the system.
func (m *Machine) Forgot(ctx context.Context, c Caller, login string) (err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "password.forgotten", "", err) }()
	switch {
	case m.cfg.Directory != nil:
		return errElsewhere
	case login == "":
		return invalid("login", "login.missing")
	}
	if err := m.checkAddress(ctx, c, now); err != nil {
		return err
	}
	if err := m.countAddress(ctx, c, now); err != nil {
		return err
	}
	return m.request(ctx, m.aboutLogin(requestRecovery, c, login, now))
}

// aboutLogin is a request about the accounts that what somebody typed may name.
func (m *Machine) aboutLogin(kind MessageKind, c Caller, login string, now time.Time) Message {
	name := m.cfg.Names.Login(login)
	msg := about(kind, c, "", now)
	msg.Args = map[string]string{"key": name.Key}
	if m.cfg.Directory != nil {
		msg.Args["login"] = name.Typed
	}
	if shown, _, err := m.cfg.Names.Email(login); err == nil && name.IsEmail {
		msg.To = shown
	}
	return msg
}

// toThose sends for each account that a request of [Machine.aboutLogin] names.
func (m *Machine) toThose(ctx context.Context, msg Message, send func(context.Context, Message, Found, time.Time) error) error {
	now := m.clock.Now()
	found, err := m.store.FindAccounts(ctx, Name{Key: msg.Args["key"], IsEmail: msg.To != "", Typed: msg.Args["login"]})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return m.tellNobody(ctx, msg, now)
	}
	for _, f := range found {
		if err := send(ctx, msg, f, now); err != nil {
			return err
		}
	}
	return nil
}

// tellNobody tells an address that nobody has an account with it. A name that is no address leads nowhere.
func (m *Machine) tellNobody(ctx context.Context, msg Message, now time.Time) error {
	if msg.To == "" {
		return nil
	}
	if admitted, err := m.admitMail(ctx, requestRecovery, msg.To, now); err != nil || !admitted {
		return err
	}
	msg.Kind, msg.ExpiresAt, msg.Args = MailNoAccount, now.Add(resetLifetime), nil
	return m.request(ctx, msg)
}

// sendReset mails to the address that is stored, never to what was typed.
func (m *Machine) sendReset(ctx context.Context, msg Message, f Found, now time.Time) error {
	if f.State.Disabled || f.Account.Email == "" {
		return nil
	}
	// By account: what strangers ask for about addresses like this one uses nothing of it up.
	if admitted, err := m.admitMail(ctx, MailResetPassword, f.Account.ID, now); err != nil || !admitted {
		return err
	}
	if !f.Account.EmailConfirmed {
		if admitted, err := m.admitMail(ctx, MailResetPassword, f.Account.Email, now); err != nil || !admitted {
			return err
		}
	}
	return m.settle(ctx, f.Account.ID, now, func(tx Tx, st State) error {
		if st.Epoch != f.State.Epoch {
			return errChanged // the address may be another one by now
		}
		out := msg
		out.Kind, out.Account, out.Args = MailResetPassword, f.Account.ID, nil
		return m.postReset(tx, out, f.Account, st.Epoch, now)
	})
}

// resetPath is the page of the link that sets a new password.
const resetPath = "/recover/reset"

// postReset sends the link and code that set a new password; those before die.
func (m *Machine) postReset(tx Tx, msg Message, a Account, epoch int64, now time.Time) error {
	_, key, err := m.cfg.Names.Email(a.Email)
	if err != nil {
		return nil //nolint:nilerr // an address of before, that is not accepted any more
	}
	t, err := m.newTicket(ticketResetPassword, a.ID, epoch, subject{New: a.Email, NewKey: key}, resetLifetime, now)
	if err != nil {
		return err
	}
	msg.To, msg.Link, msg.Code, msg.ExpiresAt = a.Email, t.link(resetPath), t.code, t.row.ExpiresAt
	return firstErr(tx.InsertTicket(t.row), m.post(tx, msg))
}

// ResetPassword sets a new password with what was mailed. It signs nobody in and touches no authenticator; every
// session and trusted browser ends. A password that is refused leaves the link good.
func (m *Machine) ResetPassword(ctx context.Context, c Caller, in Mailed, password string) (err error) {
	now := m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "password.reset", account, err) }()
	if err := m.checkAddress(ctx, c, now); err != nil {
		return err
	}
	t, err := m.findTicket(ctx, ticketResetPassword, "", in, now)
	if err != nil {
		return m.failedLink(ctx, c, now, err)
	}
	account = t.Account
	a, err := m.store.AccountRow(ctx, account)
	if err != nil || a == nil {
		return firstErr(err, deadLink("the account is gone"))
	}
	if password == "" {
		return noNewPassword("password")
	}
	standsAlone, err := m.checkNewPassword(ctx, "password", password, m.cfg.Rule.chosen(a.State, now), a.Account)
	if err != nil {
		return err
	}
	if err := m.unlikeExposed(ctx, a.State, password); err != nil {
		return err
	}
	hash, err := m.cfg.Passwords.Hash(ctx, []byte(password))
	if err != nil {
		return overloaded(err)
	}
	about, err := t.subject()
	if err != nil {
		return err
	}
	return m.settleReset(ctx, c, *t, about, *a, newPassword{hash, standsAlone}, now)
}

// newPassword is a password that was checked and hashed.
type newPassword struct {
	hash        string
	standsAlone bool
}

func (m *Machine) settleReset(ctx context.Context, c Caller, t TicketRow, mailbox subject, a AccountRow, next newPassword, now time.Time) error {
	return m.settle(ctx, t.Account, now, func(tx Tx, st State) error {
		if err := takeTicket(tx, t, st); err != nil {
			return err
		}
		if err := tx.SetPassword(t.Account, next.hash, next.standsAlone); err != nil {
			return err
		}
		if err := m.proveMailbox(tx, c, t, mailbox, a, now); err != nil {
			return err
		}
		epoch, err := tx.BumpEpoch(t.Account)
		if err != nil {
			return err
		}
		return firstErr(
			m.keepRebind(tx, st, a.Email, epoch),
			tx.SetPasswordExposed(t.Account, false),
			tx.Clear([]Counter{passwordCounter(t.Account, "")}),
			tx.EndSessions(t.Account, ""),
			tx.DeleteBrowsers(t.Account),
			tx.ForgetClients(t.Account),
			tx.InsertEvent(event("password.reset", c, t.Account, "", now)),
			m.post(tx, about(MailPasswordReset, c, t.Account, now)))
	})
}

// proveMailbox confirms the address that the link went to, when it had not been and nothing is bound: somebody read
// its mail.
func (m *Machine) proveMailbox(tx Tx, c Caller, t TicketRow, mailbox subject, a AccountRow, now time.Time) error {
	if a.EmailConfirmed || a.Email != mailbox.New {
		return nil
	}
	auths, err := tx.Authenticators(t.Account)
	if err != nil || len(auths) > 0 {
		return err
	}
	confirmed, err := tx.ConfirmAddress(t.Account, mailbox.New, mailbox.NewKey)
	if err != nil || !confirmed {
		return err
	}
	return tx.InsertEvent(event("address.confirmed", c, t.Account, "", now))
}
