package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
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
			"The last 10 events come with it; `sallyport events export` has them all.\n\n" +
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
	Authenticators []authenticator `json:"authenticators"`
	RecoveryCodes  int             `json:"recovery_codes"` // that are left
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
	bound, err := d.house.Store.Authenticators(ctx, a.ID)
	if err != nil {
		return out, err
	}
	for _, b := range bound {
		out.Authenticators = append(out.Authenticators, authenticator{
			ID: b.ID, Kind: string(b.Kind), Label: b.Label, Failures: b.Failures, CreatedAt: b.CreatedAt, LastUsedAt: moment(b.LastUsedAt),
			Drift: int(b.Drift() / time.Second),
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

func (a details) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { fmt.Fprintf(w, name+"\t"+format+"\n", args...) }
	row("id", "%s", a.ID)
	row("username", "%s", orDash(a.Username))
	row("email", "%s", a.address())
	row("made", "%s", stamp(a.CreatedAt))
	row("disabled", "%s", yesNo(a.Disabled))
	switch {
	case !a.HasPassword:
		row("password", "none yet: the link that came with the account sets one; `account reset-password` makes another")
	case a.Exposed:
		row("password", "may be known to others: it opens nothing until a mailed or handed link has replaced it")
	}
	row("groups", "%s", orDash(strings.Join(a.Groups, ",")))
	row("policy", "%s", a.Policy)
	for _, b := range a.Authenticators {
		row("second factor", "%s", b)
	}
	if len(a.Authenticators) == 0 {
		row("second factor", "%s", a.unbound())
	}
	row("recovery codes", "%d left", a.RecoveryCodes)
	if a.PendingReset != nil {
		row("pending reset", "%s", a.PendingReset)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nLAST EVENTS (UTC)\tEVENT\tOUTCOME\tFROM\tDETAIL\n")
	for _, e := range a.Events {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", stamp(e.At), e.Event, e.Outcome, e.from(), orDash(oneLine(e.Detail)))
	}
	return w.Flush()
}

// from is who did it: a client by its address, or what an administrator's command says of itself.
func (e eventLine) from() string {
	if e.Address == "" {
		return orDash(oneLine(e.UserAgent))
	}
	return e.Address
}

func (a details) address() string {
	switch {
	case a.addressLost:
		return "- (the one that it gave is another account's by now)"
	case a.Email == "":
		return "-"
	case a.EmailConfirmed:
		return a.Email + " (confirmed)"
	}
	return a.Email + " (not confirmed)"
}

func (a details) unbound() string {
	if a.MustBindAnew {
		return "none: a reset removed them, and the link in the mail of the reset binds anew"
	}
	return "none"
}

// String is a line about the authenticator.
func (b authenticator) String() string {
	used := "never used"
	if b.LastUsedAt != nil {
		used = "last used " + stamp(*b.LastUsedAt)
	}
	name := "without a name"
	if b.Label != "" {
		name = fmt.Sprintf("%q", b.Label)
	}
	said := fmt.Sprintf("%s %s, %s, %d wrong codes in a row", b.Kind, name, used, b.Failures)
	switch {
	case b.Drift < 0:
		said += fmt.Sprintf(", clock about %d seconds slow", -b.Drift)
	case b.Drift > 0:
		said += fmt.Sprintf(", clock about %d seconds fast", b.Drift)
	}
	return said
}

// String is a line about the reset.
func (r *pendingReset) String() string {
	if r.BySupport {
		return fmt.Sprintf("due %s, ordered by an administrator: %s", stamp(r.DueAt), oneLine(r.Reason))
	}
	return fmt.Sprintf("due %s, asked for by somebody with the password", stamp(r.DueAt))
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }
