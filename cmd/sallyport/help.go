package main

import (
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"
)

func helpCommand() *cli.Command {
	return &cli.Command{
		Name:        "help",
		Usage:       "show the help of a command",
		ArgsUsage:   "[COMMAND...]",
		Description: "Example: sallyport help account create\n\nWithout a COMMAND it lists them all; with one it prints what --help of that command does.\n\nExit status: 0 printed, 2 there is no such command.",
		Action:      func(_ context.Context, c *cli.Command) error { return showHelp(c.Root(), nil, c.Args().Slice()) },
	}
}

// showHelp prints the help of the command that path leads to from the one called from, whose own path is before.
func showHelp(from *cli.Command, before, path []string) error {
	for at, rest := from, path; len(rest) > 0; rest = rest[1:] {
		next := subcommand(at, rest[0])
		if next == nil {
			return noSubcommand(at, rest[0])
		}
		at = next
	}
	root := from.Root()
	args := slices.Concat([]string{root.Name}, before, path, []string{"--help"})
	// Not with the context of this call: the library takes the command in it for the new one's parent.
	return newCommand(root.Reader, root.Writer, root.ErrWriter).Run(context.Background(), args)
}

func subcommand(of *cli.Command, name string) *cli.Command {
	for _, sub := range of.Commands {
		if sub.Name == name {
			return sub
		}
	}
	return nil
}

// group is what is done with a command that has subcommands, when none of them was named: `account help create`, too, is
// what people type.
func group(_ context.Context, c *cli.Command) error {
	switch typed := c.Args().First(); typed {
	case "":
		return missingSubcommand(c)
	case "help":
		return showHelp(c, strings.Fields(c.FullName())[1:], c.Args().Tail())
	default:
		return noSubcommand(c, typed)
	}
}
