package store

import (
	"context"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// AnyAccount implements [core.Store].
func (s *Store) AnyAccount(ctx context.Context) (bool, error) {
	there, _, err := find(ctx, s, "find any account", func(ctx context.Context, q *queries.Queries) (bool, error) {
		return q.AnyAccount(ctx)
	})
	return there, err
}

// AnyState implements [core.Store].
func (s *Store) AnyState(ctx context.Context) (bool, error) {
	there, _, err := find(ctx, s, "find any state", func(ctx context.Context, q *queries.Queries) (bool, error) {
		return q.AnyState(ctx)
	})
	return there, err
}

// AnyInGroup implements [core.Store]. Groups are stored as JSON, in which their characters stand for themselves.
func (s *Store) AnyInGroup(ctx context.Context, group string) (bool, error) {
	there, _, err := find(ctx, s, "find any in group", func(ctx context.Context, q *queries.Queries) (bool, error) {
		return q.AnyInGroup(ctx, `"`+strings.ToLower(group)+`"`)
	})
	return there, err
}

// ListAccounts implements [core.Store].
func (s *Store) ListAccounts(ctx context.Context, after string, n int) ([]core.AccountRow, error) {
	rows, _, err := find(ctx, s, "list accounts", func(ctx context.Context, q *queries.Queries) ([]queries.ListAccountsRow, error) {
		return q.ListAccounts(ctx, after, most(n))
	})
	return converted(rows, err, accountRow)
}

// AccountRow implements [core.Store].
func (s *Store) AccountRow(ctx context.Context, id string) (*core.AccountRow, error) {
	row, found, err := find(ctx, s, "read account", func(ctx context.Context, q *queries.Queries) (queries.GetAccountRowRow, error) {
		return q.GetAccountRow(ctx, id)
	})
	if !found {
		return nil, err
	}
	a, err := accountRow(queries.ListAccountsRow(row))
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// Remindable implements [core.Store].
func (s *Store) Remindable(ctx context.Context, after string, before time.Time, n int) ([]core.AccountRow, error) {
	rows, _, err := find(ctx, s, "list remindable", func(ctx context.Context, q *queries.Queries) ([]queries.ListRemindableRow, error) {
		return q.ListRemindable(ctx, queries.ListRemindableParams{After: after, Before: millis(before), Most: most(n)})
	})
	return converted(rows, err, func(r queries.ListRemindableRow) (core.AccountRow, error) {
		return accountRow(queries.ListAccountsRow(r))
	})
}

// RemindableStates implements [core.Store].
func (s *Store) RemindableStates(ctx context.Context, after string, before time.Time, n int) ([]string, error) {
	ids, _, err := find(ctx, s, "list remindable states", func(ctx context.Context, q *queries.Queries) ([]string, error) {
		return q.ListRemindableStates(ctx, queries.ListRemindableStatesParams{After: after, Before: millis(before), Most: most(n)})
	})
	return ids, err
}

func accountRow(r queries.ListAccountsRow) (core.AccountRow, error) {
	st, err := state(r.State, r.StandsAlone)
	return core.AccountRow{Account: account(r.Account), State: st, Authenticators: int(r.Authenticators)}, err
}

// SetReminded implements [core.Tx].
func (t *tx) SetReminded(account string, at time.Time) error {
	return t.do("set reminded", func(ctx context.Context, q *queries.Queries) error {
		return q.SetReminded(ctx, account, millis(at))
	})
}
