package core

import (
	"context"
	"errors"
	"time"
)

// scanAgainAfter is the wrong code in a row, during a set-up, from which on scanning again is advised.
const scanAgainAfter = 2

// notConfirmed says what may be wrong with a code that did not confirm a pending binding. Its secret is known to nobody but
// who is setting it up, so that nothing told here is a hint for a guesser.
func (m *Machine) notConfirmed(ctx context.Context, row BindingRow, value string, f Finding, r Reservation, now time.Time) error {
	e := &Error{Code: CodeWrong, Field: "response", Text: row.Kind.wrongAtSetup(), Reason: "wrong code"}
	switch {
	case f.Digits > 0:
		return m.returned(ctx, []Counter{bindingCounter(row.Account, row.ID)}, now, shapeless(f.Digits))
	case f.Verdict == Ignored:
		return m.bindAgain(ctx, row, f, now)
	case f.Verdict == Expired:
		e.Text = "code.expired"
		e.Reason = "a sent code that expired"
		return e
	case f.Verdict == Spent:
		return m.returned(ctx, []Counter{bindingCounter(row.Account, row.ID)}, now, alreadyUsed("code.used", f.RetryAfter))
	case row.Kind != KindTOTP:
		return e
	}
	earlier, err := m.ofEarlierSetUp(ctx, row, value, now)
	switch {
	case err != nil:
		return err
	case earlier:
		e.Text = "code.earlier_entry"
		e.Reason = "code of an earlier set-up"
	case f.Verdict == Drifted:
		e = &Error{Code: CodeClockDrift, Field: "response", Drift: f.Drift, Reason: "drift"}
		if r.Failures >= scanAgainAfter {
			e.Text = "drift.scan_again"
		}
	case r.Failures >= scanAgainAfter:
		e.Text = "code.scan_again"
	}
	return e
}

// ofEarlierSetUp says whether a code is that of an entry that an earlier set-up left in the app. Only what the same login or
// session began counts: another's secret would be guessed at here, where each set-up counts its attempts anew.
func (m *Machine) ofEarlierSetUp(ctx context.Context, row BindingRow, value string, now time.Time) (bool, error) {
	rows, err := m.store.Bindings(ctx, row.Account, row.Owner)
	if err != nil {
		return false, err
	}
	for _, other := range rows {
		if other.ID == row.ID || other.Kind != row.Kind || other.CreatedAt.After(row.CreatedAt) {
			continue
		}
		f, err := m.compareSetUp(ctx, other, value, now)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err == nil && f.Verdict == Right { // one that can't be read explains nothing
			return true, nil
		}
	}
	return false, nil
}

// bindAgain gives a pending binding the key that the app can use. The one before is dead: it was shown, and its codes are
// not what the app shows. The attempt goes back: it was what the app showed.
func (m *Machine) bindAgain(ctx context.Context, row BindingRow, f Finding, now time.Time) error {
	next := row
	next.LastStep, next.CreatedAt, next.ExpiresAt = 0, now, now.Add(row.Kind.bindingLifetime())
	var err error
	if next.SecretID, err = m.cfg.Secrets.Put(ctx, row.Account, string(row.Kind), f.NewState); err != nil {
		return err
	}
	err = m.settle(ctx, row.Account, now, func(tx Tx, st State) error {
		if st.Epoch != row.Epoch {
			return wrongState("account.changed")
		}
		renewed, err := tx.RenewBinding(row.SecretID, next)
		if err == nil && !renewed {
			return &Error{Code: CodeNotFound, Text: "binding.gone"}
		}
		return firstErr(err, tx.Return([]Counter{bindingCounter(row.Account, row.ID)}))
	})
	var e *Error
	switch {
	case errors.As(err, &e):
		m.forgetSecrets(ctx, row.Account, []string{next.SecretID})
		return err
	case err != nil:
		return err // whether it was committed, nobody knows: what is unused is swept
	}
	m.forgetSecrets(ctx, row.Account, []string{row.SecretID})
	b, err := m.describe(ctx, next, f.NewState)
	if err != nil {
		return err
	}
	return &BindAgain{Binding: b, why: &Error{Code: CodeWrongState, Field: "response", Text: f.Text}}
}
