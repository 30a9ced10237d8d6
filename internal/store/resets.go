package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// Reset implements [core.Store].
func (s *Store) Reset(ctx context.Context, account string) (*core.ResetRow, error) {
	row, found, err := find(ctx, s, "find reset", func(ctx context.Context, q *queries.Queries) (queries.Reset, error) {
		return q.GetReset(ctx, account)
	})
	if !found {
		return nil, err
	}
	r, err := resetRow(row)
	return &r, err
}

// DueResets implements [core.Store].
func (s *Store) DueResets(ctx context.Context, now time.Time, n int) ([]core.ResetRow, error) {
	rows, _, err := find(ctx, s, "list resets", func(ctx context.Context, q *queries.Queries) ([]queries.Reset, error) {
		return q.ListDueResets(ctx, millis(now), most(n))
	})
	return converted(rows, err, resetRow)
}

func resetRow(r queries.Reset) (core.ResetRow, error) {
	return core.ResetRow{
		Account: r.AccountID, BySupport: r.BySupport, Reason: r.Reason,
		StartedAt: instant(r.StartedAt), DueAt: instant(r.DueAt), Halfway: r.Halfway,
	}, nil
}

// InsertReset implements [core.Tx].
func (t *tx) InsertReset(r core.ResetRow) (bool, error) {
	return t.one("insert reset", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.InsertReset(ctx, queries.InsertResetParams{
			AccountID: r.Account, BySupport: r.BySupport, Reason: r.Reason,
			StartedAt: millis(r.StartedAt), DueAt: millis(r.DueAt), Halfway: r.Halfway,
		})
	})
}

// MarkHalfway implements [core.Tx].
func (t *tx) MarkHalfway(account string, startedAt, dueAt time.Time) (bool, error) {
	return t.one("mark halfway", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.MarkHalfway(ctx, queries.MarkHalfwayParams{AccountID: account, StartedAt: millis(startedAt), DueAt: millis(dueAt)})
	})
}

// TakeReset implements [core.Tx].
func (t *tx) TakeReset(account string, startedAt time.Time) (bool, error) {
	return t.one("take reset", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TakeReset(ctx, account, millis(startedAt))
	})
}

// TakeOwnReset implements [core.Tx].
func (t *tx) TakeOwnReset(account string) (bool, error) {
	return t.one("take own reset", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TakeOwnReset(ctx, account)
	})
}
