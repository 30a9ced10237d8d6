package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/otp"
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

// maxLine is the longest key URI that is read from standard input or from a file, in bytes.
const maxLine = 8 << 10

// secretText returns an argument, or the first line of standard input where the argument is "-", or of a file where it is
// "@FILE": what is typed as an argument stays in the shell's history, and is seen by every user of the machine.
func secretText(c *cli.Command, argument string) (string, error) {
	from, what := c.Root().Reader, "standard input"
	if path, isFile := strings.CutPrefix(argument, "@"); isFile {
		f, err := os.Open(path)
		if err != nil {
			return "", err
		}
		defer f.Close()
		from, what = f, path
	} else if argument != "-" {
		return argument, nil
	}
	line, err := bufio.NewReader(io.LimitReader(from, maxLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimSpace(line); line == "" {
		return "", usageError{fmt.Errorf("%s is empty", what)}
	}
	return line, nil
}

// readURI reads the key URI that is the only argument.
func readURI(c *cli.Command) (string, otpauth.Key, error) {
	uri, err := secretText(c, c.Args().First())
	if err != nil {
		return "", otpauth.Key{}, err
	}
	key, err := otpauth.Parse(uri)
	if err != nil {
		return "", otpauth.Key{}, usageError{err}
	}
	return uri, key, nil
}

// readKey reads the only argument, a key URI or a bare secret, which the flags complete.
func readKey(c *cli.Command) (otpauth.Key, error) {
	text, err := secretText(c, c.Args().First())
	if err != nil {
		return otpauth.Key{}, err
	}
	if !strings.Contains(text, ":") { // which base32 never has
		return bareKey(c, text)
	}
	for _, f := range keyFlags() {
		if name := f.Names()[0]; c.IsSet(name) {
			return otpauth.Key{}, usageError{fmt.Errorf("--%s goes with a bare secret: a key URI says it itself", name)}
		}
	}
	key, err := otpauth.Parse(text)
	if err != nil {
		return otpauth.Key{}, usageError{err}
	}
	return key, nil
}

// bareKey is a key of a secret in base32 (any case, with spaces, hyphens and padding or without) and the flags.
func bareKey(c *cli.Command, text string) (key otpauth.Key, err error) {
	if key, err = keyOf(c); err != nil {
		return key, err
	}
	if key.Secret, err = otp.ImportSecret(text); err != nil {
		return key, usageError{fmt.Errorf("neither a key URI nor a secret in base32: %w", err)}
	}
	if key.Counter < 0 {
		return key, usageError{errors.New("--counter is negative")}
	}
	if _, err := key.OTP(); err != nil { // digits or period that no code has
		return key, usageError{err}
	}
	return key, nil
}
