package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

// schema is a set of migrations and what the database with them is for.
type schema struct {
	steps            func() ([]migrations.Step, error)
	first, otherwise string // first is the name of step 1; otherwise says what to do with another schema's database
}

func mainSchema() schema {
	return schema{
		steps: migrations.Main, first: "foundations",
		otherwise: "this database holds sealed secrets and nothing else: give it as secrets_database, and another one as database",
	}
}

func secretsSchema() schema {
	return schema{
		steps: migrations.Secrets, first: "secrets",
		otherwise: "this database is a main one: give another one as secrets_database, or leave that out to keep the secrets with the rest",
	}
}

// patienceToMigrate is how long one step may take, waiting for another replica's included.
const patienceToMigrate = 10 * time.Minute

// What is asked of the bookkeeping, which package migrations makes.
const (
	readSchema      = `SELECT version FROM sallyport_schema WHERE id = 1`
	advanceSchema   = `UPDATE sallyport_schema SET version = $1 WHERE id = 1`
	insertMigration = `INSERT INTO sallyport_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)`
	readFirst       = `SELECT name FROM sallyport_migrations WHERE version = 1`
	readReady       = `SELECT s.version, coalesce(m.name, '') FROM sallyport_schema s LEFT JOIN sallyport_migrations m ON m.version = 1 WHERE s.id = 1`
	listMigrations  = `SELECT version, checksum FROM sallyport_migrations ORDER BY version`
)

// SchemaError says that the schema and this program don't go together, and what to do about it.
type SchemaError struct {
	Found, Known int // schema versions
	Text         string
}

// Error says what is wrong and how to cure it.
func (e *SchemaError) Error() string { return "store: " + e.Text }

// Migrate brings the schema up to the version that this program knows. Several replicas may call it at once: the first
// to lock the schema's row does the work and the others wait for it. Each step is one transaction, so that a process
// killed half-way leaves whole steps behind and the next call goes on from there. A schema newer than the program, or a
// step that was changed after it was applied, is refused with a [SchemaError]; now is kept in the record.
func (s *Store) Migrate(ctx context.Context, now time.Time) error {
	return s.migrate(ctx, s.steps, now)
}

func (s *Store) migrate(ctx context.Context, all []migrations.Step, now time.Time) error {
	if err := s.prepareSchema(ctx); err != nil {
		return err
	}
	for {
		done, err := s.migrateOne(ctx, all, now)
		if err != nil || done {
			return err
		}
	}
}

// prepareSchema makes the bookkeeping, and before it the schema of PostgreSQL's that it goes into. CREATE ... IF NOT
// EXISTS is no lock: of two that run at once PostgreSQL may fail one, which then finds the table there.
func (s *Store) prepareSchema(ctx context.Context) error {
	err := s.mustBeThere(ctx)
	if err != nil {
		return err
	}
	for range 3 {
		err = s.attempt(ctx, "migrate", func(ctx context.Context, p *patience) error {
			p.finish = patienceToMigrate
			p.begun()
			if err := s.createNamespace(ctx); err != nil {
				return err
			}
			for _, statement := range []string{migrations.CreateSchema, migrations.CreateMigrations, migrations.InsertSchema} {
				if _, err := s.write.db.ExecContext(ctx, s.words(statement)); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil || errors.Is(err, ErrUnavailable) {
			return err
		}
	}
	return err
}

// mustBeThere refuses a database in which nothing was ever made, where there has to be one: its name was mistyped, or that of
// the schema in it left out.
func (s *Store) mustBeThere(ctx context.Context) error {
	if !s.existing {
		return nil
	}
	var version int
	err := s.attempt(ctx, "look at the schema", func(ctx context.Context, _ *patience) error {
		return s.read.db.QueryRowContext(ctx, s.words(readSchema)).Scan(&version)
	})
	if err == nil || errors.Is(err, ErrUnavailable) || ctx.Err() != nil {
		return err
	}
	text := "there are no tables of Sallyport in it"
	if s.namespace != "" {
		text = "there are no tables of Sallyport in its schema " + s.namespace
	}
	return &SchemaError{Known: len(s.steps), Text: text + ": name the one that the server uses, or make them with `sallyport migrate`"}
}

// createNamespace makes the schema that was named, unless it is there: IF NOT EXISTS asks for the right to make one first.
func (s *Store) createNamespace(ctx context.Context) error {
	if s.namespace == "" {
		return nil
	}
	var there bool
	err := s.write.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1)`, s.namespace).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = s.write.db.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS "`+s.namespace+`"`)
	return err
}

func (s *Store) migrateOne(ctx context.Context, all []migrations.Step, now time.Time) (done bool, err error) {
	err = s.attempt(ctx, "migrate", func(ctx context.Context, p *patience) error {
		p.finish = patienceToMigrate
		p.begun()
		tx, err := s.write.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
		if err := s.dialect.unhurried(ctx, tx); err != nil {
			return err
		}
		next, err := s.lockedNext(ctx, tx, all)
		if err != nil || next == nil {
			done = err == nil
			return err
		}
		if err := s.apply(ctx, tx, *next, now); err != nil {
			return err
		}
		s.log.Info("schema migrated", "version", next.Number, "name", next.Name)
		return tx.Commit()
	})
	return done, err
}

// words is a statement as this database takes it, with the schema before the names of tables.
func (s *Store) words(statement string) string {
	return migrations.Qualify(s.namespace, s.dialect.kind.Words(statement))
}

// lockedNext waits for other replicas and says which step comes next; nil when there is none.
func (s *Store) lockedNext(ctx context.Context, tx *sql.Tx, all []migrations.Step) (*migrations.Step, error) {
	if _, err := tx.ExecContext(ctx, s.words(migrations.LockSchema)); err != nil {
		return nil, err
	}
	var version int
	if err := tx.QueryRowContext(ctx, s.words(readSchema)).Scan(&version); err != nil {
		return nil, err
	}
	if err := s.suits(ctx, tx, version, all); err != nil {
		return nil, err
	}
	if version == len(all) {
		return nil, nil
	}
	return &all[version], nil
}

// rows is a transaction, or a pool.
type rows interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// suits refuses a schema that is another one, newer than this program, or changed.
func (s *Store) suits(ctx context.Context, from rows, version int, all []migrations.Step) error {
	var first string
	err := from.QueryRowContext(ctx, s.words(readFirst)).Scan(&first)
	switch {
	case errors.Is(err, sql.ErrNoRows): // nothing was applied yet, or unchanged says what is wrong
	case err != nil:
		return err
	case first != s.schema.first:
		return &SchemaError{Found: version, Text: s.schema.otherwise}
	}
	if version > len(all) {
		return tooNew(version, len(all))
	}
	return s.unchanged(ctx, from, all)
}

func tooNew(found, known int) error {
	return &SchemaError{Found: found, Known: known, Text: fmt.Sprintf(
		"the database has schema version %d and this program knows versions up to %d: run the newer release that made it, or restore the backup taken before the upgrade",
		found, known)}
}

func (s *Store) unchanged(ctx context.Context, from rows, all []migrations.Step) error {
	rows, err := from.QueryContext(ctx, s.words(listMigrations))
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err has the error
	for rows.Next() {
		var version int
		var checksum string
		if err := rows.Scan(&version, &checksum); err != nil {
			return err
		}
		if version < 1 || version > len(all) || all[version-1].Checksum != checksum {
			return &SchemaError{Found: version, Known: len(all), Text: fmt.Sprintf(
				"schema migration %d is not the one that was applied to this database: run an official release, never an edited migration", version)}
		}
	}
	return rows.Err()
}

func (s *Store) apply(ctx context.Context, tx *sql.Tx, m migrations.Step, now time.Time) error {
	for _, statement := range migrations.Statements(s.dialect.kind.Words(m.Text)) {
		if _, err := tx.ExecContext(ctx, migrations.Qualify(s.namespace, statement)); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, s.words(insertMigration), m.Number, m.Name, m.Checksum, millis(now)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, s.words(advanceSchema), m.Number)
	return err
}

// Check says whether the schema is the one that this program knows, and refuses what [Store.Migrate] refuses. It makes
// and changes nothing.
func (s *Store) Check(ctx context.Context) error {
	if err := s.Ready(ctx); err != nil {
		return err
	}
	return s.attempt(ctx, "check", func(ctx context.Context, _ *patience) error {
		return s.unchanged(ctx, s.read.db, s.steps)
	})
}

// Ready says whether the database answers and its schema is the one that this program knows: nil, a [SchemaError], or an
// error that wraps [ErrUnavailable].
func (s *Store) Ready(ctx context.Context) error {
	known := s.steps
	var found int
	var first string
	err := s.attempt(ctx, "ready", func(ctx context.Context, _ *patience) error {
		return s.read.db.QueryRowContext(ctx, s.words(readReady)).Scan(&found, &first)
	})
	switch {
	case errors.Is(err, ErrUnavailable), ctx.Err() != nil:
		return err
	case err == nil && first != "" && first != s.schema.first:
		return &SchemaError{Found: found, Known: len(known), Text: s.schema.otherwise}
	case err != nil || found < len(known):
		where := ""
		if s.namespace != "" {
			where = " --database-schema " + s.namespace
		}
		return &SchemaError{Found: found, Known: len(known), Text: fmt.Sprintf(
			"the database has schema version %d and this program needs %d: run `sallyport migrate%s`, or the files that `sallyport migrate --export` writes", found, len(known), where)}
	case found > len(known):
		return tooNew(found, len(known))
	}
	return nil
}
