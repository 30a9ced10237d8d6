package store_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

func TestConformancePostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T, n int, now func() time.Time) []storetest.Backend {
		return replicas(t, storetest.Postgres(t), n, now)
	})
}

// TestConformanceSerializable stands in for databases that know no other isolation: every conflict is a 40001.
func TestConformanceSerializable(t *testing.T) {
	storetest.Run(t, func(t *testing.T, n int, now func() time.Time) []storetest.Backend {
		return replicas(t, storetest.Postgres(t, "default_transaction_isolation=serializable"), n, now)
	})
}

func TestPostgresMigratesOnce(t *testing.T) { migratesOnce(t, storetest.Postgres(t)) }

// TestPostgresConnectionsCut: what was cut off says so at once, and the next call finds the server again.
func TestPostgresConnectionsCut(t *testing.T) {
	url := storetest.Postgres(t, "application_name=cut_"+strings.ToLower(t.Name()))
	s := open(t, store.Config{URL: url})
	for range 3 {
		admin, err := sql.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Settle(t.Context(), account(t, s), day, cutting(t, admin))
		if !errors.Is(err, store.ErrUnavailable) {
			t.Fatalf("a transaction whose connection was cut: %v", err)
		}
		admin.Close()
		if err := s.Ready(t.Context()); err != nil {
			t.Fatalf("after the cut: %v", err)
		}
	}
}

func TestPostgresOutOfReach(t *testing.T) {
	for _, url := range []string{
		"postgres://u:secret@127.0.0.1:1/db",
		"postgresql://u:secret@192.0.2.1/db?connect_timeout=1",
	} {
		began := time.Now()
		_, err := store.Open(context.Background(), store.Config{URL: url, Patience: time.Second})
		if !errors.Is(err, store.ErrUnavailable) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("it took %v", took)
		}
	}
	for _, url := range []string{"postgres://u:secret@host:port/db", "postgres://u:se cret@%zz/db?sslmode=never"} {
		_, err := store.Open(context.Background(), store.Config{URL: url})
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "cret") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// cutting ends every connection of the schema's application, in the middle of a transaction.
func cutting(t *testing.T, admin *sql.DB) func(core.Tx, core.State) error {
	return func(tx core.Tx, st core.State) error {
		exec(t, admin, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()`)
		_, err := tx.BumpEpoch(st.Account)
		return err
	}
}
