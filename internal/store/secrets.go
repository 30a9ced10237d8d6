package store

import (
	"context"
	"time"
)

// SecretsDatabase is a database that holds sealed secrets and nothing else, so that they and the password hashes can be
// kept apart. It is safe for concurrent use, and any number of processes may share one database.
type SecretsDatabase struct{ store *Store }

// OpenSecrets opens a database for secrets, as [Open] opens a main one. It may be of the other kind than that.
func OpenSecrets(ctx context.Context, cfg Config) (*SecretsDatabase, error) {
	s, err := open(ctx, cfg, secretsSchema())
	if err != nil {
		return nil, err
	}
	return &SecretsDatabase{s}, nil
}

// Migrate is [Store.Migrate]. A main database is refused with a [SchemaError], however its URL is spelled.
func (d *SecretsDatabase) Migrate(ctx context.Context, now time.Time) error {
	return d.store.Migrate(ctx, now)
}

// Check is [Store.Check].
func (d *SecretsDatabase) Check(ctx context.Context) error { return d.store.Check(ctx) }

// Ready is [Store.Ready].
func (d *SecretsDatabase) Ready(ctx context.Context) error { return d.store.Ready(ctx) }

// Close is [Store.Close].
func (d *SecretsDatabase) Close() error { return d.store.Close() }

// Secrets is [Store.Secrets].
func (d *SecretsDatabase) Secrets(now func() time.Time) *Secrets { return d.store.Secrets(now) }
