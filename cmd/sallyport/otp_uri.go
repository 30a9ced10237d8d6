package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

func otpURICommand() *cli.Command {
	return &cli.Command{
		Name:  "uri",
		Usage: "print a key URI",
		Description: "Example: sallyport otp uri --issuer Example --account ann | sallyport otp qr -\n\n" +
			"Without --secret it makes a new one of 160 bits.\n\n" +
			"Exit status: 0 printed, 1 failed, 2 a mistake in the arguments.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "issuer", Usage: "the service's name"},
			&cli.StringFlag{Name: "account", Usage: "the account's name"},
			&cli.StringFlag{Name: "secret", Usage: "the secret in `BASE32`, or - to read it from standard input", DefaultText: "a new one"},
			&cli.StringFlag{Name: "type", Value: "totp", Usage: "totp or hotp"},
			&cli.StringFlag{Name: "algorithm", Value: "SHA1", Usage: "SHA1, SHA256 or SHA512"},
			&cli.IntFlag{Name: "digits", Value: 6, Usage: "6, 7 or 8"},
			&cli.DurationFlag{Name: "period", Value: 30 * time.Second, Usage: "of a totp key"},
			&cli.Int64Flag{Name: "counter", Usage: "the next one of a hotp key"},
			jsonFlag(),
		},
		Action: taking(0, otpURI),
	}
}

// uri is a key URI and what is in it, as --json prints it.
type uri struct {
	URI    string `json:"uri"`
	Secret string `json:"secret"`
}

func otpURI(_ context.Context, c *cli.Command) error {
	key, err := keyFrom(c)
	if err != nil {
		return err
	}
	text, err := key.RevealURI()
	if err != nil {
		return usageError{err}
	}
	if c.Bool("json") {
		return printJSON(c.Root().Writer, uri{URI: text, Secret: key.Secret.RevealBase32()})
	}
	_, err = fmt.Fprintln(c.Root().Writer, text)
	return err
}

func keyFrom(c *cli.Command) (otpauth.Key, error) {
	key := otpauth.Key{Issuer: c.String("issuer"), Account: c.String("account"), Counter: c.Int64("counter")}
	key.Options = otp.Options{Digits: c.Int("digits"), Period: c.Duration("period")}
	if key.Options.Digits == 0 || key.Options.Period == 0 {
		return otpauth.Key{}, usageError{errors.New("--digits and --period cannot be 0")}
	}
	switch c.String("type") {
	case "totp":
	case "hotp":
		key.Type = otpauth.HOTP
	default:
		return otpauth.Key{}, usageError{errors.New("--type is neither totp nor hotp")}
	}
	var err error
	if key.Options.Algorithm, err = otp.ParseAlgorithm(c.String("algorithm")); err != nil {
		return otpauth.Key{}, usageError{err}
	}
	key.Secret, err = secretFrom(c)
	return key, err
}

func secretFrom(c *cli.Command) (otp.Secret, error) {
	if !c.IsSet("secret") {
		return otp.NewSecret(), nil
	}
	text, err := orStdin(c, c.String("secret"))
	if err != nil {
		return otp.Secret{}, err
	}
	secret, err := otp.ImportSecret(text)
	if err != nil {
		return otp.Secret{}, usageError{err}
	}
	return secret, nil
}
