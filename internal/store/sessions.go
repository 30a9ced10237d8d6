package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// LoginByToken implements [core.Store].
func (s *Store) LoginByToken(ctx context.Context, tokenHash []byte) (*core.LoginRow, error) {
	row, found, err := find(ctx, s, "find login", func(ctx context.Context, q *queries.Queries) (queries.Login, error) {
		return q.LoginByToken(ctx, tokenHash)
	})
	if !found {
		return nil, err
	}
	return loginRow(row)
}

// DeleteLogin implements [core.Store].
func (s *Store) DeleteLogin(ctx context.Context, id string) error {
	_, err := s.changed(ctx, "delete login", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.DeleteLogin(ctx, id)
	})
	return err
}

// SessionByToken implements [core.Store], in one round trip: it is on the way of every request.
func (s *Store) SessionByToken(ctx context.Context, tokenHash []byte) (*core.FoundSession, error) {
	row, found, err := find(ctx, s, "find session", func(ctx context.Context, q *queries.Queries) (queries.SessionByTokenRow, error) {
		return q.SessionByToken(ctx, tokenHash)
	})
	if !found {
		return nil, err
	}
	out := &core.FoundSession{}
	if out.Row, err = sessionRow(row.Session); err != nil {
		return nil, err
	}
	if out.State, err = state(row.State, row.StandsAlone); err != nil {
		return nil, err
	}
	out.ResetDue = instant(row.ResetDue)
	if row.Named.Valid {
		a := account(queries.Account{
			ID: row.Named.String, Username: row.Username, Email: row.Email, ConfirmedKey: row.ConfirmedKey,
			AddressLost: row.AddressLost, CreatedAt: row.CreatedAt,
		})
		out.Account = &a
	}
	return out, nil
}

// Sessions implements [core.Store].
func (s *Store) Sessions(ctx context.Context, account string) ([]core.SessionRow, error) {
	rows, _, err := find(ctx, s, "list sessions", func(ctx context.Context, q *queries.Queries) ([]queries.Session, error) {
		return q.ListSessions(ctx, account)
	})
	return converted(rows, err, sessionRow)
}

// TouchSession implements [core.Store].
func (s *Store) TouchSession(ctx context.Context, row core.SessionRow) error {
	return s.change(ctx, "touch session", func(ctx context.Context, q *queries.Queries) error {
		return q.TouchSession(ctx, queries.TouchSessionParams{
			AccountID: row.Account, ID: row.ID, TokenHash: row.TokenHash, Level: int64(row.Level), SeenAt: millis(row.LastSeenAt),
			ElevatedUntil: millis(row.ElevatedUntil),
		})
	})
}

// EndSession implements [core.Store].
func (s *Store) EndSession(ctx context.Context, account, id string) (bool, error) {
	return s.changed(ctx, "end session", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.EndSession(ctx, account, id)
	})
}
