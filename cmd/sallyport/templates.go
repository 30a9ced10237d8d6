package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

func templatesCommand() *cli.Command {
	return &cli.Command{
		Name:  "templates",
		Usage: "the built-in pages, to make others of",
		Description: "Example: sallyport templates export own login.html\n\n" +
			"Exit status: 0 done, 1 failed, 2 a mistake in the arguments.",
		Commands: []*cli.Command{templatesExportCommand()},
	}
}

func templatesExportCommand() *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write them as files",
		ArgsUsage: "DIR [NAME...]",
		Description: "Example: sallyport templates export templates login.html static/style.css\n\n" +
			"Without a NAME it writes all of them. Change those that you want, delete the others, and start serve with --templates DIR: docs/pages.md\n" +
			"has what a page may use. For other colours, a file static/theme.css is enough, and no file need be exported.\n\n" +
			"A file that is there and differs stays as it is, and is an error.\n\n" +
			"Exit status: 0 the files are written, 1 they could not be, 2 a mistake in the arguments.",
		Action: exportTemplates,
	}
}

func exportTemplates(_ context.Context, c *cli.Command) error {
	if c.NArg() == 0 {
		return usageError{errors.New("no folder to write into: sallyport templates export DIR")}
	}
	names, err := server.ExportTemplates(c.Args().First(), c.Args().Tail())
	return tellWritten(c, names, err)
}
