package sallyport_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/store/storetest"
	"github.com/sallyport/sallyport/migrations"
)

// safely is what docs/embedding.md says that the DSN of a SQLite pool needs.
const safely = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"

// pool is a pool of the application's, closed after the gates on it.
func pool(t *testing.T, driver, dsn string, size int) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(size)
	t.Cleanup(func() {
		if err := db.PingContext(context.Background()); err != nil {
			t.Errorf("the pool after its gates: %v", err)
		}
		db.Close()
	})
	return db
}

func file(t *testing.T) *sql.DB {
	return pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+safely, 0)
}

// gateOn opens a gate with a key file of its own.
func gateOn(t *testing.T, cfg sallyport.Config) *sallyport.Gate {
	t.Helper()
	cfg.PublicURL, cfg.Log = "http://localhost/auth", slog.New(slog.DiscardHandler)
	if cfg.KeyFile == "" {
		cfg.KeyFile = filepath.Join(t.TempDir(), "s.key")
	}
	gate, err := sallyport.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := gate.Close(); err != nil {
			t.Error(err)
		}
	})
	return gate
}

// signIn answers with the status of a sign-in.
func signIn(gate *sallyport.Gate, username string) int {
	body := fmt.Sprintf(`{"login":%q,"password":"a long quiet river at night"}`, username)
	r := httptest.NewRequest("POST", "http://localhost/auth/api/v1/login", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	gate.ServeHTTP(w, r)
	return w.Code
}

func TestDatabasesThatDontGoTogether(t *testing.T) {
	db := new(sql.DB)
	for name, tt := range map[string]struct {
		cfg  sallyport.Config
		want []string
	}{
		"two":         {sallyport.Config{DB: db, Database: "postgres://ann:s3cret@db/auth"}, []string{"Database"}},
		"two secrets": {sallyport.Config{SecretsDB: db, SecretsDatabase: "postgres://ann:s3cret@db/auth"}, []string{"SecretsDatabase"}},
		"a pool":      {sallyport.Config{DB: db, SecretsDB: db, DatabaseSchema: "auth"}, nil},
		"a schema":    {sallyport.Config{Database: "postgres://db/auth", SecretsDatabase: "s.db", DatabaseSchema: "auth"}, nil},
		"no schema":   {sallyport.Config{DatabaseSchema: "auth"}, []string{"DatabaseSchema"}},
		"a name":      {sallyport.Config{Database: "postgres://db/auth", DatabaseSchema: `a"; DROP TABLE x`}, []string{"DatabaseSchema"}},
	} {
		err := tt.cfg.Check()
		if d := cmp.Diff(tt.want, fields(t, err)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("a password is in %v", err)
		}
	}
}

func TestPoolsArePrintedWithoutTheirDSN(t *testing.T) {
	db := pool(t, "sqlite", filepath.Join(t.TempDir(), "s3cret.db")+safely, 1)
	gateOn(t, sallyport.Config{DB: db})
	cfg := sallyport.Config{DB: db, SecretsDB: db, Issuer: "ACME"}
	for _, shown := range []string{fmt.Sprint(cfg), fmt.Sprintf("%+v %#v %s", cfg, cfg, cfg), cfg.LogValue().String()} {
		if strings.Contains(shown, "s3cret") || !strings.Contains(shown, "ACME") {
			t.Errorf("printed as %s", shown)
		}
	}
}

// TestGatesSideBySide: several in one process know nothing of each other, whatever they share.
func TestGatesSideBySide(t *testing.T) {
	t.Run("two files", func(t *testing.T) {
		strangers(t, gateOn(t, sallyport.Config{DB: file(t)}), gateOn(t, sallyport.Config{Database: filepath.Join(t.TempDir(), "s.db")}))
	})
	t.Run("two schemas on one pool", func(t *testing.T) {
		server, one := storetest.PostgresNames(t)
		_, other := storetest.PostgresNames(t)
		db := pool(t, "pgx", server, 8)
		strangers(t, gateOn(t, sallyport.Config{DB: db, DatabaseSchema: one}), gateOn(t, sallyport.Config{DB: db, DatabaseSchema: other}))
	})
	t.Run("two schemas by URL", func(t *testing.T) {
		server, one := storetest.PostgresNames(t)
		_, other := storetest.PostgresNames(t)
		strangers(t, gateOn(t, sallyport.Config{Database: server, DatabaseSchema: one}), gateOn(t, sallyport.Config{Database: server, DatabaseSchema: other}))
	})
}

// strangers signs people in to two gates at once, under names that both have, and under names that one has.
func strangers(t *testing.T, one, other *sallyport.Gate) {
	t.Helper()
	var wg sync.WaitGroup
	for i, gate := range []*sallyport.Gate{one, other} {
		wg.Go(func() {
			for _, name := range []string{"ada", "bea", fmt.Sprintf("only%d", i)} {
				if got := register(gate, name, ""); got != 201 {
					t.Errorf("gate %d: %s registers: %d", i, name, got)
				}
				if got := signIn(gate, name); got != 201 {
					t.Errorf("gate %d: %s signs in: %d", i, name, got)
				}
			}
		})
	}
	wg.Wait()
	if got := signIn(one, "only1"); got != 401 {
		t.Errorf("an account of the other gate signs in: %d", got)
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	if err := one.Ready(t.Context()); err == nil {
		t.Error("ready after Close")
	}
	if got := signIn(other, "ada"); got != 201 {
		t.Errorf("after the one was closed: %d", got)
	}
}

// TestReplicasOnOnePool: two gates on one pool and one schema are replicas, as two servers on one database are.
func TestReplicasOnOnePool(t *testing.T) {
	db, keys := file(t), filepath.Join(t.TempDir(), "s.key")
	one := gateOn(t, sallyport.Config{DB: db, KeyFile: keys})
	other := gateOn(t, sallyport.Config{DB: db, KeyFile: keys})
	if got := register(one, "ada", ""); got != 201 {
		t.Fatal(got)
	}
	if got := signIn(other, "ada"); got != 201 {
		t.Errorf("on the other: %d", got)
	}
}

// TestPoolOfOneConnection: a gate never holds the only connection while it waits for another.
func TestPoolOfOneConnection(t *testing.T) {
	db := pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db")+safely, 1)
	apart := pool(t, "sqlite", filepath.Join(t.TempDir(), "secrets.db")+safely, 1)
	gate := gateOn(t, sallyport.Config{DB: db, SecretsDB: apart})
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			name := fmt.Sprintf("ada%d", i)
			if a, b := register(gate, name, ""), signIn(gate, name); a != 201 || b != 201 {
				t.Errorf("%s: %d, %d", name, a, b)
			}
		})
	}
	wg.Wait()
	if err := gate.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestPoolThatIsRefused names the field, the driver, and what to add.
func TestPoolThatIsRefused(t *testing.T) {
	bare := pool(t, "sqlite", filepath.Join(t.TempDir(), "app.db"), 0)
	for field, cfg := range map[string]sallyport.Config{"DB": {DB: bare}, "SecretsDB": {DB: file(t), SecretsDB: bare}} {
		cfg.KeyFile, cfg.Log = filepath.Join(t.TempDir(), "s.key"), slog.New(slog.DiscardHandler)
		_, err := sallyport.Open(t.Context(), cfg)
		var wrong *sallyport.FieldError
		if !errors.As(err, &wrong) || wrong.Field != field || wrong.Value != "modernc.org/sqlite" || !strings.Contains(wrong.Cure, "_pragma=foreign_keys(1)") {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, err := sallyport.Open(t.Context(), sallyport.Config{DB: file(t), DatabaseSchema: "auth", KeyFile: filepath.Join(t.TempDir(), "s.key")})
	var wrong *sallyport.FieldError
	if !errors.As(err, &wrong) || wrong.Field != "DatabaseSchema" || wrong.Value != "auth" {
		t.Errorf("a schema of SQLite's: %v", err)
	}
}

// TestMigrateNever: nothing is made unasked, and what others made with the files is good.
func TestMigrateNever(t *testing.T) {
	db, apart := file(t), file(t)
	cfg := sallyport.Config{DB: db, SecretsDB: apart, MigrateNever: true, KeyFile: filepath.Join(t.TempDir(), "s.key"), Log: slog.New(slog.DiscardHandler)}
	refused := func(field string) {
		t.Helper()
		_, err := sallyport.Open(t.Context(), cfg)
		var wrong *sallyport.FieldError
		if !errors.As(err, &wrong) || wrong.Field != field || !strings.Contains(wrong.Cure, "sallyport migrate") {
			t.Errorf("%v", err)
		}
	}
	refused("DB")
	var tables int
	if err := db.QueryRow("SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil || tables != 0 {
		t.Errorf("%d tables were made, %v", tables, err)
	}
	if _, err := os.Stat(cfg.KeyFile); err == nil {
		t.Error("a key file was made")
	}
	main, err := migrations.Files(migrations.SQLite, "")
	if err != nil {
		t.Fatal(err)
	}
	runFiles(t, db, main)
	refused("SecretsDB")
	secrets, err := migrations.SecretsFiles(migrations.SQLite, "")
	if err != nil {
		t.Fatal(err)
	}
	runFiles(t, apart, secrets)
	gate := gateOn(t, cfg)
	if got := register(gate, "ada", ""); got != 201 {
		t.Errorf("on what the files made: %d", got)
	}
}

func runFiles(t *testing.T, db *sql.DB, all fs.FS) {
	t.Helper()
	names, err := fs.Glob(all, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(all, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}
