package core

import (
	"context"
	"slices"
)

// SetFavourite has an authenticator asked for first, in place of whichever was, or takes that back. It changes nothing that
// security rests on. CodeNotFound when it is not this account's.
func (m *Machine) SetFavourite(ctx context.Context, c Caller, s Session, id string, favourite bool) (err error) {
	account := s.AccountID()
	defer func() { m.note(ctx, c, "authenticator.favourite", account, err) }()
	return m.settle(ctx, account, m.clock.Now(), func(tx Tx, _ State) error {
		auths, err := tx.Authenticators(account)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(auths, func(a Authenticator) bool { return a.ID == id })
		switch {
		case i < 0:
			return &Error{Code: CodeNotFound}
		case favourite:
			return tx.SetFavourite(account, id)
		case auths[i].Favourite:
			return tx.SetFavourite(account, "")
		}
		return nil
	})
}
