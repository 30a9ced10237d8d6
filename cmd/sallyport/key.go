package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

func keyCommand() *cli.Command {
	return &cli.Command{
		Name:  "key",
		Usage: "change the keys that seal secrets at rest",
		Description: "Example: sallyport key rotate && sallyport key verify\n\n" +
			"Servers go on meanwhile, and find the changed key file by themselves. With servers on several machines:\n" +
			"  1. sallyport key new       on one of them; then copy the key file to all, whole (write it beside, then rename)\n" +
			"  2. sallyport key rotate    there, once every machine has the file; then copy it again: now the new key is active\n" +
			"  3. sallyport key rotate    once more, 10 minutes later, for what the others sealed in between; it adds no key\n" +
			"  4. sallyport key verify    until it calls the old key removable; then key remove, and copy the file again\n" +
			"Keep a copy of the key file of before until a backup of the database has been made after the rotation: older\n" +
			"backups need the older key.\n\n" +
			"Exit status: 0 done, 1 failed, 2 a mistake in the arguments or in the configuration.",
		Commands: []*cli.Command{keyNewCommand(), keyRotateCommand(), keyVerifyCommand(), keyRemoveCommand(), keyGiveUpCommand()},
	}
}

func keyNewCommand() *cli.Command {
	return &cli.Command{
		Name:  "new",
		Usage: "add a key to the key file, or make the file",
		Description: "Example: sallyport key new --key-file /etc/sallyport/sallyport.key\n\n" +
			"The new key opens and does not seal until `sallyport key rotate`. The database is not needed.\n\n" +
			"Exit status: 0 added, 1 failed, 2 a mistake in the configuration, such as a file that cannot be used or made.",
		Flags:  settingFlags(jsonFlag()),
		Action: taking(0, keyNew),
	}
}

func keyNew(_ context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	made, err := settings.NewKey()
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c.Root().Writer, made)
	}
	text := "the key %s was added to %s; it seals from the next `sallyport key rotate` on\n"
	if made.Active {
		text = "the key %s is the first in the new file %s; keep a copy of it apart from the database\n"
	}
	_, err = fmt.Fprintf(c.Root().Writer, text, made.ID, made.File)
	return err
}

func keyRotateCommand() *cli.Command {
	return &cli.Command{
		Name:  "rotate",
		Usage: "seal everything under the newest key",
		Description: "Example: sallyport key rotate --config sallyport.toml\n\n" +
			"It makes the newest key active and seals under it all that is sealed under others, while servers go on. Where the\n" +
			"file holds a single key it adds one first. Where it holds older ones, it adds none: it is run again after it was\n" +
			"interrupted, and for what servers sealed meanwhile, and copies of the file on other machines would lack the new\n" +
			"key. Take older keys out with `sallyport key remove`, or add a key with `sallyport key new`, or with --another.\n" +
			"With --another, too, none is added while something is left under an older key. Several may run at once.\n\n" +
			"Exit status: 0 everything is sealed under the active key, 1 something is not, or it failed, 2 a mistake in the\n" +
			"configuration.",
		Flags: settingFlags(jsonFlag(), &cli.BoolFlag{
			Name: "another", Usage: "add a key although the file holds older ones; every server has to use this very file",
		}),
		Action: taking(0, keyRotate),
	}
}

func keyRotate(ctx context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	done, err := settings.RotateKeys(ctx, c.Bool("another"), settings.NewCommandLog(c.Root().ErrWriter))
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c.Root().Writer, done)
	}
	_, err = fmt.Fprintf(c.Root().Writer, "the key %s is active; values sealed under it anew: %d\n%s", done.Active, done.Resealed, notAdded(done))
	return err
}

// notAdded says that nothing was rotated, to who may have meant that.
func notAdded(done server.Rotation) string {
	if done.Added || done.Resealed > 0 {
		return ""
	}
	return fmt.Sprintf("no key was added, since the file still holds older ones (%s): to begin another rotation, take them out with `sallyport key remove`, or see `sallyport key rotate --help`\n",
		strings.Join(done.Older, ", "))
}

func keyRemoveCommand() *cli.Command {
	return &cli.Command{
		Name:      "remove",
		Usage:     "take a key out of the key file that nothing needs",
		ArgsUsage: "ID",
		Description: "Example: sallyport key remove k3x7m2qa\n\n" +
			"ID is the first column of what `sallyport key verify` prints. It counts as that does, and removes only\n" +
			"what it calls removable, from 10 minutes after the last change of the key file on: until then a server may write\n" +
			"what it sealed before it saw the change. Backups of the database that are older than the last rotation still need\n" +
			"the key: keep a copy of the file for as long as them.\n\n" +
			"Exit status: 0 removed, 1 the key is needed, active, not there, or has to stay for some minutes yet, 2 a mistake in\n" +
			"the arguments or in the configuration.",
		Flags:  settingFlags(&cli.BoolFlag{Name: "servers-stopped", Usage: "don't wait: no server runs, on any machine"}),
		Action: taking(1, keyRemove),
	}
}

func keyRemove(ctx context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	id := c.Args().First()
	if err := settings.RemoveKey(ctx, id, c.Bool("servers-stopped"), settings.NewCommandLog(c.Root().ErrWriter)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Root().Writer, "the key %s was removed\n", id)
	return err
}
