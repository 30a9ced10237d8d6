package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// Pend adds a pending binding.
func (s *Store) Pend(ctx context.Context, b core.BindingRow) error {
	return s.Settle(ctx, b.Account, b.CreatedAt, func(tx core.Tx, _ core.State) error {
		_, err := tx.InsertBinding(b, 9)
		return err
	})
}

// MigrateTo stops at a version, as a program of that time would have.
func (s *Store) MigrateTo(ctx context.Context, now time.Time, version int) error {
	return s.migrate(ctx, s.steps[:version], now)
}

// Statements counts what is prepared.
func (s *Store) Statements() int {
	if s.write.prepared == nil {
		return 0
	}
	return len(s.write.prepared.byText)
}

// RefusedDriver says why a driver that is known can't be used.
func RefusedDriver(path string) string { return refusedDriver(path) }

// ReadThenWrite is a transaction that reads before it writes, with something in between, and says how often it was tried.
func (s *Store) ReadThenWrite(ctx context.Context, account string, between func()) (tries int, err error) {
	err = s.transact(ctx, "test", func(ctx context.Context, q *queries.Queries) error {
		tries++
		if _, err := q.GetState(ctx, account); err != nil {
			return err
		}
		between()
		_, err := q.BumpEpoch(ctx, account)
		return err
	})
	return tries, err
}
