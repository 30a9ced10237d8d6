package core

import (
	"context"
	"encoding/hex"
	"errors"
	"time"
)

// MaxPassword is the most bytes a password may have: length is no weapon.
const MaxPassword = 1024

// proof is what one successful comparison hands to settle: what to consume, and which counters to clear
// or to give back once it was.
type proof struct {
	evidence Evidence
	first    *Evidence // with a combined sign-in: the password's
	consume  func(Tx) (bool, error)
	spent    *Error // when another request consumed it first
	clear    []Counter
	giveBack []Counter
	rehash   string // the password hash made anew, when the parameters were raised
}

type passwordProof struct {
	account  string
	epoch    int64
	outdated bool // the hash was made with other parameters than today's
	proof    proof
}

// provePassword reserves and compares. It does the same for an account that does not exist.
func (m *Machine) provePassword(ctx context.Context, c Caller, name Name, password string, now time.Time) (passwordProof, error) {
	if err := checkPasswordInput("password", password); err != nil {
		return passwordProof{}, err
	}
	found, err := m.store.FindAccount(ctx, name)
	if err != nil {
		return passwordProof{}, err
	}
	counter, err := m.signInCounter(ctx, c, name, found, now)
	if err != nil {
		return passwordProof{}, err
	}
	if err := m.reserveOne(ctx, counter, now); err != nil {
		return passwordProof{}, err
	}
	matches, outdated, err := m.compare(ctx, found, password)
	if err != nil {
		return passwordProof{}, m.notCompared(ctx, counter, now, err)
	}
	if !matches {
		return passwordProof{}, m.failed(ctx, c, now, wrong(reasonFor(found)))
	}
	p := proof{evidence: Evidence{Kind: KindPassword, At: now}, clear: []Counter{counter}}
	return passwordProof{account: found.Account.ID, epoch: found.State.Epoch, outdated: outdated, proof: p}, nil
}

// failed counts a wrong response under the client's address, whichever factor it was of.
func (m *Machine) failed(ctx context.Context, c Caller, now time.Time, err error) error {
	if counting := m.countAddress(ctx, c, now); counting != nil {
		return counting
	}
	return err
}

// notCompared gives the reservation back when the queue was full: nothing was compared, and an overload must not
// become a delay for who typed the right password.
func (m *Machine) notCompared(ctx context.Context, counter Counter, now time.Time, err error) error {
	var full *Error
	if !errors.As(err, &full) || full.Code != CodeUnavailable {
		return err
	}
	return m.returned(ctx, []Counter{counter}, now, full)
}

// rehash makes the stored hash anew once the sign-in is otherwise settled: earlier its time would tell that the
// password was right.
func (m *Machine) rehash(ctx context.Context, p *proof, first passwordProof, password string) error {
	if !first.outdated {
		return nil
	}
	var err error
	p.rehash, err = m.cfg.Passwords.Hash(ctx, []byte(password))
	return overloaded(err)
}

func reasonFor(found *Found) string {
	if found == nil {
		return "unknown account"
	}
	return "wrong password"
}

// signInCounter chooses the lane: an unknown name's, a stranger's, or that of a browser that signed in
// to this account before.
func (m *Machine) signInCounter(ctx context.Context, c Caller, name Name, found *Found, now time.Time) (Counter, error) {
	if found != nil {
		if lane := m.knownLane(c, found.Account.ID); lane != "" {
			return passwordCounter(found.Account.ID, lane), nil
		}
	}
	if err := m.checkAddress(ctx, c, now); err != nil {
		return Counter{}, err
	}
	if found != nil {
		return passwordCounter(found.Account.ID, ""), nil
	}
	hash, err := m.cfg.Keys.MAC(m.cfg.Keys.ActiveID(), "name", []byte(name.Key))
	if err != nil {
		return Counter{}, err
	}
	return nameCounter(hex.EncodeToString(hash)), nil
}

func (m *Machine) reserveOne(ctx context.Context, counter Counter, now time.Time) error {
	rs, err := m.store.Reserve(ctx, []Counter{counter}, now)
	if err != nil {
		return err
	}
	if len(rs) != 1 || !rs[0].Granted {
		return refusal(rs)
	}
	return nil
}

func (m *Machine) compare(ctx context.Context, found *Found, password string) (matches, outdated bool, err error) {
	if found == nil || found.PasswordHash == "" {
		return false, false, overloaded(m.cfg.Passwords.VerifyDummy(ctx, []byte(password)))
	}
	matches, outdated, err = m.cfg.Passwords.Verify(ctx, found.PasswordHash, []byte(password))
	return matches, outdated, overloaded(err)
}

// overloaded turns the refusal of a full hashing queue into the error for the client.
func overloaded(err error) error {
	var full interface{ RetryAfter() time.Duration }
	if errors.As(err, &full) {
		return &Error{Code: CodeUnavailable, RetryAfter: full.RetryAfter(), Reason: "password hashing is at its limit"}
	}
	return err
}

func checkPasswordInput(field, password string) error {
	if password == "" {
		return invalid(field, "password.missing")
	}
	if len(password) > MaxPassword {
		return invalid(field, "password.too_long", MaxPassword)
	}
	return nil
}

// proveSecond reserves and compares a second factor of an account whose first was proved.
func (m *Machine) proveSecond(ctx context.Context, account string, r Response, now time.Time) (proof, error) {
	kind, value, err := m.canonical(r)
	if err != nil {
		return proof{}, err
	}
	if kind == KindRecoveryCode {
		return m.proveLookupSecret(ctx, account, value, now)
	}
	return m.proveAuthenticator(ctx, account, kind, value, r.Authenticator, now)
}

// canonical reads a typed response. What cannot be a response of its kind costs no attempt.
func (m *Machine) canonical(r Response) (Kind, string, error) {
	if r.Kind == "" || r.Kind == KindRecoveryCode {
		if v, err := m.cfg.Lookup.Canonical(r.Value); err == nil {
			return KindRecoveryCode, v, nil
		}
		if r.Kind == KindRecoveryCode {
			return "", "", invalid("response", "recovery.shape")
		}
	}
	for _, b := range m.cfg.Binders {
		if r.Kind != "" && b.Kind() != r.Kind {
			continue
		}
		if v, err := b.Canonical(r.Value); err == nil {
			return b.Kind(), v, nil
		}
	}
	if _, known := m.binders[r.Kind]; r.Kind != "" && !known {
		return "", "", invalid("kind", "kind.unknown")
	}
	return "", "", invalid("response", "code.shape")
}
