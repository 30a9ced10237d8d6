package main

import (
	"context"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func accountShowCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show an account: what is bound, what is pending, what happened last",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account show ann\n\n" +
			"The last 10 events come with it; `sallyport events export` has them all. Where guesses at its password or codes are\n" +
			"delayed, it says until when: who is told \"Too many attempts\" waits that long, or takes a browser that signed in before.\n" +
			"What can't be read any more, as when its key is lost, is marked: it refuses, and counts as bound until a reset.\n\n" +
			accountNamed,
		Flags:  settingFlags(jsonFlag()),
		Action: looking(1, accountShow),
	}
}

// lastEvents is how many events are shown with an account.
const lastEvents = 10

// details are an account with what belongs to it, as --json prints them.
type details struct {
	account
	HasPassword    bool            `json:"has_password"`
	Guesses        int             `json:"password_failures"`                // in a row, by who never signed in to it with their browser
	GuessesDelayed *time.Time      `json:"password_delayed_until,omitempty"` // for these alone
	Authenticators []authenticator `json:"authenticators"`
	RecoveryCodes  int             `json:"recovery_codes"`            // that are left
	CodesLost      bool            `json:"recovery_codes_unreadable"` // none of those is right: their key is gone
	CodesDelayed   *time.Time      `json:"recovery_codes_delayed_until,omitempty"`
	MustBindAnew   bool            `json:"must_bind_anew"` // a reset removed what was bound
	PendingReset   *pendingReset   `json:"pending_reset,omitempty"`
	Events         []eventLine     `json:"events"` // the newest first

	addressLost bool
}

type authenticator struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Label      string     `json:"label,omitempty"`
	Failures   int        `json:"failures"` // wrong codes in a row
	Delayed    *time.Time `json:"delayed_until,omitempty"`
	Unreadable bool       `json:"unreadable"` // it refuses everything, and counts as bound, as when its key is lost
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	Drift      int        `json:"drift_seconds,omitempty"` // its clock minus ours, where the last two codes say so
}

type pendingReset struct {
	DueAt     time.Time `json:"due_at"`
	StartedAt time.Time `json:"started_at"`
	BySupport bool      `json:"by_support"`
	Reason    string    `json:"reason,omitempty"`
}

func accountShow(ctx context.Context, d desk) error {
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	out, err := d.details(ctx, a)
	if err != nil {
		return err
	}
	if d.Bool("json") {
		return printJSON(d.Root().Writer, out)
	}
	return out.print(d.Root().Writer)
}

// details reads what belongs to an account.
func (d desk) details(ctx context.Context, a core.AccountRow) (details, error) {
	out := details{account: accountOf(a), addressLost: a.AddressLost, MustBindAnew: a.Rebind}
	out.Authenticators, out.Events = []authenticator{}, []eventLine{}
	stored, err := d.house.Store.PasswordHash(ctx, a.ID)
	if err != nil {
		return out, err
	}
	out.HasPassword = stored != ""
	delays, err := d.house.Machine.Delays(ctx, a.ID)
	if err != nil {
		return out, err
	}
	out.Guesses, out.GuessesDelayed, out.CodesDelayed = delays.PasswordFailures, moment(delays.Password), moment(delays.RecoveryCodes)
	unreadable, err := d.house.Unreadable(ctx, a.ID)
	if err != nil {
		return out, err
	}
	out.CodesLost = unreadable.RecoveryCodes
	bound, err := d.house.Store.Authenticators(ctx, a.ID)
	if err != nil {
		return out, err
	}
	for _, b := range bound {
		out.Authenticators = append(out.Authenticators, authenticator{
			ID: b.ID, Kind: string(b.Kind), Label: b.Label, Failures: b.Failures, CreatedAt: b.CreatedAt, LastUsedAt: moment(b.LastUsedAt),
			Delayed: moment(delays.Authenticators[b.ID]), Unreadable: unreadable.Authenticators[b.ID], Drift: int(b.Drift() / time.Second),
		})
	}
	codes, err := d.house.Store.RecoverySet(ctx, a.ID)
	if err != nil {
		return out, err
	}
	if codes != nil {
		out.RecoveryCodes = codes.Remaining
	}
	reset, err := d.house.Store.Reset(ctx, a.ID)
	if err != nil {
		return out, err
	}
	if reset != nil {
		out.PendingReset = &pendingReset{reset.DueAt, reset.StartedAt, reset.BySupport, reset.Reason}
	}
	events, err := d.house.Store.Events(ctx, a.ID, 0, lastEvents)
	for _, e := range events {
		out.Events = append(out.Events, lineOf(e))
	}
	return out, err
}

// moment is a time, or nil for never.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
