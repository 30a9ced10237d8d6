package main

import (
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

// capture VARIABLE FILE PATTERN sets a variable to what the first group of the pattern matches.
func capture(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile("(?m)" + args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
	if found == nil {
		ts.Fatalf("%s holds nothing like %s", args[1], args[2])
	}
	ts.Setenv(args[0], found[1])
}
