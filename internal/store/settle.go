package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// Settle implements [core.Store].
func (s *Store) Settle(ctx context.Context, account string, now time.Time, fn func(core.Tx, core.State) error) error {
	return s.transact(ctx, "settle", func(ctx context.Context, q *queries.Queries) error {
		locked, err := q.LockState(ctx, account)
		if err != nil {
			return err
		}
		if locked == 0 {
			return core.ErrNoAccount
		}
		row, err := q.GetState(ctx, account)
		if err != nil {
			return err
		}
		st, err := state(row.State, row.StandsAlone)
		if err != nil {
			return err
		}
		return s.within(ctx, q, now, st, fn)
	})
}

// Register implements [core.Store]. A new account has epoch 1, no policy of its own, and nothing bound.
func (s *Store) Register(ctx context.Context, a core.NewAccount, now time.Time, fn func(core.Tx, core.State) error) error {
	return s.transact(ctx, "register", func(ctx context.Context, q *queries.Queries) error {
		if err := insertAccount(ctx, q, a, millis(now)); err != nil {
			return err
		}
		st := core.State{
			Account: a.ID, Epoch: 1, Groups: slices.Clone(a.Groups), FirstOpen: true,
			StandsAlone: a.StandsAlone && a.PasswordHash != "", Language: a.Language,
		}
		return s.within(ctx, q, now, st, fn)
	})
}

func insertAccount(ctx context.Context, q *queries.Queries, a core.NewAccount, now int64) error {
	if err := insertNames(ctx, q, a, now); err != nil {
		return err
	}
	groups, err := list(a.Groups)
	if err != nil {
		return err
	}
	err = q.InsertState(ctx, queries.InsertStateParams{
		AccountID: a.ID, Epoch: 1, GroupNames: groups, FirstOpen: true, CreatedAt: now, Language: a.Language,
	})
	if err != nil || a.PasswordHash == "" {
		return err
	}
	return q.SetPassword(ctx, queries.SetPasswordParams{
		AccountID: a.ID, Hash: a.PasswordHash, StandsAlone: a.StandsAlone, ChangedAt: now,
	})
}

func insertNames(ctx context.Context, q *queries.Queries, a core.NewAccount, now int64) error {
	inserted, err := q.InsertAccount(ctx, queries.InsertAccountParams{
		ID: a.ID, Username: a.Username, UsernameKey: nullable(a.UsernameKey), Skeleton: nullable(a.Skeleton),
		Email: a.Email, EmailKey: nullable(a.EmailKey), CreatedAt: now,
	})
	if err != nil {
		return err
	}
	if inserted == 0 {
		return core.ErrNameTaken
	}
	if !a.EmailConfirmed {
		return nil
	}
	confirmed, err := confirmAddress(ctx, q, a.ID, a.Email, a.EmailKey)
	if err == nil && !confirmed {
		err = core.ErrAddressTaken
	}
	return err
}

// within runs fn on a Tx. A statement that failed decides the transaction, whatever fn made of it: fn may have hidden a
// conflict, and what is half done is never committed.
func (s *Store) within(ctx context.Context, q *queries.Queries, now time.Time, st core.State, fn func(core.Tx, core.State) error) error {
	t := &tx{store: s, ctx: ctx, q: q, now: now}
	err := fn(t, st)
	if t.failed == nil && err == nil {
		err = t.moveCounters()
	}
	if t.failed != nil {
		return t.failed
	}
	return err
}

// tx implements [core.Tx]. It is used by one goroutine, and not after its transaction has ended.
type tx struct {
	store  *Store
	ctx    context.Context // of the transaction: core.Tx has no other
	q      *queries.Queries
	now    time.Time
	failed error
	moves  []move
}

// move is a change to a counter that waits for the end of the transaction.
type move struct {
	key   string
	apply func(ctx context.Context, key string) error
}

func (t *tx) later(key string, apply func(context.Context, string) error) {
	t.moves = append(t.moves, move{key, apply})
}

// moveCounters makes the changes in the order of the keys, as Reserve does: nobody waits for anybody crosswise, which
// PostgreSQL would notice only after a second. They come last, because other requests wait for these rows.
func (t *tx) moveCounters() error {
	slices.SortStableFunc(t.moves, func(a, b move) int { return cmp.Compare(a.key, b.key) })
	for _, m := range t.moves {
		err := t.do("move counter", func(ctx context.Context, _ *queries.Queries) error { return m.apply(ctx, m.key) })
		if err != nil {
			return err
		}
	}
	return nil
}

var errFailedBefore = errors.New("store: a statement before this one failed")

func (t *tx) do(op string, fn func(context.Context, *queries.Queries) error) error {
	if t.failed != nil {
		return errFailedBefore
	}
	t.failed = t.store.fail(t.ctx, op, fn(t.ctx, t.q))
	return t.failed
}

// one is do for statements that grant: true when exactly one row was there.
func (t *tx) one(op string, fn func(context.Context, *queries.Queries) (int64, error)) (bool, error) {
	var n int64
	err := t.do(op, func(ctx context.Context, q *queries.Queries) (err error) {
		n, err = fn(ctx, q)
		return err
	})
	return err == nil && n == 1, err
}

// optional makes a missing row a count of none.
func optional(err error) (int64, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return 1, err
}
