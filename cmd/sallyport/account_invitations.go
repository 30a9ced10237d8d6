package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func accountInvitationsCommand() *cli.Command {
	return &cli.Command{
		Name:  "invitations",
		Usage: "list the invitations that are still good",
		Description: "Example: sallyport account invitations --json\n\n" +
			"There is a line for each, the oldest first. The links themselves are kept nowhere: who lost one is invited anew.\n\n" +
			"Exit status: 0 listed, 1 it failed, 2 a mistake in the arguments or in the configuration.",
		Flags:  settingFlags(jsonFlag()),
		Action: looking(0, accountInvitations),
	}
}

// invited is an invitation as --json prints it.
type invited struct {
	ID        string    `json:"id"`
	Email     string    `json:"email,omitempty"` // where it went
	Groups    []string  `json:"groups"`
	First     bool      `json:"first_administrator"` // a start printed it
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func invitedOf(all []core.Invitation) []invited {
	out := []invited{}
	for _, i := range all {
		out = append(out, invited{i.ID, i.Email, append([]string{}, i.Groups...), i.First, i.CreatedAt.UTC(), i.ExpiresAt.UTC()})
	}
	return out
}

func accountInvitations(ctx context.Context, d desk) error {
	all, err := d.house.Machine.Invitations(ctx)
	if err != nil {
		return err
	}
	if d.Bool("json") {
		return printJSON(d.Root().Writer, invitedOf(all))
	}
	w := tabwriter.NewWriter(d.Root().Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tEMAIL\tGROUPS\tMADE (UTC)\tGOOD UNTIL\t")
	for _, i := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", i.ID, sentTo(i), orDash(strings.Join(i.Groups, ",")), stamp(i.CreatedAt), stamp(i.ExpiresAt), ofStart(i))
	}
	return w.Flush()
}

// sentTo is where an invitation went.
func sentTo(i core.Invitation) string { return orDash(oneLine(i.Email)) }

func ofStart(i core.Invitation) string {
	if i.First {
		return "the first administrator's, printed by a start"
	}
	return ""
}

func accountRevokeCommand() *cli.Command {
	return &cli.Command{
		Name:      "revoke-invitation",
		Usage:     "take back an invitation that nobody has registered with",
		ArgsUsage: "INVITATION",
		Description: "Example: sallyport account revoke-invitation bob@exmaple.org\n\n" +
			"Nobody registers with its link any more, and it is not mailed if it was not yet. INVITATION is its id, as\n" +
			"`sallyport account invitations` lists it, or an address: then all that went there are taken back.\n\n" +
			"Exit status: 0 taken back, 1 there is no such invitation, or it failed, 2 a mistake in the arguments or in the\n" +
			"configuration.",
		Flags:  settingFlags(jsonFlag()),
		Action: changing(1, accountRevoke),
	}
}

func accountRevoke(ctx context.Context, d desk) error {
	which := d.Args().First()
	ended, err := d.house.Machine.RevokeInvitations(ctx, d.caller(), which)
	if core.IsCode(err, core.CodeNotFound) {
		return fmt.Errorf("there is no invitation %q that is still good: `sallyport account invitations` lists those that are", which)
	}
	if err != nil {
		return err
	}
	var lines []string
	for _, i := range ended {
		lines = append(lines, fmt.Sprintf("the invitation %s (address %s, groups %s) is taken back", i.ID, sentTo(i), orDash(strings.Join(i.Groups, ","))))
	}
	return d.say(invitedOf(ended), "%s", strings.Join(lines, "\n"))
}
