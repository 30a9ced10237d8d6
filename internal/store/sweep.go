package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

const (
	portion    = 500                // rows deleted at a time
	counterTTL = 7 * 24 * time.Hour // an attempt after that is a new story
	// An answered challenge that is forgotten is good again for a server whose clock is behind that of the one that swept.
	challengesKept = 24 * time.Hour

	longestSweep = 10000 // portions: what is left then is left for the next time
)

// Sweep implements [core.Store]. It goes in small portions, each committed by itself, and may run in several processes
// at once. Counters of authenticators and recovery codes stay, and so does what is locked. Secrets are swept that are in
// this database; for a database of their own see [Secrets.SweepOrphans].
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	at, weekAgo := millis(now), millis(now.Add(-counterTTL))
	for _, sweep := range []func(context.Context, *queries.Queries) (int64, error){
		func(ctx context.Context, q *queries.Queries) (int64, error) { return q.SweepLogins(ctx, at, portion) },
		func(ctx context.Context, q *queries.Queries) (int64, error) { return q.SweepSessions(ctx, at, portion) },
		func(ctx context.Context, q *queries.Queries) (int64, error) { return q.SweepBindings(ctx, at, portion) },
		func(ctx context.Context, q *queries.Queries) (int64, error) { return q.SweepTickets(ctx, at, portion) },
		func(ctx context.Context, q *queries.Queries) (int64, error) { return q.SweepBrowsers(ctx, at, portion) },
		func(ctx context.Context, q *queries.Queries) (int64, error) {
			return q.SweepConfirmations(ctx, at, portion)
		},
		func(ctx context.Context, q *queries.Queries) (int64, error) {
			return q.SweepChallenges(ctx, millis(now.Add(-challengesKept)), portion)
		},
		func(ctx context.Context, q *queries.Queries) (int64, error) { return q.SweepMessages(ctx, at, portion) },
		func(ctx context.Context, q *queries.Queries) (int64, error) {
			return q.SweepMessageCodes(ctx, millis(now.Add(-core.ExpiredCodesKept)), portion)
		},
		func(ctx context.Context, q *queries.Queries) (int64, error) {
			return q.SweepPrompts(ctx, millis(now.Add(-core.OldPromptsKept)), portion)
		},
		func(ctx context.Context, q *queries.Queries) (int64, error) {
			return q.SweepCounters(ctx, queries.SweepCountersParams{Before: weekAgo, Now: at, Portion: portion})
		},
		func(ctx context.Context, q *queries.Queries) (int64, error) {
			return q.SweepLimits(ctx, now.UnixMicro(), portion)
		},
	} {
		if err := s.sweep(ctx, sweep); err != nil {
			return err
		}
	}
	own := &Secrets{store: s}
	return own.SweepOrphans(ctx, s, now)
}

func (s *Store) sweep(ctx context.Context, one func(context.Context, *queries.Queries) (int64, error)) error {
	for range longestSweep {
		var n int64
		err := s.change(ctx, "sweep", func(ctx context.Context, q *queries.Queries) (err error) {
			n, err = one(ctx, q)
			return err
		})
		if err != nil || n < portion {
			return err
		}
	}
	return nil
}
