package store

import (
	"context"
	"fmt"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// Secrets keeps sealed secrets: it implements [seal.Blobs]. It shares nothing with a [Store] but the connections, and
// no transaction spans both, so that secrets can live in a database of their own.
type Secrets struct {
	store *Store
	now   func() time.Time
}

var (
	_ seal.Blobs = (*Secrets)(nil)
	_ seal.Rows  = (*Secrets)(nil)
)

// Secrets gives the place for sealed secrets in this database. The clock says how old a secret is, which is all that
// keeps one that is just being bound from being swept: it has to be the machine's.
func (s *Store) Secrets(now func() time.Time) *Secrets { return &Secrets{store: s, now: now} }

// AnyOfAccounts says whether there is a secret of any account, and not the service's own alone.
func (b *Secrets) AnyOfAccounts(ctx context.Context) (bool, error) {
	there, _, err := find(ctx, b.store, "find any secret", func(ctx context.Context, q *queries.Queries) (bool, error) {
		return q.AnyAccountBlob(ctx)
	})
	return there, err
}

// PutBlob implements [seal.Blobs]. An id that exists is an error: secrets never change.
func (b *Secrets) PutBlob(ctx context.Context, id, account string, sealed []byte) error {
	return b.store.change(ctx, "put secret", func(ctx context.Context, q *queries.Queries) error {
		return q.PutBlob(ctx, queries.PutBlobParams{ID: id, AccountID: account, Sealed: sealed, CreatedAt: millis(b.now())})
	})
}

// GetBlob implements [seal.Blobs]. The error wraps [seal.ErrNoBlob] when the account has no secret of that id.
func (b *Secrets) GetBlob(ctx context.Context, id, account string) ([]byte, error) {
	sealed, found, err := find(ctx, b.store, "get secret", func(ctx context.Context, q *queries.Queries) ([]byte, error) {
		return q.GetBlob(ctx, id, account)
	})
	if err == nil && !found {
		return nil, fmt.Errorf("store: get secret: %w", seal.ErrNoBlob)
	}
	return sealed, err
}

// DeleteBlob implements [seal.Blobs]. Deleting what is not there is no error.
func (b *Secrets) DeleteBlob(ctx context.Context, id, account string) error {
	return b.store.change(ctx, "delete secret", func(ctx context.Context, q *queries.Queries) error {
		return q.DeleteBlob(ctx, id, account)
	})
}

// ListSealed implements [seal.Rows].
func (b *Secrets) ListSealed(ctx context.Context, after string, n int) ([]seal.Row, error) {
	rows, _, err := find(ctx, b.store, "list secrets", func(ctx context.Context, q *queries.Queries) ([]queries.ListSealedRow, error) {
		return q.ListSealed(ctx, after, int32(n))
	})
	out := make([]seal.Row, len(rows))
	for i, r := range rows {
		out[i] = seal.Row{ID: r.ID, Account: r.AccountID, Sealed: r.Sealed}
	}
	return out, err
}

// ReplaceSealed implements [seal.Rows]. It is for resealing alone: what is sealed stays the same.
func (b *Secrets) ReplaceSealed(ctx context.Context, id string, old, sealed []byte) (bool, error) {
	return b.store.changed(ctx, "reseal secret", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.ReplaceSealed(ctx, queries.ReplaceSealedParams{Resealed: sealed, ID: id, Old: old})
	})
}
