package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPagesInOwnStyle walks through pages made of what docs/pages.md shows: its layout, its sign-in page, a theme, a logo and a font's rule.
func TestPagesInOwnStyle(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../docs/pages.md")
	ok(t, err)
	blocks := regexp.MustCompile("(?s)```html\n(.*?)```").FindAllSubmatch(document, -1)
	if len(blocks) != 2 {
		t.Fatalf("docs/pages.md has %d templates, want a page and a layout", len(blocks))
	}
	dir := t.TempDir()
	ok(t, os.Mkdir(filepath.Join(dir, "static"), 0o700))
	for name, text := range map[string]string{
		"login.html":       string(blocks[0][1]),
		"layout.html":      string(blocks[1][1]),
		"part_own.html":    `{{define "mark"}}<img src="{{static "logo.svg"}}" alt="" width="24" height="24">{{end}}`,
		"static/logo.svg":  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="12" fill="#0a6b31"/></svg>`,
		"static/theme.css": `:root { --sallyport-accent: light-dark(#0a6b31, #7fe0a3); --sallyport-radius: 0; --sallyport-width: 32rem; }` + "\nnav { padding: 1rem; background: var(--sallyport-quiet); }\n",
	} {
		ok(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	h := newHome(t, "--templates", dir, "--issuer", "Bank")
	in := inspect(t, h.server, axeSource(t), true)
	in.open("/login")
	if got := in.text("h1"); got != "Welcome back to Bank" {
		t.Errorf("the sign-in page begins with %q", got)
	}
	for property, want := range map[string]string{"backgroundColor": "rgb(10, 107, 49)", "borderRadius": "0px"} {
		if got := ask(in.tab, chromedp.Evaluate[string](`getComputedStyle(document.querySelector('main button:not([type=button])')).`+property)); got != want {
			t.Errorf("the button's %s is %s, want %s", property, got, want)
		}
	}
	if !in.has("body > nav") || in.has("body > header") {
		t.Error("the layout is not the own one")
	}
	in.account(in.outside())
}
