package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/server"
)

// accountStatuses ends the help of every command about accounts.
const accountStatuses = "Exit status: 0 done, 1 there is no such account, or it failed, 2 a mistake in the arguments or in the configuration."

// accountNamed ends the help of those that take one.
const accountNamed = "NAME is a username, an address or an id.\n\n" + accountStatuses

func accountCommand() *cli.Command {
	return &cli.Command{
		Name:  "account",
		Usage: "make, show and change accounts",
		Description: "Example: sallyport account show ann@example.org\n\n" +
			"These commands work on the database, beside servers that run on it: give them the configuration that those have.\n" +
			"They ask nobody for a password, and each change is an event of the account. NAME is a username, an address or an id.\n\n" +
			accountStatuses,
		Commands: []*cli.Command{
			accountCreateCommand(), accountInviteCommand(), accountInvitationsCommand(), accountRevokeCommand(), accountListCommand(), accountShowCommand(),
			accountDisableCommand(), accountEnableCommand(), accountDeleteCommand(), accountResetCommand(), accountTokenCommand(),
			accountPasswordCommand(),
			accountGroupCommand(), accountPolicyCommand(),
		},
	}
}

// desk is what an administrator's command has before it.
type desk struct {
	*cli.Command
	settings *server.Settings
	house    *assembly.House
}

// changing is the action of a command that takes n arguments and changes something.
func changing(n int, do func(context.Context, desk) error) cli.ActionFunc {
	return changingUpTo(n, n, do)
}

func changingUpTo(least, most int, do func(context.Context, desk) error) cli.ActionFunc {
	return takingUpTo(least, most, func(ctx context.Context, c *cli.Command) error {
		settings, err := load(c)
		if err != nil {
			return err
		}
		return settings.Administer(ctx, settings.NewCommandLog(c.Root().ErrWriter), func(house *assembly.House) error {
			return inWords(do(ctx, desk{c, settings, house}))
		})
	})
}

// looking is the action of a command that takes n arguments and changes nothing.
func looking(n int, do func(context.Context, desk) error) cli.ActionFunc {
	return taking(n, func(ctx context.Context, c *cli.Command) error {
		settings, err := load(c)
		if err != nil {
			return err
		}
		return settings.Inspect(ctx, settings.NewCommandLog(c.Root().ErrWriter), func(house *assembly.House) error {
			return inWords(do(ctx, desk{c, settings, house}))
		})
	})
}

// caller is who the events of accounts say that it was.
func (d desk) caller() core.Caller {
	return core.Caller{UserAgent: "administrator (sallyport account)"}
}

// find finds the account that an argument names.
func (d desk) find(ctx context.Context, name string) (core.AccountRow, error) {
	a, err := d.house.Machine.Lookup(ctx, name)
	if core.IsCode(err, core.CodeNotFound) {
		return a, fmt.Errorf("there is no account %q: give a username, an address or an id", name)
	}
	return a, err
}

// named finds the account of the first argument.
func (d desk) named(ctx context.Context) (core.AccountRow, error) {
	return d.find(ctx, d.Args().First())
}

// say prints a line; with --json it prints v instead.
func (d desk) say(v any, format string, args ...any) error {
	if d.Bool("json") {
		return printJSON(d.Root().Writer, v)
	}
	_, err := fmt.Fprintf(d.Root().Writer, format+"\n", args...)
	return err
}

// sayAccount reads an account again, and prints it or a line about it.
func (d desk) sayAccount(ctx context.Context, id, format string, args ...any) error {
	a, err := d.house.Machine.Lookup(ctx, id)
	if err != nil {
		return err
	}
	return d.say(accountOf(a), format, args...)
}
