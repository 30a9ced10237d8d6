package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

// inspect looks at two connections of a borrowed pool: one, and after it was thrown away another. What was set on one
// connection by a statement holds on that one alone, and is missed on the next. It never holds two at once, which a pool may
// not have.
func (s *Store) inspect(ctx context.Context, db *sql.DB) error {
	first, err := s.inspectOne(ctx, db, true)
	if err != nil {
		return err
	}
	second, err := s.inspectOne(ctx, db, false)
	if err != nil {
		return err
	}
	if first != second && s.namespace == "" {
		return &PoolError{
			Driver: driverPath(db), Reason: "has connections with different search_paths, so that each would find other tables",
			Cure: "Set DatabaseSchema, or search_path in the pool's URL rather than by a statement",
		}
	}
	return nil
}

// inspectOne says which schema a connection leads to; "" where there is no such thing.
func (s *Store) inspectOne(ctx context.Context, db *sql.DB, throwAway bool) (leadsTo string, err error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close() //nolint:errcheck // it goes back, or is gone
	var reason, cure string
	if s.dialect.kind == migrations.SQLite {
		reason, cure, err = inspectSQLite(ctx, c)
	} else {
		leadsTo, reason, cure, err = s.inspectPostgres(ctx, c)
	}
	if err == nil && reason == "" {
		reason, cure, err = s.faithful(ctx, c)
	}
	if err != nil {
		return "", err
	}
	if reason != "" {
		return "", &PoolError{Driver: driverPath(db), Reason: reason, Cure: cure}
	}
	if throwAway {
		err = c.Raw(func(any) error { return driver.ErrBadConn })
		if errors.Is(err, driver.ErrBadConn) {
			err = nil
		}
	}
	return leadsTo, err
}

// pragma is one setting of SQLite's connections that has to hold.
type pragma struct {
	name   string
	holds  func(value string) bool
	add    string // to the DSN
	really string // what goes wrong otherwise
}

func isOneOf(allowed ...string) func(string) bool {
	return func(value string) bool {
		for _, a := range allowed {
			if strings.EqualFold(a, value) {
				return true
			}
		}
		return false
	}
}

// pragmas are what a pool of our own sets (connectSQLite). The lock of a transaction that writes is not among them: we take
// it by a statement (lockSQLite).
func pragmas() []pragma {
	return []pragma{
		{"journal_mode", isOneOf("wal"), "journal_mode(WAL)", "readers and writers would stop each other"},
		{"synchronous", isOneOf("2", "3"), "synchronous(FULL)", "a power cut could make a used code good again"},
		{"foreign_keys", isOneOf("1"), "foreign_keys(1)", "sessions would outlive their accounts"},
		{"busy_timeout", func(v string) bool { return v != "0" }, "busy_timeout(5000)", "a writer would fail where another one is busy"},
		{"query_only", isOneOf("0"), "query_only(0)", "nothing could be written"},
	}
}

func inspectSQLite(ctx context.Context, c *sql.Conn) (reason, cure string, err error) {
	var wrong, add []string
	for _, p := range pragmas() {
		var value string
		if err := c.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&value); err != nil {
			return "", "", err
		}
		if p.name == "journal_mode" && strings.EqualFold(value, "memory") {
			return "holds a database in memory, or one that a crash can spoil", "Open a file, with _pragma=journal_mode(WAL) in its DSN", nil
		}
		if !p.holds(value) {
			wrong = append(wrong, p.name+" is "+value+": "+p.really)
			add = append(add, "_pragma="+p.add)
		}
	}
	if len(wrong) == 0 {
		return "", "", nil
	}
	return "has connections on which " + strings.Join(wrong, "; "), "Add to its DSN " + strings.Join(add, "&") +
		" (a PRAGMA that is run as a statement holds on one connection alone)", nil
}

// inspectPostgres looks at what a role, a database or a URL may set. No isolation is asked for: conflicts are tried again
// under each. Limits of time make outages of what takes longer.
func (s *Store) inspectPostgres(ctx context.Context, c *sql.Conn) (leadsTo, reason, cure string, err error) {
	var commit, readOnly string
	err = c.QueryRowContext(ctx, `SELECT coalesce(current_setting('synchronous_commit', TRUE), ''),
		coalesce(current_setting('default_transaction_read_only', TRUE), ''), coalesce(current_schema(), '')`).Scan(&commit, &readOnly, &leadsTo)
	switch {
	case err != nil:
	case commit == "off":
		reason = "has connections on which synchronous_commit is off: a crash could make a used code good again"
		cure = "Add synchronous_commit=on to its URL, or let Sallyport have a pool of its own"
	case readOnly == "on":
		reason, cure = "has connections on which transactions are read only", "Take default_transaction_read_only from its URL, its role or its database"
	case leadsTo == "" && s.namespace == "":
		reason, cure = "has a search_path that leads to no schema", "Set DatabaseSchema, or search_path in its URL"
	}
	return leadsTo, reason, cure, err
}

// faithful says whether values come back as they went. Drivers, and settings of theirs, number parameters in their own way
// and make times of texts that look like one.
func (s *Store) faithful(ctx context.Context, c *sql.Conn) (reason, cure string, err error) {
	const text, number = "2026-03-01 12:00:00", int64(1) << 53
	data := []byte{0, 0xff, '\\', '\''}
	var gotText string
	var gotNumber int64
	var gotData []byte
	var yes bool
	statement := s.dialect.kind.Words(`SELECT coalesce(cast($3 AS TEXT), ''), cast($1 AS BIGINT), cast($2 AS BYTEA), cast($1 AS BIGINT) > 1`)
	err = c.QueryRowContext(ctx, statement, number, data, text).Scan(&gotText, &gotNumber, &gotData, &yes)
	switch {
	case passes(ctx, err):
		return "", "", err
	case err != nil || gotNumber != number || !bytes.Equal(gotData, data) || !yes:
		return "does not give values back as it took them, or takes $1 for another one", useOurs, nil
	case gotText != text:
		return "makes times of texts that look like one", "Take _texttotime from its DSN, or let Sallyport have a pool of its own", nil
	}
	return "", "", nil
}
