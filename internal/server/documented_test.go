package server_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/server"
)

// TestEverySettingIsDocumented: docs/operating.md lists every setting once, with its default and what it means, and no
// other.
func TestEverySettingIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "| setting | default | what it means |\n| --- | --- | --- |\n")
	table, _, ended := strings.Cut(table, "\n\n")
	if !found || !ended {
		t.Fatal("docs/operating.md has no table of settings")
	}
	var want []string
	for _, k := range server.Keys() {
		want = append(want, "| `"+k.Name+"` | "+k.Default+" | "+k.Meaning+" |")
	}
	if want := strings.Join(want, "\n"); table != want {
		t.Errorf("docs/operating.md lists\n%s\nwant\n%s", table, want)
	}
}

// TestEveryLanguageIsDocumented: docs/languages.md and what the setting means name each that there is.
func TestEveryLanguageIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/languages.md")
	if err != nil {
		t.Fatal(err)
	}
	meaning := ""
	for _, k := range server.Keys() {
		if k.Name == "language" {
			meaning = strings.NewReplacer(",", " ", ":", " ").Replace(k.Meaning) + " "
		}
	}
	for _, tag := range catalogue.Tags() {
		if !strings.Contains(string(text), "\n| `"+tag+"` | ") || !strings.Contains(meaning, " "+tag+" ") {
			t.Errorf("%q stands not in docs/languages.md, or not in the meaning of language", tag)
		}
	}
}
