package core

import (
	"context"
	"errors"
	"time"
)

// newPasskey is what a pending passkey is made for. Its state is the challenge alone.
func (m *Machine) newPasskey(ctx context.Context, row BindingRow, challenge []byte, shown string) (NewPasskey, error) {
	handle, err := m.store.UserHandle(ctx, row.Account, newHandle())
	if err != nil {
		return NewPasskey{}, err
	}
	present, err := m.passkeyStates(ctx, row.Account, func(Authenticator) bool { return true })
	return NewPasskey{Challenge: challenge, Handle: handle, Account: shown, Present: present}, err
}

// confirmPasskey checks what the browser made, and keeps its state before there is a row of it.
func (m *Machine) confirmPasskey(ctx context.Context, row BindingRow, response string, now time.Time) (confirmation, error) {
	if m.cfg.Passkeys == nil {
		return confirmation{}, &Error{Code: CodeNotFound, Text: "binding.gone"}
	}
	counter := bindingCounter(row.Account, row.ID)
	if _, err := m.reserveOne(ctx, counter, now); err != nil {
		return confirmation{}, err
	}
	challenge, err := m.cfg.Secrets.Get(ctx, row.Account, string(row.Kind), row.SecretID)
	if err != nil {
		return confirmation{}, err
	}
	in, err := m.newPasskey(ctx, row, challenge, "")
	if err != nil {
		return confirmation{}, err
	}
	made, err := m.cfg.Passkeys.Created(in, response)
	if err != nil {
		return confirmation{}, notMade(err, &Error{Text: "passkey.not_made"})
	}
	secret, err := m.cfg.Secrets.Put(ctx, row.Account, string(row.Kind), made.State)
	return confirmation{row: row, counter: counter, passkey: &made, secret: secret}, err
}

// notMade is what is told of what a browser made: err where that is told as it is, else what otherwise says.
func notMade(err error, otherwise *Error) error {
	var told *Error
	if errors.As(err, &told) {
		return told
	}
	otherwise.Code, otherwise.Field, otherwise.Reason = CodeWrong, "response", err.Error()
	return otherwise
}

// name gives the authenticator the state that was made of the challenge, and a passkey that nobody named the name of what
// made it.
func (conf confirmation) name(a *Authenticator) {
	a.SecretID, a.LastStep = conf.secret, 0
	if conf.passkey != nil && a.Label == "" {
		a.Label = conf.passkey.Name
	}
}

// insertPasskey adds the row of a passkey; for every other kind there is none.
func (conf confirmation) insertPasskey(tx Tx, a Authenticator) error {
	if conf.passkey == nil {
		return nil
	}
	inserted, err := tx.InsertPasskey(PasskeyRow{
		Authenticator: a.ID, Account: a.Account, CredentialHash: hashCredential(conf.passkey.Credential),
		SignCount: conf.passkey.SignCount, BackedUp: conf.passkey.BackedUp,
	})
	if err != nil {
		return err
	}
	if !inserted {
		return wrongState("passkey.present")
	}
	return nil
}

// forgetChallenge drops what a pending passkey or browser had for a state.
func (m *Machine) forgetChallenge(ctx context.Context, conf confirmation) {
	if conf.secret != "" {
		m.forgetSecrets(ctx, conf.row.Account, []string{conf.row.SecretID})
	}
}
