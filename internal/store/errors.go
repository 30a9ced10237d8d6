package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"time"
)

// ErrUnavailable is wrapped by every error that says that the database could not do its work now: locked by another
// program for too long, closed, out of reach, full, or too slow. Whether an interrupted commit took effect is then
// unknown. Such errors have a method RetryAfter() time.Duration.
var ErrUnavailable = errors.New("the database is unavailable")

var errImpatient = errors.New("no answer in time")

var errClosed = errors.New("the store is closed, whatever the pool is")

// failure is an error of the database. Its text holds SQLSTATEs and names of tables and constraints, never a value.
type failure struct {
	op, text string
	class    class
	cause    error
}

// Error says which operation failed, and how.
func (f *failure) Error() string { return "store: " + f.op + ": " + f.text }

// Unwrap gives the driver's error, which may hold values: don't log it in full.
func (f *failure) Unwrap() error { return f.cause }

// outage is a failure that wraps ErrUnavailable.
type outage struct{ *failure }

// Is says that an outage is [ErrUnavailable].
func (outage) Is(target error) bool { return target == ErrUnavailable }

// Unwrap gives the failure.
func (o outage) Unwrap() error { return o.failure }

// RetryAfter is when it makes sense to try again.
func (outage) RetryAfter() time.Duration { return time.Second }

// fail makes the database's error presentable. Errors that are not the database's go through as they are.
func (s *Store) fail(ctx context.Context, op string, err error) error {
	var known *failure
	if err == nil || errors.As(err, &known) {
		return err
	}
	f := &failure{op: op, cause: err}
	f.class, f.text = s.classify(ctx, err)
	switch f.class {
	case foreign:
		return err
	case unavailable:
		return outage{f}
	}
	if ctx.Err() != nil {
		f.cause = errors.Join(ctx.Err(), err) // a transaction that was rolled back meanwhile doesn't say why
	}
	return f
}

// exhausted turns a conflict that did not go away into an outage.
func exhausted(err error) error {
	var f *failure
	if errors.As(err, &f) && f.class == conflict {
		return outage{f}
	}
	return err
}

func isConflict(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.class == conflict
}

func (s *Store) classify(ctx context.Context, err error) (class, string) {
	c, text := s.dialect.classify(err)
	if c == foreign {
		c, text = classifyConnection(err)
	}
	switch {
	case c == foreign || ctx.Err() == nil:
		return c, text
	case errors.Is(context.Cause(ctx), errImpatient):
		return unavailable, errImpatient.Error()
	case errors.Is(ctx.Err(), context.Canceled):
		return broken, "the caller went away"
	}
	return c, text
}

// classifyConnection reads what database/sql and the network say.
func classifyConnection(err error) (class, string) {
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrTxDone):
		return unavailable, "cut off"
	case errors.As(err, &network), errors.Is(err, net.ErrClosed), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return unavailable, "the connection is lost"
	case errors.Is(err, errClosed), err.Error() == "sql: database is closed": // database/sql does not export it
		return unavailable, "closed"
	}
	return foreign, ""
}
