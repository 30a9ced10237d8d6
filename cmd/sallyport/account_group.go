package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func accountGroupCommand() *cli.Command {
	return &cli.Command{
		Name:      "group",
		Usage:     "show or change the groups of an account",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account group ann --add staff --remove guests\n\n" +
			"It prints the groups that the account has then, a line each. Sessions show them with the next request.\n\n" + accountNamed,
		Flags: settingFlags(
			&cli.StringSliceFlag{Name: "add", Usage: "a `GROUP` to belong to; may be given more than once"},
			&cli.StringSliceFlag{Name: "remove", Usage: "a `GROUP` to belong to no more; may be given more than once"},
			&cli.StringSliceFlag{Name: "set", Usage: "`GROUPS`, comma separated, in place of those that it has; none for none"},
			jsonFlag(),
		),
		Action: changing(1, accountGroup),
	}
}

func accountGroup(ctx context.Context, d desk) error {
	change, err := groupChange(d.Command)
	if err != nil {
		return err
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	groups := a.Groups
	if change != nil {
		if groups, err = d.house.Machine.ChangeGroups(ctx, d.caller(), a.ID, change); err != nil {
			return aboutFlag(err, "group", typedFlag(d.Command, "set", "add", "remove"))
		}
		d.sayOfGroups(a)
	}
	if d.Bool("json") {
		return printJSON(d.Root().Writer, append([]string{}, groups...))
	}
	for _, g := range groups {
		if _, err := fmt.Fprintln(d.Root().Writer, g); err != nil {
			return err
		}
	}
	return nil
}

// sayOfGroups says which of the flags changed nothing.
func (d desk) sayOfGroups(before core.AccountRow) {
	for _, g := range d.StringSlice("add") {
		if slices.Contains(before.Groups, g) {
			fmt.Fprintf(d.Root().ErrWriter, "sallyport: %s is in %s already\n", before.Account.Shown(), g)
		}
	}
	for _, g := range d.StringSlice("remove") {
		if !slices.Contains(before.Groups, g) {
			fmt.Fprintf(d.Root().ErrWriter, "sallyport: %s is not in %s\n", before.Account.Shown(), g)
		}
	}
}

// typedFlag is the first of the flags that was given.
func typedFlag(c *cli.Command, names ...string) string {
	at := slices.IndexFunc(names, c.IsSet)
	return names[max(at, 0)]
}

// groupChange is what the flags do to groups; nil when they do nothing.
func groupChange(c *cli.Command) (func([]string) []string, error) {
	set, add, remove := c.StringSlice("set"), c.StringSlice("add"), c.StringSlice("remove")
	switch {
	case c.IsSet("set") && (c.IsSet("add") || c.IsSet("remove")):
		return nil, usageError{errors.New("--set does not go together with --add and --remove")}
	case !c.IsSet("set") && !c.IsSet("add") && !c.IsSet("remove"):
		return nil, nil
	case c.IsSet("set") && slices.Equal(set, []string{"none"}):
		set = nil
	}
	return func(groups []string) []string {
		if c.IsSet("set") {
			groups = nil
		}
		groups = slices.Concat(groups, set, add)
		slices.Sort(groups)
		return slices.DeleteFunc(slices.Compact(groups), func(g string) bool { return slices.Contains(remove, g) })
	}, nil
}
