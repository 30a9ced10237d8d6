package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// FindAccount implements [core.Store]: names, state and password hash in one round trip.
func (s *Store) FindAccount(ctx context.Context, name core.Name) (*core.Found, error) {
	if name.Key == "" {
		return nil, nil
	}
	row, found, err := find(ctx, s, "find account", func(ctx context.Context, q *queries.Queries) (queries.FindByUsernameRow, error) {
		if name.IsEmail {
			row, err := q.FindByEmail(ctx, nullable(name.Key))
			return queries.FindByUsernameRow(row), err
		}
		return q.FindByUsername(ctx, nullable(name.Key))
	})
	if !found {
		return nil, err
	}
	st, err := state(row.ID, queries.GetStateRow{
		Epoch: row.Epoch, Policy: row.Policy, GroupNames: row.GroupNames, FirstOpen: row.FirstOpen, StandsAlone: row.StandsAlone,
	})
	if err != nil {
		return nil, err
	}
	account := core.Account{ID: row.ID, Username: row.Username, Email: row.Email}
	return &core.Found{Account: account, State: st, PasswordHash: row.Hash}, nil
}

// UsernameTaken implements [core.Store].
func (s *Store) UsernameTaken(ctx context.Context, key string) (bool, error) {
	n, _, err := find(ctx, s, "find username", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.CountUsername(ctx, nullable(key))
	})
	return n > 0, err
}

// Account implements [core.Store].
func (s *Store) Account(ctx context.Context, id string) (*core.Account, error) {
	row, found, err := find(ctx, s, "read account", func(ctx context.Context, q *queries.Queries) (queries.GetAccountRow, error) {
		return q.GetAccount(ctx, id)
	})
	if !found {
		return nil, err
	}
	return &core.Account{ID: row.ID, Username: row.Username, Email: row.Email}, nil
}

// State implements [core.Store].
func (s *Store) State(ctx context.Context, account string) (*core.State, error) {
	row, found, err := find(ctx, s, "read state", func(ctx context.Context, q *queries.Queries) (queries.GetStateRow, error) {
		return q.GetState(ctx, account)
	})
	if !found {
		return nil, err
	}
	st, err := state(account, row)
	if err != nil {
		return nil, err
	}
	return &st, nil
}

// PasswordHash implements [core.Store].
func (s *Store) PasswordHash(ctx context.Context, account string) (string, error) {
	hash, _, err := find(ctx, s, "read password", func(ctx context.Context, q *queries.Queries) (string, error) {
		return q.GetPasswordHash(ctx, account)
	})
	return hash, err
}

// SetPolicy implements [core.Store].
func (s *Store) SetPolicy(ctx context.Context, account string, p core.Policy) (bool, error) {
	return s.changed(ctx, "set policy", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.SetPolicy(ctx, account, string(p))
	})
}

// SetGroups implements [core.Store].
func (s *Store) SetGroups(ctx context.Context, account string, groups []string) (bool, error) {
	names, err := list(groups)
	if err != nil {
		return false, err
	}
	return s.changed(ctx, "set groups", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.SetGroups(ctx, account, names)
	})
}
