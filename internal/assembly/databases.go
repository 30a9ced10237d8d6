package assembly

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/internal/store"
)

// openDatabases opens the main database, and the secrets' where that is another one.
func (h *House) openDatabases(ctx context.Context) (err error) {
	if h.Store, err = store.Open(ctx, h.mainDatabase()); err != nil {
		return DatabaseFault(h.cfg.mainField(), err)
	}
	if h.cfg.DatabaseSchema != "" && !h.Store.HasSchemas() {
		return &Fault{
			Field: fieldSchema, Value: h.cfg.DatabaseSchema, Reason: "is for PostgreSQL, and the database is SQLite, which has no schemas",
			Cure: "Leave it out: the tables begin with sallyport_, and can stand beside others",
		}
	}
	if err := h.readySchema(ctx, h.Store); err != nil {
		return DatabaseFault(h.cfg.mainField(), err)
	}
	if !h.cfg.keepsSecretsApart() {
		h.secrets = h.Store.Secrets(h.cfg.Clock)
		return nil
	}
	if err := h.refuseMissingSecrets(ctx); err != nil {
		return err
	}
	if h.apart, err = store.OpenSecrets(ctx, h.secretsDatabase()); err != nil {
		return DatabaseFault(h.cfg.secretsField(), err)
	}
	if err := h.readySchema(ctx, h.apart); err != nil {
		return DatabaseFault(h.cfg.secretsField(), err)
	}
	h.secrets = h.apart.Secrets(h.cfg.Clock)
	return nil
}

func (h *House) mainDatabase() store.Config {
	return store.Config{URL: h.cfg.Database, DB: h.cfg.DB, Schema: h.cfg.DatabaseSchema, Existing: h.opt.Existing, Log: h.cfg.Log, Unsynced: h.opt.forTests.Unsynced}
}

func (h *House) secretsDatabase() store.Config {
	return store.Config{URL: h.cfg.SecretsDatabase, DB: h.cfg.SecretsDB, Schema: h.cfg.DatabaseSchema, Existing: h.opt.Existing, Log: h.cfg.Log, Unsynced: h.opt.forTests.Unsynced}
}

// readySchema brings a schema up to date, or only looks at it where nothing may be made unasked.
func (h *House) readySchema(ctx context.Context, of interface {
	Migrate(ctx context.Context, now time.Time) error
	Check(ctx context.Context) error
}) error {
	if h.cfg.MigrateNever {
		return of.Check(ctx)
	}
	return of.Migrate(ctx, h.cfg.Clock())
}

// keepsSecretsApart says whether the sealed secrets have a database of their own.
func (c Config) keepsSecretsApart() bool {
	if c.SecretsDB != nil {
		return c.SecretsDB != c.DB
	}
	return c.SecretsDatabase != "" && (c.DB != nil || c.SecretsDatabase != c.Database)
}

func (c Config) mainField() string {
	if c.DB != nil {
		return fieldDB
	}
	return fieldDatabase
}

func (c Config) secretsField() string {
	if c.SecretsDB != nil {
		return fieldSecretsDB
	}
	return fieldSecrets
}
