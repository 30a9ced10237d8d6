package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
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
		Flags: append(keyFlags(),
			&cli.StringFlag{Name: "issuer", Usage: "the service's `NAME`"},
			&cli.StringFlag{Name: "account", Usage: "the account's `NAME`"},
			&cli.StringFlag{
				Name: "secret", DefaultText: "a new one",
				Usage: "the secret in `BASE32`, or - to read it from standard input, or @FILE",
			},
			jsonFlag()),
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

// keyFlags say of a key what its secret does not. The short ones are oathtool's.
func keyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "type", Value: "totp", Usage: "the `TYPE`: totp or hotp"},
		&cli.StringFlag{Name: "algorithm", Aliases: []string{"a"}, Value: "SHA1", Usage: "the `HASH`: SHA1, SHA256 or SHA512"},
		&cli.IntFlag{Name: "digits", Aliases: []string{"d"}, Value: 6, Usage: "the `NUMBER` of digits: 6, 7 or 8"},
		&cli.StringFlag{Name: "period", Aliases: []string{"time-step-size", "s"}, Value: "30s", Usage: "the `TIME` that a code of a totp key lasts, in seconds or as 1m"},
		&cli.Int64Flag{Name: "counter", Aliases: []string{"c"}, Usage: "the next `COUNTER` of a hotp key; makes it one"},
	}
}

func keyFrom(c *cli.Command) (otpauth.Key, error) {
	key, err := keyOf(c)
	if err != nil {
		return key, err
	}
	key.Issuer, key.Account = c.String("issuer"), c.String("account")
	key.Secret, err = secretFrom(c)
	return key, err
}

// keyOf is a key without its secret, as the flags say it.
func keyOf(c *cli.Command) (otpauth.Key, error) {
	key := otpauth.Key{Counter: c.Int64("counter")}
	period, ok := parsePeriod(c.String("period"))
	key.Options = otp.Options{Digits: c.Int("digits"), Period: period}
	switch {
	case !ok:
		return key, usageError{errors.New("--period is no length of time, such as 30, 30s or 1m")}
	case key.Options.Digits == 0 || key.Options.Period == 0:
		return key, usageError{errors.New("--digits and --period cannot be 0")}
	}
	kind := c.String("type")
	switch {
	case kind == "hotp", c.IsSet("counter") && !c.IsSet("type"):
		key.Type = otpauth.HOTP
	case kind != "totp":
		return key, usageError{errors.New("--type is neither totp nor hotp")}
	case c.IsSet("counter"):
		return key, usageError{errors.New("--counter goes with --type hotp")}
	}
	var err error
	if key.Options.Algorithm, err = otp.ParseAlgorithm(c.String("algorithm")); err != nil {
		return key, usageError{err}
	}
	return key, nil
}

func parsePeriod(text string) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}

func secretFrom(c *cli.Command) (otp.Secret, error) {
	if !c.IsSet("secret") {
		return otp.NewSecret(), nil
	}
	text, err := secretText(c, c.String("secret"))
	if err != nil {
		return otp.Secret{}, err
	}
	secret, err := otp.ImportSecret(text)
	if err != nil {
		return otp.Secret{}, usageError{err}
	}
	return secret, nil
}
