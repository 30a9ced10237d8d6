package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/store/queries"
)

var _ deliver.Outbox = (*Store)(nil)

// Enqueue implements [core.Store].
func (s *Store) Enqueue(ctx context.Context, m core.MessageRow) error {
	return s.change(ctx, "enqueue", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertMessage(ctx, messageParams(m))
	})
}

// InsertMessage implements [core.Tx].
func (t *tx) InsertMessage(m core.MessageRow) error {
	return t.do("insert message", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertMessage(ctx, messageParams(m))
	})
}

func messageParams(m core.MessageRow) queries.InsertMessageParams {
	return queries.InsertMessageParams{
		ID: m.ID, Payload: present(m.Payload),
		CreatedAt: millis(m.CreatedAt), DueAt: millis(m.DueAt), ExpiresAt: millis(m.ExpiresAt),
	}
}

// ClaimMessages implements [deliver.Outbox]. Of workers that ask at once, some may get nothing although more is due:
// whoever polls again gets it. While nothing is due, the writer is left to others.
func (s *Store) ClaimMessages(ctx context.Context, n int, lease time.Duration, now time.Time) ([]deliver.Item, error) {
	due, _, err := find(ctx, s, "look for messages", func(ctx context.Context, q *queries.Queries) (bool, error) {
		return q.AnyMessageDue(ctx, millis(now))
	})
	if err != nil || !due {
		return nil, err
	}
	params := queries.ClaimMessagesParams{
		Claim: rand.Text(), Until: millis(now.Add(lease)), Now: millis(now), Most: most(n),
	}
	var rows []queries.ClaimMessagesRow
	err = s.transact(ctx, "claim messages", func(ctx context.Context, q *queries.Queries) (err error) {
		if err := q.DropMessages(ctx, millis(now)); err != nil {
			return err
		}
		rows, err = q.ClaimMessages(ctx, params)
		return err
	})
	if err != nil {
		return nil, err
	}
	return claimed(rows, params.Claim), nil
}

// claimed puts the longest due first: RETURNING has no order.
func claimed(rows []queries.ClaimMessagesRow, claim string) []deliver.Item {
	slices.SortFunc(rows, func(a, b queries.ClaimMessagesRow) int {
		return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.ID, b.ID))
	})
	items := make([]deliver.Item, len(rows))
	for i, r := range rows {
		items[i] = deliver.Item{
			ID: r.ID, Payload: r.Payload, Attempts: int(r.Attempts), ExpiresAt: instant(r.ExpiresAt), Claim: claim,
		}
	}
	return items
}

// FinishMessage implements [deliver.Outbox].
func (s *Store) FinishMessage(ctx context.Context, id, claim string) (bool, error) {
	return s.changed(ctx, "finish message", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.FinishMessage(ctx, id, claim)
	})
}

// PostponeMessage implements [deliver.Outbox].
func (s *Store) PostponeMessage(ctx context.Context, id, claim string, at time.Time, unsure bool) (bool, error) {
	params := queries.PostponeMessageParams{ID: id, Claim: claim, DueAt: millis(at)}
	if unsure {
		params.Unsure = 1
	}
	var held int64
	err := s.transact(ctx, "postpone message", func(ctx context.Context, q *queries.Queries) (err error) {
		held = 0
		if unsure {
			if held, err = q.FinishUnsureMessage(ctx, id, claim); err != nil || held == 1 {
				return err
			}
		}
		held, err = q.PostponeMessage(ctx, params)
		return err
	})
	return err == nil && held == 1, err
}
