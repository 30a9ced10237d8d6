package core

import (
	"context"
	"slices"
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
// What is left to who loses every passkey is a reset, which waits and is announced. CodeWrongState where none is bound.
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
		if only && !slices.ContainsFunc(auths, func(a Authenticator) bool { return a.Kind.resistsPhishing() && m.usable(a) }) {
			return wrongState("passkey.none")
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
