package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store/queries"
)

// InsertEvent implements [core.Tx]. Events of the account whose state the transaction holds wait for each other; of two
// that follow one event of another account, the unique index of chains sends one back to the start.
func (t *tx) InsertEvent(e core.Event) error {
	return t.do("insert event", func(ctx context.Context, q *queries.Queries) error {
		last, err := q.LastEvent(ctx, e.Account)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		e := core.ChainEvent(asStored(e), last.Seq, last.Hash)
		return q.InsertEvent(ctx, queries.InsertEventParams{
			ID: e.ID, AccountID: e.Account, At: millis(e.At), Kind: e.Kind, Outcome: e.Outcome,
			AuthenticatorID: e.Authenticator, SessionID: e.Session, Address: e.Address, UserAgent: e.UserAgent,
			Detail: e.Detail, Seq: e.Seq, Previous: e.Previous, Hash: e.Hash,
		})
	})
}

// SignIns implements [core.Tx].
func (t *tx) SignIns(account string, n int) (out []core.Client, err error) {
	err = t.do("list sign-ins", func(ctx context.Context, q *queries.Queries) error {
		rows, err := q.ListSignIns(ctx, account, most(n))
		for _, r := range rows {
			out = append(out, core.Client{Address: r.Address, UserAgent: r.UserAgent})
		}
		return err
	})
	return out, err
}

// asStored is what will be read again, which is what has to be hashed.
func asStored(e core.Event) core.Event {
	if e.Outcome == "" {
		e.Outcome = "ok"
	}
	e.At = instant(millis(e.At))
	for _, text := range []*string{
		&e.ID, &e.Account, &e.Kind, &e.Outcome, &e.Authenticator, &e.Session, &e.Address, &e.UserAgent, &e.Detail,
	} {
		if !plain(*text) {
			*text = replaced(*text)
		}
	}
	return e
}

func event(r queries.Event) (core.Event, error) {
	return core.Event{
		ID: r.ID, Account: r.AccountID, At: instant(r.At), Kind: r.Kind, Outcome: r.Outcome,
		Authenticator: r.AuthenticatorID, Session: r.SessionID, Address: r.Address, UserAgent: r.UserAgent,
		Detail: r.Detail, Seq: r.Seq, Previous: absent(r.Previous), Hash: absent(r.Hash),
	}, nil
}

func (s *Store) events(ctx context.Context, list func(context.Context, *queries.Queries) ([]queries.Event, error)) ([]core.Event, error) {
	rows, _, err := find(ctx, s, "list events", list)
	return converted(rows, err, event)
}

// Events implements [core.Store]. Events from before there were chains come last.
func (s *Store) Events(ctx context.Context, account string, before int64, n int) ([]core.Event, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	return s.events(ctx, func(ctx context.Context, q *queries.Queries) ([]queries.Event, error) {
		return q.ListEvents(ctx, queries.ListEventsParams{AccountID: account, Before: before, Most: most(n)})
	})
}

// EventsAfter implements [core.Store].
func (s *Store) EventsAfter(ctx context.Context, after core.EventPlace, n int) ([]core.Event, error) {
	return s.events(ctx, func(ctx context.Context, q *queries.Queries) ([]queries.Event, error) {
		return q.ListEventsAfter(ctx, queries.ListEventsAfterParams{
			AccountID: after.Account, Seq: after.Seq, ID: after.ID, Most: most(n),
		})
	})
}

// EventHeads implements [core.Store]. Events from before there were chains don't count.
func (s *Store) EventHeads(ctx context.Context, after string, since time.Time, n int) ([]core.Event, error) {
	return s.events(ctx, func(ctx context.Context, q *queries.Queries) ([]queries.Event, error) {
		return q.ListEventHeads(ctx, queries.ListEventHeadsParams{After: after, Since: millis(since), Most: most(n)})
	})
}

// DropEvents implements [core.Store]. It goes in portions, as [Store.Sweep] does.
func (s *Store) DropEvents(ctx context.Context, before time.Time) error {
	accounts := []string{""} // events of no account come before those of all
	for range longestSweep {
		for _, account := range accounts {
			err := s.sweep(ctx, func(ctx context.Context, q *queries.Queries) (int64, error) {
				return q.DropEvents(ctx, queries.DropEventsParams{AccountID: account, Before: millis(before), Portion: portion})
			})
			if err != nil {
				return err
			}
		}
		after := accounts[len(accounts)-1]
		var err error
		accounts, _, err = find(ctx, s, "list old events", func(ctx context.Context, q *queries.Queries) ([]string, error) {
			return q.ListDroppable(ctx, queries.ListDroppableParams{Before: millis(before), After: after, Portion: portion})
		})
		if err != nil || len(accounts) == 0 {
			return err
		}
	}
	return nil
}
