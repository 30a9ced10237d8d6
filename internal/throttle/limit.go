package throttle

import "time"

// Limit allows Events in a time of Per, evenly spread, and Burst of them at once. It is the generic cell rate
// algorithm: its whole state is one instant for each key, the theoretical arrival time, which starts as the zero Time.
// The zero Limit allows nothing. Limits are values and safe for concurrent use.
type Limit struct {
	Events int           // 1 or more
	Per    time.Duration // above 0
	Burst  int           // 1 or more: how many may come at once
}

// year is as far as a theoretical arrival time may run ahead.
const year = 365 * 24 * time.Hour

// Interval returns the time that one event uses up, from a nanosecond to a year; 0 when the limit allows nothing. With
// [Limit.Span] it lets one SQL statement decide: next = max(tat, now) + Interval, allowed when next - now <= Span.
func (l Limit) Interval() time.Duration {
	if l.Events < 1 || l.Per <= 0 || l.Burst < 1 {
		return 0
	}
	return min(year, max(1, l.Per/time.Duration(l.Events)))
}

// Span returns how far the theoretical arrival time may run ahead of the clock: Burst intervals, or a year if that is
// less.
func (l Limit) Span() time.Duration {
	interval := l.Interval()
	if interval == 0 {
		return 0
	}
	if time.Duration(l.Burst) > year/interval {
		return year
	}
	return time.Duration(l.Burst) * interval
}

// Take decides about one event at now for a key whose theoretical arrival time is tat. An allowed event returns the
// time to store; a refused one returns tat as it was and how long until the same event would be allowed.
func (l Limit) Take(tat, now time.Time) (next time.Time, allowed bool, retryAfter time.Duration) {
	interval := l.Interval()
	if interval == 0 {
		return tat, false, time.Minute
	}
	next = now
	if tat.After(now) {
		next = tat
	}
	next = next.Add(interval)
	if over := next.Sub(now) - l.Span(); over > 0 {
		return tat, false, over
	}
	return next, true, 0
}

// Allows reports whether Take would allow an event, without using anything up: for limits that count failures only
// and have to ask before they know the outcome.
func (l Limit) Allows(tat, now time.Time) (allowed bool, retryAfter time.Duration) {
	_, allowed, retryAfter = l.Take(tat, now)
	return allowed, retryAfter
}
