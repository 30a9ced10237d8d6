package main

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/otpauth"
)

func otpCommand() *cli.Command {
	return &cli.Command{
		Name:        "otp",
		Usage:       "a code app for the terminal",
		Description: "Example: sallyport otp code - < key.txt\n\nExit status: 0 done, 1 failed, 2 a mistake in the arguments.",
		Commands:    []*cli.Command{otpCodeCommand(), otpURICommand(), otpQRCommand()},
	}
}

// maxLine is the longest key URI that is read from standard input, in bytes.
const maxLine = 8 << 10

// orStdin returns an argument, or the first line of standard input where the argument is "-": what is typed as an
// argument stays in the shell's history.
func orStdin(c *cli.Command, argument string) (string, error) {
	if argument != "-" {
		return argument, nil
	}
	line, err := bufio.NewReader(io.LimitReader(c.Root().Reader, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimSpace(line); line == "" {
		return "", usageError{errors.New("standard input is empty")}
	}
	return line, nil
}

// readURI reads the key URI that is the only argument.
func readURI(c *cli.Command) (string, otpauth.Key, error) {
	uri, err := orStdin(c, c.Args().First())
	if err != nil {
		return "", otpauth.Key{}, err
	}
	key, err := otpauth.Parse(uri)
	if err != nil {
		return "", otpauth.Key{}, usageError{err}
	}
	return uri, key, nil
}
