package main

import (
	"context"
	"os"
	"runtime/debug"

	"github.com/urfave/cli/v3"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "serve the pages and the JSON API",
		Description: "Example: sallyport serve --public-url https://login.example.org --database postgres:///sallyport\n\n" +
			"With nothing configured it serves this machine alone, at http://localhost:8080, and makes sallyport.db and\n" +
			"sallyport.key where it is started. One line on standard output says when it is ready; the log and messages go to\n" +
			"standard error. SIGTERM lets requests finish, for at most 10 seconds.\n\n" +
			"While there is no account, each start also prints a link to standard error with which the first administrator\n" +
			"registers, once, within 24 hours. Another one is made with `sallyport account create --group admin`.\n\n" +
			"Exit status: 0 after SIGTERM or SIGINT, 1 it could not start or go on (a port that is taken, a database that does not\n" +
			"answer), 2 a mistake in the configuration.",
		Flags:  settingFlags(),
		Action: taking(0, serve),
	}
}

func serve(ctx context.Context, c *cli.Command) error {
	settings, err := check(c)
	if err != nil {
		return err
	}
	// Each password hash leaves 19 MiB behind. Collecting twice as often as usual keeps the peak low and costs next to
	// nothing, since those bytes hold no pointers.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	return settings.Run(ctx, c.Root().Writer, c.Root().ErrWriter, settings.NewLog(c.Root().ErrWriter))
}
