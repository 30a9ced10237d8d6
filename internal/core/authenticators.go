package core

import (
	"context"
	"slices"
	"strings"
	"time"
)

// AuthenticatorInfo is one line of the list of authenticators.
type AuthenticatorInfo struct {
	ID         string
	Kind       Kind
	Label      string
	Hint       string // as [Offer] shows it
	CreatedAt  time.Time
	LastUsedAt time.Time // zero when never
	Usable     bool      // false when it was disabled after too many wrong codes, its kind is not allowed, or it is unreadable
	Unreadable bool      // what it is checked with can't be opened now, perhaps since its key is lost; it still counts as bound
	Synced     bool      // a passkey that other devices of its owner have, too
	Favourite  bool      // asked for first, but where another was used last in the same browser

	Drift time.Duration // its clock minus ours, where two codes in a row showed that it is off; about
}

// secretsPatience is how long a list waits for all the secrets in it: without them it is the poorer, and not late.
const secretsPatience = 2 * time.Second

// Authenticators lists what is bound, the oldest first.
func (m *Machine) Authenticators(ctx context.Context, s Session) ([]AuthenticatorInfo, error) {
	auths, err := m.store.Authenticators(ctx, s.AccountID())
	if err != nil {
		return nil, err
	}
	passkeys, err := m.store.Passkeys(ctx, s.AccountID())
	if err != nil {
		return nil, err
	}
	out := []AuthenticatorInfo{}
	ctx, cancel := context.WithTimeout(ctx, secretsPatience)
	defer cancel()
	for _, a := range auths {
		info := m.info(ctx, a)
		info.Synced = slices.ContainsFunc(passkeys, func(p PasskeyRow) bool { return p.Authenticator == a.ID && p.BackedUp })
		out = append(out, info)
	}
	return out, nil
}

func (m *Machine) info(ctx context.Context, a Authenticator) AuthenticatorInfo {
	secret, unread := m.cfg.Secrets.Get(ctx, a.Account, string(a.Kind), a.SecretID)
	out := AuthenticatorInfo{
		ID: a.ID, Kind: a.Kind, Label: a.Label, CreatedAt: a.CreatedAt, LastUsedAt: a.LastUsedAt,
		Usable: m.usable(a) && unread == nil, Unreadable: unread != nil, Drift: a.Drift(), Favourite: a.Favourite,
	}
	if messenger, sends := m.messengers[a.Kind]; sends && unread == nil {
		out.Hint = messenger.Hint(string(secret)) // what is sent to is the secret
	}
	return out
}

// Drift is what is told of a device's clock: nothing on the strength of one code, which may have been typed late.
func (a Authenticator) Drift() time.Duration {
	if a.Window == 0 {
		return 0
	}
	return a.Off
}

// Authenticator is one line of the list; CodeNotFound when it is not this account's.
func (m *Machine) Authenticator(ctx context.Context, s Session, id string) (AuthenticatorInfo, error) {
	all, err := m.Authenticators(ctx, s)
	if err != nil {
		return AuthenticatorInfo{}, err
	}
	for _, a := range all {
		if a.ID == id {
			return a, nil
		}
	}
	return AuthenticatorInfo{}, &Error{Code: CodeNotFound}
}

// Rename gives an authenticator another label. It changes nothing that security rests on.
func (m *Machine) Rename(ctx context.Context, c Caller, s Session, id, label string) (err error) {
	defer func() { m.note(ctx, c, "authenticator.renamed", s.AccountID(), err) }()
	label = strings.TrimSpace(label)
	if err := checkLabel(label); err != nil {
		return err
	}
	renamed, err := m.store.RenameAuthenticator(ctx, s.AccountID(), id, label)
	if err != nil {
		return err
	}
	if !renamed {
		return &Error{Code: CodeNotFound}
	}
	return nil
}

// Unbind removes an authenticator, with the last one the recovery codes too. Where the policy needs one,
// or the password is too short to sign in alone, the last one stays: CodeWrongState.
func (m *Machine) Unbind(ctx context.Context, c Caller, e Elevated, id string) (err error) {
	rec, now := e.Session().record(), m.clock.Now()
	account := rec.row.Account
	defer func() { m.note(ctx, c, "authenticator.removed", account, err) }()
	subscription, err := m.subscriptionOf(ctx, account, id)
	if err != nil {
		return err
	}
	phone := m.phoneOf(ctx, e.Session(), id)
	var removed Authenticator
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, rec.row); err != nil {
			return err
		}
		auths, err := tx.Authenticators(account)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(auths, func(a Authenticator) bool { return a.ID == id })
		if i < 0 {
			return &Error{Code: CodeNotFound}
		}
		removed = auths[i]
		left := slices.Delete(auths, i, i+1)
		if err := m.mayLeave(st, left); err != nil {
			return err
		}
		if !slices.ContainsFunc(left, comesWithCodes) {
			if err := tx.DropLookupSecrets(account); err != nil {
				return err
			}
		}
		return firstErr(
			m.unbindIn(tx, c, rec, removed, now), m.textAll(tx, aboutAuthenticator(MailUnbound, c, removed, now), phone))
	})
	if err != nil {
		return err
	}
	m.forgetSecrets(ctx, account, append(subscription, removed.SecretID))
	return nil
}

// mayLeave says whether these authenticators may be all that is left: nil, or the reason why one more stays.
func (m *Machine) mayLeave(st State, left []Authenticator) error {
	now := m.clock.Now()
	policy := m.cfg.Rule.effective(st, now)
	enough := func(a Authenticator) bool { return a.Kind.enoughFor(policy) }
	if policy == PolicyOptional || slices.ContainsFunc(left, enough) {
		return nil
	}
	if m.cfg.Rule.chosen(st, now) == PolicyOptional {
		return wrongState("authenticator.password_too_short")
	}
	return wrongState("authenticator.last")
}

// MayUnbind says beforehand what [Machine.Unbind] will: nil, or the reason why an authenticator stays.
func (m *Machine) MayUnbind(ctx context.Context, s Session, id string) error {
	auths, err := m.store.Authenticators(ctx, s.AccountID())
	if err != nil {
		return err
	}
	st, err := m.stateOf(ctx, s)
	if err != nil {
		return err
	}
	return m.mayLeave(st, slices.DeleteFunc(auths, func(a Authenticator) bool { return a.ID == id }))
}

func (m *Machine) unbindIn(tx Tx, c Caller, rec *sessionRecord, a Authenticator, now time.Time) error {
	deleted, err := tx.DeleteAuthenticator(a.Account, a.ID)
	if err != nil {
		return err
	}
	if !deleted {
		return &Error{Code: CodeNotFound}
	}
	epoch, err := tx.BumpEpoch(a.Account)
	if err != nil {
		return err
	}
	if err := carryOn(tx, rec, epoch); err != nil {
		return err
	}
	e := event("authenticator.removed", c, a.Account, a.ID, now)
	e.Detail = a.Label // nothing else will know it
	return firstErr(
		tx.InsertEvent(e),
		m.post(tx, aboutAuthenticator(MailUnbound, c, a, now)))
}
