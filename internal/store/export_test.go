package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
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
	all, err := s.migrations()
	if err != nil {
		return err
	}
	if err := s.prepareSchema(ctx); err != nil {
		return err
	}
	for {
		done, err := s.migrateOne(ctx, all[:version], now)
		if err != nil || done {
			return err
		}
	}
}
