package store

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

// PoolError says why a pool that was handed in can't be used.
type PoolError struct {
	Driver       string // the import path of its driver
	Reason, Cure string
}

// Error says all of it.
func (e *PoolError) Error() string {
	return "store: the pool of " + e.Driver + " " + e.Reason + ". " + e.Cure
}

const useOurs = "Open the pool with modernc.org/sqlite (\"sqlite\") or with github.com/jackc/pgx/v5/stdlib (\"pgx\")"

// borrow takes a pool that somebody else opened, uses, and closes. Its connections can't be set up here, so that they are
// looked at instead.
func (s *Store) borrow(ctx context.Context, db *sql.DB) error {
	s.lent = true
	if err := s.recognise(ctx, db); err != nil {
		return err
	}
	s.write = handle{db: db} // pgx keeps prepared statements itself
	if s.dialect.kind == migrations.SQLite {
		s.write = preparing(db)
		s.write.turn = make(chan struct{}, 1) // one writer of ours, as on a pool of our own: several would poll for the lock
	}
	s.read = s.write
	return s.attempt(ctx, "open", func(ctx context.Context, _ *patience) error { return s.inspect(ctx, db) })
}

// recognise finds the dialect: by the driver's type, or else by asking. A driver that passes on to another, as those that
// trace do, shows what it hides by its answers and its errors.
func (s *Store) recognise(ctx context.Context, db *sql.DB) error {
	s.dialect = dialect{name: "unknown", classify: classifyEither}
	switch db.Driver().(type) {
	case *sqlite.Driver:
		s.dialect = sqliteDialect()
		return nil
	case *stdlib.Driver:
		s.dialect = postgresDialect()
		return nil
	}
	if why := refusedDriver(driverPath(db)); why != "" {
		return &PoolError{Driver: driverPath(db), Reason: why, Cure: useOurs}
	}
	return s.attempt(ctx, "open", func(ctx context.Context, _ *patience) (err error) {
		s.dialect, err = ask(ctx, db, s.dialect)
		return err
	})
}

// driverPath is the import path of the driver's package.
func driverPath(db *sql.DB) string {
	of := reflect.TypeOf(db.Driver())
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	return of.PkgPath()
}

// refusedDriver says why a driver that is known can't be used; "" for others.
func refusedDriver(path string) string {
	const numbering = "numbers $1 and $2 by where they first appear, so that values would change places without an error"
	return map[string]string{
		"github.com/mattn/go-sqlite3":          numbering,
		"github.com/ncruces/go-sqlite3/driver": numbering,
		"github.com/lib/pq":                    "has errors of its own, by which nobody here could tell a conflict from an outage",
		"github.com/jackc/pgx/v4/stdlib":       "is of pgx 4, whose errors are not those of pgx 5",
		"github.com/go-sql-driver/mysql":       "is for MySQL, which is no database that Sallyport runs on",
	}[path]
}

// ask finds the dialect by what the database says of itself, and refuses a driver whose errors can't be read.
func ask(ctx context.Context, db *sql.DB, unknown dialect) (dialect, error) {
	found, err := askWhich(ctx, db)
	if err != nil {
		return unknown, err
	}
	// The name is for whoever finds it in a server's log.
	err = db.QueryRowContext(ctx, `SELECT 1 FROM "sallyport asks by which driver this comes"`).Scan(new(int))
	var lite *sqlite.Error
	var state *pgconn.PgError
	if found.kind == migrations.SQLite && errors.As(err, &lite) || found.kind == migrations.PostgreSQL && errors.As(err, &state) {
		return found, nil
	}
	if passes(ctx, err) {
		return unknown, err
	}
	return unknown, &PoolError{
		Driver: driverPath(db), Reason: "speaks to " + found.name + ", and its errors are not those of a driver that is known here",
		Cure: useOurs + "; one that wraps them has to pass their errors on",
	}
}

func askWhich(ctx context.Context, db *sql.DB) (dialect, error) {
	var answer string
	err := db.QueryRowContext(ctx, `SELECT version()`).Scan(&answer)
	if passes(ctx, err) {
		return dialect{}, err
	}
	switch {
	case err == nil && (strings.HasPrefix(answer, "PostgreSQL ") || strings.HasPrefix(answer, "CockroachDB ")):
		return postgresDialect(), nil
	case err != nil && db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&answer) == nil:
		return sqliteDialect(), nil
	}
	return dialect{}, &PoolError{Driver: driverPath(db), Reason: "speaks to a database that is neither SQLite nor PostgreSQL", Cure: useOurs}
}

// classifyEither reads errors while it is not known whose they are.
func classifyEither(err error) (class, string) {
	if c, text := classifySQLite(err); c != foreign {
		return c, text
	}
	return classifyPostgres(err)
}

// passes says whether an error is about the moment rather than about the driver.
func passes(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	c, _ := classifyEither(err)
	if c == foreign {
		c, _ = classifyConnection(err)
	}
	return ctx.Err() != nil || c == unavailable || c == conflict
}
