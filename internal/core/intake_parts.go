package core

import (
	"context"
	"errors"
	"time"
)

// intakeParts is what comes with an account, ready to be inserted.
type intakeParts struct {
	authenticators []intakePart
	handle         []byte
	codes          *NewLookupSet
}

// intakePart is one authenticator of them.
type intakePart struct {
	row     Authenticator
	state   []byte
	passkey *PasskeyRow
}

func secretsOf(p intakeParts) (ids []string) {
	for _, part := range p.authenticators {
		ids = append(ids, part.row.SecretID)
	}
	return ids
}

// adopt makes of all that a newcomer brings what it is here, and notes what can't be.
func (i *Intake) adopt(ctx context.Context, in Newcomer, a NewAccount, out *Taken, now time.Time) (p intakeParts, err error) {
	policy := i.machine.cfg.Rule.effective(State{Groups: a.Groups, StandsAlone: true}, now)
	for _, b := range in.Authenticators {
		part, err := i.adoptOne(ctx, b, in, policy, now)
		var refused *Error
		switch {
		case errors.As(err, &refused):
			out.Left = append(out.Left, LeftOut{What: string(b.Kind), Name: b.Label, Why: refused})
			continue
		case err != nil:
			return p, err
		}
		part.row.Account = a.ID
		p.authenticators = append(p.authenticators, part)
		out.Bound = append(out.Bound, b.Kind)
		if b.Kind == KindWebAuthn {
			p.handle = in.UserHandle
		}
	}
	if len(in.RecoveryCodes) > 0 {
		p.codes, err = i.adoptCodes(in, a, policy, out)
	}
	return p, err
}

func (i *Intake) adoptOne(ctx context.Context, b Brought, in Newcomer, policy Policy, now time.Time) (part intakePart, err error) {
	m := i.machine
	if !b.Kind.enoughFor(policy) {
		return part, invalid("kind", "kind.not_enough")
	}
	part.row = Authenticator{ID: newID(), Kind: b.Kind, CreatedAt: now}
	if checkLabel(b.Label) == nil {
		part.row.Label = b.Label
	}
	if messenger, sends := m.messengers[b.Kind]; sends {
		to, err := messenger.Recipient(b.To)
		part.state = []byte(to)
		return part, err
	}
	if adopter, adopts := m.binders[b.Kind].(Adopter); adopts {
		part.state, part.row.LastStep, err = adopter.Adopt(b.URI, now)
		return part, err
	}
	if b.Kind != KindWebAuthn || m.cfg.Passkeys == nil || b.Passkey == nil {
		return part, invalid("kind", "import.kind_off")
	}
	return part, i.adoptPasskey(ctx, &part, b, in)
}

// adoptPasskey needs what the passkey knows its account by: it says so with every answer that names no account.
func (i *Intake) adoptPasskey(ctx context.Context, part *intakePart, b Brought, in Newcomer) error {
	if n := len(in.UserHandle); n == 0 || n > 64 { // WebAuthn L3, 5.4.3
		return invalid("user_handle", "import.no_handle")
	}
	made, err := i.machine.cfg.Passkeys.Adopt(*b.Passkey)
	if err != nil {
		return err
	}
	hash := hashCredential(made.Credential)
	if there, err := i.machine.store.PasskeyByCredential(ctx, hash); err != nil || there != nil {
		return firstErr(err, wrongState("passkey.present"))
	}
	part.state = made.State
	part.passkey = &PasskeyRow{CredentialHash: hash, SignCount: made.SignCount, BackedUp: made.BackedUp}
	return nil
}

// adoptCodes hashes recovery codes as if they had been made here. Without an authenticator they would stand for nothing.
func (i *Intake) adoptCodes(in Newcomer, a NewAccount, policy Policy, out *Taken) (*NewLookupSet, error) {
	left := func(why *Error) { out.Left = append(out.Left, LeftOut{What: "recovery_codes", Why: why}) }
	if len(out.Bound) == 0 {
		left(wrongState("recovery.no_authenticator"))
		return nil, nil
	}
	if !KindRecoveryCode.enoughFor(policy) {
		left(invalid("kind", "kind.not_enough"))
		return nil, nil
	}
	keys := i.machine.cfg.Keys
	set, odd := &NewLookupSet{ID: newID(), KeyID: keys.ActiveID()}, 0
	seen := map[string]bool{}
	for _, shown := range in.RecoveryCodes {
		code, err := i.machine.cfg.Lookup.CanonicalBrought(shown)
		if err != nil || seen[code] {
			odd++
			continue
		}
		seen[code] = true
		hash, err := i.machine.hashLookupSecret(set.KeyID, a.ID, code)
		if err != nil {
			return nil, err
		}
		set.Hashes = append(set.Hashes, hash)
	}
	if odd > 0 {
		left(invalid("recovery_codes", "import.odd_codes", odd))
	}
	if out.Codes = len(set.Hashes); out.Codes == 0 {
		return nil, nil
	}
	return set, nil
}

// enough refuses an account whose second step would be lost on the way: with the password alone, whoever has that could
// bind one of their own.
func (i *Intake) enough(in Newcomer, out *Taken) error {
	if !in.HasSecond || len(out.Bound) > 0 {
		return nil
	}
	if !i.BindAnew {
		return wrongState("import.no_second")
	}
	out.BindAnew = true
	return nil
}

// keep writes the states before there are rows that refer to them. A rehearsal writes none.
func (i *Intake) keep(ctx context.Context, account string, p intakeParts) (err error) {
	for n := range p.authenticators {
		part := &p.authenticators[n]
		if i.Rehearsal {
			part.row.SecretID = newID()
			continue
		}
		part.row.SecretID, err = i.machine.cfg.Secrets.Put(ctx, account, string(part.row.Kind), part.state)
		if err != nil {
			i.machine.forgetSecrets(ctx, account, secretsOf(intakeParts{authenticators: p.authenticators[:n]}))
			return err
		}
	}
	return nil
}

// insert writes the rows of all that comes along.
func (p intakeParts) insert(tx Tx, account string, now time.Time) error {
	for _, part := range p.authenticators {
		if err := tx.InsertAuthenticator(part.row); err != nil {
			return err
		}
		if part.passkey == nil {
			continue
		}
		key := *part.passkey
		key.Authenticator, key.Account = part.row.ID, account
		if inserted, err := tx.InsertPasskey(key); err != nil || !inserted {
			return firstErr(err, wrongState("passkey.present"))
		}
	}
	if p.handle != nil {
		if set, err := tx.SetUserHandle(account, p.handle); err != nil || !set {
			return firstErr(err, errors.New("core: a new account has a user handle"))
		}
	}
	if p.codes != nil {
		if err := tx.ReplaceLookupSecrets(account, *p.codes); err != nil {
			return err
		}
	}
	if len(p.authenticators) == 0 {
		return nil
	}
	return tx.CloseFirstBinding(account)
}
