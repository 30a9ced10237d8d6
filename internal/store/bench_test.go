package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/store/storetest"
)

// BenchmarkSessionByToken is what each request of somebody who is signed in costs the database, without a schema and with one.
func BenchmarkSessionByToken(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		sessionByToken(b, store.Config{URL: filepath.Join(b.TempDir(), "x.db")})
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		sessionByToken(b, store.Config{URL: storetest.Postgres(b)})
	})
	b.Run("PostgreSQLSchema", func(b *testing.B) {
		server, schema := storetest.PostgresNames(b)
		sessionByToken(b, store.Config{URL: server, Schema: schema})
	})
}

func sessionByToken(b *testing.B, cfg store.Config) {
	s := open(b, cfg)
	id := account(b, s)
	row := core.SessionRow{
		ID: "s", TokenHash: []byte("token"), Account: id, Epoch: 1, Level: 1, SignedInAt: day, LastSeenAt: day, ExpiresAt: day.Add(time.Hour),
	}
	err := s.Settle(b.Context(), id, day, func(tx core.Tx, _ core.State) error { return tx.InsertSession(row, 10) })
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if found, err := s.SessionByToken(b.Context(), row.TokenHash); err != nil || found == nil {
			b.Fatal(found, err)
		}
	}
}
