package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/importer"
)

func importCommand() *cli.Command {
	return &cli.Command{
		Name:  "import",
		Usage: "take in the accounts of another system",
		Description: "Example: sallyport import flask-security --from sqlite:///app.db --password-salt @salt --totp-secrets @totp --dry-run\n\n" +
			"Old passwords, code apps and recovery codes go on working. docs/migrate.md goes through it step by step.\n\n" +
			importStatuses,
		Commands: []*cli.Command{importFlaskCommand()},
	}
}

// importStatuses ends the help of every import.
const importStatuses = "Exit status: 0 done, 1 an account was refused, or it failed, 2 a mistake in the arguments or in the configuration."

// intaking is the action of an import: it opens the databases as an administrator's command does, and sends no message.
func intaking(do func(context.Context, desk) error) cli.ActionFunc {
	return taking(0, func(ctx context.Context, c *cli.Command) error {
		settings, err := load(c)
		if err != nil {
			return err
		}
		return settings.Inspect(ctx, settings.NewCommandLog(c.Root().ErrWriter), func(house *assembly.House) error {
			return inWords(do(ctx, desk{c, settings, house}))
		})
	})
}

// takeIn runs an import and prints its report, also of one that did not get to its end.
func (d desk) takeIn(ctx context.Context, each func(context.Context, func(importer.Read) error) error) error {
	texts, err := catalogue.Load()
	if err != nil {
		return err
	}
	intake := d.house.Machine.Intake(core.Caller{UserAgent: "administrator (sallyport import)"})
	intake.Rehearsal, intake.BindAnew = d.Bool("dry-run"), d.Bool("bind-anew")
	report, err := importer.Run(ctx, intake, func(e *core.Error) string { return textOf(texts.In("en"), e) }, each)
	if d.Bool("json") {
		err = errors.Join(err, printJSON(d.Root().Writer, report))
	} else {
		_, written := report.WriteTo(d.Root().Writer)
		err = errors.Join(err, written)
	}
	if err == nil && report.Refused > 0 {
		err = fmt.Errorf("%d of %d accounts were refused; the others are not touched by another run", report.Refused, len(report.Accounts))
	}
	return err
}

// maxSecretFile bounds a file with secrets, in bytes.
const maxSecretFile = 64 << 10

// secret is one that a flag or a variable of the environment names: @FILE or - for standard input with the flag, else
// NAME_FILE or NAME. It is never taken from the command line itself, which other users of the machine can read.
func (d desk) secret(flag, variable string) (string, error) {
	if !d.IsSet(flag) {
		if path := os.Getenv(variable + "_FILE"); path != "" {
			return readSecret(variable+"_FILE", func() (io.ReadCloser, error) { return os.Open(path) })
		}
		return os.Getenv(variable), nil
	}
	path, isFile := strings.CutPrefix(d.String(flag), "@")
	switch {
	case isFile:
		return readSecret("--"+flag, func() (io.ReadCloser, error) { return os.Open(path) })
	case d.String(flag) == "-":
		return readSecret("--"+flag, func() (io.ReadCloser, error) { return io.NopCloser(d.Root().Reader), nil })
	}
	return "", usageError{fmt.Errorf("--%s takes @FILE, or - for standard input: other users of this machine could read the secret itself; %s may hold it, too", flag, variable)}
}

func readSecret(name string, open func() (io.ReadCloser, error)) (string, error) {
	file, err := open()
	if err != nil {
		return "", usageError{fmt.Errorf("%s: %w", name, err)}
	}
	defer file.Close() //nolint:errcheck // it was only read
	raw, err := io.ReadAll(io.LimitReader(file, maxSecretFile+1))
	switch {
	case err != nil:
		return "", usageError{fmt.Errorf("%s: %w", name, err)}
	case len(raw) > maxSecretFile:
		return "", usageError{fmt.Errorf("%s: longer than 64 KiB", name)}
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	if text == "" {
		return "", usageError{fmt.Errorf("%s: it is empty", name)}
	}
	return text, nil
}
