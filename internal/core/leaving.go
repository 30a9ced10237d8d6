package core

import (
	"context"
	"slices"
	"time"
)

// DeleteAccount deletes the account that is signed in, with everything that belongs to it. Its events stay for as
// long as events are kept, under an id that nobody gets again.
func (m *Machine) DeleteAccount(ctx context.Context, c Caller, e Elevated) error {
	return m.delete(ctx, c, e.Session().AccountID(), &e.Session().record().row)
}

// delete deletes an account; by is the session that does it, or nil for an administrator.
func (m *Machine) delete(ctx context.Context, c Caller, account string, by *SessionRow) (err error) {
	now := m.clock.Now()
	defer func() { m.note(ctx, c, "account.deleted", account, err) }()
	err = m.settle(ctx, account, now, func(tx Tx, st State) error {
		if by != nil {
			if err := sameEpoch(st, *by); err != nil {
				return err
			}
		}
		return firstErr(
			tx.InsertEvent(event("account.deleted", c, account, "", now)),
			m.sayFarewell(tx, c, st, now), // the addresses are noted before they go
			tx.DeleteAccount(account))
	})
	return noAccount(err)
}

// sayFarewell tells the owner, and the addresses that the account's could be taken back to: there is nothing left to take
// back, and who changed it may have been a thief.
func (m *Machine) sayFarewell(tx Tx, c Caller, st State, now time.Time) error {
	msg := about(MailDeleted, c, st.Account, now)
	msg.Language = st.Language
	if err := m.post(tx, msg); err != nil {
		return err
	}
	return m.postToFormer(tx, msg, now)
}

// Data is what the service keeps about an account, for its owner to take along. Nothing in it opens anything.
type Data struct {
	Account        Account
	Waiting        WaitingAddress // the change of address that was asked for
	Language       string         // "" while none was chosen
	ResetDue       time.Time      // of a reset that waits; zero where none does
	Groups         []string
	Authenticators []AuthenticatorInfo
	RecoveryCodes  RecoveryCodes
	Sessions       []SessionInfo
	Browsers       []BrowserInfo
	Events         []Event // the oldest first, the newest 5,000 at most
	At             time.Time
}

// Data gathers what is kept about the account that is signed in.
func (m *Machine) Data(ctx context.Context, s Session) (d Data, err error) {
	d.At, d.Groups, d.Language = m.clock.Now(), s.Groups(), s.Language()
	if d.Account, err = m.Account(ctx, s); err != nil {
		return Data{}, err
	}
	if d.Waiting, err = m.WaitingAddress(ctx, s); err != nil {
		return Data{}, err
	}
	if d.ResetDue, err = m.PendingReset(ctx, s); err != nil {
		return Data{}, err
	}
	if d.Authenticators, err = m.Authenticators(ctx, s); err != nil {
		return Data{}, err
	}
	if d.RecoveryCodes, err = m.RecoveryCodes(ctx, s); err != nil {
		return Data{}, err
	}
	if d.Sessions, err = m.Sessions(ctx, s); err != nil {
		return Data{}, err
	}
	if d.Browsers, err = m.Browsers(ctx, s); err != nil {
		return Data{}, err
	}
	d.Events, err = m.latestEvents(ctx, s.AccountID())
	return d, err
}

// mostEvents is how many events are taken along: the newest.
const mostEvents = 5000

func (m *Machine) latestEvents(ctx context.Context, account string) (all []Event, err error) {
	if err := m.Flush(ctx); err != nil {
		return nil, err
	}
	before := int64(0)
	for len(all) < mostEvents {
		page, err := m.store.Events(ctx, account, before, pageSize)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < pageSize {
			break
		}
		before = page[len(page)-1].Seq
	}
	slices.Reverse(all)
	return all, nil
}
