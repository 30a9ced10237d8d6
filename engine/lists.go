package engine

import (
	"context"
	"time"
)

// Account is what the signed-in account is called.
type Account struct {
	ID             string
	Name           string // what to call it: its username, its address, or its ID
	Username       string // may be ""
	Email          string // may be ""
	EmailConfirmed bool   // somebody proved to have that mailbox: grant nothing to an address that is not
}

// Account looks up what the account is called now.
func (s Session) Account(ctx context.Context) (Account, error) {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return Account{}, err
	}
	a, err := r.machine.Account(ctx, found)
	if err != nil {
		return Account{}, r.outward(err, "")
	}
	return Account{ID: a.ID, Name: a.Shown(), Username: a.Username, Email: a.Email, EmailConfirmed: a.EmailConfirmed}, nil
}

// Authenticator is one that is bound.
type Authenticator struct {
	ID         string
	Kind       Kind
	Label      string // its owner's name for it, or ""
	Hint       string // as in [Offer]
	CreatedAt  time.Time
	LastUsedAt time.Time     // zero when never
	Usable     bool          // false when it was turned off after too many wrong codes, its kind is not allowed any more, or what it is checked with can't be opened
	Drift      time.Duration // its clock minus ours, where two codes in a row showed that it is off
}

// Authenticators lists what is bound, the oldest first.
func (s Session) Authenticators(ctx context.Context) ([]Authenticator, error) {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.machine.Authenticators(ctx, found)
	out := make([]Authenticator, 0, len(all))
	for _, a := range all {
		out = append(out, Authenticator{
			ID: a.ID, Kind: Kind(a.Kind), Label: a.Label, Hint: a.Hint, CreatedAt: a.CreatedAt, LastUsedAt: a.LastUsedAt,
			Usable: a.Usable, Drift: a.Drift,
		})
	}
	return out, r.outward(err, "")
}

// Rename gives an authenticator another label, of 64 characters at most; [CodeNotFound] for those of others.
func (s Session) Rename(ctx context.Context, id, label string) error {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return err
	}
	return r.outward(r.machine.Rename(ctx, r.caller, found, id, label), "")
}

// RecoveryCodesLeft counts the recovery codes that were not used.
func (s Session) RecoveryCodesLeft(ctx context.Context) (int, error) {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return 0, err
	}
	have, err := r.machine.RecoveryCodes(ctx, found)
	return have.Remaining, r.outward(err, "")
}

// SessionInfo is one line of the list of sessions.
type SessionInfo struct {
	ID                     string
	AAL                    int
	Address, UserAgent     string // of the sign-in
	SignedInAt, LastSeenAt time.Time
	Current                bool // the one that asks
}

// Sessions lists the sessions of the account, the latest used first: those of the Gate's pages, too.
func (s Session) Sessions(ctx context.Context) ([]SessionInfo, error) {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.machine.Sessions(ctx, found)
	out := make([]SessionInfo, 0, len(all))
	for _, i := range all {
		out = append(out, SessionInfo{
			ID: i.ID, AAL: int(i.Level), Address: i.Address, UserAgent: i.UserAgent,
			SignedInAt: i.SignedInAt, LastSeenAt: i.LastSeenAt, Current: i.Current,
		})
	}
	return out, r.outward(err, "")
}

// EndSession ends one session of the account; [CodeNotFound] for those of others.
func (s Session) EndSession(ctx context.Context, id string) error {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return err
	}
	return r.outward(r.machine.EndSession(ctx, r.caller, found, id), "")
}

// EndOtherSessions ends every session of the account but this one.
func (s Session) EndOtherSessions(ctx context.Context) error {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return err
	}
	return r.outward(r.machine.EndOtherSessions(ctx, r.caller, found), "")
}

// TrustedBrowser is a browser that is not asked for a second factor.
type TrustedBrowser struct {
	ID                               string
	Address, UserAgent               string // when it was last used
	CreatedAt, LastUsedAt, ExpiresAt time.Time
}

// TrustedBrowsers lists them, the latest used first.
func (s Session) TrustedBrowsers(ctx context.Context) ([]TrustedBrowser, error) {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.machine.Browsers(ctx, found)
	out := make([]TrustedBrowser, 0, len(all))
	for _, b := range all {
		out = append(out, TrustedBrowser(b))
	}
	return out, r.outward(err, "")
}

// EndTrustedBrowser has a browser asked again; [CodeNotFound] for those of others.
func (s Session) EndTrustedBrowser(ctx context.Context, id string) error {
	r := s.record()
	found, err := r.now(ctx)
	if err != nil {
		return err
	}
	return r.outward(r.machine.EndBrowser(ctx, r.caller, found, id), "")
}
