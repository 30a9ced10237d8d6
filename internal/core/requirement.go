package core

import (
	"context"
	"time"
)

// Requirement is what an account has to prove, and why: its own policy and what of the service's reaches it.
type Requirement struct {
	Policy Policy    // that holds now
	Cause  Cause     //
	Group  string    // of the account's: the one that brings it under the service's policy; "" where that is for everybody
	From   time.Time // when Later begins to hold; zero when nothing is to come
	Later  Policy    // the service's, where From is not zero
}

// Cause is why a policy holds.
type Cause string

// The causes of a policy.
const (
	CauseService  Cause = "service"       // the settings, for everybody or for one of its groups
	CauseAccount  Cause = "account"       // it has a policy of its own
	CauseOutside  Cause = "outside"       // it is in none of the groups that the settings name
	CauseLater    Cause = "later"         // the settings name a date that has not come
	CausePassword Cause = "password"      // its password is too short to sign in alone
	CausePasskeys Cause = "passkeys_only" // its owner wants nothing but passkeys
)

// Requirement says what an account has to prove. CodeNotFound when there is no such account.
func (m *Machine) Requirement(ctx context.Context, account string) (Requirement, error) {
	a, err := m.store.AccountRow(ctx, account)
	if err != nil || a == nil {
		return Requirement{}, firstErr(err, noAccount(ErrNoAccount))
	}
	st := a.State
	if m.cfg.Directory == nil && !st.StandsAlone {
		hash, err := m.store.PasswordHash(ctx, account)
		if err != nil {
			return Requirement{}, err
		}
		st.StandsAlone = hash == "" // one that is not there is not too short
	}
	return m.cfg.Rule.requirement(st, m.clock.Now()), nil
}

func (r Rule) requirement(s State, now time.Time) Requirement {
	out := Requirement{Policy: r.effective(s, now), From: r.due(s, now)}
	if !out.From.IsZero() {
		out.Later = r.Policy
	}
	switch {
	case s.PasskeysOnly:
		out.Cause = CausePasskeys
	case out.Policy != r.chosen(s, now):
		out.Cause = CausePassword
	case s.Policy != "":
		out.Cause = CauseAccount
	case !r.covers(s):
		out.Cause = CauseOutside
	case !out.From.IsZero():
		out.Cause = CauseLater
	default:
		out.Cause = CauseService
	}
	if s.Policy == "" {
		out.Group = r.groupOf(s)
	}
	return out
}
