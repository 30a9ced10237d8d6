package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

func sqliteDialect() dialect {
	return dialect{name: "SQLite", kind: migrations.SQLite, classify: classifySQLite}
}

// connectSQLite opens the file twice. SQLite has one writer at a time: one connection of ours lets writers queue in Go,
// in order and bounded by their contexts, where several would poll for its lock.
func (s *Store) connectSQLite(cfg Config) error {
	s.dialect = sqliteDialect()
	path, err := filepath.Abs(cfg.URL)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := createPrivate(path); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	// FULL: with NORMAL, a power cut can undo a commit and un-use a recovery code.
	synchronous := "synchronous(FULL)"
	if cfg.Unsynced {
		synchronous = "synchronous(OFF)"
	}
	common := []string{"busy_timeout(2000)", "journal_mode(WAL)", synchronous, "foreign_keys(1)", "trusted_schema(0)"}
	write, err := sql.Open("sqlite", sqliteDSN(path, "immediate", common))
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	read, err := sql.Open("sqlite", sqliteDSN(path, "deferred", append(common, "query_only(1)")))
	if err != nil {
		return errors.Join(fmt.Errorf("store: %w", err), write.Close())
	}
	limitPool(write, 1)
	limitPool(read, readers)
	s.write, s.read = preparing(write), preparing(read)
	return nil
}

func sqliteDSN(path, lock string, pragmas []string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": pragmas}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}

// createPrivate makes a new database readable by its owner alone; SQLite gives its other files the same mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func classifySQLite(err error) (class, string) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return foreign, ""
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return conflict, "locked by another program"
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY, lib.SQLITE_INTERRUPT,
		lib.SQLITE_NOMEM, lib.SQLITE_PROTOCOL, lib.SQLITE_PERM:
		return unavailable, e.Error()
	}
	return broken, e.Error()
}
