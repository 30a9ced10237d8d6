package store

import (
	"context"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/store/queries"
)

// orphanAge is longer than any binding lasts and than any request takes: what is older and not in use by then will
// never be. A secret is written before the row that refers to it, and what no row refers to is the rest of a process
// that died in between, of a binding that was not finished, or of an authenticator that is gone.
const orphanAge = time.Hour

// SweepOrphans deletes the secrets that are older than an hour and that nothing in main refers to. The two may be one
// database or different ones: no transaction spans them. What is old is listed in portions here, what of it is in use
// is asked there, and of the rest each is asked for once more, by itself, before it is deleted. It may run in several
// processes at once.
//
// [Store.Sweep] does it for the secrets in its own database.
func (b *Secrets) SweepOrphans(ctx context.Context, main *Store, now time.Time) error {
	after, before := "", millis(now.Add(-orphanAge))
	for {
		old, _, err := find(ctx, b.store, "sweep", func(ctx context.Context, q *queries.Queries) ([]string, error) {
			return q.ListOldSecrets(ctx, queries.ListOldSecretsParams{After: after, Before: before, Portion: portion})
		})
		if err != nil || len(old) == 0 {
			return err
		}
		if err := b.sweepPortion(ctx, main, old); err != nil {
			return err
		}
		after = old[len(old)-1]
	}
}

func (b *Secrets) sweepPortion(ctx context.Context, main *Store, old []string) error {
	inUse, err := main.secretsInUse(ctx, old)
	if err != nil {
		return err
	}
	for _, id := range old {
		if _, known := slices.BinarySearch(inUse, id); known {
			continue
		}
		if used, err := main.secretInUse(ctx, id); used || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		err := b.store.change(ctx, "sweep", func(ctx context.Context, q *queries.Queries) error {
			return q.DeleteOrphan(ctx, id)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// secretsInUse returns, sorted by bytes, secrets that rows refer to and that lie between the first and the last of
// these. Two databases may sort differently, and a portion has an end: that others are missing means nothing.
func (s *Store) secretsInUse(ctx context.Context, ids []string) ([]string, error) {
	found, _, err := find(ctx, s, "sweep", func(ctx context.Context, q *queries.Queries) ([]string, error) {
		return q.ListSecretsInUse(ctx, queries.ListSecretsInUseParams{First: ids[0], Last: ids[len(ids)-1], Portion: 2 * portion})
	})
	slices.Sort(found)
	return found, err
}

// secretInUse decides. It is one statement, so that a secret whose binding becomes an authenticator meanwhile is seen
// in one of the two.
func (s *Store) secretInUse(ctx context.Context, id string) (bool, error) {
	used, _, err := find(ctx, s, "sweep", func(ctx context.Context, q *queries.Queries) (bool, error) {
		return q.SecretInUse(ctx, id)
	})
	return used, err
}
