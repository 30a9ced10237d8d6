package core

import (
	"context"
	"crypto/rand"
	"time"
)

// maxBinder bounds what a browser may say it was given.
const maxBinder = 64

// AskPasskey begins a sign-in with a passkey alone: the options for the browser, and what it has to bring along with the
// answer. One that it brings along already, it keeps: several of its pages may ask. Nothing is stored.
func (m *Machine) AskPasskey(t Transport, present string) (_ Sent, binder string, err error) {
	if m.cfg.Passkeys == nil {
		return Sent{}, "", &Error{Code: CodeNotFound}
	}
	now := m.clock.Now()
	if binder = present; len(binder) != idLength {
		binder = newID()
	}
	challenge, err := m.newChallenge(aloneIn(t, binder), now)
	if err != nil {
		return Sent{}, "", err
	}
	options, err := m.cfg.Passkeys.Request(PasskeyRequest{Challenge: challenge, Alone: true})
	return Sent{Kind: KindWebAuthn, Options: options, ExpiresAt: now.Add(challengeLifetime)}, binder, err
}

func aloneIn(t Transport, binder string) audience {
	return audience{purpose: challengeAlone, owner: string(t) + ":" + binder}
}

// AnswerPasskey signs in with a passkey alone: it names the account, and it checked its user. in.Login is not looked at.
// CodeNotFound says that nobody has that passkey any more; its keeper may forget it.
func (m *Machine) AnswerPasskey(ctx context.Context, c Caller, in Beginning, binder, response string) (_ Session, err error) {
	if m.cfg.Passkeys == nil {
		return Session{}, &Error{Code: CodeNotFound}
	}
	now, account := m.clock.Now(), ""
	defer func() { m.note(ctx, c, "login.passkey", account, err) }()
	if err := m.checkAddress(ctx, c, now); err != nil {
		return Session{}, err
	}
	as, err := m.readAlone(ctx, c, binder, response, now)
	if err != nil {
		return Session{}, m.countWrong(ctx, c, now, err)
	}
	account = as.row.Account
	p, st, err := m.proveAlone(ctx, c, as, now)
	if err != nil {
		return Session{}, m.countWrong(ctx, c, now, err)
	}
	rec := m.Begin(c, in).record()
	rec.row.Account, rec.row.Epoch = account, st.Epoch
	return m.settleLogin(ctx, c, rec, p, now)
}

// countWrong counts what was wrong under the client's address. No authenticator is disabled by who has proved nothing.
func (m *Machine) countWrong(ctx context.Context, c Caller, now time.Time, err error) error {
	if IsCode(err, CodeWrong) || IsCode(err, CodeNotFound) {
		return m.failed(ctx, c, now, err)
	}
	return err
}

func (m *Machine) readAlone(ctx context.Context, c Caller, binder, response string, now time.Time) (as asserted, err error) {
	claims, err := m.cfg.Passkeys.Claims(response)
	if err != nil {
		return as, invalid("response", "passkey.shape")
	}
	if len(binder) > maxBinder {
		return as, invalid("token", "passkey.shape")
	}
	if as.asking, err = m.readChallenge(claims.Challenge, aloneIn(c.Transport, binder), now); err != nil {
		return as, err
	}
	row, err := m.store.PasskeyByCredential(ctx, hashCredential(claims.Credential))
	if err != nil {
		return as, err
	}
	if row == nil {
		return as, &Error{Code: CodeNotFound, Field: "response", Text: "passkey.unknown", Reason: "unknown passkey"}
	}
	as.row = *row
	as.question = PasskeyQuestion{Challenge: claims.Challenge, Alone: true, Response: response}
	return as, nil
}

// proveAlone checks an assertion that is to be both factors. It answers however often others failed beside the password: who
// knows that alone must not be able to shut out who has the key, and nobody guesses signatures. It is checked first: only who has the passkey learns that
// the account is shut.
func (m *Machine) proveAlone(ctx context.Context, c Caller, as asserted, now time.Time) (proof, State, error) {
	st, err := m.store.State(ctx, as.row.Account)
	if err != nil {
		return proof{}, State{}, err
	}
	if st == nil {
		return proof{}, State{}, &Error{Code: CodeNotFound, Field: "response", Text: "passkey.unknown", Reason: "the account is gone"}
	}
	if err := m.completeQuestion(ctx, &as); err != nil {
		return proof{}, State{}, err
	}
	finding, err := m.cfg.Passkeys.Asserted(as.question)
	if err != nil || !finding.UserVerified {
		e := &Error{Code: CodeWrong, Text: "passkey.wrong", Reason: "the user was not verified", Authenticator: as.row.Authenticator}
		if err != nil {
			e.Reason = err.Error()
		}
		return proof{}, State{}, e
	}
	if st.Disabled {
		return proof{}, State{}, &Error{Code: CodeWrong, Text: "passkey.wrong", Reason: "disabled"}
	}
	if err := m.countsOn(ctx, c, as, finding, now); err != nil {
		return proof{}, State{}, err
	}
	return as.proof(finding, 0, now), *st, nil
}

// newHandle is what passkeys of an account will know it by.
func newHandle() []byte {
	handle := make([]byte, 32)
	rand.Read(handle)
	return handle
}
