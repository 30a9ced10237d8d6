package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/urfave/cli/v3"

	"github.com/sallyport/sallyport/internal/server"
)

// every calls fn for each command with what is typed to reach it.
func every(c *cli.Command, path string, fn func(c *cli.Command, path string)) {
	fn(c, path)
	for _, sub := range c.Commands {
		every(sub, path+" "+sub.Name, fn)
	}
}

// TestHelpOfEveryCommand: an example that is of this command, the statuses, the arguments by name, and for each flag with
// a value the value's name.
func TestHelpOfEveryCommand(t *testing.T) {
	every(newCommand(nil, nil, nil), "sallyport", func(c *cli.Command, path string) {
		example, _, _ := strings.Cut(c.Description, "\n")
		if !strings.HasPrefix(example, "Example: ") || !strings.Contains(example, path) {
			t.Errorf("%s: the help begins with %q", path, example)
		}
		if !strings.Contains(c.Description, "Exit status: 0 ") {
			t.Errorf("%s: no exit statuses", path)
		}
		for _, name := range strings.FieldsFunc(c.ArgsUsage, func(r rune) bool { return strings.ContainsRune(" []|.-@", r) }) {
			if !strings.Contains(c.Description, name) {
				t.Errorf("%s: %s is not explained", path, name)
			}
		}
		for _, f := range c.Flags {
			if text, ok := f.(cli.DocGenerationFlag); ok && text.TakesValue() && !namesValue(f, text) {
				t.Errorf("%s: --%s does not name its value", path, f.Names()[0])
			}
		}
	})
}

// namesValue says whether help shows what stands behind a flag. Those of the settings say it in their words.
func namesValue(f cli.Flag, text cli.DocGenerationFlag) bool {
	if c, ok := f.(cli.CategorizableFlag); ok && c.GetCategory() == "Settings" {
		return true
	}
	return strings.Count(text.GetUsage(), "`") == 2
}

// TestHelpOfEverySetting: the whole meaning behind the flag, and no word of it in place of its value.
func TestHelpOfEverySetting(t *testing.T) {
	var out bytes.Buffer
	if err := newCommand(nil, &out, &out).Run(t.Context(), []string{"sallyport", "serve", "--help"}); err != nil {
		t.Fatal(err)
	}
	help := strings.Join(strings.Fields(out.String()), " ") // wrapped, or not
	for _, k := range server.Keys() {
		want := "--" + flagName(k.Name) + " string " + plainUsage(k.Meaning)
		if !strings.Contains(help, strings.Join(strings.Fields(want), " ")) {
			t.Errorf("%s: help does not have %q", k.Name, want)
		}
	}
}
