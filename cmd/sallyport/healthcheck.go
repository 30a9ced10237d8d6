package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

func healthcheckCommand() *cli.Command {
	return &cli.Command{
		Name:  "healthcheck",
		Usage: "ask a running server whether it is ready",
		Description: "Example: sallyport healthcheck --listen 127.0.0.1:8080\n\n" +
			"It asks /healthz/ready of the address that the configuration listens on: what a container needs in place of curl.\n\n" +
			"Exit status: 0 ready, 1 not ready or not there, 2 a mistake in the configuration.",
		Flags:  settingFlags(&cli.StringFlag{Name: "url", Usage: "ask this `URL` and look at no configuration"}),
		Action: taking(0, healthcheck),
	}
}

func healthcheck(ctx context.Context, c *cli.Command) error {
	url, err := healthURL(c)
	if err != nil {
		return err
	}
	if err := server.CheckHealth(ctx, url); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Root().Writer, "ready")
	return err
}

func healthURL(c *cli.Command) (string, error) {
	if c.IsSet("url") {
		return c.String("url"), nil
	}
	settings, err := load(c)
	if err != nil {
		return "", err
	}
	url, err := settings.HealthURL()
	if err != nil {
		return "", usageError{err}
	}
	return url, nil
}
