package letter_test

import (
	"html"
	"net/url"
	"strings"
	"testing"
)

// TestAccountsAtAnApplication: where an application replaces passwords, every message that leads to ours leads there, and nothing else
// of it changes.
func TestAccountsAtAnApplication(t *testing.T) {
	page, err := url.Parse("https://example.org/me?tab=password")
	must(t, err)
	here := writer(t, "https://example.org/auth", "Example")
	there, led := here.WithAccountsAt(page), 0
	for name, m := range messages() {
		before, after := write(t, here, m), write(t, there, m)
		led += strings.Count(before.Text, "https://example.org/auth/recover\n")
		if want := strings.ReplaceAll(before.Text, "https://example.org/auth/recover\n", page.String()+"\n"); after.Text != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, after.Text, want)
		}
		if strings.Contains(html.UnescapeString(after.HTML), `"https://example.org/auth/recover"`) {
			t.Errorf("%s: the HTML leads to a page that is not there", name)
		}
	}
	if led < 10 {
		t.Errorf("only %d messages lead to the page", led)
	}
}
