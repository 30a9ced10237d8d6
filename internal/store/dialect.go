package store

import (
	"context"
	"database/sql"

	"github.com/sallyport/sallyport/internal/store/migrations"
)

// dialect is what differs between the databases, apart from how they are opened.
type dialect struct {
	name     string
	kind     migrations.Dialect
	classify func(error) (class, string) // of errors that the database itself reports, and their text
}

// class says what an error means to the caller.
type class int

const (
	broken      class = iota // a defect of ours, or of the data
	conflict                 // another transaction was in the way: the whole of this one may be tried again
	unavailable              // the database cannot answer now
	foreign                  // not the database's error at all
)

// unhurried lifts, for one transaction, the limits of time that a pool or a role may have: a migration waits for another
// replica's for as long as that takes.
func (d dialect) unhurried(ctx context.Context, tx *sql.Tx) error {
	if d.kind != migrations.PostgreSQL {
		return nil
	}
	var a, b, c string
	return tx.QueryRowContext(ctx, `SELECT set_config('statement_timeout', '0', TRUE), set_config('lock_timeout', '0', TRUE),
		set_config('idle_in_transaction_session_timeout', '0', TRUE)`).Scan(&a, &b, &c)
}
