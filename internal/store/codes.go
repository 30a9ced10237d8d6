package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// MessageCodes implements [core.Store].
func (s *Store) MessageCodes(ctx context.Context, account, owner, authenticator string) ([]core.MessageCodeRow, error) {
	rows, _, err := find(ctx, s, "list message codes", func(ctx context.Context, q *queries.Queries) ([]queries.MessageCode, error) {
		return q.ListMessageCodes(ctx, queries.ListMessageCodesParams{
			AccountID: account, OwnerID: owner, AuthenticatorID: authenticator,
		})
	})
	return converted(rows, err, messageCodeRow)
}

func messageCodeRow(r queries.MessageCode) (core.MessageCodeRow, error) {
	return core.MessageCodeRow{
		ID: r.ID, Account: r.AccountID, Owner: r.OwnerID, Authenticator: r.AuthenticatorID, Epoch: r.Epoch, KeyID: r.KeyID,
		Hash: r.Hash, CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt),
	}, nil
}

// InsertMessageCode implements [core.Tx]. The account's state is locked, so that nobody adds one in between.
func (t *tx) InsertMessageCode(r core.MessageCodeRow, keep int, since time.Time) (inserted bool, err error) {
	err = t.do("insert message code", func(ctx context.Context, q *queries.Queries) error {
		rows, err := q.ListMessageCodes(ctx, queries.ListMessageCodesParams{
			AccountID: r.Account, OwnerID: r.Owner, AuthenticatorID: r.Authenticator,
		})
		if err != nil || (len(rows) > 0 && rows[0].CreatedAt > millis(since)) {
			return err
		}
		inserted = true
		err = q.InsertMessageCode(ctx, queries.InsertMessageCodeParams{
			ID: r.ID, AccountID: r.Account, OwnerID: r.Owner, AuthenticatorID: r.Authenticator, Epoch: r.Epoch,
			KeyID: r.KeyID, Hash: r.Hash, CreatedAt: millis(r.CreatedAt), ExpiresAt: millis(r.ExpiresAt),
		})
		if err != nil {
			return err
		}
		return q.DropOldMessageCodes(ctx, queries.DropOldMessageCodesParams{
			AccountID: r.Account, OwnerID: r.Owner, AuthenticatorID: r.Authenticator, Keep: most(keep),
		})
	})
	return inserted && err == nil, err
}

// TakeMessageCode implements [core.Tx].
func (t *tx) TakeMessageCode(r core.MessageCodeRow) (bool, error) {
	return t.one("take message code", func(ctx context.Context, q *queries.Queries) (int64, error) {
		n, err := q.TakeMessageCode(ctx, r.Account, r.ID)
		if err != nil || n == 0 {
			return n, err
		}
		err = q.EndMessageCodes(ctx, queries.EndMessageCodesParams{
			AccountID: r.Account, OwnerID: r.Owner, AuthenticatorID: r.Authenticator,
		})
		if err != nil {
			return 0, err
		}
		return n, q.NoteUse(ctx, queries.NoteUseParams{AccountID: r.Account, ID: r.Authenticator, Now: millis(t.now)})
	})
}
