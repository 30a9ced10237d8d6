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

// code is one code as --json prints it.
type code struct {
	Code      string `json:"code"`
	Type      string `json:"type"`
	Step      *int64 `json:"step,omitempty"`              // totp
	Remaining *int   `json:"remaining_seconds,omitempty"` // totp
	Counter   *int64 `json:"counter,omitempty"`           // hotp
}

func otpCodeCommand() *cli.Command {
	return &cli.Command{
		Name:      "code",
		Usage:     "print the present code of a key URI or of a bare secret",
		ArgsUsage: "URI|SECRET|-|@FILE",
		Description: "Example: sallyport otp code - < key.txt\n\n" +
			"SECRET is base32 in either case, with spaces, hyphens and padding or without; the flags say the rest about it.\n" +
			"With - the first line of standard input is read, with @FILE that of a file, so that the secret stays out of the\n" +
			"shell's history and of the list of processes. How long the code lasts goes to standard error. A key of type hotp\n" +
			"gives the code of its counter, and --counter makes a bare secret one.\n\n" +
			"From oathtool: oathtool --totp=SHA256 -b -d 8 -s 60 SECRET is sallyport otp code --algorithm SHA256 -d 8 -s 60 SECRET,\n" +
			"and oathtool -b -c 7 SECRET is sallyport otp code -c 7 SECRET.\n\n" +
			"Exit status: 0 printed, 1 failed, 2 neither a key URI nor a secret, or another mistake in the arguments.",
		Flags: append(keyFlags(),
			&cli.StringFlag{Name: "at", Aliases: []string{"now", "N"}, Usage: "the code at this `TIME` (RFC 3339, or seconds since 1970)"},
			jsonFlag()),
		Action: taking(1, otpCode),
	}
}

func otpCode(_ context.Context, c *cli.Command) error {
	at, err := parseTime(c.String("at"), c.IsSet("at"))
	if err != nil {
		return err
	}
	key, err := readKey(c)
	if err != nil {
		return err
	}
	made, err := makeCode(key, at)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return printJSON(c.Root().Writer, made)
	}
	if _, err := fmt.Fprintln(c.Root().Writer, made.Code); err != nil {
		return err
	}
	if made.Remaining != nil {
		fmt.Fprintf(c.Root().ErrWriter, "%d s left\n", *made.Remaining)
	}
	return nil
}

func parseTime(text string, given bool) (time.Time, error) {
	if !given {
		return time.Now(), nil
	}
	if unix, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(unix, 0), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, usageError{errors.New("--at is neither RFC 3339, such as 2026-11-22T18:00:00Z, nor seconds since 1970")}
	}
	return at, nil
}

func makeCode(key otpauth.Key, at time.Time) (code, error) {
	generator, err := key.OTP()
	if err != nil {
		return code{}, err
	}
	if key.Type == otpauth.HOTP {
		made, err := generator.HOTP(key.Counter)
		return code{Code: made.String(), Type: key.Type.String(), Counter: &key.Counter}, err
	}
	return timedCode(generator, key.Type.String(), at)
}

func timedCode(generator otp.Key, kind string, at time.Time) (code, error) {
	made, err := generator.TOTP(at)
	if err != nil {
		return code{}, err
	}
	step, err := generator.StepAt(at)
	if err != nil {
		return code{}, err
	}
	left := int((step.End.Sub(at) + time.Second - 1) / time.Second)
	return code{Code: made.String(), Type: kind, Step: &step.Number, Remaining: &left}, nil
}
