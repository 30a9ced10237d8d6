package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

func keyGiveUpCommand() *cli.Command {
	return &cli.Command{
		Name:      "give-up",
		Usage:     "go on without keys that are lost for good",
		ArgsUsage: "[ID]...",
		Description: "Example: sallyport key give-up k3x7m2qa --yes\n\n" +
			"When no copy of the key file is left anywhere: stop all servers, make a new file with `sallyport key new`, and give\n" +
			"up the keys that `sallyport key verify` calls missing. Without --yes, or without an ID, it counts what is lost and\n" +
			"changes nothing.\n\n" +
			"Authenticators whose secrets were sealed under those keys go on refusing and still count as bound: nobody gets in\n" +
			"without them. `sallyport account list --unreadable` names their owners: reset them one by one, each once you know who\n" +
			"asks (`sallyport account reset-authenticators`). If the key that recovery codes are hashed with was sealed under them,\n" +
			"those codes are worth nothing any more, and trusted browsers are asked again. Messages that wait are dropped. `sallyport\n" +
			"events verify` says which checkpoints it can't read. A key that turns up later opens again what was not deleted.\n\n" +
			"Exit status: 0 done, 1 nothing was given up, or it failed, 2 a mistake in the configuration.",
		Flags:  settingFlags(jsonFlag(), &cli.BoolFlag{Name: "yes", Usage: "do it"}),
		Action: keyGiveUp,
	}
}

func keyGiveUp(ctx context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	loss, err := settings.GiveUpKeys(ctx, c.Args().Slice(), c.Bool("yes"), settings.NewCommandLog(c.Root().ErrWriter))
	if err != nil && !errors.Is(err, server.ErrUnsure) {
		return err
	}
	show := showLoss
	if c.Bool("json") {
		show = func(w io.Writer, l server.Loss) error { return printJSON(w, l) }
	}
	return errors.Join(show(c.Root().Writer, loss), err)
}

func showLoss(w io.Writer, l server.Loss) error {
	verb := "would be lost with"
	if l.GivenUp {
		verb = "is lost with"
	}
	_, err := fmt.Fprintf(w, "what %s %s:\n"+
		"  authenticators that refuse from now on, and count as bound until a reset: %d\n"+
		"  accounts whose recovery codes are worth nothing: %d\n"+
		"  messages that were not sent: %d\n"+
		"  checkpoints of events that can't be verified: %d\n"+
		"  keys of the site (for push services; salts of passwords that were taken in): %d\n",
		verb, strings.Join(l.Keys, ", "), l.Authenticators, l.RecoverySets, l.Messages, l.Checkpoints, l.SiteKeys)
	return err
}
