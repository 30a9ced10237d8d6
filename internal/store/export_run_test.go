package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
	"github.com/sallyport/sallyport/migrations"
)

// tool runs psql or sqlite3 with a file's text; both stop at the first error.
func tool(t *testing.T, text string, command ...string) error {
	t.Helper()
	if _, err := osexec.LookPath(command[0]); err != nil {
		t.Skipf("%s is not installed: .ci/install has it", command[0])
	}
	c := osexec.CommandContext(t.Context(), command[0], command[1:]...)
	c.Stdin = strings.NewReader(text)
	if said, err := c.CombinedOutput(); err != nil {
		return errors.New(string(bytes.TrimSpace(said)))
	}
	return nil
}

func sqlite3(t *testing.T, path, text string) error {
	return tool(t, "BEGIN;\n"+text+"COMMIT;\n", "sqlite3", "-batch", "-bail", path)
}

func psql(t *testing.T, place, text string) error {
	return tool(t, text, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", "--dbname", libpq(t, place))
}

// libpq is a URL of pgx's as libpq reads it, which has search_path among its options.
func libpq(t *testing.T, place string) string {
	t.Helper()
	u, err := url.Parse(place)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	options := "-csearch_path=" + q.Get("search_path")
	q.Del("search_path")
	u.RawQuery = q.Encode() + "&options=" + url.QueryEscape(options)
	return u.String()
}

// texts reads the files in order.
func texts(t *testing.T, files func(migrations.Dialect, string) (fs.FS, error), d migrations.Dialect, schema string) []string {
	t.Helper()
	all, err := files(d, schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(all, "0001_"+map[bool]string{true: "secrets", false: "foundations"}[isSecrets(all)]+".sql"); err != nil {
		t.Error(err)
	}
	names, err := fs.Glob(all, "*.sql")
	if err != nil || !slices.IsSorted(names) {
		t.Fatal(names, err)
	}
	var out []string
	for _, name := range names {
		text, err := fs.ReadFile(all, name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

func isSecrets(all fs.FS) bool {
	_, err := fs.Stat(all, "0001_secrets.sql")
	return err == nil
}

// sqliteSchema is all that a file is made of, in the order in which it was made.
func sqliteSchema(t *testing.T, path string) (out []string) {
	t.Helper()
	db := pool(t, "sqlite", path, 1)
	rows, err := db.QueryContext(t.Context(), "SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY rowid")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind, name, made string
		if err := rows.Scan(&kind, &name, &made); err != nil {
			t.Fatal(err)
		}
		out = append(out, kind+" "+name+": "+made)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return append(out, records(t, db, "")...)
}

// records are what the bookkeeping has, apart from when.
func records(t *testing.T, db *sql.DB, schema string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT m.version, m.name, m.checksum, s.version, m.applied_at FROM "+schema+"sallyport_migrations m, "+
		schema+"sallyport_schema s ORDER BY m.version")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var version, name, checksum, now string
		var at int64
		if err := rows.Scan(&version, &name, &checksum, &now, &at); err != nil || at < 1_700_000_000_000 && at != day.UnixMilli() {
			t.Fatal(at, err)
		}
		out = append(out, version+" "+name+" "+checksum+" of "+now)
	}
	return out
}

// keeper is a store of either kind.
type keeper interface {
	Migrate(ctx context.Context, now time.Time) error
	Check(ctx context.Context) error
}

// TestExportedForSQLite: sqlite3 makes of the files what Migrate makes, and a store opens it without changing it.
func TestExportedForSQLite(t *testing.T) {
	for name, files := range map[string]func(migrations.Dialect, string) (fs.FS, error){"main": migrations.Files, "secrets": migrations.SecretsFiles} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			theirs, ours := filepath.Join(dir, "theirs.db"), filepath.Join(dir, "ours.db")
			for _, text := range texts(t, files, migrations.SQLite, "") {
				if err := sqlite3(t, theirs, text); err != nil {
					t.Fatal(err)
				}
			}
			check := checkMain
			if name == "secrets" {
				check = checkSecrets
			}
			check(t, store.Config{URL: ours}, true)
			if d := cmp.Diff(sqliteSchema(t, ours), sqliteSchema(t, theirs)); d != "" {
				t.Errorf("(-ours +theirs)\n%s", d)
			}
			check(t, store.Config{URL: theirs}, false)
		})
	}
}

func checkMain(t *testing.T, cfg store.Config, migrate bool) {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	upToDate(t, s, migrate)
	if !migrate {
		account(t, s)
	}
}

func checkSecrets(t *testing.T, cfg store.Config, migrate bool) {
	t.Helper()
	s, err := store.OpenSecrets(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	upToDate(t, s, migrate)
}

func upToDate(t *testing.T, s keeper, migrate bool) {
	t.Helper()
	if migrate {
		var wrong *store.SchemaError
		if err := s.Check(t.Context()); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "migrate --export") {
			t.Errorf("before: %v", err)
		}
		if err := s.Migrate(t.Context(), day); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
}

// TestExportedForPostgres: psql makes of the files what Migrate makes, with a schema and without.
func TestExportedForPostgres(t *testing.T) {
	here, there := storetest.Postgres(t), storetest.Postgres(t)
	for _, text := range texts(t, migrations.Files, migrations.PostgreSQL, "") {
		if err := psql(t, here, text); err != nil {
			t.Fatal(err)
		}
	}
	checkMain(t, store.Config{URL: there}, true)
	same(t, there, searchPath(t, there), here, searchPath(t, here))
	checkMain(t, store.Config{URL: here}, false)

	server, one := storetest.PostgresNames(t)
	_, other := storetest.PostgresNames(t)
	exec(t, pool(t, "pgx", server, 1), "CREATE SCHEMA "+one)
	for _, text := range texts(t, migrations.Files, migrations.PostgreSQL, one) {
		if err := psql(t, server, text); err != nil {
			t.Fatal(err)
		}
	}
	checkMain(t, store.Config{URL: server, Schema: other}, true)
	same(t, server, other, server, one)
	checkMain(t, store.Config{URL: server, Schema: one}, false)
}

func searchPath(t *testing.T, place string) string {
	t.Helper()
	u, err := url.Parse(place)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("search_path")
}

// same compares dumps, in which the schema's own name is left out.
func same(t *testing.T, ours, oursIn, theirs, theirsIn string) {
	t.Helper()
	if d := cmp.Diff(dump(t, ours, oursIn), dump(t, theirs, theirsIn)); d != "" {
		t.Errorf("(-ours +theirs)\n%s", d)
	}
	if d := cmp.Diff(records(t, pool(t, "pgx", ours, 1), oursIn+"."), records(t, pool(t, "pgx", theirs, 1), theirsIn+".")); d != "" {
		t.Errorf("(-ours +theirs)\n%s", d)
	}
}

func dump(t *testing.T, place, schema string) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump") // of the server's version, or a later one
	if err != nil || len(found) == 0 {
		found = []string{"pg_dump"}
	}
	out, err := osexec.CommandContext(context.Background(), found[len(found)-1], "--schema-only", "--no-owner", "--schema", schema, "--dbname", libpq(t, place)).Output()
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^\\(un)?restrict .*$`).ReplaceAllString(string(out), "") // a random word of each dump
	if !strings.Contains(text, "sallyport_favourites") {
		t.Fatalf("the dump has no tables:\n%s", text)
	}
	return strings.ReplaceAll(text, schema, "SCHEMA")
}

// TestExportedInTheWrongOrder: a file that is run twice, too early, or on another kind of database changes nothing.
func TestExportedInTheWrongOrder(t *testing.T) {
	main, secrets := texts(t, migrations.Files, migrations.SQLite, ""), texts(t, migrations.SecretsFiles, migrations.SQLite, "")
	path := filepath.Join(t.TempDir(), "x.db")
	for _, text := range main[:2] {
		if err := sqlite3(t, path, text); err != nil {
			t.Fatal(err)
		}
	}
	before := sqliteSchema(t, path)
	for name, text := range map[string]string{"twice": main[1], "from the beginning": main[0], "one left out": main[3], "secrets": secrets[0]} {
		if err := sqlite3(t, path, text); err == nil || !strings.Contains(err.Error(), "NOT NULL") && !strings.Contains(err.Error(), "UNIQUE") {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(before, sqliteSchema(t, path)); d != "" {
			t.Errorf("%s changed (-before +after)\n%s", name, d)
		}
	}
	place, text := storetest.Postgres(t), texts(t, migrations.Files, migrations.PostgreSQL, "")
	if err := errors.Join(psql(t, place, text[0]), psql(t, place, text[1])); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 1, 3} {
		if err := psql(t, place, text[i]); err == nil || !strings.Contains(err.Error(), "violates") {
			t.Errorf("file %d: %v", i+1, err)
		}
	}
}

// TestCheckRefuses: what is only looked at is looked at as closely as what is migrated, and left alone.
func TestCheckRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := store.Open(t.Context(), store.Config{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "version 0") {
		t.Errorf("an empty one: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() > 4096 {
		t.Errorf("something was made: %v, %v", info, err)
	}
	if err := s.Migrate(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	tamper(t, path, "UPDATE sallyport_migrations SET checksum = 'x' WHERE version = 1")
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "not the one that was applied") {
		t.Errorf("a changed one: %v", err)
	}
}
