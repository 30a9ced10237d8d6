package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func accountDisableCommand() *cli.Command {
	return &cli.Command{
		Name:      "disable",
		Usage:     "shut an account",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account disable ann\n\n" +
			"Nobody signs in to it any more. Whoever is signed in to it is out with their next request, on every server.\n\n" + accountStatuses,
		Flags:  settingFlags(jsonFlag()),
		Action: changing(1, accountDisable),
	}
}

func accountDisable(ctx context.Context, d desk) error {
	return d.setDisabled(ctx, true, "the account %s is disabled: all of its sessions and trusted browsers have ended")
}

func accountEnableCommand() *cli.Command {
	return &cli.Command{
		Name:      "enable",
		Usage:     "open an account again",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account enable ann\n\n" +
			"What was bound to it is as it was; its owner signs in anew.\n\n" + accountStatuses,
		Flags:  settingFlags(jsonFlag()),
		Action: changing(1, accountEnable),
	}
}

func accountEnable(ctx context.Context, d desk) error {
	return d.setDisabled(ctx, false, "the account %s is enabled")
}

func (d desk) setDisabled(ctx context.Context, disabled bool, text string) error {
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	if err := d.house.Machine.SetDisabled(ctx, d.caller(), a.ID, disabled); err != nil {
		return err
	}
	return d.sayAccount(ctx, a.ID, text, shown(a.Account))
}

func accountDeleteCommand() *cli.Command {
	return &cli.Command{
		Name:      "delete",
		Usage:     "delete an account and all that belongs to it",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account delete ann --yes\n\n" +
			"Its owner is told, where there is an address. Its events stay as long as events are kept. Without --yes the name has to\n" +
			"be typed once more, on a terminal.\n\n" + accountStatuses,
		Flags:  settingFlags(&cli.BoolFlag{Name: "yes", Usage: "delete without asking"}),
		Action: changing(1, accountDelete),
	}
}

func accountDelete(ctx context.Context, d desk) error {
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	name := shown(a.Account)
	if !d.Bool("yes") {
		if err := confirm(d.Root().Reader, d.Root().ErrWriter, name); err != nil {
			return err
		}
	}
	if err := d.house.Machine.Delete(ctx, d.caller(), a.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.Root().Writer, "the account %s was deleted\n", name)
	return err
}

// confirm has the name typed again, by a person.
func confirm(stdin io.Reader, stderr io.Writer, name string) error {
	if !isTerminal(stdin) {
		return usageError{errors.New("nobody can be asked here whether that is meant: add --yes to delete without asking")}
	}
	fmt.Fprintf(stderr, "To delete the account and all that belongs to it, type its name, %s: ", name)
	typed, err := bufio.NewReader(io.LimitReader(stdin, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if strings.TrimSpace(typed) != name {
		return errors.New("that is not its name: nothing was deleted")
	}
	return nil
}

// isTerminal says whether somebody may be there to answer. /dev/null is a character device, too.
func isTerminal(stdin io.Reader) bool {
	f, ok := stdin.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	nothing, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, nothing)
}

func accountGroupCommand() *cli.Command {
	return &cli.Command{
		Name:      "group",
		Usage:     "show or change the groups of an account",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account group ann --add staff --remove guests\n\n" +
			"It prints the groups that the account has then, a line each. Sessions show them with the next request.\n\n" + accountStatuses,
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
		groups = change(groups)
		if err := d.house.Machine.SetGroups(ctx, d.caller(), a.ID, groups); err != nil {
			return err
		}
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
		Usage:     "say what one account has to prove",
		ArgsUsage: "NAME optional|required|aal2|service",
		Description: "Example: sallyport account policy ann aal2\n\n" +
			"It goes before the settings second_factor, second_factor_groups and second_factor_from; service makes them hold again.\n\n" +
			accountStatuses,
		Flags:  settingFlags(jsonFlag()),
		Action: changing(2, accountPolicy),
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
	p := core.Policy(d.Args().Get(1))
	if p == servicePolicy {
		p = ""
	} else if !p.Known() {
		return usageError{fmt.Errorf("there is no policy %q: use optional, required, aal2 or service", string(p))}
	}
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	if err := d.house.Machine.SetPolicy(ctx, d.caller(), a.ID, p); err != nil {
		return err
	}
	return d.sayAccount(ctx, a.ID, "the policy of %s is %s", shown(a.Account), policyName(p))
}
