package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// Browser implements [core.Store].
func (s *Store) Browser(ctx context.Context, account, id string) (*core.BrowserRow, error) {
	row, found, err := find(ctx, s, "find browser", func(ctx context.Context, q *queries.Queries) (queries.Browser, error) {
		return q.GetBrowser(ctx, account, id)
	})
	if !found {
		return nil, err
	}
	b, err := browserRow(row)
	return &b, err
}

// Browsers implements [core.Store].
func (s *Store) Browsers(ctx context.Context, account string) ([]core.BrowserRow, error) {
	rows, _, err := find(ctx, s, "list browsers", func(ctx context.Context, q *queries.Queries) ([]queries.Browser, error) {
		return q.ListBrowsers(ctx, account)
	})
	return converted(rows, err, browserRow)
}

func browserRow(r queries.Browser) (core.BrowserRow, error) {
	return core.BrowserRow{
		ID: r.ID, Account: r.AccountID, Epoch: r.Epoch, KeyID: r.KeyID, Generation: r.Generation,
		TokenHash: r.TokenHash, PreviousHash: absent(r.PreviousHash), RotatedAt: instant(r.RotatedAt),
		CreatedAt: instant(r.CreatedAt), LastUsedAt: instant(r.LastUsedAt), ExpiresAt: instant(r.ExpiresAt),
		Address: r.Address, UserAgent: r.UserAgent,
	}, nil
}

// InsertBrowser implements [core.Tx].
func (t *tx) InsertBrowser(b core.BrowserRow, keep int) error {
	return t.do("insert browser", func(ctx context.Context, q *queries.Queries) error {
		err := q.InsertBrowser(ctx, queries.InsertBrowserParams{
			ID: b.ID, AccountID: b.Account, Epoch: b.Epoch, KeyID: b.KeyID, Generation: b.Generation,
			TokenHash: b.TokenHash, PreviousHash: present(b.PreviousHash), RotatedAt: millis(b.RotatedAt),
			CreatedAt: millis(b.CreatedAt), LastUsedAt: millis(b.LastUsedAt), ExpiresAt: millis(b.ExpiresAt),
			Address: b.Address, UserAgent: b.UserAgent,
		})
		if err != nil {
			return err
		}
		return q.EndUnusedBrowsers(ctx, queries.EndUnusedBrowsersParams{AccountID: b.Account, Inserted: b.ID, Keep: most(keep)})
	})
}

// RotateBrowser implements [core.Tx].
func (t *tx) RotateBrowser(readWith []byte, b core.BrowserRow) (bool, error) {
	return t.one("rotate browser", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.RotateBrowser(ctx, queries.RotateBrowserParams{
			AccountID: b.Account, ID: b.ID, KeyID: b.KeyID, Generation: b.Generation, TokenHash: b.TokenHash,
			PreviousHash: present(b.PreviousHash), RotatedAt: millis(b.RotatedAt), LastUsedAt: millis(b.LastUsedAt),
			ExpiresAt: millis(b.ExpiresAt), Address: b.Address, UserAgent: b.UserAgent, ReadWith: readWith,
		})
	})
}

// DeleteBrowser implements [core.Tx].
func (t *tx) DeleteBrowser(account, id string) (bool, error) {
	return t.one("delete browser", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.DeleteBrowser(ctx, account, id)
	})
}

// DeleteBrowsers implements [core.Tx].
func (t *tx) DeleteBrowsers(account string) error {
	return t.do("delete browsers", func(ctx context.Context, q *queries.Queries) error {
		return q.DeleteBrowsers(ctx, account)
	})
}
