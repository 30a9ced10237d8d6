package e2e

import (
	"context"
	"crypto/rand"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// onPostgres starts n replicas at once, as a roll-out does, on one empty PostgreSQL database with one key file.
func onPostgres(t testing.TB, n int, args ...string) []*server {
	t.Helper()
	dir := t.TempDir()
	args = append([]string{
		"--listen", "127.0.0.1:0", "--public-url", "http://localhost:8080",
		"--database", freshDatabase(t), "--key-file", filepath.Join(dir, "ring.key"),
	}, args...)
	return startAll(t, n, dir, args...)
}

// startAll starts n servers in dir at once.
func startAll(t testing.TB, n int, dir string, args ...string) []*server {
	t.Helper()
	all, errs := make([]*server, n), make([]error, n)
	var starting sync.WaitGroup
	for i := range all {
		starting.Go(func() { all[i], errs[i] = launch(dir, args...) })
	}
	starting.Wait()
	for i, s := range all {
		if errs[i] == nil {
			t.Cleanup(func() { s.finish(t) })
		}
	}
	for _, err := range errs {
		ok(t, err)
	}
	return all
}

// freshDatabase makes a database and drops it with the test. Without a PostgreSQL the test is skipped.
func freshDatabase(t testing.TB) string {
	t.Helper()
	base := os.Getenv("SALLYPORT_TEST_POSTGRES")
	if base == "" {
		t.Skip("SALLYPORT_TEST_POSTGRES is not set: run this under .ci/with-postgres")
	}
	name := "sallyport_" + strings.ToLower(rand.Text())
	command(t, base, "create database "+name)
	t.Cleanup(func() { command(t, base, "drop database "+name+" with (force)") })
	u, err := url.Parse(base)
	ok(t, err)
	u.Path = "/" + name
	return u.String()
}

func command(t testing.TB, database, statement string) {
	t.Helper()
	db, err := pgx.Connect(context.Background(), database)
	ok(t, err)
	defer db.Close(context.Background()) //nolint:errcheck // nothing is lost
	_, err = db.Exec(context.Background(), statement)
	ok(t, err)
}

// underPrefix starts a server on SQLite whose pages have the path prefix. Its port has to be known before it starts.
func underPrefix(t testing.TB, prefix string, args ...string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ok(t, err)
	ok(t, l.Close())
	s, _ := onSQLite(t, append(args, "--listen", "127.0.0.1:"+port, "--public-url", "http://localhost:"+port+prefix)...)
	return s
}
