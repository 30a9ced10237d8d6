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
	"github.com/sallyport/sallyport/internal/throttle"
)

// Reserve implements [core.Store]. The counters are moved in the order of their keys, so that two calls that share some
// don't wait for each other.
func (s *Store) Reserve(ctx context.Context, counters []core.Counter, now time.Time) ([]core.Reservation, error) {
	out, refused, err := s.refusedAlready(ctx, counters, now)
	if err != nil || refused {
		return out, err
	}
	err = s.transact(ctx, "reserve", func(ctx context.Context, q *queries.Queries) (err error) {
		for _, i := range inOrder(counters) {
			if out[i], err = reserve(ctx, q, counters[i], now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err // nothing was committed: nothing is granted
	}
	return out, nil
}

// refusedAlready answers from a read alone when every counter is locked or delayed: whoever hammers on one name must not
// make everybody wait for the writer. It grants nothing.
func (s *Store) refusedAlready(ctx context.Context, counters []core.Counter, now time.Time) ([]core.Reservation, bool, error) {
	out := make([]core.Reservation, len(counters))
	for i, c := range counters {
		row, found, err := find(ctx, s, "read counter", func(ctx context.Context, q *queries.Queries) (queries.GetCounterRow, error) {
			return q.GetCounter(ctx, c.Key)
		})
		if err != nil {
			return nil, false, err
		}
		locked := c.Cap > 0 && row.Failures >= int64(c.Cap)
		if !found || (!locked && row.NotBefore <= millis(now)) {
			return make([]core.Reservation, len(counters)), false, nil
		}
		out[i] = refusal(row, locked, now)
	}
	return out, len(counters) > 0, nil
}

func refusal(row queries.GetCounterRow, locked bool, now time.Time) core.Reservation {
	r := core.Reservation{Failures: int(row.Failures), Locked: locked}
	if !locked {
		r.Wait = max(time.Millisecond, instant(row.NotBefore).Sub(now))
	}
	return r
}

func reserve(ctx context.Context, q *queries.Queries, c core.Counter, now time.Time) (core.Reservation, error) {
	failures, err := q.Reserve(ctx, queries.ReserveParams{CounterKey: c.Key, Now: millis(now), Cap: int64(max(0, c.Cap))})
	if errors.Is(err, sql.ErrNoRows) {
		return refused(ctx, q, c, now)
	}
	if err != nil {
		return core.Reservation{}, err
	}
	delay := throttle.Delay(int(failures))
	if delay > 0 {
		if err := q.SetNotBefore(ctx, c.Key, millis(now.Add(delay))); err != nil {
			return core.Reservation{}, err
		}
	}
	return core.Reservation{Granted: true, Failures: int(failures), Wait: delay, Free: throttle.Free(int(failures))}, nil
}

func refused(ctx context.Context, q *queries.Queries, c core.Counter, now time.Time) (core.Reservation, error) {
	row, err := q.GetCounter(ctx, c.Key)
	if errors.Is(err, sql.ErrNoRows) { // cleared by another request this very moment
		return core.Reservation{Wait: time.Millisecond}, nil
	}
	if err != nil {
		return core.Reservation{}, err
	}
	return refusal(row, c.Cap > 0 && row.Failures >= int64(c.Cap), now), nil
}

// Counts implements [core.Store].
func (s *Store) Counts(ctx context.Context, counters []core.Counter) ([]core.Count, error) {
	out := make([]core.Count, len(counters))
	for i, c := range counters {
		row, found, err := find(ctx, s, "read counter", func(ctx context.Context, q *queries.Queries) (queries.GetCounterRow, error) {
			return q.GetCounter(ctx, c.Key)
		})
		if err != nil {
			return nil, err
		}
		if found {
			out[i] = core.Count{Failures: int(row.Failures), NotBefore: instant(row.NotBefore)}
		}
	}
	return out, nil
}

// inOrder gives the indexes of counters in the order of their keys.
func inOrder(counters []core.Counter) []int {
	order := make([]int, len(counters))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(counters[a].Key, counters[b].Key) })
	return order
}

// Return implements [core.Store].
func (s *Store) Return(ctx context.Context, counters []core.Counter, now time.Time) error {
	if len(counters) == 0 {
		return nil
	}
	return s.transact(ctx, "return", func(ctx context.Context, q *queries.Queries) error {
		for _, i := range inOrder(counters) {
			if err := giveBack(ctx, q, counters[i].Key, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// giveBack takes one failure off a counter, and shortens its delay to the one that the rest deserve.
func giveBack(ctx context.Context, q *queries.Queries, key string, now time.Time) error {
	row, err := q.ReturnOne(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	until := millis(now.Add(throttle.Delay(int(row.Failures))))
	if until >= row.NotBefore {
		return nil
	}
	return q.SetNotBefore(ctx, key, until)
}

// rate lets all events of a limit's time come at once: what is counted comes in bursts.
func rate(l core.Limit) throttle.Limit {
	return throttle.Limit{Events: l.Events, Per: l.Per, Burst: l.Events}
}

// LimitReached implements [core.Store].
func (s *Store) LimitReached(ctx context.Context, key string, limit core.Limit, now time.Time) (time.Duration, error) {
	tat, found, err := find(ctx, s, "read limit", func(ctx context.Context, q *queries.Queries) (int64, error) {
		return q.GetLimit(ctx, key)
	})
	if err != nil {
		return 0, err
	}
	var at time.Time
	if found {
		at = time.UnixMicro(tat)
	}
	_, wait := rate(limit).Allows(at, now)
	return wait, nil
}

// CountLimited implements [core.Store].
func (s *Store) CountLimited(ctx context.Context, key string, limit core.Limit, now time.Time) error {
	l := rate(limit)
	return s.change(ctx, "count limit", func(ctx context.Context, q *queries.Queries) error {
		return q.CountLimited(ctx, queries.CountLimitedParams{
			LimitKey: key, Now: now.UnixMicro(), Step: l.Interval().Microseconds(), Span: l.Span().Microseconds(),
		})
	})
}

// TakeLimited implements [core.Store].
func (s *Store) TakeLimited(ctx context.Context, key string, limit core.Limit, now time.Time) (allowed bool, err error) {
	l := rate(limit)
	err = s.change(ctx, "take limit", func(ctx context.Context, q *queries.Queries) error {
		_, err := q.TakeLimited(ctx, queries.TakeLimitedParams{
			LimitKey: key, Now: now.UnixMicro(), Step: l.Interval().Microseconds(), Span: l.Span().Microseconds(),
		})
		n, err := optional(err)
		allowed = n == 1 && err == nil
		return err
	})
	return allowed, err
}
