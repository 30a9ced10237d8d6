package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// FindAccounts implements [core.Store]: names, states and password hashes in one round trip, whoever is found.
func (s *Store) FindAccounts(ctx context.Context, name core.Name) ([]core.Found, error) {
	if name.Key == "" {
		return nil, nil
	}
	rows, _, err := find(ctx, s, "find accounts", func(ctx context.Context, q *queries.Queries) ([]queries.FindByUsernameRow, error) {
		if name.IsEmail {
			rows, err := q.FindByEmail(ctx, nullable(name.Key))
			return converted(rows, err, func(r queries.FindByEmailRow) (queries.FindByUsernameRow, error) {
				return queries.FindByUsernameRow(r), nil
			})
		}
		return q.FindByUsername(ctx, nullable(name.Key))
	})
	return converted(rows, err, func(r queries.FindByUsernameRow) (core.Found, error) {
		st, err := state(r.State, r.StandsAlone)
		return core.Found{Account: account(r.Account), State: st, PasswordHash: r.Hash}, err
	})
}

// UsernameTaken implements [core.Store].
func (s *Store) UsernameTaken(ctx context.Context, key, skeleton string) (bool, error) {
	taken, _, err := find(ctx, s, "find username", func(ctx context.Context, q *queries.Queries) (bool, error) {
		return q.UsernameTaken(ctx, nullable(key), nullable(skeleton))
	})
	return taken, err
}

// Account implements [core.Store].
func (s *Store) Account(ctx context.Context, id string) (*core.Account, error) {
	row, found, err := find(ctx, s, "read account", func(ctx context.Context, q *queries.Queries) (queries.Account, error) {
		return q.GetAccount(ctx, id)
	})
	if !found {
		return nil, err
	}
	a := account(row)
	return &a, nil
}

// State implements [core.Store].
func (s *Store) State(ctx context.Context, account string) (*core.State, error) {
	row, found, err := find(ctx, s, "read state", func(ctx context.Context, q *queries.Queries) (queries.GetStateRow, error) {
		return q.GetState(ctx, account)
	})
	if !found {
		return nil, err
	}
	st, err := state(row.State, row.StandsAlone)
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

// AddState implements [core.Store].
func (s *Store) AddState(ctx context.Context, account string, now time.Time) error {
	return s.transact(ctx, "add state", func(ctx context.Context, q *queries.Queries) error {
		return q.AddState(ctx, queries.AddStateParams{
			AccountID: account, Epoch: 1, GroupNames: "[]", FirstOpen: true, CreatedAt: millis(now),
		})
	})
}
