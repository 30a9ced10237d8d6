package core

import (
	"context"
	"time"
)

// Delays says what of an account waits after failures, and until when. A zero time is no delay.
type Delays struct {
	PasswordFailures int                  // in a row, by who never signed in to the account with their browser
	Password         time.Time            // for these; a browser that signed in before has a count of its own
	RecoveryCodes    time.Time            //
	Authenticators   map[string]time.Time // by id; only those that wait
}

// Delays reads them; an account that is not there has none. It is for administrators: it asks for no proof.
func (m *Machine) Delays(ctx context.Context, account string) (Delays, error) {
	auths, err := m.store.Authenticators(ctx, account)
	if err != nil {
		return Delays{}, err
	}
	set, err := m.store.RecoverySet(ctx, account)
	if err != nil {
		return Delays{}, err
	}
	counters := []Counter{passwordCounter(account, "")}
	for _, a := range auths {
		counters = append(counters, AuthenticatorCounter(account, a.ID))
	}
	if set != nil {
		counters = append(counters, RecoveryCounter(account, set.ID))
	}
	counts, err := m.store.Counts(ctx, counters)
	if err != nil {
		return Delays{}, err
	}
	now := m.clock.Now()
	out := Delays{
		PasswordFailures: counts[0].Failures, Password: counts[0].delayedAt(counters[0], now), Authenticators: map[string]time.Time{},
	}
	for i, a := range auths {
		if until := counts[1+i].delayedAt(counters[1+i], now); !until.IsZero() {
			out.Authenticators[a.ID] = until
		}
	}
	if last := len(counters) - 1; set != nil {
		out.RecoveryCodes = counts[last].delayedAt(counters[last], now)
	}
	return out, nil
}

// delayedAt is until when an attempt at now would have to wait. What is disabled waits for no time.
func (n Count) delayedAt(c Counter, now time.Time) time.Time {
	if !now.Before(n.NotBefore) || c.Cap > 0 && n.Failures >= c.Cap {
		return time.Time{}
	}
	return n.NotBefore
}
