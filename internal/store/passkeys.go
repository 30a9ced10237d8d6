package store

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// UserHandle implements [core.PasskeyStore].
func (s *Store) UserHandle(ctx context.Context, account string, fresh []byte) ([]byte, error) {
	get := func(ctx context.Context, q *queries.Queries) ([]byte, error) { return q.GetUserHandle(ctx, account) }
	handle, found, err := find(ctx, s, "find user handle", get)
	if found || err != nil || fresh == nil {
		return handle, err
	}
	err = s.change(ctx, "insert user handle", func(ctx context.Context, q *queries.Queries) error {
		return q.InsertUserHandle(ctx, account, fresh)
	})
	if err != nil {
		return nil, err
	}
	handle, _, err = find(ctx, s, "find user handle", get)
	return handle, err
}

// Passkeys implements [core.PasskeyStore].
func (s *Store) Passkeys(ctx context.Context, account string) ([]core.PasskeyRow, error) {
	rows, _, err := find(ctx, s, "list passkeys", func(ctx context.Context, q *queries.Queries) ([]queries.Passkey, error) {
		return q.ListPasskeys(ctx, account)
	})
	return converted(rows, err, passkeyRow)
}

// PasskeyByCredential implements [core.PasskeyStore].
func (s *Store) PasskeyByCredential(ctx context.Context, hash []byte) (*core.PasskeyRow, error) {
	row, found, err := find(ctx, s, "find passkey", func(ctx context.Context, q *queries.Queries) (queries.Passkey, error) {
		return q.PasskeyByCredential(ctx, hash)
	})
	if !found {
		return nil, err
	}
	out, err := passkeyRow(row)
	return &out, err
}

func passkeyRow(r queries.Passkey) (core.PasskeyRow, error) {
	return core.PasskeyRow{
		Authenticator: r.AuthenticatorID, Account: r.AccountID, CredentialHash: r.CredentialHash,
		SignCount: r.SignCount, BackedUp: r.BackedUp,
	}, nil
}

// SetUserHandle implements [core.PasskeyTx].
func (t *tx) SetUserHandle(account string, handle []byte) (bool, error) {
	return t.one("set user handle", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.SetUserHandle(ctx, account, handle)
	})
}

// InsertPasskey implements [core.PasskeyTx].
func (t *tx) InsertPasskey(p core.PasskeyRow) (bool, error) {
	return t.one("insert passkey", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.InsertPasskey(ctx, queries.InsertPasskeyParams{
			AuthenticatorID: p.Authenticator, AccountID: p.Account, CredentialHash: p.CredentialHash,
			SignCount: p.SignCount, BackedUp: p.BackedUp,
		})
	})
}

// UsePasskey implements [core.PasskeyTx].
func (t *tx) UsePasskey(p core.PasskeyRow) (bool, error) {
	return t.one("use passkey", func(ctx context.Context, q *queries.Queries) (int64, error) {
		n, err := q.UsePasskey(ctx, queries.UsePasskeyParams{
			AccountID: p.Account, AuthenticatorID: p.Authenticator, SignCount: p.SignCount, BackedUp: p.BackedUp,
		})
		if err != nil || n == 0 {
			return n, err
		}
		return n, q.NoteUse(ctx, queries.NoteUseParams{AccountID: p.Account, ID: p.Authenticator, Now: millis(t.now)})
	})
}

// TakeChallenge implements [core.PasskeyTx].
func (t *tx) TakeChallenge(hash []byte, expires time.Time) (bool, error) {
	return t.one("take challenge", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TakeChallenge(ctx, hash, millis(expires))
	})
}

// SetPasskeysOnly implements [core.PasskeyTx].
func (t *tx) SetPasskeysOnly(account string, only bool) error {
	return t.do("set passkeys only", func(ctx context.Context, q *queries.Queries) error {
		return q.SetPasskeysOnly(ctx, account, only)
	})
}
