package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/qr"
)

const pngScale = 8 // pixels per module

func otpQRCommand() *cli.Command {
	return &cli.Command{
		Name:      "qr",
		Usage:     "draw a key URI as a QR code",
		ArgsUsage: "URI|-|@FILE",
		Description: "Example: sallyport otp qr --svg key.svg - < key.txt\n\n" +
			"With - in place of the URI its first line is read from standard input, with @FILE from a file. Without --svg and\n" +
			"--png it draws in the terminal. Files are made with mode 0600, since the secret is in them; one that exists is not overwritten.\n\n" +
			"Exit status: 0 drawn, 1 failed, 2 not a key URI, or another mistake in the arguments.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "svg", Usage: "write an SVG `FILE`"},
			&cli.StringFlag{Name: "png", Usage: "write a PNG `FILE`"},
		},
		Action: taking(1, otpQR),
	}
}

func otpQR(_ context.Context, c *cli.Command) error {
	uri, _, err := readURI(c)
	if err != nil {
		return err
	}
	symbol, err := qr.Encode(uri, qr.M)
	if err != nil {
		return err
	}
	if !c.IsSet("svg") && !c.IsSet("png") {
		_, err = fmt.Fprint(c.Root().Writer, symbol.Terminal())
		return err
	}
	if path := c.String("svg"); c.IsSet("svg") {
		if err := writeNew(path, []byte(symbol.SVG("QR code"))); err != nil {
			return err
		}
	}
	if path := c.String("png"); c.IsSet("png") {
		picture, err := symbol.PNG(pngScale)
		if err != nil {
			return err
		}
		return writeNew(path, picture)
	}
	return nil
}

// writeNew writes a file that nobody else can read.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
