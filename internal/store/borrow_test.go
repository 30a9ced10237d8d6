package store_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

// safely is what the DSN of a pool of SQLite's has to have. Nothing says how transactions begin.
const safely = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"

// pool opens a pool as an application would; 0 means that its size has no limit.
func pool(t testing.TB, driver, dsn string, size int) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(size)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// borrowers are replicas that share one pool.
func borrowers(t *testing.T, db *sql.DB, schema string, n int, now func() time.Time) []storetest.Backend {
	t.Helper()
	var out []storetest.Backend
	for range n {
		s := open(t, store.Config{DB: db, Schema: schema, Patience: time.Minute})
		out = append(out, backend{s, s.Secrets(now)})
	}
	return out
}

func TestConformanceBorrowedSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, n int, now func() time.Time) []storetest.Backend {
		return borrowers(t, pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+safely, 0), "", n, now)
	})
}

// TestConformanceOneConnection: nothing asks for a second connection while it holds the only one.
func TestConformanceOneConnection(t *testing.T) {
	storetest.Run(t, func(t *testing.T, n int, now func() time.Time) []storetest.Backend {
		return borrowers(t, pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+safely, 1), "", n, now)
	})
}

// TestConformanceTwoSchemas: two suites run at once on one server, in schemas that no search_path leads to. One of them has a
// pool of a single connection, and keeps no statement from one query to the next, as PgBouncer wants it between transactions.
func TestConformanceTwoSchemas(t *testing.T) {
	for name, tt := range map[string]struct {
		mode string
		size int
	}{
		"many": {"cache_statement", 20}, "one": {"exec", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Run(t, func(t *testing.T, n int, now func() time.Time) []storetest.Backend {
				server, schema := storetest.PostgresNames(t, "default_query_exec_mode="+tt.mode)
				return borrowers(t, pool(t, "pgx", server, tt.size), schema, n, now)
			})
		})
	}
}

// TestSchemasAreApart: two stores on one pool, in two schemas, keep what has the same name apart, and leave nothing elsewhere.
func TestSchemasAreApart(t *testing.T) {
	server, one := storetest.PostgresNames(t)
	_, other := storetest.PostgresNames(t)
	db := pool(t, "pgx", server, 4)
	for _, schema := range []string{one, other} {
		s := open(t, store.Config{DB: db, Schema: schema})
		if found, err := s.ListAccounts(t.Context(), "", 10); err != nil || len(found) > 0 {
			t.Errorf("%s begins with %v, %v", schema, found, err)
		}
		a := core.NewAccount{Account: core.Account{ID: "ada", Username: "Ada"}, UsernameKey: "ada"}
		if err := s.Register(t.Context(), a, day, func(core.Tx, core.State) error { return nil }); err != nil {
			t.Errorf("%s: %v", schema, err)
		}
	}
	var elsewhere int
	err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relname LIKE 'sallyport%' AND n.nspname = 'public'`).Scan(&elsewhere)
	if err != nil || elsewhere != 0 {
		t.Errorf("%d tables in public, %v", elsewhere, err)
	}
}

// TestBorrowedPoolStaysOpen: Close takes back what is the store's, and nothing else.
func TestBorrowedPoolStaysOpen(t *testing.T) {
	for name, db := range map[string]*sql.DB{
		"SQLite":     pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+safely, 0),
		"PostgreSQL": nil,
	} {
		t.Run(name, func(t *testing.T) {
			if db == nil {
				db = pool(t, "pgx", storetest.Postgres(t), 0)
			}
			s, err := store.Open(t.Context(), store.Config{DB: db})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Migrate(t.Context(), day); err != nil {
				t.Fatal(err)
			}
			account(t, s)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if n := s.Statements(); n != 0 {
				t.Errorf("%d statements are left on the pool", n)
			}
			_, err = s.State(t.Context(), "a")
			checkOutage(t, err)
			if err := db.PingContext(t.Context()); err != nil {
				t.Errorf("the pool: %v", err)
			}
			again := open(t, store.Config{DB: db})
			account(t, again)
		})
	}
}

// TestBorrowedLockComesFirst: what a transaction read can't change before it writes, though the pool's BEGIN takes no lock.
func TestBorrowedLockComesFirst(t *testing.T) {
	db := pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+strings.Replace(safely, "5000", "1", 1), 0)
	s := open(t, store.Config{DB: db})
	id := account(t, s)
	tries, err := s.ReadThenWrite(t.Context(), id, func() {
		if _, err := db.ExecContext(t.Context(), "UPDATE sallyport_account_states SET epoch = 99"); err == nil {
			t.Error("another connection wrote in between")
		}
	})
	if err != nil || tries != 1 {
		t.Errorf("after %d tries: %v", tries, err)
	}
}

// TestPoolsThatAreRefused: each says what is wrong, and what to add to the DSN.
func TestPoolsThatAreRefused(t *testing.T) {
	without := func(what string) string {
		var kept []string
		for part := range strings.SplitSeq(strings.TrimPrefix(safely, "?"), "&") {
			if !strings.Contains(part, what) {
				kept = append(kept, part)
			}
		}
		return "?" + strings.Join(kept, "&")
	}
	dir := t.TempDir()
	for _, tt := range []struct{ name, dsn, cure string }{
		{"journal", filepath.Join(dir, "j.db") + without("journal_mode"), "_pragma=journal_mode(WAL)"},
		{"synchronous", filepath.Join(dir, "s.db") + without("synchronous") + "&_pragma=synchronous(NORMAL)", "_pragma=synchronous(FULL)"},
		{"foreign keys", filepath.Join(dir, "f.db") + without("foreign_keys"), "_pragma=foreign_keys(1)"},
		{"busy timeout", filepath.Join(dir, "b.db") + without("busy_timeout") + "&_pragma=busy_timeout(0)", "_pragma=busy_timeout(5000)"},
		{"query only", filepath.Join(dir, "q.db") + safely + "&_query_only=1", "_pragma=query_only(0)"},
		{"memory", ":memory:", "Open a file"},
		{"times", filepath.Join(dir, "t.db") + safely + "&_texttotime=1", "_texttotime"},
		{"all", filepath.Join(dir, "a.db") + "?_pragma=synchronous(0)", "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"},
	} {
		refusedPool(t, tt.name, pool(t, "sqlite", tt.dsn, 0), tt.cure)
	}
}

func refusedPool(t *testing.T, name string, db *sql.DB, cure string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{DB: db})
	if err == nil {
		s.Close()
	}
	var wrong *store.PoolError
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Cure, cure) {
		t.Errorf("%s: %v", name, err)
	}
	if d := store.Diagnose(errors.Join(err)); wrong != nil && (d.Reason != wrong.Reason || d.Cure != wrong.Cure || d.Passes) {
		t.Errorf("%s: it is diagnosed as %+v", name, d)
	}
}

func TestPostgresPoolsThatAreRefused(t *testing.T) {
	for name, tt := range map[string]struct{ setting, cure string }{
		"commit":    {"synchronous_commit=off", "synchronous_commit=on"},
		"read only": {"default_transaction_read_only=on", "default_transaction_read_only"},
	} {
		refusedPool(t, name, pool(t, "pgx", storetest.Postgres(t, tt.setting), 0), tt.cure)
	}
	nowhere, _ := storetest.PostgresNames(t)
	refusedPool(t, "nowhere", pool(t, "pgx", nowhere, 0), "DatabaseSchema")
}

// TestSetOnOneConnection: what a statement sets holds on the connection that happened to run it, and pools have more, or
// will. A pool of one makes another when it has to.
func TestSetOnOneConnection(t *testing.T) {
	for _, size := range []int{0, 1} {
		db := pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+strings.Replace(safely, "foreign_keys(1)", "foreign_keys(0)", 1), size)
		exec(t, db, "PRAGMA foreign_keys = 1")
		refusedPool(t, "foreign keys", db, "holds on one connection alone")
	}
	there := storetest.Postgres(t)
	db := pool(t, "pgx", there, 1)
	exec(t, db, "SET search_path = public")
	refusedPool(t, "search_path", db, "DatabaseSchema")
}

// TestSmallPool: two that open at once don't wait for each other's connections.
func TestSmallPool(t *testing.T) {
	db := pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+safely, 2)
	busy, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	account(t, open(t, store.Config{DB: db}))
}
