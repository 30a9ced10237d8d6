package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

// newCommand is the tree of subcommands.
func newCommand(stdin io.Reader, stdout, stderr io.Writer) *cli.Command {
	root := &cli.Command{
		Name:  "sallyport",
		Usage: "a service for signing in with two factors",
		Description: "Example: sallyport serve\n\n" +
			"Exit status: 0 done, 1 failed, 2 a mistake in the arguments or in the configuration.",
		Commands: []*cli.Command{
			serveCommand(), accountCommand(), eventsCommand(), configCommand(), keyCommand(), migrateCommand(), importCommand(),
			templatesCommand(), healthcheckCommand(),
			otpCommand(), versionCommand(), helpCommand(),
		},
		Flags:           []cli.Flag{&cli.BoolFlag{Name: "version", Usage: "say which version this is", Local: true}},
		HideHelpCommand: true,
		Reader:          stdin,
		Writer:          stdout,
		ErrWriter:       stderr,
		ExitErrHandler:  func(context.Context, *cli.Command, error) {}, // main reports, and nothing else ends the program
	}
	settle(root)
	root.Action = func(ctx context.Context, c *cli.Command) error {
		if c.Bool("version") && !c.Args().Present() {
			return printVersion(ctx, c)
		}
		return group(ctx, c)
	}
	return root
}

// settle gives every command what the library does not inherit.
func settle(c *cli.Command) {
	c.OnUsageError = func(_ context.Context, c *cli.Command, err error, _ bool) error {
		if typed := c.Args().First(); typed != "" && len(c.Commands) > 0 {
			return noSubcommand(c, typed) // what it was meant to be has the flag, perhaps
		}
		return usageError{withSuggestion(c, err)}
	}
	if len(c.Commands) > 0 {
		c.Action = group
	} else {
		c.CommandNotFound = helpBehindArguments
	}
	for _, sub := range c.Commands {
		settle(sub)
	}
}

// helpBehindArguments is for --help behind arguments, which the library takes for topics.
func helpBehindArguments(ctx context.Context, c *cli.Command, _ string) {
	if lineage := c.Lineage(); len(lineage) > 1 {
		_ = cli.ShowCommandHelp(ctx, lineage[1], c.Name) // it is there
	}
}

// withSuggestion adds the flag that an unknown one may have meant.
func withSuggestion(c *cli.Command, err error) error {
	typed, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		if text := err.Error(); !strings.Contains(text, " flag --") { // the library says one dash, whatever was typed
			return errors.New(strings.Replace(text, " flag -", " flag --", 1))
		}
		return err
	}
	if len(c.Commands) > 0 {
		return fmt.Errorf("there is no flag --%s before a subcommand: name one of %s, and the flag behind it", typed, list(subcommands(c)))
	}
	var names []string
	for _, f := range c.Flags {
		names = append(names, f.Names()...)
	}
	if near := server.Suggest(strings.TrimLeft(typed, "-"), names); near != "" {
		return fmt.Errorf("there is no flag --%s. Did you mean --%s?", typed, near)
	}
	return fmt.Errorf("there is no flag --%s", typed)
}

func missingSubcommand(c *cli.Command) error {
	return usageError{fmt.Errorf("a subcommand is missing: %s", list(subcommands(c)))}
}

// noSubcommand is the error for a name that no subcommand has.
func noSubcommand(c *cli.Command, typed string) error {
	names := subcommands(c)
	if len(names) == 0 {
		return usageError{fmt.Errorf("%s has no subcommands", c.FullName())}
	}
	if near := server.Suggest(typed, names); near != "" {
		return usageError{fmt.Errorf("there is no subcommand %q. Did you mean %s?", typed, near)}
	}
	return usageError{fmt.Errorf("there is no subcommand %q: there are %s", typed, list(names))}
}

func subcommands(c *cli.Command) (names []string) {
	for _, sub := range c.Commands {
		names = append(names, sub.Name)
	}
	return names
}

func list(names []string) string {
	text := ""
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " and "
		default:
			text += ", "
		}
		text += name
	}
	return text
}

// taking refuses more or fewer arguments than a command has names for.
func taking(n int, action cli.ActionFunc) cli.ActionFunc { return takingUpTo(n, n, action) }

func takingUpTo(least, most int, action cli.ActionFunc) cli.ActionFunc {
	return func(ctx context.Context, c *cli.Command) error {
		if got := c.Args().Len(); got < least || got > most {
			return usageError{countError(c, got, most)}
		}
		return action(ctx, c)
	}
}

// countError says what a command takes in place of the number of arguments that it got.
func countError(c *cli.Command, got, most int) error {
	switch {
	case most == 0:
		return fmt.Errorf("%s takes no arguments but flags, and got %q", c.FullName(), c.Args().First())
	case got == 0:
		return fmt.Errorf("%s needs %s", c.FullName(), c.ArgsUsage)
	}
	return fmt.Errorf("%s takes %s, and got %d arguments (flags go before or after, a value with spaces in quotes)", c.FullName(), c.ArgsUsage, got)
}

func jsonFlag() cli.Flag { return &cli.BoolFlag{Name: "json", Usage: "print JSON"} }

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
