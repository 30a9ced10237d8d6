// Package store remembers: it implements [core.Store], and the outbox of package deliver, on SQLite and on PostgreSQL.
//
// [Open] a [Store], bring its schema up to date with [Store.Migrate], and give it to the machine of package core.
// [Secrets] keeps sealed secrets beside it, or in a database of their own, which [OpenSecrets] opens. One implementation serves both databases; what differs stands in a dialect
// value, and the SQL in queries/ is the same text for both. Times are unix milliseconds from the caller's clock: the
// database's own clock is never asked.
//
// It is not a place for decisions about who is signed in, and it is not a general data layer: each method is one atomic
// step that core needs. It trusts its callers to have checked lengths and canonical forms, to pass hashes where the
// names say hash and sealed bytes where they say sealed, and the database to be durable once it has answered a commit
// (PostgreSQL: synchronous_commit on, and a synchronous standby where a failover must lose nothing).
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

const (
	defaultPatience = 2 * time.Second
	longestWrite    = 5 * time.Second // a transaction that began, all its retries included
	readers         = 8               // SQLite: reads beside the one writer
	poolSize        = 16              // PostgreSQL: connections at most
)

// Config says where the data is.
type Config struct {
	// URL is a file name for SQLite, or a postgres:// or postgresql:// URL with pgx's parameters.
	URL string
	// DB is a pool of somebody else's in place of URL: modernc.org/sqlite's, or pgx's by its package stdlib, also behind a driver
	// that passes on to them. Close leaves it open. What it has to be like is looked at when it is opened.
	DB *sql.DB
	// Schema is the schema of PostgreSQL's that the tables are in, whatever the search_path; "" means where that leads.
	// Migrate makes it if it is not there. It has passed [migrations.CheckSchema].
	Schema string
	// Existing refuses to make the first tables: there has to be a database.
	Existing bool
	// Log gets what the operator should know and no caller is told; nil means nowhere.
	Log *slog.Logger
	// Patience is how long one call waits for the database before it fails with [ErrUnavailable]; 0 means 2 s.
	// A transaction that has begun may go on for some seconds more.
	Patience time.Duration
	// PoolSize bounds the connections to PostgreSQL; 0 means 16. SQLite has one writer and eight readers.
	PoolSize int
	// Unsynced lets a power cut undo what SQLite answered. It is for tests.
	Unsynced bool
}

// Store is a database that is open. It is safe for concurrent use, and any number of processes may share one database.
type Store struct {
	dialect   dialect
	schema    schema
	steps     []migrations.Step
	namespace string // PostgreSQL's schema, or ""
	existing  bool   // it is not made
	log       *slog.Logger
	patience  time.Duration
	write     handle
	read      handle // the same as write where the database has no use for two
	lent      bool   // the pool is somebody else's
	closed    atomic.Bool
}

// Open opens the database, and makes the file when SQLite's does not exist yet. The schema is not looked at: call
// [Store.Migrate] or [Store.Check] next. The error wraps [ErrUnavailable] when the database could not be reached; a pool that can't be used
// is a [*PoolError].
func Open(ctx context.Context, cfg Config) (*Store, error) {
	return open(ctx, cfg, mainSchema())
}

func open(ctx context.Context, cfg Config, holds schema) (*Store, error) {
	s := &Store{schema: holds, namespace: cfg.Schema, existing: cfg.Existing, log: cfg.Log, patience: cfg.Patience}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.patience <= 0 {
		s.patience = defaultPatience
	}
	var err error
	if s.steps, err = holds.steps(); err != nil {
		return nil, err
	}
	if cfg.DB != nil {
		err = s.borrow(ctx, cfg.DB)
	} else {
		err = s.connect(cfg)
	}
	if err != nil {
		return nil, err
	}
	s.name()
	if err := s.ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// name gives both handles the schema, where the database has such a thing.
func (s *Store) name() {
	if s.dialect.kind != migrations.PostgreSQL {
		s.namespace = ""
	}
	all := newNames(s.namespace)
	s.write.names, s.read.names = all, all
}

// HasSchemas says whether the database is one that Config.Schema means something to.
func (s *Store) HasSchemas() bool { return s.dialect.kind == migrations.PostgreSQL }

func (s *Store) connect(cfg Config) error {
	scheme, _, isURL := strings.Cut(cfg.URL, "://")
	switch {
	case isURL && (scheme == "postgres" || scheme == "postgresql"):
		return s.connectPostgres(cfg)
	case isURL:
		return fmt.Errorf("store: no database is known for %q URLs: give a file name for SQLite, or a postgres:// URL", scheme)
	case cfg.URL == "" || strings.HasPrefix(cfg.URL, ":memory:") || strings.HasPrefix(cfg.URL, "file:"), strings.Contains(cfg.URL, "?"):
		return errors.New("store: that is no file name: give a plain one without parameters, such as sallyport.db") // it may hold a password
	}
	return s.connectSQLite(cfg)
}

func (s *Store) ping(ctx context.Context) error {
	return s.attempt(ctx, "open", func(ctx context.Context, _ *patience) error {
		if err := s.write.db.PingContext(ctx); err != nil {
			return err
		}
		return s.read.db.PingContext(ctx)
	})
}

// Close ends all connections but those of a pool that is somebody else's. Calls that come later fail with [ErrUnavailable].
func (s *Store) Close() error {
	if s.lent {
		s.closed.Store(true)
		return s.write.prepared.close()
	}
	err := s.write.db.Close()
	if s.read.db != s.write.db {
		err = errors.Join(s.read.db.Close(), err) // the writer last: it folds the write-ahead log into the file
	}
	if err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}

func limitPool(db *sql.DB, size int) {
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
}
