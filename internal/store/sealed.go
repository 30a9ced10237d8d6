package store

import (
	"context"
	"strconv"

	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// SealedMessages are the payloads of the outbox, for the rotation of keys. Their accounts are not stored apart.
func (s *Store) SealedMessages() seal.Rows { return sealedMessages{s} }

// SealedCheckpoints are the checkpoints of events, likewise. Their ids are their numbers.
func (s *Store) SealedCheckpoints() seal.Rows { return sealedCheckpoints{s} }

// SealedSiteKeys are the site's own keys, likewise.
func (s *Store) SealedSiteKeys() seal.Rows { return sealedSiteKeys{s} }

var _, _ seal.Droppable = sealedMessages{}, sealedSiteKeys{}

type sealedMessages struct{ store *Store }

// ListSealed implements [seal.Rows].
func (m sealedMessages) ListSealed(ctx context.Context, after string, n int) ([]seal.Row, error) {
	rows, _, err := find(ctx, m.store, "list sealed messages", func(ctx context.Context, q *queries.Queries) ([]queries.ListSealedMessagesRow, error) {
		return q.ListSealedMessages(ctx, after, most(n))
	})
	var out []seal.Row
	for _, r := range rows {
		out = append(out, seal.Row{ID: r.ID, Sealed: r.Payload})
	}
	return out, err
}

// ReplaceSealed implements [seal.Rows].
func (m sealedMessages) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	return m.store.changed(ctx, "replace sealed message", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.ReplaceSealedMessage(ctx, queries.ReplaceSealedMessageParams{ID: id, Sealed: sealed, Read: old})
	})
}

// DropSealed implements [seal.Droppable].
func (m sealedMessages) DropSealed(ctx context.Context, id string, sealed []byte) (bool, error) {
	return m.store.changed(ctx, "drop sealed message", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.DropSealedMessage(ctx, id, sealed)
	})
}

type sealedCheckpoints struct{ store *Store }

// ListSealed implements [seal.Rows].
func (c sealedCheckpoints) ListSealed(ctx context.Context, after string, n int) ([]seal.Row, error) {
	number, err := numberOf(after)
	if err != nil {
		return nil, err
	}
	rows, err := c.store.Checkpoints(ctx, number, n)
	var out []seal.Row
	for _, r := range rows {
		out = append(out, seal.Row{ID: strconv.FormatInt(r.Number, 10), Sealed: r.Sealed})
	}
	return out, err
}

// ReplaceSealed implements [seal.Rows].
func (c sealedCheckpoints) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	number, err := numberOf(id)
	if err != nil {
		return false, err
	}
	return c.store.changed(ctx, "replace sealed checkpoint", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.ReplaceSealedCheckpoint(ctx, queries.ReplaceSealedCheckpointParams{Number: number, Sealed: sealed, Read: old})
	})
}

type sealedSiteKeys struct{ store *Store }

// ListSealed implements [seal.Rows].
func (k sealedSiteKeys) ListSealed(ctx context.Context, after string, n int) ([]seal.Row, error) {
	rows, _, err := find(ctx, k.store, "list sealed site keys", func(ctx context.Context, q *queries.Queries) ([]queries.ListSealedSiteKeysRow, error) {
		return q.ListSealedSiteKeys(ctx, after, most(n))
	})
	var out []seal.Row
	for _, r := range rows {
		out = append(out, seal.Row{ID: r.ID, Sealed: r.Sealed})
	}
	return out, err
}

// ReplaceSealed implements [seal.Rows].
func (k sealedSiteKeys) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	return k.store.changed(ctx, "replace sealed site key", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.ReplaceSealedSiteKey(ctx, queries.ReplaceSealedSiteKeyParams{ID: id, Sealed: sealed, Read: old})
	})
}

// DropSealed implements [seal.Droppable].
func (k sealedSiteKeys) DropSealed(ctx context.Context, id string, sealed []byte) (bool, error) {
	return k.store.changed(ctx, "drop sealed site key", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.DropSealedSiteKey(ctx, id, sealed)
	})
}

// numberOf reads an id of a checkpoint; "" is before the first.
func numberOf(id string) (int64, error) {
	if id == "" {
		return 0, nil
	}
	return strconv.ParseInt(id, 10, 64)
}
