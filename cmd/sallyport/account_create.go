package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func groupFlag(usage string) cli.Flag { return &cli.StringSliceFlag{Name: "group", Usage: usage} }

func accountCreateCommand() *cli.Command {
	return &cli.Command{
		Name:  "create",
		Usage: "make an account",
		Description: "Example: sallyport account create --username ann --email ann@example.org --group staff\n\n" +
			"Without --password-stdin it prints a link with which the account's owner sets a password, once, within 24 hours;\n" +
			"with an address the link is also sent there. The address counts as confirmed, on your word: whoever reads its mail can\n" +
			"set the password. With --unconfirmed it does not, mail there has a link that confirms it, and the link for the password\n" +
			"is printed only, for you to hand over. Registration may be closed.\n\n" +
			"Exit status: 0 made, 1 the name is taken, the password is refused, or it failed, 2 a mistake in the arguments or in\n" +
			"the configuration.",
		Flags: settingFlags(
			&cli.StringFlag{Name: "username", Usage: "the `NAME` that the account is called"},
			&cli.StringFlag{Name: "email", Usage: "an `ADDRESS` that is known to be its owner's"},
			&cli.BoolFlag{Name: "unconfirmed", Usage: "the address is not known to be its owner's: mail there has to confirm it"},
			groupFlag("a `GROUP` that it belongs to; may be given more than once"),
			&cli.BoolFlag{Name: "password-stdin", Usage: "read the password from the first line of standard input"},
			jsonFlag(),
		),
		Action: changing(0, accountCreate),
	}
}

// made is a new account as --json prints it.
type made struct {
	Account account `json:"account"`
	Link    string  `json:"link,omitempty"` // sets the password; shown this once
}

func accountCreate(ctx context.Context, d desk) error {
	in := core.NewPerson{Username: d.String("username"), Email: d.String("email"), Groups: d.StringSlice("group"), Unconfirmed: d.Bool("unconfirmed")}
	switch {
	case in.Username == "" && in.Email == "":
		return usageError{errors.New("an account needs --username or --email")}
	case in.Unconfirmed && in.Email == "":
		return usageError{errors.New("--unconfirmed is about --email, which is missing")}
	}
	if d.Bool("password-stdin") {
		var err error
		if in.Password, err = readPassword(d.Root().Reader); err != nil {
			return err
		}
	}
	id, link, err := d.house.Machine.Create(ctx, d.caller(), in)
	if err != nil {
		return err
	}
	a, err := d.house.Machine.Lookup(ctx, id)
	if err != nil {
		return err
	}
	out := made{Account: accountOf(a)}
	text := []string{fmt.Sprintf("the account %s was made, with the id %s", a.Account.Shown(), a.ID)}
	if link != "" {
		out.Link = d.settings.Link(link)
		text[0] += "; its owner sets a password here, once, within 24 hours:\n  " + out.Link
	}
	if a.Email != "" {
		text = append(text, aboutAddress(a, link != ""))
	}
	return d.say(out, "%s", strings.Join(text, "\n"))
}

// aboutAddress says what is so of the address of a new account.
func aboutAddress(a core.AccountRow, linked bool) string {
	switch {
	case a.EmailConfirmed && linked:
		return "the link is also sent to " + a.Email + ", which counts as confirmed"
	case a.EmailConfirmed:
		return a.Email + " counts as confirmed"
	}
	return a.Email + " is not confirmed: mail with a link that does that goes there"
}

// maxPasswordLine is more than any password may have, so that the machine says what is wrong with a longer one.
const maxPasswordLine = 8 << 10 // bytes

// readPassword reads one line and takes nothing away from it but its end.
func readPassword(stdin io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(stdin, maxPasswordLine))
	if err != nil {
		return "", err
	}
	line, rest, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch {
	case line == "":
		return "", usageError{errors.New("standard input holds no password")}
	case strings.TrimSpace(rest) != "":
		return "", usageError{errors.New("standard input holds more than one line")}
	}
	return line, nil
}

func accountInviteCommand() *cli.Command {
	return &cli.Command{
		Name:  "invite",
		Usage: "make a link with which one person registers",
		Description: "Example: sallyport account invite --email bob@example.org --group staff\n\n" +
			"The link is good once, for 7 days, whatever the setting registration says. With --email it is also sent there, and\n" +
			"whoever registers with it and that address need not confirm it. `sallyport account invitations` lists those that are\n" +
			"good, and `sallyport account revoke-invitation` takes one back.\n\n" +
			"Exit status: 0 made, 1 it failed, 2 a mistake in the arguments or in the configuration.",
		Flags: settingFlags(
			&cli.StringFlag{Name: "email", Usage: "the `ADDRESS` of who is invited"},
			groupFlag("a `GROUP` that the new account belongs to; may be given more than once"),
			jsonFlag(),
		),
		Action: changing(0, accountInvite),
	}
}

// invitation is a link as --json prints it.
type invitation struct {
	Link  string `json:"link"` // shown this once
	Email string `json:"email,omitempty"`
}

func accountInvite(ctx context.Context, d desk) error {
	email := d.String("email")
	if d.IsSet("email") && email == "" {
		return usageError{errors.New("--email is empty")}
	}
	link, err := d.house.Machine.Invite(ctx, d.caller(), email, d.StringSlice("group"))
	if err != nil {
		return err
	}
	link = d.settings.Link(link)
	if email == "" {
		return d.say(invitation{Link: link}, "one person registers here, once, within 7 days:\n  %s", link)
	}
	return d.say(invitation{link, email}, "one person registers here, once, within 7 days:\n  %s\nthe link is also sent to %s", link, email)
}
