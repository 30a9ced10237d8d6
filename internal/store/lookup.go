package store

import (
	"context"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// RecoverySet implements [core.Store]. A live set whose codes are all used is still there, with none remaining.
func (s *Store) RecoverySet(ctx context.Context, account string) (*core.RecoverySet, error) {
	row, found, err := find(ctx, s, "read recovery set", func(ctx context.Context, q *queries.Queries) (queries.GetRecoverySetRow, error) {
		return q.GetRecoverySet(ctx, account)
	})
	if !found {
		return nil, err
	}
	return &core.RecoverySet{
		ID: row.ID, KeyID: row.KeyID, CreatedAt: instant(row.CreatedAt), Remaining: int(row.Remaining), Failures: int(row.Failures),
	}, nil
}

// LookupSecret implements [core.Store].
func (s *Store) LookupSecret(ctx context.Context, account string, hash []byte) (*core.LookupRow, error) {
	row, found, err := find(ctx, s, "find recovery code", func(ctx context.Context, q *queries.Queries) (queries.FindLookupSecretRow, error) {
		return q.FindLookupSecret(ctx, account, hash)
	})
	if !found {
		return nil, err
	}
	return &core.LookupRow{SetID: row.SetID, Used: row.UsedAt.Valid, Replaced: row.ReplacedAt.Valid}, nil
}

// LookupKeys implements [core.Store].
func (s *Store) LookupKeys(ctx context.Context, account string) ([]string, error) {
	keys, _, err := find(ctx, s, "list recovery keys", func(ctx context.Context, q *queries.Queries) ([]string, error) {
		return q.ListLookupKeys(ctx, account)
	})
	return keys, err
}

// ReplaceLookupSecrets implements [core.Tx].
func (t *tx) ReplaceLookupSecrets(account string, set core.NewLookupSet) error {
	return t.do("replace recovery codes", func(ctx context.Context, q *queries.Queries) error {
		if err := t.forgetRecoveryCounters(ctx, q, account); err != nil {
			return err
		}
		if err := q.ForgetRetiredSets(ctx, account); err != nil {
			return err
		}
		if err := q.RetireRecoveryCodes(ctx, millis(t.now), account); err != nil {
			return err
		}
		err := q.InsertRecoverySet(ctx, queries.InsertRecoverySetParams{
			ID: set.ID, AccountID: account, KeyID: set.KeyID,
			CounterKey: core.RecoveryCounter(account, set.ID).Key, CreatedAt: millis(t.now),
		})
		if err != nil {
			return err
		}
		for _, hash := range set.Hashes {
			if err := q.InsertRecoveryCode(ctx, queries.InsertRecoveryCodeParams{AccountID: account, Hash: hash, SetID: set.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropLookupSecrets implements [core.Tx].
func (t *tx) DropLookupSecrets(account string) error {
	return t.do("drop recovery codes", func(ctx context.Context, q *queries.Queries) error {
		return t.dropRecoverySets(ctx, q, account)
	})
}

func (t *tx) dropRecoverySets(ctx context.Context, q *queries.Queries, account string) error {
	if err := t.forgetRecoveryCounters(ctx, q, account); err != nil {
		return err
	}
	return q.DropRecoverySets(ctx, account)
}

func (t *tx) forgetRecoveryCounters(ctx context.Context, q *queries.Queries, account string) error {
	keys, err := q.ListRecoveryCounters(ctx, account)
	for _, key := range keys {
		t.later(key, q.DeleteCounter)
	}
	return err
}

// TakeLookupSecret implements [core.Tx].
func (t *tx) TakeLookupSecret(account string, hash []byte) (bool, error) {
	return t.one("take recovery code", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.TakeLookupSecret(ctx, queries.TakeLookupSecretParams{AccountID: account, Hash: hash, Now: millis(t.now)})
	})
}

// LookupSecretsLeft implements [core.Tx].
func (t *tx) LookupSecretsLeft(account string) (left int, err error) {
	err = t.do("count recovery codes", func(ctx context.Context, q *queries.Queries) error {
		n, err := q.CountLookupSecrets(ctx, account)
		left = int(n)
		return err
	})
	return left, err
}
