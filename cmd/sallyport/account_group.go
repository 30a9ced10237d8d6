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

func accountPolicyCommand() *cli.Command {
	return &cli.Command{
		Name:      "policy",
		Usage:     "show or set what one account has to prove",
		ArgsUsage: "NAME [POLICY]",
		Description: "Example: sallyport account policy ann aal2\n\n" +
			"Without POLICY it prints the one that the account has. POLICY is\n" +
			"  optional   a second factor is asked for where one is set up\n" +
			"  required   some second factor has to be set up and used\n" +
			"  aal2       one has to be that reaches AAL2: codes by email do not\n" +
			"  passkey    it has to be a passkey or security key\n" +
			"  service    what the settings say for everybody: the account has no policy of its own\n" +
			"Another than service goes before the settings second_factor, second_factor_groups and second_factor_from.\n\n" +
			accountNamed,
		Flags:  settingFlags(jsonFlag()),
		Action: changingUpTo(1, 2, accountPolicy),
	}
}

// servicePolicy stands for having none of one's own.
const servicePolicy = "service"

func policyName(p core.Policy) string {
	if p == "" {
		return servicePolicy
	}
	return string(p)
}

func accountPolicy(ctx context.Context, d desk) error {
	if d.Args().Len() == 1 {
		return d.showPolicy(ctx)
	}
	p := core.Policy(d.Args().Get(1))
	if p == servicePolicy {
		p = ""
	} else if !p.Known() {
		return usageError{fmt.Errorf("there is no policy %q: use optional, required, aal2, passkey or service", string(p))}
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	if err := d.house.Machine.SetPolicy(ctx, d.caller(), a.ID, p); err != nil {
		return err
	}
	return d.sayAccount(ctx, a.ID, "the policy of %s is %s", a.Account.Shown(), policyName(p))
}

func (d desk) showPolicy(ctx context.Context) error {
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	if a.Policy == "" {
		return d.say(accountOf(a), "%s has no policy of its own: what holds is the service's (second_factor and the settings beside it)", a.Account.Shown())
	}
	return d.say(accountOf(a), "the policy of %s is %s", a.Account.Shown(), a.Policy)
}
