package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// print is for people; --json has the same.
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
	if a.GuessesDelayed != nil {
		row("password", "delayed until %s UTC after %d failures in a row, for browsers that never signed in to the account", stamp(*a.GuessesDelayed), a.Guesses)
	}
	row("groups", "%s", orDash(strings.Join(a.Groups, ",")))
	row("policy", "%s", a.Policy)
	for _, b := range a.Authenticators {
		row("second factor", "%s", b)
	}
	if len(a.Authenticators) == 0 {
		row("second factor", "%s", a.unbound())
	}
	codes := fmt.Sprintf("%d left%s", a.RecoveryCodes, delayed(a.CodesDelayed))
	if a.CodesLost {
		codes = "worth nothing: the key is gone that they are hashed with"
	}
	row("recovery codes", "%s", codes)
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
	said := fmt.Sprintf("%s %s, %s, %d wrong codes in a row", b.Kind, name, used, b.Failures) + delayed(b.Delayed)
	switch {
	case b.Drift < 0:
		said += fmt.Sprintf(", clock about %d seconds slow", -b.Drift)
	case b.Drift > 0:
		said += fmt.Sprintf(", clock about %d seconds fast", b.Drift)
	}
	if b.Unreadable {
		said += ", refuses: it can't be read any more (`account reset-authenticators` removes it)"
	}
	return said
}

// delayed ends a line about what waits after failures.
func delayed(until *time.Time) string {
	if until == nil {
		return ""
	}
	return ", delayed until " + stamp(*until) + " UTC"
}

// String is a line about the reset.
func (r *pendingReset) String() string {
	if r.BySupport {
		return fmt.Sprintf("due %s, ordered by an administrator: %s", stamp(r.DueAt), oneLine(r.Reason))
	}
	return fmt.Sprintf("due %s, asked for by somebody with the password", stamp(r.DueAt))
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }
