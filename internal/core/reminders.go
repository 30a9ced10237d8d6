package core

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// reminderDays are how many days before the date accounts without a second factor are reminded.
func reminderDays() []int { return []int{14, 7, 3, 1} }

// Remind sends the reminders that are due before a second factor is needed. Each account gets one for each of the
// days, whichever process sends it.
func (m *Machine) Remind(ctx context.Context) error {
	now := m.clock.Now()
	from := m.cfg.Rule.From
	since := lastReminder(from, now)
	if since.IsZero() || m.cfg.Rule.Policy == PolicyOptional {
		return nil
	}
	after, failed := "", error(nil)
	for {
		page, err := m.store.Remindable(ctx, after, since, pageSize)
		failed = errors.Join(failed, err)
		for _, a := range page {
			if m.cfg.Rule.due(a.State, now).IsZero() || a.State.Disabled {
				continue
			}
			if err := m.remind(ctx, a, since, now); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return failed
		}
		after = page[len(page)-1].Account.ID
	}
}

// lastReminder is the latest of the days that has come; zero before the first and after the date.
func lastReminder(from, now time.Time) (at time.Time) {
	if !now.Before(from) {
		return time.Time{}
	}
	for _, days := range reminderDays() {
		if day := from.AddDate(0, 0, -days); !now.Before(day) {
			at = day
		}
	}
	return at
}

func (m *Machine) remind(ctx context.Context, a AccountRow, since, now time.Time) error {
	return m.settle(ctx, a.Account.ID, now, func(tx Tx, st State) error {
		if !st.RemindedAt.Before(since) {
			return nil // another process did
		}
		msg := about(MailReminder, Caller{}, a.Account.ID, now)
		msg.Link, msg.ExpiresAt = "/account/authenticators/new", m.cfg.Rule.From
		msg.Args = map[string]string{"from": stamp(m.cfg.Rule.From), "days": strconv.Itoa(daysLeft(m.cfg.Rule.From, now))}
		return firstErr(tx.SetReminded(a.Account.ID, now), m.post(tx, msg))
	})
}

// daysLeft rounds up: the last day is one.
func daysLeft(from, now time.Time) int {
	const day = 24 * time.Hour
	return int((from.Sub(now) + day - 1) / day)
}
