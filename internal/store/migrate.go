package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql migrations_secrets/*.sql
var migrationFiles embed.FS

// migration is one step of the schema. Its number is its place, from 1 without gaps.
type migration struct {
	number         int
	name, checksum string
	statements     []string
}

// schema is a folder of migrations and what the database with them is for.
type schema struct {
	folder, first, otherwise string // first is the name of step 1; otherwise says what to do with another schema's database
}

func mainSchema() schema {
	return schema{
		folder: "migrations", first: "foundations",
		otherwise: "this database holds sealed secrets and nothing else: give it as secrets_database, and another one as database",
	}
}

func secretsSchema() schema {
	return schema{
		folder: "migrations_secrets", first: "secrets",
		otherwise: "this database is a main one: give another one as secrets_database, or leave that out to keep the secrets with the rest",
	}
}

func (s schema) files() ([]string, error) {
	files, err := fs.Glob(migrationFiles, s.folder+"/*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return files, nil
}

// patienceToMigrate is how long one step may take, waiting for another replica's included.
const patienceToMigrate = 10 * time.Minute

// The bookkeeping: one row that says how far the schema is, which is also the lock, and a record of every step.
const (
	createSchema     = `CREATE TABLE IF NOT EXISTS sallyport_schema (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL)`
	createMigrations = `CREATE TABLE IF NOT EXISTS sallyport_migrations (
    version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)`
	insertSchema    = `INSERT INTO sallyport_schema (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING`
	lockSchema      = `UPDATE sallyport_schema SET version = version WHERE id = 1`
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
	all, err := s.migrations()
	if err != nil {
		return err
	}
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

// prepareSchema makes the bookkeeping. CREATE TABLE IF NOT EXISTS is no lock: of two that run at once PostgreSQL may
// fail one, which then finds the table there.
func (s *Store) prepareSchema(ctx context.Context) error {
	var err error
	for range 3 {
		err = s.attempt(ctx, "migrate", func(ctx context.Context, p *patience) error {
			p.finish = patienceToMigrate
			p.begun()
			for _, statement := range []string{createSchema, createMigrations, insertSchema} {
				if _, err := s.write.db.ExecContext(ctx, s.dialect.types.Replace(statement)); err != nil {
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

func (s *Store) migrateOne(ctx context.Context, all []migration, now time.Time) (done bool, err error) {
	err = s.attempt(ctx, "migrate", func(ctx context.Context, p *patience) error {
		p.finish = patienceToMigrate
		p.begun()
		tx, err := s.write.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
		next, err := s.schema.lockedNext(ctx, tx, all)
		if err != nil || next == nil {
			done = err == nil
			return err
		}
		if err := apply(ctx, tx, *next, now); err != nil {
			return err
		}
		s.log.Info("schema migrated", "version", next.number, "name", next.name)
		return tx.Commit()
	})
	return done, err
}

// lockedNext waits for other replicas and says which step comes next; nil when there is none.
func (s schema) lockedNext(ctx context.Context, tx *sql.Tx, all []migration) (*migration, error) {
	if _, err := tx.ExecContext(ctx, lockSchema); err != nil {
		return nil, err
	}
	var version int
	if err := tx.QueryRowContext(ctx, readSchema).Scan(&version); err != nil {
		return nil, err
	}
	if err := s.owns(ctx, tx, version); err != nil {
		return nil, err
	}
	if version > len(all) {
		return nil, tooNew(version, len(all))
	}
	if err := unchanged(ctx, tx, all); err != nil {
		return nil, err
	}
	if version == len(all) {
		return nil, nil
	}
	return &all[version], nil
}

// owns refuses a database that was made for the other schema.
func (s schema) owns(ctx context.Context, tx *sql.Tx, version int) error {
	var first string
	err := tx.QueryRowContext(ctx, readFirst).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // nothing was applied yet, or unchanged says what is wrong
	}
	if err == nil && first != s.first {
		return &SchemaError{Found: version, Text: s.otherwise}
	}
	return err
}

func tooNew(found, known int) error {
	return &SchemaError{Found: found, Known: known, Text: fmt.Sprintf(
		"the database has schema version %d and this program knows versions up to %d: run the newer release that made it, or restore the backup taken before the upgrade",
		found, known)}
}

func unchanged(ctx context.Context, tx *sql.Tx, all []migration) error {
	rows, err := tx.QueryContext(ctx, listMigrations)
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
		if version < 1 || version > len(all) || all[version-1].checksum != checksum {
			return &SchemaError{Found: version, Known: len(all), Text: fmt.Sprintf(
				"schema migration %d is not the one that was applied to this database: run an official release, never an edited migration", version)}
		}
	}
	return rows.Err()
}

func apply(ctx context.Context, tx *sql.Tx, m migration, now time.Time) error {
	for _, statement := range m.statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, insertMigration, m.number, m.name, m.checksum, millis(now)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, advanceSchema, m.number)
	return err
}

// Ready says whether the database answers and its schema is the one that this program knows: nil, a [SchemaError], or an
// error that wraps [ErrUnavailable].
func (s *Store) Ready(ctx context.Context) error {
	known, err := s.schema.files()
	if err != nil {
		return err
	}
	var found int
	var first string
	err = s.attempt(ctx, "ready", func(ctx context.Context, _ *patience) error {
		return s.read.db.QueryRowContext(ctx, readReady).Scan(&found, &first)
	})
	switch {
	case errors.Is(err, ErrUnavailable), ctx.Err() != nil:
		return err
	case err == nil && first != "" && first != s.schema.first:
		return &SchemaError{Found: found, Known: len(known), Text: s.schema.otherwise}
	case err != nil || found < len(known):
		return &SchemaError{Found: found, Known: len(known), Text: fmt.Sprintf(
			"the database has schema version %d and this program needs %d: run sallyport migrate", found, len(known))}
	case found > len(known):
		return tooNew(found, len(known))
	}
	return nil
}

// migrations reads the embedded steps, NNNN_name.sql, in the dialect's words. The checksum is of the file as it is.
func (s *Store) migrations() ([]migration, error) {
	files, err := s.schema.files()
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, file := range files {
		text, err := fs.ReadFile(migrationFiles, file)
		if err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fmt.Errorf("store: %s is out of order", file)
		}
		sum := sha256.Sum256(text)
		all = append(all, migration{
			number: i + 1, name: name, checksum: hex.EncodeToString(sum[:]),
			statements: statements(s.dialect.types.Replace(string(text))),
		})
	}
	return all, nil
}

// statements cuts a file where a line ends with a semicolon.
func statements(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ";\n") {
		if strings.TrimSpace(part) != "" {
			out = append(out, part)
		}
	}
	return out
}
