package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// PostgresVariable names the environment variable with the URL of a PostgreSQL server for tests; .ci/with-postgres sets it.
const PostgresVariable = "SALLYPORT_TEST_POSTGRES"

// Postgres gives a test the URL of an empty schema of its own, dropped when the test ends. Without a server the test is
// skipped. Settings are added to the URL as PostgreSQL's run-time parameters, such as
// "default_transaction_isolation=serializable".
func Postgres(t testing.TB, settings ...string) string {
	t.Helper()
	server := os.Getenv(PostgresVariable)
	if server == "" {
		t.Skipf("%s is not set: run .ci/with-postgres go test ./internal/store/...", PostgresVariable)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no URL", PostgresVariable)
	}
	schema := freshName(t, server)
	run(t, server, "CREATE SCHEMA "+schema)
	settings = append(settings, "search_path="+schema)
	return withSettings(u, settings)
}

// PostgresNames gives a test the URL of a server on which search_path leads nowhere, and the name of a schema that does
// not exist yet; it is dropped when the test ends.
func PostgresNames(t testing.TB, settings ...string) (server, schema string) {
	t.Helper()
	u, err := url.Parse(Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	settings = append(settings, "search_path=no_such_schema")
	return withSettings(u, settings), freshName(t, os.Getenv(PostgresVariable))
}

func freshName(t testing.TB, server string) string {
	schema := "test_" + strings.ToLower(rand.Text())
	t.Cleanup(func() { run(t, server, "DROP SCHEMA IF EXISTS "+schema+" CASCADE") })
	return schema
}

func withSettings(u *url.URL, settings []string) string {
	q := u.Query()
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		q.Set(name, value)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func run(t testing.TB, server, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		t.Fatal(err)
	}
}
