// Command sallyport runs the service for signing in with two factors, and is a code app for the terminal.
//
// Use `sallyport serve`; `sallyport --help` lists the rest. Each subcommand has a file of its own here, and what it
// does stands in internal/server or in the public packages: this one reads arguments and prints. It is not for
// importing.
//
// It trusts its arguments and its environment. Secrets are better read from standard input or from files: arguments
// are seen by every user of the machine, and kept by the shell.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/sallyport/sallyport/internal/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := newCommand(os.Stdin, os.Stdout, os.Stderr).Run(ctx, os.Args)
	os.Exit(report(os.Stderr, err))
}

// Exit statuses, as --help of each subcommand names them.
const (
	statusOK      = 0
	statusFailure = 1
	statusUsage   = 2
)

// usageError is a mistake in the arguments.
type usageError struct{ error }

// report prints an error and returns the exit status that goes with it.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return statusOK
	}
	fmt.Fprintf(stderr, "sallyport: %v\n", err)
	var usage usageError
	var problems server.Problems
	switch {
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "Add --help to see what there is.")
		return statusUsage
	case errors.As(err, &problems):
		return statusUsage
	}
	return statusFailure
}
