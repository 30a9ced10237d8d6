package server_test

import (
	"os"
	"strings"
	"testing"

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
