package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/sallyport/sallyport/internal/store/migrations"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// maxAttempts bounds how often a transaction is tried that others stood in the way of. Patience usually ends first.
const maxAttempts = 64

// patience ends a context when the database takes too long: first to begin, then to finish.
type patience struct {
	timer  *time.Timer
	finish time.Duration // what is left once it has begun; retries included
}

// begun grants, once, the time that a transaction may take when it has what it waited for.
func (p *patience) begun() {
	if p.finish > 0 && p.timer.Stop() {
		p.timer.Reset(p.finish)
	}
	p.finish = 0
}

// attempt runs once, and again while conflicts stand in its way. Only what was never committed is run again: a
// conflict is the database's own word that nothing happened. A commit whose answer was lost is not a conflict.
func (s *Store) attempt(ctx context.Context, op string, once func(context.Context, *patience) error) error {
	if s.closed.Load() {
		return s.fail(ctx, op, errClosed)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &patience{
		timer:  time.AfterFunc(s.patience, func() { cancel(errImpatient) }),
		finish: max(s.patience, longestWrite),
	}
	defer p.timer.Stop()
	for n := 1; ; n++ {
		err := s.fail(ctx, op, once(ctx, p))
		if !isConflict(err) {
			return err
		}
		if n == maxAttempts || !pause(ctx, n) {
			return exhausted(err)
		}
	}
}

// pause waits a random while, longer with each attempt, so that those who collided don't collide again.
func pause(ctx context.Context, n int) bool {
	most := time.Millisecond << min(n, 6)
	timer := time.NewTimer(rand.N(most))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// transact runs fn in one transaction, as often as conflicts demand. An error of fn rolls back and is returned.
func (s *Store) transact(ctx context.Context, op string, fn func(context.Context, *queries.Queries) error) error {
	err := s.attempt(ctx, op, func(ctx context.Context, p *patience) error {
		leave, err := s.write.enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
		tx, err := s.begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
		p.begun()
		if err := fn(ctx, s.write.queriesIn(tx)); err != nil {
			return err
		}
		return tx.Commit()
	})
	s.write.prepared.makeWanted(ctx)
	return err
}

// lockSQLite changes nothing, and takes the lock of writers as any statement that may write does. As the first of a
// transaction it makes of BEGIN what BEGIN IMMEDIATE is: nothing that was read can be out of date when it is written.
const lockSQLite = `UPDATE sallyport_schema SET version = version WHERE id = 0`

// begin begins a transaction that writes.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil || !s.lent || s.dialect.kind != migrations.SQLite { // on our own pool BEGIN is immediate
		return tx, err
	}
	if _, err := s.write.gateIn(tx).ExecContext(ctx, lockSQLite); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

// change runs one statement that writes and commits by itself.
func (s *Store) change(ctx context.Context, op string, fn func(context.Context, *queries.Queries) error) error {
	return s.attempt(ctx, op, func(ctx context.Context, _ *patience) error {
		leave, err := s.write.enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
		return fn(ctx, s.write.queries())
	})
}

// changed is change for statements that count the rows they found.
func (s *Store) changed(ctx context.Context, op string, fn func(context.Context, *queries.Queries) (int64, error)) (bool, error) {
	var n int64
	err := s.change(ctx, op, func(ctx context.Context, q *queries.Queries) (err error) {
		n, err = fn(ctx, q)
		return err
	})
	return err == nil && n == 1, err
}

// find reads one row; found is false when there is none.
func find[T any](ctx context.Context, s *Store, op string, fn func(context.Context, *queries.Queries) (T, error)) (row T, found bool, err error) {
	err = s.attempt(ctx, op, func(ctx context.Context, _ *patience) (err error) {
		row, err = fn(ctx, s.read.queries())
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}
