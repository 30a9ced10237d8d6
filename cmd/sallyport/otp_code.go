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
		Usage:     "print the present code of a key URI",
		ArgsUsage: "URI",
		Description: "Example: sallyport otp code - < key.txt\n\n" +
			"With - in place of the URI its first line is read from standard input, so that the secret stays out of the\n" +
			"shell's history. How long the code lasts goes to standard error. A key of type hotp gives the code of its counter.\n\n" +
			"Exit status: 0 printed, 1 failed, 2 not a key URI, or another mistake in the arguments.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "at", Usage: "the code at this `TIME` (RFC 3339, or seconds since 1970)"}, jsonFlag(),
		},
		Action: taking(1, otpCode),
	}
}

func otpCode(_ context.Context, c *cli.Command) error {
	at, err := parseTime(c.String("at"), c.IsSet("at"))
	if err != nil {
		return err
	}
	_, key, err := readURI(c)
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
