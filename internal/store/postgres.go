package store

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

func postgresDialect() dialect {
	return dialect{name: "PostgreSQL", kind: migrations.PostgreSQL, classify: classifyPostgres}
}

func (s *Store) connectPostgres(cfg Config) error {
	s.dialect = postgresDialect()
	conn, err := parsePostgres(cfg.URL)
	if err != nil {
		return err
	}
	if conn.ConnectTimeout <= 0 {
		conn.ConnectTimeout = s.patience
	}
	if conn.RuntimeParams["application_name"] == "" {
		conn.RuntimeParams["application_name"] = "sallyport"
	}
	size := cfg.PoolSize
	if size <= 0 {
		size = poolSize
	}
	db := stdlib.OpenDB(*conn)
	limitPool(db, size)
	db.SetConnMaxLifetime(30 * time.Minute) // so that a pool finds back to a server that returned
	s.write = handle{db: db}                // pgx keeps prepared statements itself
	s.read = s.write
	return nil
}

// redacted keeps the reason of a parse error and leaves the URL out: it holds a password.
func redacted(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return errors.New(strings.SplitN(cause.Error(), "\n", 2)[0])
	}
	return errors.New("it does not parse")
}

func classifyPostgres(err error) (class, string) {
	var refused *pgconn.ConnectError
	var e *pgconn.PgError
	switch {
	case errors.As(err, &refused): // before a connection stands, the server's words name roles and databases, no values
		return unavailable, connectText(refused)
	case errors.As(err, &e):
		return classifyState(e)
	case pgconn.Timeout(err), errors.Is(err, net.ErrClosed), pgconn.SafeToRetry(err):
		return unavailable, "the connection is lost"
	case strings.Contains(err.Error(), "unexpected EOF"), strings.Contains(err.Error(), "conn closed"):
		return unavailable, "the connection is lost"
	}
	return foreign, ""
}

// connectText says why there is no connection: the host and what it answered. A password is not among it.
func connectText(e *pgconn.ConnectError) string {
	text := "no connection to the server"
	if e.Config != nil {
		text += " at " + net.JoinHostPort(e.Config.Host, strconv.Itoa(int(e.Config.Port)))
	}
	var refused *pgconn.PgError
	var op *net.OpError
	switch {
	case errors.As(e, &refused):
		return text + ": " + refused.Message + " (SQLSTATE " + refused.Code + ")"
	case errors.As(e, &op):
		return text + ": " + op.Err.Error()
	case strings.Contains(e.Error(), "refused TLS"):
		return text + ": it does not speak TLS"
	}
	return text + lookupText(e)
}

// classifyState reads the SQLSTATE (PostgreSQL manual, appendix A).
func classifyState(e *pgconn.PgError) (class, string) {
	text := "SQLSTATE " + e.Code
	if e.ConstraintName != "" {
		text += " (" + e.ConstraintName + ")"
	}
	switch e.Code {
	case "40001", "40P01": // serialization failure, deadlock
		return conflict, text
	case "23505": // unique violation
		if slices.Contains([]string{"sallyport_events_chain", "sallyport_accounts_confirmed", "sallyport_accounts_skeleton", "sallyport_tickets_issued"}, e.ConstraintName) {
			return conflict, text // it was looked for just before: another transaction was faster
		}
	case "57014", "57P01", "57P02", "57P03", "57P05", "25006", "25P03", "55P03":
		return unavailable, text // canceled, shut down, starting up, idle too long, read-only after a failover, lock
	}
	switch e.Code[:2] {
	case "08", "53", "58", "28", "3D": // connection, resources, system, log-in, no such database
		return unavailable, text
	case "42": // undefined or misused names: the message says which, and holds no value
		return broken, text + ": " + e.Message
	}
	return broken, text
}
