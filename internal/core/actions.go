package core

import (
	"context"
	"crypto/sha256"
	"time"
	"unicode"
	"unicode/utf8"
)

// An action is something that an application does for a person and that needs a fresh proof for itself: "send money".
// What the person confirms is bound to the words that say what will be done, so that a confirmation for one payment
// serves for no other, and to the session.

// maxAction bounds what an action says, in bytes.
const maxAction = 1024

// confirmationLifetime is how long an application may take to redeem a confirmation.
const confirmationLifetime = 5 * time.Minute

// Confirmation is the proof of one action. The token is shown once, to the session that made it.
type Confirmation struct {
	Token     string
	ExpiresAt time.Time
}

// ConfirmAction proves the holder of s anew, for this action alone. It takes a response that was never used before,
// of the kinds that [Machine.ElevationOffer] lists. It does not elevate the session.
func (m *Machine) ConfirmAction(ctx context.Context, c Caller, s Session, action string, r Response) (_ Confirmation, err error) {
	rec, now := s.record(), m.clock.Now()
	account := rec.row.Account
	defer func() { m.note(ctx, c, "action.confirmed", account, err) }()
	if err := CheckAction(action); err != nil {
		return Confirmation{}, err
	}
	p, err := m.proveAgain(ctx, c, s, action, r, now)
	if err != nil {
		return Confirmation{}, err
	}
	token, hash := newToken(purposeAction, rec.row.Transport)
	row := ConfirmationRow{
		ID: newID(), Account: account, Session: rec.row.ID, TokenHash: hash,
		ActionHash: hashAction(action), ExpiresAt: now.Add(confirmationLifetime),
	}
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, rec.row); err != nil {
			return err
		}
		if err := m.passwordMayElevate(tx, account, p.evidence.Kind); err != nil {
			return err
		}
		if err := m.consume(tx, c, &st, p); err != nil {
			return err
		}
		if st.Epoch != rec.row.Epoch { // a recovery code was used
			if err := carryOn(tx, rec, st.Epoch); err != nil {
				return err
			}
		}
		row.Epoch = st.Epoch
		e := event("action.confirmed", c, account, p.evidence.Authenticator, now)
		e.Session, e.Detail = rec.row.ID, action
		return firstErr(tx.InsertConfirmation(row), tx.InsertEvent(e))
	})
	if err != nil {
		return Confirmation{}, m.unsettled(ctx, p, now, err)
	}
	return Confirmation{Token: token, ExpiresAt: row.ExpiresAt}, nil
}

// RedeemAction uses a confirmation up: it is good once, for the very action that was confirmed, in the session that
// it was made in. CodeNotFound for everything else.
func (m *Machine) RedeemAction(ctx context.Context, c Caller, s Session, action, token string) (err error) {
	row, now := s.record().row, m.clock.Now()
	defer func() { m.note(ctx, c, "action.redeemed", row.Account, err) }()
	if err := CheckAction(action); err != nil {
		return err
	}
	want := ConfirmationRow{
		Account: row.Account, Session: row.ID, Epoch: row.Epoch,
		TokenHash: hashToken(purposeAction, row.Transport, token), ActionHash: hashAction(action),
	}
	return m.settle(ctx, row.Account, now, func(tx Tx, st State) error {
		if err := sameEpoch(st, row); err != nil {
			return err
		}
		taken, err := tx.TakeConfirmation(want, now)
		if err != nil {
			return err
		}
		if !taken {
			return &Error{Code: CodeNotFound, Field: "token", Text: "action.not_confirmed"}
		}
		e := event("action.redeemed", c, row.Account, "", now)
		e.Session, e.Detail = row.ID, action
		return tx.InsertEvent(e)
	})
}

// ProvedWithin says whether the holder of s proved themself anew within the last d. Signing in is not that.
func (m *Machine) ProvedWithin(s Session, d time.Duration) bool {
	at, now := s.record().row.ProvedAt, m.clock.Now()
	return !at.IsZero() && now.Sub(at) < d && !fromTheFuture(at, now)
}

// CheckAction holds an action to what a person can read.
func CheckAction(action string) error {
	switch {
	case action == "":
		return invalid("action", "action.missing")
	case len(action) > maxAction:
		return invalid("action", "action.too_long", maxAction)
	case !utf8.ValidString(action):
		return invalid("action", "action.characters")
	}
	for _, r := range action {
		if !unicode.IsPrint(r) {
			return invalid("action", "action.characters")
		}
	}
	return nil
}

func hashAction(action string) []byte {
	h := sha256.Sum256([]byte("action\x00" + action))
	return h[:]
}
