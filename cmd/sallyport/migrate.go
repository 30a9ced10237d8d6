package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

func migrateCommand() *cli.Command {
	return &cli.Command{
		Name:  "migrate",
		Usage: "bring the database's schema up to date",
		Description: "Example: sallyport migrate --database postgres:///sallyport\n\n" +
			"serve does the same when it starts, unless migrate = never; this is for who wants it done before.\n\n" +
			"With --export it opens no database, and writes what it would run as numbered .sql files: in the words of the database that the\n" +
			"settings name, and for its schema. psql, sqlite3, goose or atlas run them, in order, each once and in a transaction. They\n" +
			"don't make database_schema itself. Files for secrets_database go into a folder secrets below.\n\n" +
			"Exit status: 0 the schema is up to date, or the files are written, 1 it could not be brought there, 2 a mistake in the configuration.",
		Flags:  settingFlags(&cli.StringFlag{Name: "export", Usage: "write .sql files into `DIR` instead"}),
		Action: taking(0, migrate),
	}
}

func migrate(ctx context.Context, c *cli.Command) error {
	settings, err := load(c)
	if err != nil {
		return err
	}
	if c.IsSet("export") {
		return exportMigrations(c, settings)
	}
	if err := settings.Migrate(ctx, settings.NewLog(c.Root().ErrWriter)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Root().Writer, "the schema is up to date")
	return err
}

func exportMigrations(c *cli.Command, settings *server.Settings) error {
	dir := c.String("export")
	if dir == "" {
		return usageError{errors.New("--export names no folder")}
	}
	names, err := settings.ExportMigrations(dir)
	return tellWritten(c, names, err)
}

// tellWritten lists the files that were written, whatever became of the others.
func tellWritten(c *cli.Command, names []string, err error) error {
	for _, name := range names {
		if _, err := fmt.Fprintln(c.Root().Writer, name); err != nil {
			return err
		}
	}
	return err
}
