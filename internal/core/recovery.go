package core

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// RecoveryCodes describes the recovery codes of an account.
type RecoveryCodes struct {
	Set       string // names the set, for [Machine.NewRecoveryCodes]; "" when there is none
	Remaining int
	CreatedAt time.Time
}

// RecoveryCodes says how many are left: none where the key is gone that they are hashed with, since none of them is right any more.
func (m *Machine) RecoveryCodes(ctx context.Context, s Session) (RecoveryCodes, error) {
	set, err := m.store.RecoverySet(ctx, s.AccountID())
	if err != nil || set == nil {
		return RecoveryCodes{}, err
	}
	out := RecoveryCodes{Set: set.ID, Remaining: set.Remaining, CreatedAt: set.CreatedAt}
	if _, err := m.hashLookupSecret(set.KeyID, s.AccountID(), ""); err != nil {
		out.Remaining = 0
	}
	return out, nil
}

// Recovering says whether the session began with a recovery code and nothing was bound since: its holder may have lost
// their authenticator. It is asked of the latest events, for what a page suggests and nothing else.
func (m *Machine) Recovering(ctx context.Context, s Session) (bool, error) {
	events, err := m.store.Events(ctx, s.AccountID(), 0, recentEvents)
	if err != nil {
		return false, err
	}
	for _, e := range events {
		switch {
		case e.Kind == "authenticator.bound" && e.Outcome == "ok" && !e.At.Before(s.SignedInAt()):
			return false, nil
		case e.Kind == "signed_in" && e.Session == s.ID():
			return e.Detail == string(KindRecoveryCode), nil
		}
	}
	return false, nil
}

// tellRecoveryCode tells the owner that a recovery code was used, and how many are left.
func (m *Machine) tellRecoveryCode(tx Tx, c Caller, account string, now time.Time) error {
	left, err := tx.LookupSecretsLeft(account)
	if err != nil {
		return err
	}
	msg := about(MailRecoveryCodeUsed, c, account, now)
	msg.Args = map[string]string{"left": strconv.Itoa(left)}
	return m.post(tx, msg)
}

// NewRecoveryCodes makes a new set, shown once; the old one dies at once. With replaces not "", only that
// set is replaced: a form that is sent twice makes one set (CodeWrongState for the second). There are
// recovery codes only where an authenticator is bound.
func (m *Machine) NewRecoveryCodes(ctx context.Context, c Caller, e Elevated, replaces string) (_ []string, err error) {
	rec, now := e.Session().record(), m.clock.Now()
	account := rec.row.Account
	defer func() { m.note(ctx, c, "recovery_codes.made", account, err) }()
	have, err := m.RecoveryCodes(ctx, e.Session())
	if err != nil {
		return nil, err
	}
	if replaces != "" && replaces != have.Set {
		return nil, wrongState("recovery.shown_already")
	}
	var codes []string
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, rec.row); err != nil {
			return err
		}
		auths, err := tx.Authenticators(account)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(auths, comesWithCodes) {
			return wrongState("recovery.no_authenticator")
		}
		if codes, err = m.issueLookupSecrets(tx, account); err != nil {
			return err
		}
		epoch, err := tx.BumpEpoch(account)
		if err != nil {
			return err
		}
		if err := carryOn(tx, rec, epoch); err != nil {
			return err
		}
		return firstErr(
			tx.InsertEvent(event("recovery_codes.made", c, account, "", now)),
			m.post(tx, about(MailRecoveryCodesMade, c, account, now)))
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// issueLookupSecrets makes and stores a set. Only keyed hashes are kept.
func (m *Machine) issueLookupSecrets(tx Tx, account string) ([]string, error) {
	codes := m.cfg.Lookup.New(lookupCodes)
	set := NewLookupSet{ID: newID(), KeyID: m.cfg.Keys.ActiveID()}
	for _, code := range codes {
		canonical, err := m.cfg.Lookup.Canonical(code)
		if err != nil {
			return nil, err
		}
		hash, err := m.hashLookupSecret(set.KeyID, account, canonical)
		if err != nil {
			return nil, err
		}
		set.Hashes = append(set.Hashes, hash)
	}
	return codes, tx.ReplaceLookupSecrets(account, set)
}
