package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/core"
)

func disablingFlags() []cli.Flag {
	return settingFlags(
		&cli.StringFlag{Name: "reason", Usage: "why (`TEXT`): kept with the event, and told to the account's owner"},
		&cli.BoolFlag{Name: "no-mail", Usage: "tell the account's owner nothing: the mailbox may be in somebody else's hand"},
		jsonFlag(),
	)
}

func accountDisableCommand() *cli.Command {
	return &cli.Command{
		Name:      "disable",
		Usage:     "shut an account",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account disable ann --reason \"left the company\"\n\n" +
			"Nobody signs in to it any more. Whoever is signed in to it is out with their next request, on every server. What belongs\n" +
			"to it is kept. Its owner is told by mail, with the reason, unless --no-mail is given or there is no address.\n\n" + accountNamed,
		Flags:  disablingFlags(),
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
		Description: "Example: sallyport account enable ann --reason \"back from leave\"\n\n" +
			"What was bound to it is as it was; its owner signs in anew, and is told by mail, with the reason, unless --no-mail is given\n" +
			"or there is no address.\n\n" + accountNamed,
		Flags:  disablingFlags(),
		Action: changing(1, accountEnable),
	}
}

func accountEnable(ctx context.Context, d desk) error {
	return d.setDisabled(ctx, false, "the account %s is enabled")
}

// disabled is an account that was shut or opened, as --json prints it.
type disabled struct {
	account
	Mailed bool `json:"mailed"` // the account's owner is told by mail
}

func (d desk) setDisabled(ctx context.Context, shut bool, text string) error {
	reason := strings.TrimSpace(d.String("reason"))
	if d.IsSet("reason") && reason == "" {
		return usageError{errors.New("--reason is empty: leave it out, or say why")}
	}
	before, err := d.named(ctx)
	if err != nil {
		return err
	}
	in := core.Disabling{Disabled: shut, Reason: reason, Untold: d.Bool("no-mail")}
	if err := d.house.Machine.SetDisabled(ctx, d.caller(), before.ID, in); err != nil {
		return err
	}
	a, err := d.house.Machine.Lookup(ctx, before.ID)
	if err != nil {
		return err
	}
	out := disabled{account: accountOf(a), Mailed: !in.Untold && a.Email != "" && before.Disabled != shut}
	return d.say(out, text+"\n%s", a.Account.Shown(), whoIsTold(before, a, in))
}

// whoIsTold says where the word of it goes.
func whoIsTold(before, a core.AccountRow, in core.Disabling) string {
	switch {
	case before.Disabled == in.Disabled:
		return "it was already: nothing changed, and no mail goes out"
	case in.Untold:
		return "no mail goes out"
	case a.Email == "":
		return "it has no address that could be told"
	}
	return "mail goes to " + address(a)
}

func accountDeleteCommand() *cli.Command {
	return &cli.Command{
		Name:      "delete",
		Usage:     "delete an account and all that belongs to it",
		ArgsUsage: "NAME",
		Description: "Example: sallyport account delete ann --yes\n\n" +
			"Its owner is told, where there is an address. Its events stay as long as events are kept, under the id that is printed.\n" +
			"Without --yes the name has to be typed once more, on a terminal.\n\n" + accountNamed,
		Flags:  settingFlags(&cli.BoolFlag{Name: "yes", Usage: "delete without asking"}),
		Action: changing(1, accountDelete),
	}
}

func accountDelete(ctx context.Context, d desk) error {
	a, err := d.named(ctx)
	if err != nil {
		return err
	}
	name := a.Account.Shown()
	if !d.Bool("yes") {
		if err := confirm(d.Root().Reader, d.Root().ErrWriter, name); err != nil {
			return err
		}
	}
	if err := d.house.Machine.Delete(ctx, d.caller(), a.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.Root().Writer, "the account %s was deleted; its events are kept for a while, under the id %s: `sallyport events export --account %[2]s`\n", name, a.ID)
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
