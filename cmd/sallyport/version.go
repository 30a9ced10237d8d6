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
		Name:  "version",
		Usage: "say which version this is",
		Description: "Example: sallyport version --json\n\n" +
			"`sallyport --version` does the same. --sbom lists every module in this binary, with version and checksum, as\n" +
			"CycloneDX 1.6 in JSON: what scanners for known vulnerabilities read. It is the same with each call.\n\n" +
			"Exit status: 0 printed, 1 the binary was built without a record of its modules.",
		Flags:  []cli.Flag{jsonFlag(), &cli.BoolFlag{Name: "sbom", Usage: "print the list of parts instead (CycloneDX)"}},
		Action: taking(0, printVersion),
	}
}

func printVersion(_ context.Context, c *cli.Command) error {
	if c.Bool("sbom") {
		return printParts(c.Root().Writer)
	}
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
