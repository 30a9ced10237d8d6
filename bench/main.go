// Command bench measures Sallyport, and prints each figure as a ratio to a peer or to a limit that was measured by
// turns with it in the same run.
//
// Use `go run .` in this folder, with the names of benchmarks for a part of them; README.md says how to read the
// table. It is not for watching a service that runs, and its absolute figures hold for the machine they were taken on.
//
// It trusts the machine to be quiet, and runs on Linux only: CPU time and memory of the server come from /proc.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// group is one benchmark, which gives several lines of the table.
type group struct {
	name, about string
	run         func(context.Context, *bench) ([]result, error)
}

func groups() []group {
	return []group{
		{"codes", "making and verifying a code", codes},
		{"qr", "a key URI as QR code", qrCodes},
		{"signin", "sign-ins a second", signIns},
		{"session", "session checks a second", sessionChecks},
		{"scale", "1,000 accounts and 100,000", scale},
	}
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == childWord {
		exit(child(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	asJSON := flags.Bool("json", false, "print JSON")
	profile := flags.String("profile", "", "write CPU profiles of the server into this `folder`; the figures then hold less")
	short := flags.Bool("short", false, "fewer rounds: for a look, not for figures")
	flags.Usage = func() { usage(flags) }
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := choose(flags.Args())
	if err != nil {
		return err
	}
	b, err := newBench(*profile, *short, stderr)
	if err != nil {
		return err
	}
	results, err := b.runAll(ctx, chosen)
	if err := b.close(); err != nil {
		fmt.Fprintln(stderr, err)
	}
	if *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		return firstOf(err, enc.Encode(results))
	}
	return firstOf(err, printTable(stdout, results))
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func usage(flags *flag.FlagSet) {
	w := flags.Output()
	fmt.Fprintln(w, "usage: go run . [-json] [-short] [-profile FOLDER] [NAME...]")
	for _, g := range groups() {
		fmt.Fprintf(w, "  %-8s  %s\n", g.name, g.about)
	}
	flags.PrintDefaults()
}

// choose gives the groups of these names in the order of the list; all of them when there is no name.
func choose(names []string) ([]group, error) {
	var chosen []group
	for _, g := range groups() {
		if len(names) == 0 || slices.Contains(names, g.name) {
			chosen = append(chosen, g)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(chosen, func(g group) bool { return g.name == name }) {
			return nil, fmt.Errorf("there is no benchmark %q; there are %s", name, strings.Join(groupNames(), ", "))
		}
	}
	return chosen, nil
}

func groupNames() []string {
	var names []string
	for _, g := range groups() {
		names = append(names, g.name)
	}
	return names
}

// runAll keeps what it has when one benchmark fails.
func (b *bench) runAll(ctx context.Context, chosen []group) ([]result, error) {
	results := []result{}
	for _, g := range chosen {
		b.say("%s: %s ...", g.name, g.about)
		rows, err := g.run(ctx, b)
		results = append(results, rows...)
		if err != nil {
			return results, fmt.Errorf("%s: %w", g.name, err)
		}
	}
	return results, nil
}
