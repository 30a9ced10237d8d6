package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

// wrapping is a driver around another, as those that trace are. It is its own connector.
type wrapping struct {
	inner   driver.Driver
	dsn     string
	rewrite func(query string) string
	failing func(error) error
}

func (w wrapping) Connect(context.Context) (driver.Conn, error) { return w.Open(w.dsn) }
func (w wrapping) Driver() driver.Driver                        { return w }

func (w wrapping) Open(dsn string) (driver.Conn, error) {
	c, err := w.inner.Open(dsn)
	if err != nil {
		return nil, err
	}
	return wrapped{c, w}, nil
}

type wrapped struct {
	driver.Conn
	by wrapping
}

func (c wrapped) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, c.by.rewrite(query), args)
	return rows, c.by.failing(err)
}

func (c wrapped) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	done, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, c.by.rewrite(query), args)
	return done, c.by.failing(err)
}

func (c wrapped) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, c.by.rewrite(query))
}

func (c wrapped) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func asIs(query string) string { return query }

func passed(err error) error { return err }

// byAppearance numbers parameters as mattn's and ncruces's drivers do.
func byAppearance(query string) string {
	var seen []string
	return regexp.MustCompile(`\$\d`).ReplaceAllStringFunc(query, func(p string) string {
		for i, s := range seen {
			if s == p {
				return "$" + string(rune('1'+i))
			}
		}
		seen = append(seen, p)
		return "$" + string(rune('0'+len(seen)))
	})
}

// answering makes a database of another kind: it says so when it is asked.
func answering(version string) func(string) string {
	return func(query string) string {
		return strings.Replace(query, "version()", "'"+version+"'", 1)
	}
}

func wrap(t *testing.T, inner driver.Driver, dsn string, rewrite func(string) string, failing func(error) error) *sql.DB {
	t.Helper()
	db := sql.OpenDB(wrapping{inner, dsn, rewrite, failing})
	t.Cleanup(func() { db.Close() })
	return db
}

// TestWrappedDrivers: a driver that passes on is as good as what it wraps, and the database is asked which that is.
func TestWrappedDrivers(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		db := wrap(t, &sqlite.Driver{}, filepath.Join(t.TempDir(), "app.db")+safely, asIs, passed)
		account(t, open(t, store.Config{DB: db}))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		server, schema := storetest.PostgresNames(t)
		db := wrap(t, stdlib.GetDefaultDriver(), server, asIs, passed)
		account(t, open(t, store.Config{DB: db, Schema: schema}))
	})
}

// TestDriversThatAreRefused: what would work most of the time is refused at once.
func TestDriversThatAreRefused(t *testing.T) {
	file := func() string { return filepath.Join(t.TempDir(), "app.db") + safely }
	own := func(err error) error {
		if err != nil {
			return errors.New("mydb: " + err.Error())
		}
		return nil
	}
	for name, tt := range map[string]struct {
		rewrite func(string) string
		failing func(error) error
		reason  string
	}{
		"numbers":    {byAppearance, passed, "takes $1 for another one"},
		"errors":     {asIs, own, "its errors are not those"},
		"MySQL":      {answering("8.0.36"), passed, "neither SQLite nor PostgreSQL"},
		"MariaDB":    {answering("11.4.2-MariaDB"), passed, "neither SQLite nor PostgreSQL"},
		"not really": {answering("PostgreSQL 15.1 (not really)"), passed, "its errors are not those"},
	} {
		s, err := store.Open(t.Context(), store.Config{DB: wrap(t, &sqlite.Driver{}, file(), tt.rewrite, tt.failing)})
		if err == nil {
			s.Close()
		}
		var wrong *store.PoolError
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Reason, tt.reason) || wrong.Cure == "" ||
			!strings.HasSuffix(wrong.Driver, "internal/store_test") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPoolOutOfReach: that is an outage, and no word about the driver.
func TestPoolOutOfReach(t *testing.T) {
	const nobody = "postgres://u:s3cret@127.0.0.1:1/db"
	for name, db := range map[string]*sql.DB{
		"pgx": pool(t, "pgx", nobody, 0), "wrapped": wrap(t, stdlib.GetDefaultDriver(), nobody, asIs, passed),
	} {
		_, err := store.Open(t.Context(), store.Config{DB: db})
		checkOutage(t, err)
		if d := store.Diagnose(err); !d.Passes || strings.Contains(d.Reason, "s3cret") {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// TestKnownDrivers: those that people come with have their reason, by the name of their package.
func TestKnownDrivers(t *testing.T) {
	for _, path := range []string{
		"github.com/mattn/go-sqlite3", "github.com/ncruces/go-sqlite3/driver", "github.com/lib/pq", "github.com/go-sql-driver/mysql",
	} {
		if store.RefusedDriver(path) == "" {
			t.Errorf("%s is not refused", path)
		}
	}
}
