package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

// settingFlags are a command's own flags, --config, and a flag for each setting.
func settingFlags(own ...cli.Flag) []cli.Flag {
	const category = "Settings"
	flags := append(own, &cli.StringFlag{Name: "config", Category: category, Usage: "a TOML `FILE` with settings"})
	for _, k := range server.Keys() {
		flags = append(flags, &cli.StringFlag{
			Name: flagName(k.Name), Category: category, Usage: plainUsage(k.Meaning), DefaultText: k.Default,
		})
	}
	return flags
}

// plainUsage keeps a command in backquotes from being shown as the name of the flag's value.
func plainUsage(meaning string) string { return strings.ReplaceAll(meaning, "`", `"`) }

func flagName(key string) string { return strings.ReplaceAll(key, "_", "-") }

// load gathers the settings for a command that has settingFlags.
func load(c *cli.Command) (*server.Settings, error) {
	from, err := sources(c)
	if err != nil {
		return nil, err
	}
	return server.Load(from)
}

// check is load for who wants all that they name to be there.
func check(c *cli.Command) (*server.Settings, error) {
	from, err := sources(c)
	if err != nil {
		return nil, err
	}
	return server.Check(from)
}

func sources(c *cli.Command) (server.Sources, error) {
	from := server.Sources{File: c.String("config"), Environ: os.Environ(), Flags: map[string]string{}}
	if c.IsSet("config") && from.File == "" {
		return from, usageError{fmt.Errorf("--config names no file")}
	}
	for _, k := range server.Keys() {
		if name := flagName(k.Name); c.IsSet(name) {
			from.Flags[k.Name] = c.String(name)
		}
	}
	return from, nil
}
