package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/store/queries"
)

// RecoverySetsByKey counts, for each key that recovery codes are hashed under, the accounts whose live set it is.
func (s *Store) RecoverySetsByKey(ctx context.Context) (map[string]int, error) {
	rows, _, err := find(ctx, s, "count recovery codes", func(ctx context.Context, q *queries.Queries) ([]queries.CountRecoverySetsByKeyRow, error) {
		return q.CountRecoverySetsByKey(ctx)
	})
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.KeyID] = int(r.Sets)
	}
	return counts, err
}

// AuthenticatorsOfSecret counts the authenticators that need a secret: one or none.
func (s *Store) AuthenticatorsOfSecret(ctx context.Context, id string) (int, error) {
	n, _, err := find(ctx, s, "count authenticators", func(ctx context.Context, q *queries.Queries) (int32, error) {
		return q.CountAuthenticatorsOfSecret(ctx, id)
	})
	return int(n), err
}
