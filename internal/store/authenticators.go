package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// tellEvery is how often a person may be told of one drifting clock: an answer about a wrong code is a hint.
const tellEvery = time.Minute

// Authenticators implements [core.Store].
func (s *Store) Authenticators(ctx context.Context, account string) ([]core.Authenticator, error) {
	rows, _, err := find(ctx, s, "list authenticators", func(ctx context.Context, q *queries.Queries) ([]queries.ListAuthenticatorsRow, error) {
		return q.ListAuthenticators(ctx, account)
	})
	return authenticators(rows), err
}

// RenameAuthenticator implements [core.Store].
func (s *Store) RenameAuthenticator(ctx context.Context, account, id, label string) (bool, error) {
	return s.changed(ctx, "rename authenticator", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.RenameAuthenticator(ctx, queries.RenameAuthenticatorParams{AccountID: account, ID: id, Label: label})
	})
}

// TellDrift implements [core.Store].
func (s *Store) TellDrift(ctx context.Context, account, id string, step, dead int64, now time.Time) (bool, error) {
	return s.changed(ctx, "tell drift", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TellDrift(ctx, queries.TellDriftParams{
			AccountID: account, ID: id, Step: step, Dead: dead, Now: millis(now), NotSince: millis(now.Add(-tellEvery)),
		})
	})
}

// Binding implements [core.Store].
func (s *Store) Binding(ctx context.Context, account, owner, id string) (*core.BindingRow, error) {
	row, found, err := find(ctx, s, "find binding", func(ctx context.Context, q *queries.Queries) (queries.Binding, error) {
		return q.GetBinding(ctx, queries.GetBindingParams{AccountID: account, OwnerID: owner, ID: id})
	})
	if !found {
		return nil, err
	}
	return bindingRow(row), nil
}

// LatestBinding implements [core.Store].
func (s *Store) LatestBinding(ctx context.Context, account, owner string) (*core.BindingRow, error) {
	row, found, err := find(ctx, s, "find latest binding", func(ctx context.Context, q *queries.Queries) (queries.Binding, error) {
		return q.LatestBinding(ctx, account, owner)
	})
	if !found {
		return nil, err
	}
	return bindingRow(row), nil
}

// Bindings implements [core.Store].
func (s *Store) Bindings(ctx context.Context, account, owner string) ([]core.BindingRow, error) {
	rows, _, err := find(ctx, s, "list bindings", func(ctx context.Context, q *queries.Queries) ([]queries.Binding, error) {
		return q.BindingsOf(ctx, account, owner)
	})
	var out []core.BindingRow
	for _, r := range rows {
		out = append(out, *bindingRow(r))
	}
	return out, err
}
