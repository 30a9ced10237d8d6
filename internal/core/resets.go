package core

import (
	"context"
	"errors"
	"time"
)

// A reset removes every authenticator of an account that lost them: at once or after a wait when support orders it,
// after a wait when somebody with the password asks. What follows is a mailed link that, together with the password,
// binds anew; until then nobody signs in.

// AskReset begins the reset of an account whose password was proved, for who has lost every authenticator. Everybody
// who reads its mail is told now, halfway and at the end; any of the links cancels it, and so does a sign-in with a
// second factor. It returns when the reset is due; asking again changes nothing. CodeWrongState where it is not
// possible: the operator does not allow it, the account has no confirmed address, or there is nothing to reset.
// CodeThrottled when too many were asked for and cancelled.
func (m *Machine) AskReset(ctx context.Context, c Caller, l Login) (due time.Time, err error) {
	row, now := l.record().row, m.clock.Now()
	defer func() { m.note(ctx, c, "reset.asked", row.Account, err) }()
	if err := m.mayAskReset(ctx, row); err != nil {
		return time.Time{}, err
	}
	if pending, err := m.resetDue(ctx, row.Account); err != nil || !pending.IsZero() {
		return pending, err
	}
	// Its messages go unlimited to whoever has to hear of it: who asks and cancels in turn would fill mailboxes.
	if err := m.admitOrWait(ctx, MailResetAsked, row.Account, now); err != nil {
		return time.Time{}, err
	}
	reset := ResetRow{Account: row.Account, StartedAt: now, DueAt: now.Add(m.cfg.ResetWait)}
	begun, phones := false, m.phones(ctx, row.Account, MailResetAsked)
	err = m.settle(ctx, row.Account, now, func(tx Tx, st State) error {
		if st.Epoch != row.Epoch {
			return &Error{Code: CodeLoginExpired, Reason: "the account changed meanwhile"}
		}
		err := m.somethingToReset(tx, st, now)
		if err != nil {
			return err
		}
		if begun, err = tx.InsertReset(reset); err != nil || !begun {
			return err
		}
		return firstErr(
			tx.InsertEvent(event("reset.asked", c, row.Account, "", now)), m.textAll(tx, about(MailResetAsked, c, row.Account, now), phones),
			m.postCancellable(tx, about(MailResetAsked, c, row.Account, now), reset, now))
	})
	if err != nil || begun {
		return reset.DueAt, err
	}
	pending, err := m.store.Reset(ctx, row.Account)
	if err != nil || pending == nil {
		return time.Time{}, firstErr(err, wrongState("reset.cancelled_meanwhile"))
	}
	return pending.DueAt, nil
}

func (m *Machine) mayAskReset(ctx context.Context, row LoginRow) error {
	a, err := m.store.Account(ctx, row.Account)
	if err != nil {
		return err
	}
	if a == nil || m.cfg.ResetWait == 0 || !a.EmailConfirmed || mailedFirst(row.Evidence) {
		return wrongState("reset.not_possible")
	}
	return nil
}

// outlasts is how long after it was due a reset can still be stopped, where something held it up.
const outlasts = 30 * 24 * time.Hour

// postCancellable sends a message whose link cancels the reset, until it is done and whatever changes meanwhile. It goes
// to the addresses, too, that the account's can be taken back to: the one that it has may be a thief's, who asks for this.
func (m *Machine) postCancellable(tx Tx, msg Message, reset ResetRow, now time.Time) error {
	t, err := m.newTicket(ticketCancelReset, reset.Account, 0, subject{}, reset.DueAt.Sub(now)+outlasts, now)
	if err != nil {
		return err
	}
	t.row.Owner, t.row.CodeHash = t.row.ID, nil // the links of earlier messages stay good
	msg.Link, msg.ExpiresAt = t.link("/recover/cancel"), reset.DueAt
	msg.Args = map[string]string{"due": stamp(reset.DueAt), "reason": reset.Reason}
	return firstErr(tx.InsertTicket(t.row), m.post(tx, msg), m.postToFormer(tx, msg, now))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// CancelReset ends a pending reset with the link of one of its messages.
func (m *Machine) CancelReset(ctx context.Context, c Caller, in Mailed) (err error) {
	now := m.clock.Now()
	account := ""
	defer func() { m.note(ctx, c, "reset.cancelled", account, err) }()
	t, err := m.findTicket(ctx, ticketCancelReset, "", in, now)
	if err != nil {
		return m.failedLink(ctx, c, now, err)
	}
	account = t.Account
	return m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := takeTicket(tx, *t, st); err != nil {
			return err
		}
		return m.endReset(tx, c, account, now)
	})
}

// endReset cancels a pending reset, if there is one, and says so.
func (m *Machine) endReset(tx Tx, c Caller, account string, now time.Time) error {
	taken, err := tx.TakeReset(account, time.Time{})
	if err != nil || !taken {
		return err
	}
	return m.tellResetEnded(tx, c, account, now)
}

// tellResetEnded ends the links of a reset that was taken away, and says so.
func (m *Machine) tellResetEnded(tx Tx, c Caller, account string, now time.Time) error {
	return firstErr(
		tx.DropTickets(account, ticketCancelReset, time.Time{}),
		tx.InsertEvent(event("reset.cancelled", c, account, "", now)),
		m.post(tx, about(MailResetCancelled, c, account, now)))
}

// PendingReset is when the account's pending reset is due; zero when there is none.
func (m *Machine) PendingReset(ctx context.Context, s Session) (time.Time, error) {
	return m.resetDue(ctx, s.AccountID())
}

func (m *Machine) resetDue(ctx context.Context, account string) (time.Time, error) {
	r, err := m.store.Reset(ctx, account)
	if err != nil || r == nil {
		return time.Time{}, err
	}
	return r.DueAt, nil
}

// CancelOwnReset ends the pending reset of the account that is signed in.
func (m *Machine) CancelOwnReset(ctx context.Context, c Caller, s Session) (err error) {
	account, now := s.AccountID(), m.clock.Now()
	defer func() { m.note(ctx, c, "reset.cancelled", account, err) }()
	return m.settle(ctx, account, now, func(tx Tx, _ State) error { return m.endReset(tx, c, account, now) })
}

// ResetAuthenticators removes every authenticator of an account, after a wait or at once. The account's owner is told
// before and after, with the reason. It is for administrators: it asks for no proof. The link to bind anew goes to the
// account's address; where there is none, it is returned for the administrator to hand over, beside one for a password
// where none opens the account. CodeNotFound when there is no such account, CodeWrongState when there is nothing to reset, or as an
// [AddressChangedError].
func (m *Machine) ResetAuthenticators(ctx context.Context, c Caller, account string, o Order) (out Handed, err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "reset.ordered", account, err) }()
	if o.Reason == "" {
		return Handed{}, invalid("reason", "reset.reason_missing")
	}
	a, err := m.store.Account(ctx, account)
	if err != nil || a == nil {
		return Handed{}, firstErr(err, noAccount(ErrNoAccount))
	}
	if a.Email == "" && o.Wait > 0 {
		return Handed{}, invalid("wait", "reset.no_address") // nobody would get the link
	}
	reset := ResetRow{Account: account, BySupport: true, Reason: o.Reason, StartedAt: now, DueAt: now.Add(o.Wait)}
	stored, err := m.store.PasswordHash(ctx, account)
	if err != nil {
		return Handed{}, err
	}
	var secrets []string
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := m.somethingToReset(tx, st, now); err != nil {
			return err
		}
		if a.Email != "" {
			if err := o.mayMail(tx, account, now); err != nil {
				return err
			}
		}
		// What was pending is overtaken, and its links with it: they may be with whom this one is about.
		if _, err := tx.TakeReset(account, time.Time{}); err != nil {
			return err
		}
		if err := tx.DropTickets(account, ticketCancelReset, time.Time{}); err != nil {
			return err
		}
		if err := m.orderReset(tx, c, reset, now); err != nil || o.Wait > 0 {
			return err
		}
		next, gone, err := m.release(tx, c, reset, now)
		if secrets = gone; err != nil || a.Email != "" {
			return err
		}
		if m.cfg.Directory == nil && (st.PasswordExposed || stored == "") {
			next.Password, err = m.handPassword(tx, account, next.epoch, now)
		}
		out = next.Handed
		return err
	})
	var changed *AddressChangedError
	if IsCode(err, CodeWrongState) && !errors.As(err, &changed) {
		return Handed{}, m.nothingToReset(ctx, account, err)
	}
	if err != nil {
		return Handed{}, noAccount(err)
	}
	m.forgetSecrets(ctx, account, secrets)
	return out, nil
}

// somethingToReset refuses the reset of an account that the password alone leads on: it would lock its owner out until
// a link is followed, for nothing. An account that is stuck without an authenticator, because its first binding is closed
// for good or an earlier reset waits for its link, is what a reset helps.
func (m *Machine) somethingToReset(tx Tx, st State, now time.Time) error {
	b, err := boundIn(tx, st)
	if err != nil || len(b.authenticators) > 0 {
		return err
	}
	switch d := decide(m.cfg.Rule.effective(st, now), b, []Evidence{{Kind: KindPassword}}, false); d.next {
	case nextEnough, nextBind:
		return wrongState("reset.nothing_bound")
	}
	return nil
}

// nothingToReset says of an account that never had a password what helps it.
func (m *Machine) nothingToReset(ctx context.Context, account string, refused error) error {
	stored, err := m.store.PasswordHash(ctx, account)
	if err != nil || stored != "" {
		return firstErr(err, refused)
	}
	return wrongState("reset.no_password_yet")
}

// orderReset notes an administrator's reset and tells the owner: with a wait, beside the link that cancels it.
func (m *Machine) orderReset(tx Tx, c Caller, reset ResetRow, now time.Time) error {
	e := event("reset.ordered", c, reset.Account, "", now)
	e.Detail = reset.Reason
	msg := about(MailResetOrdered, c, reset.Account, now)
	if !reset.DueAt.After(now) {
		msg.Args = map[string]string{"reason": reset.Reason}
		return firstErr(tx.InsertEvent(e), m.post(tx, msg))
	}
	_, err := tx.InsertReset(reset)
	return firstErr(err, tx.InsertEvent(e), m.postCancellable(tx, msg, reset, now))
}

// released is an account after a reset: the epoch that it is in, and the link that leads on.
type released struct {
	Handed
	epoch int64
}

// release removes what is bound and sends the link to bind anew.
func (m *Machine) release(tx Tx, c Caller, r ResetRow, now time.Time) (out released, secrets []string, err error) {
	if secrets, err = tx.ReleaseBinding(r.Account); err != nil {
		return released{}, nil, err
	}
	if out.epoch, err = tx.BumpEpoch(r.Account); err != nil {
		return released{}, nil, err
	}
	t, err := m.bindAnew(tx, r.Account, out.epoch, now)
	if err != nil {
		return released{}, nil, err
	}
	out.Bind = t.link(rebindPath)
	return out, secrets, m.tellReset(tx, c, r, t, now)
}

func (m *Machine) tellReset(tx Tx, c Caller, r ResetRow, t issued, now time.Time) error {
	e := event("reset.done", c, r.Account, "", now)
	e.Detail = r.Reason
	msg := about(MailResetDone, c, r.Account, now)
	msg.Link, msg.ExpiresAt = t.link(rebindPath), t.row.ExpiresAt
	msg.Args = map[string]string{"reason": r.Reason}
	return firstErr(
		tx.EndSessions(r.Account, ""), tx.DeleteBrowsers(r.Account),
		tx.DropTickets(r.Account, ticketCancelReset, time.Time{}), tx.InsertEvent(e), m.post(tx, msg))
}

// handleRelink mails the link of a reset once more to who proved the password: links expire, and mails get lost.
func (m *Machine) handleRelink(ctx context.Context, msg Message) error {
	now := m.clock.Now()
	admitted, err := m.admitMail(ctx, MailResetDone, msg.Account, now)
	if err != nil || !admitted {
		return err
	}
	err = m.settle(ctx, msg.Account, now, func(tx Tx, st State) error {
		if !st.Rebind || st.Disabled {
			return nil
		}
		t, err := m.bindAnew(tx, msg.Account, st.Epoch, now)
		if err != nil {
			return err
		}
		out := msg
		out.Kind, out.Link, out.ExpiresAt = MailResetDone, t.link(rebindPath), t.row.ExpiresAt
		return m.post(tx, out)
	})
	if errors.Is(err, ErrNoAccount) {
		return nil
	}
	return err
}

// bindAnew makes the link that, with the password, binds a first authenticator once more. It is as good as one
// binding: that ends the epoch it belongs to. The links that were mailed before stay good beside it.
func (m *Machine) bindAnew(tx Tx, account string, epoch int64, now time.Time) (issued, error) {
	a, err := tx.Account(account)
	if err != nil {
		return issued{}, err
	}
	t, err := m.newTicket(ticketBindAnew, account, epoch, subject{Handed: a != nil && a.Email == ""}, bindAnewLifetime, now)
	if err != nil {
		return issued{}, err
	}
	t.row.Owner, t.row.CodeHash = t.row.ID, nil
	return t, tx.InsertTicket(t.row)
}

func (m *Machine) forgetSecrets(ctx context.Context, account string, ids []string) {
	for _, id := range ids {
		if err := m.cfg.Secrets.Delete(ctx, account, id); err != nil {
			m.cfg.Log.WarnContext(ctx, "a secret that nothing needs any more stays until the next sweep", "error", err)
		}
	}
}
