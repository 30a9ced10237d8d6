package main

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

func configCommand() *cli.Command {
	return &cli.Command{
		Name:        "config",
		Usage:       "check or show the configuration",
		Description: "Example: sallyport config check --config sallyport.toml\n\nExit status: 0 done, 2 a mistake in the configuration.",
		Commands:    []*cli.Command{configCheckCommand(), configShowCommand(), configDefaultCommand()},
	}
}

func configCheckCommand() *cli.Command {
	return &cli.Command{
		Name:  "check",
		Usage: "report every mistake in the configuration",
		Description: "Example: sallyport config check --config sallyport.toml\n\n" +
			"It looks at defaults, file, environment and flags as serve does, and at the files and directories that they name:\n" +
			"whether this user could serve with them, so run it as the user that does. It makes and changes nothing, and asks\n" +
			"nobody on the network: the URL of a PostgreSQL database or of a mail server is read, and not dialled. What was not\n" +
			"asked is listed, and so are the databases and the key file that a start would make. What is no mistake and still worth a word goes to standard error.\n\n" +
			"Exit status: 0 no mistakes, 2 mistakes.",
		Flags:  settingFlags(),
		Action: taking(0, configCheck),
	}
}

func configCheck(_ context.Context, c *cli.Command) error {
	settings, err := check(c)
	if err != nil {
		return err
	}
	for _, warning := range slices.Concat(settings.Warnings(), settings.TemplateNotes()) {
		fmt.Fprintf(c.Root().ErrWriter, "sallyport: warning: %s\n", warning)
	}
	for _, e := range settings.OnTheNetwork() {
		fmt.Fprintf(c.Root().Writer, "not asked whether it is there: %s = %s\n", e.Key, e.Value)
	}
	verdict := "no mistakes"
	for _, e := range settings.WouldBeMade() {
		line := fmt.Sprintf("would be made: %s = %s", e.Key, e.Value)
		if settings.AsksDatabases() {
			line += " (right for a new installation alone; no database on the network was asked whether it is one)"
			verdict = "no mistakes in what was looked at"
		}
		fmt.Fprintln(c.Root().Writer, line)
	}
	_, err = fmt.Fprintln(c.Root().Writer, verdict)
	return err
}

func configShowCommand() *cli.Command {
	return &cli.Command{
		Name:  "show",
		Usage: "show the settings that hold, and where each came from",
		Description: "Example: SALLYPORT_ISSUER=Example sallyport config show --json\n\n" +
			"Credentials are left out.\n\nExit status: 0 shown, 2 a mistake in the configuration.",
		Flags:  settingFlags(jsonFlag()),
		Action: taking(0, configShow),
	}
}

func configShow(_ context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c.Root().Writer, settings.Effective())
	}
	w := tabwriter.NewWriter(c.Root().Writer, 0, 0, 2, ' ', 0)
	for _, e := range settings.Effective() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", e.Key, e.Value, e.Origin)
	}
	return w.Flush()
}

func configDefaultCommand() *cli.Command {
	return &cli.Command{
		Name:        "default",
		Usage:       "print a file with every setting and what it means",
		Description: "Example: sallyport config default > sallyport.toml\n\nExit status: 0 printed.",
		Action: taking(0, func(_ context.Context, c *cli.Command) error {
			_, err := fmt.Fprint(c.Root().Writer, server.DefaultFile())
			return err
		}),
	}
}
