package store

import (
	"context"
	"errors"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// Checkpoints implements [core.Store].
func (s *Store) Checkpoints(ctx context.Context, after int64, n int) ([]core.Checkpoint, error) {
	rows, _, err := find(ctx, s, "list checkpoints", func(ctx context.Context, q *queries.Queries) ([]queries.Checkpoint, error) {
		return q.ListCheckpoints(ctx, after, most(n))
	})
	return converted(rows, err, checkpoint)
}

// LastCheckpoint implements [core.Store].
func (s *Store) LastCheckpoint(ctx context.Context) (*core.Checkpoint, error) {
	row, found, err := find(ctx, s, "find last checkpoint", func(ctx context.Context, q *queries.Queries) (queries.Checkpoint, error) {
		return q.LastCheckpoint(ctx)
	})
	if !found {
		return nil, err
	}
	c, err := checkpoint(row)
	return &c, err
}

// InsertCheckpoint implements [core.Store].
func (s *Store) InsertCheckpoint(ctx context.Context, c core.Checkpoint) (bool, error) {
	return s.changed(ctx, "insert checkpoint", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.InsertCheckpoint(ctx, queries.InsertCheckpointParams{Number: c.Number, At: millis(c.At), Sealed: present(c.Sealed)})
	})
}

// MergeCheckpoints implements [core.Store]. It is one transaction: a checkpoint is never missing, nor said by none.
func (s *Store) MergeCheckpoints(ctx context.Context, gone, kept core.Checkpoint, sealed []byte) (bool, error) {
	err := s.transact(ctx, "merge checkpoints", func(ctx context.Context, q *queries.Queries) error {
		replaced, err := q.ReplaceSealedCheckpoint(ctx, queries.ReplaceSealedCheckpointParams{
			Number: kept.Number, Sealed: present(sealed), Read: present(kept.Sealed),
		})
		if err != nil {
			return err
		}
		deleted, err := q.DeleteCheckpoint(ctx, gone.Number, present(gone.Sealed))
		if err == nil && (replaced != 1 || deleted != 1) {
			err = errOvertaken
		}
		return err
	})
	if errors.Is(err, errOvertaken) {
		return false, nil
	}
	return err == nil, err
}

// errOvertaken rolls back what another process has done already.
var errOvertaken = errors.New("overtaken")

func checkpoint(r queries.Checkpoint) (core.Checkpoint, error) {
	return core.Checkpoint{Number: r.Number, At: instant(r.At), Sealed: r.Sealed}, nil
}
