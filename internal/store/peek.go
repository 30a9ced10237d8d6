package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
)

// PeekSecrets says whether there are sealed secrets in a SQLite file that nobody has open. It makes no files beside it,
// takes no lock, and so misses what is only in its write-ahead log.
func PeekSecrets(ctx context.Context, path string) (held bool, err error) {
	return peek(ctx, path, "sallyport_secrets")
}

// PeekAccounts says whether there are accounts, likewise.
func PeekAccounts(ctx context.Context, path string) (held bool, err error) {
	return peek(ctx, path, "sallyport_account_states")
}

// peek says whether a table has rows; false where there is no such table.
func peek(ctx context.Context, path, table string) (held bool, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return false, fmt.Errorf("store: %w", err)
	}
	place := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", place.String())
	if err != nil {
		return false, fmt.Errorf("store: %w", err)
	}
	defer db.Close()
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?`, table).Scan(&tables); err != nil || tables == 0 {
		return false, err
	}
	err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+table+`)`).Scan(&held)
	return held, err
}
