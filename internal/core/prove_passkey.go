package core

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"
)

// anyPasskey asks for whichever of an account's passkeys is at hand.
const anyPasskey = string(KindWebAuthn)

// requestPasskey makes the question for the passkeys of an account, or for the one that is named.
func (m *Machine) requestPasskey(ctx context.Context, who addressee, now time.Time) (Sent, error) {
	allowed, err := m.passkeyStates(ctx, who.account, func(a Authenticator) bool {
		return m.usable(a) && (who.authenticator == anyPasskey || a.ID == who.authenticator)
	})
	if err != nil {
		return Sent{}, err
	}
	if len(allowed) == 0 {
		return Sent{}, &Error{Code: CodeNotFound, Field: "authenticator"}
	}
	challenge, err := m.newChallenge(who.audience(), now)
	if err != nil {
		return Sent{}, err
	}
	options, err := m.cfg.Passkeys.Request(PasskeyRequest{Challenge: challenge, Allowed: allowed})
	return Sent{Kind: KindWebAuthn, Options: options, ExpiresAt: now.Add(challengeLifetime)}, err
}

func (who addressee) audience() audience {
	return audience{purpose: who.purpose, account: who.account, owner: who.owner, epoch: who.epoch}
}

func (a asked) audience() audience {
	out := audience{purpose: challengeSecond, account: a.account, owner: a.owner, epoch: a.epoch}
	if !a.inLogin {
		out.purpose = again(a.action)
	}
	return out
}

// passkeyState opens what a passkey is checked with; nil when that can't be read: the others go on.
func (m *Machine) passkeyState(ctx context.Context, a Authenticator) []byte {
	state, err := m.cfg.Secrets.Get(ctx, a.Account, string(a.Kind), a.SecretID)
	if err != nil {
		m.unreadable(ctx, a, err)
		return nil
	}
	return state
}

// passkeyStates opens those of an account's passkeys that are wanted and can be read.
func (m *Machine) passkeyStates(ctx context.Context, account string, wanted func(Authenticator) bool) (states [][]byte, err error) {
	auths, err := m.store.Authenticators(ctx, account)
	if err != nil {
		return nil, err
	}
	for _, a := range auths {
		if a.Kind != KindWebAuthn || !wanted(a) {
			continue
		}
		if state := m.passkeyState(ctx, a); state != nil {
			states = append(states, state)
		}
	}
	return states, nil
}

// asserted is an assertion that names a passkey, before it is checked.
type asserted struct {
	row      PasskeyRow
	auth     Authenticator
	asking   asking
	question PasskeyQuestion
}

// provePasskey reserves and checks an assertion of a passkey of an account whose first factor was proved. What answers
// another question, or is another account's, costs no attempt: nothing was guessed.
func (m *Machine) provePasskey(ctx context.Context, a asked, r Response, now time.Time) (proof, error) {
	claims, err := m.cfg.Passkeys.Claims(r.Value)
	if err != nil {
		return proof{}, invalid("response", "passkey.shape")
	}
	as := asserted{question: PasskeyQuestion{Challenge: claims.Challenge, Response: r.Value}}
	if as.asking, err = m.readChallenge(claims.Challenge, a.audience(), now); err != nil {
		return proof{}, err
	}
	row, err := m.store.PasskeyByCredential(ctx, hashCredential(claims.Credential))
	if err != nil {
		return proof{}, err
	}
	if row == nil || row.Account != a.account || (r.Authenticator != "" && r.Authenticator != anyPasskey && r.Authenticator != row.Authenticator) {
		return proof{}, &Error{Code: CodeWrong, Text: "passkey.not_here", Reason: "a passkey that was not asked for"}
	}
	as.row = *row
	if err := m.completeQuestion(ctx, &as); err != nil {
		return proof{}, err
	}
	counter := AuthenticatorCounter(a.account, row.Authenticator)
	reserved, err := m.reserveOne(ctx, counter, now)
	if err != nil {
		return proof{}, err
	}
	finding, err := m.cfg.Passkeys.Asserted(as.question)
	if err != nil {
		e := &Error{Code: CodeWrong, Text: "passkey.wrong", Reason: err.Error(), Authenticator: row.Authenticator}
		e.leaves(reserved)
		return proof{}, m.tellFailing(ctx, a, reserved.Failures, now, e)
	}
	if err := m.countsOn(ctx, a.caller, as, finding, now); IsCode(err, CodeAlreadyUsed) {
		return proof{}, m.returned(ctx, []Counter{counter}, now, alreadyUsed("passkey.used", 0))
	} else if err != nil {
		return proof{}, err
	}
	return as.proof(finding, reserved.Failures-1, now), nil
}

// completeQuestion reads what the assertion is checked with.
func (m *Machine) completeQuestion(ctx context.Context, as *asserted) error {
	auths, err := m.store.Authenticators(ctx, as.row.Account)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(auths, func(a Authenticator) bool { return a.ID == as.row.Authenticator })
	if i < 0 {
		return &Error{Code: CodeNotFound, Field: "authenticator"}
	}
	as.auth = auths[i]
	if as.question.State = m.passkeyState(ctx, as.auth); as.question.State == nil {
		return &Error{Code: CodeUnavailable, Text: "authenticator.unreadable", Reason: "the passkey could not be opened"}
	}
	as.question.Handle, err = m.store.UserHandle(ctx, as.row.Account, newHandle())
	return err
}

// countsOn refuses an authenticator whose count did not grow, and tells the owner: somebody may have a copy of its key
// (WebAuthn L3, 6.1.1). Those that never count are left alone. The same answer sent twice is no copy's.
func (m *Machine) countsOn(ctx context.Context, c Caller, as asserted, f PasskeyFinding, now time.Time) error {
	if f.SignCount > as.row.SignCount || (f.SignCount == 0 && as.row.SignCount == 0) {
		return nil
	}
	e := event("passkey.copied", c, as.row.Account, as.row.Authenticator, now)
	err := m.settle(ctx, as.row.Account, now, func(tx Tx, _ State) error {
		switch taken, err := tx.TakeChallenge(as.asking.hash, as.asking.ends); {
		case err != nil:
			return err
		case !taken:
			return alreadyUsed("passkey.used", 0)
		}
		return firstErr(tx.InsertEvent(e), m.post(tx, aboutAuthenticator(MailPasskeyCopied, c, as.auth, now)))
	})
	return firstErr(err, as.copied())
}

func (as asserted) copied() *Error {
	return &Error{Code: CodeWrong, Text: "passkey.copied", Reason: "its count did not grow", Authenticator: as.row.Authenticator}
}

// proof is what settles an assertion that was right.
func (as asserted) proof(f PasskeyFinding, failures int, now time.Time) proof {
	used := as.row
	used.SignCount, used.BackedUp = f.SignCount, f.BackedUp
	return proof{
		evidence: Evidence{
			Kind: KindWebAuthn, Authenticator: as.row.Authenticator, At: now, Failures: failures, UserVerified: f.UserVerified,
		},
		consume: func(tx Tx) (bool, error) {
			taken, err := tx.TakeChallenge(as.asking.hash, as.asking.ends)
			if err != nil || !taken {
				return false, err
			}
			counted, err := tx.UsePasskey(used)
			if err == nil && !counted {
				err = as.copied() // another answer of it came in between
			}
			return err == nil, err
		},
		spent: alreadyUsed("passkey.used", 0),
		clear: []Counter{AuthenticatorCounter(as.row.Account, as.row.Authenticator)},
	}
}

func hashCredential(id []byte) []byte {
	h := sha256.Sum256(append([]byte("credential\x00"), id...))
	return h[:]
}
