package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/store/queries"
)

const skeletonsAtOnce = 200 // in one transaction

// FillSkeletons computes what usernames look like of which that is not stored: those of the first release. A name that
// looks like one that has its skeleton goes without; alike says how many of those there are. It goes in small
// transactions, finds where it left off, and may run in several processes at once, beside registrations.
func (s *Store) FillSkeletons(ctx context.Context, skeleton func(usernameKey string) string) (filled, alike int, err error) {
	err = s.withoutSkeleton(ctx, func(rows []queries.ListWithoutSkeletonRow) error {
		n, err := s.setSkeletons(ctx, rows, skeleton)
		filled += n
		alike += len(rows) - n
		return err
	})
	if err != nil || alike == 0 {
		return filled, 0, err
	}
	alike = 0 // some of them another process may have filled in
	err = s.withoutSkeleton(ctx, func(rows []queries.ListWithoutSkeletonRow) error {
		alike += len(rows)
		return nil
	})
	return filled, alike, err
}

// withoutSkeleton calls fn with every username that has none, in portions. It may have to go over all accounts to find
// that there is none, and has the time of a migration for that.
func (s *Store) withoutSkeleton(ctx context.Context, fn func([]queries.ListWithoutSkeletonRow) error) error {
	after := ""
	for {
		var rows []queries.ListWithoutSkeletonRow
		err := s.attempt(ctx, "list usernames", func(ctx context.Context, p *patience) (err error) {
			p.finish = patienceToMigrate
			p.begun()
			rows, err = s.read.queries().ListWithoutSkeleton(ctx, after, skeletonsAtOnce)
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := fn(rows); err != nil {
			return err
		}
		after = rows[len(rows)-1].ID
	}
}

func (s *Store) setSkeletons(ctx context.Context, rows []queries.ListWithoutSkeletonRow, skeleton func(string) string) (filled int, err error) {
	err = s.transact(ctx, "set skeletons", func(ctx context.Context, q *queries.Queries) error {
		filled = 0
		for _, r := range rows {
			n, err := q.SetSkeleton(ctx, queries.SetSkeletonParams{
				ID: r.ID, UsernameKey: nullable(r.UsernameKey), Skeleton: nullable(skeleton(r.UsernameKey)),
			})
			if err != nil {
				return err
			}
			filled += int(n)
		}
		return nil
	})
	return filled, err
}
