package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v3"
)

// build is what the program knows of its own making.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified"` // there were changes that no revision holds
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:        "version",
		Usage:       "say which version this is",
		Description: "Example: sallyport version --json\n\n`sallyport --version` does the same.\n\nExit status: 0 printed.",
		Flags:       []cli.Flag{jsonFlag()},
		Action:      taking(0, printVersion),
	}
}

func printVersion(_ context.Context, c *cli.Command) error {
	b := readBuild()
	if c.Bool("json") {
		return printJSON(c.Root().Writer, b)
	}
	_, err := fmt.Fprintf(c.Root().Writer, "sallyport %s (%s, %s)\n", b.Version, b.Go, b.Platform)
	return err
}

func readBuild() build {
	b := build{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
