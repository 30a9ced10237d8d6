package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/store/queries"
)

// SetFavourite implements [core.Tx].
func (t *tx) SetFavourite(account, authenticator string) error {
	return t.do("set favourite", func(ctx context.Context, q *queries.Queries) error {
		if authenticator == "" {
			return q.DropFavourite(ctx, account)
		}
		return q.SetFavourite(ctx, account, authenticator)
	})
}
