package core

import (
	"context"
	"slices"
	"time"
)

// PasskeysOnly says whether nothing but a passkey is enough for the account of s, and whether its owner chose that.
func (m *Machine) PasskeysOnly(ctx context.Context, s Session) (only, chosen bool, err error) {
	st, err := m.stateOf(ctx, s)
	return m.cfg.Rule.effective(st, m.clock.Now()) == PolicyPasskey, st.PasskeysOnly, err
}

// MayAskReset says whether the owner of the account of s could ask for a reset of what is bound, had they lost it.
func (m *Machine) MayAskReset(ctx context.Context, s Session) (bool, error) {
	a, err := m.Account(ctx, s)
	return m.cfg.ResetWait > 0 && a.EmailConfirmed, err
}

// SetPasskeysOnly marks the account as one that no code opens any more, recovery codes included, or takes the mark away.
// What is left to who loses every passkey is a reset, which waits and is announced. CodeWrongState where none is bound, or none
// was used since e was proved: one may be bound and answer no more, after public_url moved or the rules became stricter.
func (m *Machine) SetPasskeysOnly(ctx context.Context, c Caller, e Elevated, only bool) (err error) {
	rec, now := e.Session().record(), m.clock.Now()
	account := rec.row.Account
	kind, mail := "passkeys_only.set", MailPasskeysOnly
	if !only {
		kind, mail = "passkeys_only.ended", MailPasskeysOnlyEnded
	}
	defer func() { m.note(ctx, c, kind, account, err) }()
	return m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, rec.row); err != nil || st.PasskeysOnly == only {
			return err
		}
		auths, err := tx.Authenticators(account)
		if err != nil {
			return err
		}
		if only {
			if err := m.passkeyWorks(auths, rec.row.ProvedAt); err != nil {
				return err
			}
		}
		epoch, err := tx.BumpEpoch(account)
		if err != nil {
			return err
		}
		return firstErr(
			tx.SetPasskeysOnly(account, only), carryOn(tx, rec, epoch),
			tx.InsertEvent(event(kind, c, account, "", now)), m.post(tx, about(mail, c, account, now)))
	})
}

// MayTakePasskeysOnly says beforehand what [Machine.SetPasskeysOnly] will: nil, or why not.
func (m *Machine) MayTakePasskeysOnly(ctx context.Context, e Elevated) error {
	rec := e.Session().record()
	auths, err := m.store.Authenticators(ctx, rec.row.Account)
	if err != nil {
		return err
	}
	return m.passkeyWorks(auths, rec.row.ProvedAt)
}

// passkeyWorks says whether one of these was used since a time; nil, or the reason why nothing may rest on passkeys alone.
func (m *Machine) passkeyWorks(auths []Authenticator, since time.Time) error {
	passkeys := slices.DeleteFunc(slices.Clone(auths), func(a Authenticator) bool { return !a.Kind.resistsPhishing() || !m.usable(a) })
	since = since.Truncate(time.Millisecond) // as the store keeps it
	switch {
	case len(passkeys) == 0:
		return wrongState("passkey.none")
	case since.IsZero() || !slices.ContainsFunc(passkeys, func(a Authenticator) bool { return !a.LastUsedAt.Before(since) }):
		return wrongState("passkey.use_first")
	}
	return nil
}
