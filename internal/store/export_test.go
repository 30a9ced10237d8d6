package store

import (
	"context"
	"time"
)

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
