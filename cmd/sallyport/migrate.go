package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"
)

func migrateCommand() *cli.Command {
	return &cli.Command{
		Name:  "migrate",
		Usage: "bring the database's schema up to date",
		Description: "Example: sallyport migrate --database postgres:///sallyport\n\n" +
			"serve does the same when it starts; this is for who wants it done before.\n\n" +
			"Exit status: 0 the schema is up to date, 1 it could not be brought there, 2 a mistake in the configuration.",
		Flags:  settingFlags(),
		Action: taking(0, migrate),
	}
}

func migrate(ctx context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	if err := settings.Migrate(ctx, settings.NewLog(c.Root().ErrWriter)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Root().Writer, "the schema is up to date")
	return err
}
