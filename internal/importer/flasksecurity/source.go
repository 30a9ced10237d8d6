package flasksecurity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver sqlite
)

// ownWebAuthn is Flask-Security's own name for the table of keys.
const ownWebAuthn = "web_authn"

// Tables are the names of the application's tables. "" is Flask-Security's own name.
type Tables struct {
	User     string // user
	Role     string // role
	Links    string // roles_users
	WebAuthn string // web_authn
}

func (t Tables) withDefaults() Tables {
	for field, name := range map[*string]string{&t.User: "user", &t.Role: "role", &t.Links: "roles_users", &t.WebAuthn: ownWebAuthn} {
		if *field == "" {
			*field = name
		}
	}
	return t
}

// Source is an application's database, as it was at the moment of [Open]. It is for one goroutine.
type Source struct {
	db     *sql.DB
	tx     *sql.Tx
	tables Tables

	postgres bool
}

// Open begins to read a database: a SQLite file, by path or as sqlite:///path, or postgres://... as SQLAlchemy has it too
// (postgresql+psycopg2://...). Everything is read in one transaction that changes nothing. Errors hold no password.
func Open(ctx context.Context, from string, tables Tables) (*Source, error) {
	db, err := connect(from)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: isolation(from), ReadOnly: true})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("it can't be opened: %s", plainly(err)), db.Close())
	}
	return &Source{db: db, tx: tx, tables: tables.withDefaults(), postgres: isPostgres(from)}, nil
}

// isolation is one snapshot for all that is read. In SQLite every transaction is.
func isolation(from string) sql.IsolationLevel {
	if isPostgres(from) {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// Close ends the reading.
func (s *Source) Close() error {
	err := s.tx.Rollback()
	if errors.Is(err, sql.ErrTxDone) { // the context of Open has ended
		err = nil
	}
	return errors.Join(err, s.db.Close())
}

func isPostgres(from string) bool {
	scheme, _, isURL := strings.Cut(from, "://")
	dialect, _, _ := strings.Cut(scheme, "+")
	return isURL && (dialect == "postgres" || dialect == "postgresql")
}

func connect(from string) (*sql.DB, error) {
	if isPostgres(from) {
		_, rest, _ := strings.Cut(from, "://")
		conn, err := pgx.ParseConfig("postgres://" + rest)
		if err != nil {
			return nil, errors.New("it is no URL of a PostgreSQL database: write postgres://user:password@host/database")
		}
		if conn.RuntimeParams["application_name"] == "" {
			conn.RuntimeParams["application_name"] = "sallyport import"
		}
		return stdlib.OpenDB(*conn), nil
	}
	path, err := sqlitePath(from)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err // it would be made otherwise
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: url.Values{
		"mode": {"ro"}, "_pragma": {"query_only(1)", "busy_timeout(5000)", "trusted_schema(0)"},
	}.Encode()}
	return sql.Open("sqlite", u.String())
}

// sqlitePath takes sqlite:///relative, sqlite:////absolute, and a path as it is.
func sqlitePath(from string) (string, error) {
	scheme, rest, isURL := strings.Cut(from, "://")
	if !isURL {
		return filepath.Abs(from)
	}
	dialect, _, _ := strings.Cut(scheme, "+")
	path, slashed := strings.CutPrefix(rest, "/")
	if dialect != "sqlite" || !slashed || path == "" {
		return "", errors.New("write a SQLite file as sqlite:///path or as its path, or a PostgreSQL database as postgres://user:password@host/database")
	}
	path, _, _ = strings.Cut(path, "?")
	return filepath.Abs(path)
}

// plainly keeps a driver's error to one line.
func plainly(err error) string { return strings.SplitN(err.Error(), "\n", 2)[0] }
