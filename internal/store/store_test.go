package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// open opens a store with its schema.
func open(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	return s
}

func openFile(t testing.TB) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a b%41.db")
	return open(t, store.Config{URL: path}), path
}

type backend struct {
	*store.Store
	*store.Secrets
}

// replicas are patient: 256 racers under the race detector take longer than people should wait.
func replicas(t *testing.T, url string, n int, now func() time.Time) []storetest.Backend {
	t.Helper()
	var out []storetest.Backend
	for range n {
		s := open(t, store.Config{URL: url, Patience: time.Minute})
		out = append(out, backend{s, s.Secrets(now)})
	}
	return out
}

// account registers an account with a name of its own and returns its id.
func account(t testing.TB, s *store.Store) string {
	t.Helper()
	id := "account " + time.Now().Format(time.RFC3339Nano)
	a := core.NewAccount{Account: core.Account{ID: id, Username: id}, UsernameKey: id}
	if err := s.Register(t.Context(), a, day, func(core.Tx, core.State) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestConformanceSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, n int, now func() time.Time) []storetest.Backend {
		return replicas(t, filepath.Join(t.TempDir(), "test.db"), n, now)
	})
}

func TestFilesArePrivate(t *testing.T) {
	s, path := openFile(t)
	account(t, s)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%q has mode %v", suffix, mode)
		}
	}
}

func TestURLs(t *testing.T) {
	for _, url := range []string{"", ":memory:", "file:x.db", filepath.Join(t.TempDir(), "x.db?mode=ro"), "mysql://u:secret@host/db", filepath.Join(t.TempDir(), "no", "such", "folder.db")} {
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil {
			s.Close()
			t.Errorf("%q was opened", url)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
	}
}

// TestLocked: another program holds the database. Callers wait for about their patience, all of them together.
func TestLocked(t *testing.T) {
	s, path := openFile(t)
	id := account(t, s)
	other, err := sql.Open("sqlite", "file:"+strings.NewReplacer("?", "%3f", "%", "%25").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	lock, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	exec(t, lock, "BEGIN IMMEDIATE")
	began := time.Now()
	errs := make(chan error)
	for n := range 8 {
		go func() {
			if n%2 == 0 {
				_, err := s.Reserve(context.Background(), []core.Counter{{Key: "c"}}, day)
				errs <- err
				return
			}
			errs <- s.Settle(context.Background(), id, day, func(core.Tx, core.State) error { return nil })
		}()
	}
	for range 8 {
		checkOutage(t, <-errs)
	}
	if took := time.Since(began); took < time.Second || took > 4*time.Second {
		t.Errorf("they waited %v", took)
	}
	if _, err := s.State(t.Context(), id); err != nil {
		t.Errorf("reading beside a writer: %v", err)
	}
	exec(t, lock, "ROLLBACK")
	rs, err := s.Reserve(t.Context(), []core.Counter{{Key: "c"}}, day)
	if err != nil || rs[0] != (core.Reservation{Granted: true, Failures: 1, Free: 2}) {
		t.Errorf("after the lock: %+v, %v", rs, err)
	}
}

func exec(t testing.TB, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

func checkOutage(t testing.TB, err error) {
	t.Helper()
	var retry interface{ RetryAfter() time.Duration }
	if !errors.Is(err, store.ErrUnavailable) || !errors.As(err, &retry) || retry.RetryAfter() <= 0 {
		t.Errorf("no outage that says when to try again: %v", err)
	}
}

func TestClosed(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = s.State(t.Context(), "a")
	checkOutage(t, err)
	checkOutage(t, s.DeleteLogin(t.Context(), "l"))
	checkOutage(t, s.Settle(t.Context(), "a", day, nil))
}

// TestCallerWentAway: that is no fault of the database, and nothing of the transaction stays.
func TestCallerWentAway(t *testing.T) {
	s, _ := openFile(t)
	id := account(t, s)
	for _, late := range []time.Duration{0, 50 * time.Millisecond} { // before and after the transaction was rolled back for it
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Settle(ctx, id, day, func(tx core.Tx, _ core.State) error {
			if _, err := tx.BumpEpoch(id); err != nil {
				return err
			}
			cancel()
			time.Sleep(late)
			return nil
		})
		if !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("err = %v", err)
		}
		if _, err = s.State(ctx, id); !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("err = %v", err)
		}
	}
	if st, err := s.State(t.Context(), id); err != nil || st.Epoch != 1 {
		t.Errorf("%+v, %v", st, err)
	}
}

// TestErrorsHoldNoValues: errors are logged; tokens, hashes and names don't belong there.
func TestErrorsHoldNoValues(t *testing.T) {
	s, _ := openFile(t)
	id := account(t, s)
	row := core.SessionRow{ID: "s3cret-id", TokenHash: []byte("s3cret-token"), Account: id, UserAgent: "s3cret-agent"}
	err := s.Settle(t.Context(), id, day, func(tx core.Tx, _ core.State) error {
		return errors.Join(tx.InsertSession(row, 100), tx.InsertSession(row, 100))
	})
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "insert session") {
		t.Errorf("err = %v", err)
	}
}
