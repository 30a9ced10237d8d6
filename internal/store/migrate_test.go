package store_test

import (
	"database/sql"
	"errors"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/store"
)

// migratesOnce: replicas that start at once all find the schema ready, and each step is recorded once.
func migratesOnce(t *testing.T, url string) {
	t.Helper()
	const n = 6
	stores := make([]*store.Store, n)
	for i := range stores {
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		stores[i] = s
	}
	var wrong *store.SchemaError
	if err := stores[0].Ready(t.Context()); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "sallyport migrate") {
		t.Errorf("without a schema: %v", err)
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() { errs[i] = errors.Join(s.Migrate(t.Context(), day), s.Ready(t.Context())) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	account(t, stores[n-1])
}

func TestSQLiteMigratesOnce(t *testing.T) { migratesOnce(t, filepath.Join(t.TempDir(), "x.db")) }

// tamper changes a database behind the store's back.
func tamper(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestMigrateRefuses(t *testing.T) {
	for name, c := range map[string]struct{ statement, says string }{
		"newer":   {"UPDATE sallyport_schema SET version = 99", "run the newer release"},
		"changed": {"UPDATE sallyport_migrations SET checksum = 'x' WHERE version = 1", "not the one that was applied"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			s := open(t, store.Config{URL: path})
			tamper(t, path, c.statement)
			var wrong *store.SchemaError
			if err := s.Migrate(t.Context(), day); !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Migrate: %v", err)
			}
			if err := s.Ready(t.Context()); name == "newer" && !errors.As(err, &wrong) {
				t.Errorf("Ready: %v", err)
			}
		})
	}
}

// TestMigrateFailsWhole: a step that fails leaves nothing behind, and is done when its obstacle is gone.
func TestMigrateFailsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	tamper(t, path, "CREATE TABLE sallyport_events (x INTEGER)") // created last
	s, err := store.Open(t.Context(), store.Config{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context(), day); err == nil {
		t.Fatal("it went over a table that was there")
	}
	tamper(t, path, "DROP TABLE sallyport_events")
	if err := s.Migrate(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	account(t, s)
}

// TestLibcVersion: modernc.org/sqlite is generated for one version of modernc.org/libc and breaks subtly with another.
func TestLibcVersion(t *testing.T) {
	ours := goList(t, "{{.Version}}", "modernc.org/libc")
	text, err := os.ReadFile(goList(t, "{{.GoMod}}", "modernc.org/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require ")); len(fields) >= 2 && fields[0] == "modernc.org/libc" {
			if fields[1] != ours {
				t.Errorf("go.mod has modernc.org/libc %s; modernc.org/sqlite wants %s", ours, fields[1])
			}
			return
		}
	}
	t.Error("modernc.org/sqlite does not require modernc.org/libc any more")
}

func goList(t *testing.T, format, module string) string {
	t.Helper()
	out, err := osexec.Command("go", "list", "-m", "-f", format, module).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
