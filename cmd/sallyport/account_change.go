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
	return d.sayAccount(ctx, a.ID, text, a.Account.Shown())
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
	name := a.Account.Shown()
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
