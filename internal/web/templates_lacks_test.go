package web_test

import (
	"io/fs"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/web"
	"github.com/sallyport/sallyport/pages"
)

// What of a page an application's own leaves out is said, unless it says itself that it is meant.
func TestWhatOwnPagesLack(t *testing.T) {
	all, err := pages.Files()
	must(t, err)
	read := func(name string) string {
		text, err := fs.ReadFile(all, name)
		must(t, err)
		return string(text)
	}
	bare := func(main string) string { return `{{define "title"}}Own{{end}}{{define "main"}}` + main + `{{end}}` }
	without := func(name, piece string) string {
		text := read(name)
		if strings.Count(text, piece) != 1 {
			t.Fatalf("%s has %d of %s", name, strings.Count(text, piece), piece)
		}
		return strings.Replace(text, piece, "", 1)
	}
	const remember = `<input type="checkbox" id="remember" name="remember" value="yes" aria-describedby="remember-hint"{{if .Data.Remember}} checked{{end}}>`
	const begins = `<form method=post action={{path "/login"}}>`
	cases := map[string]struct{ file, text, lacks string }{
		"one field":             {"login.html", without("login.html", remember), "remember in the form /login"},
		"a piece with a field":  {"login.html", without("login.html", `{{template "trust" .Data}}`), "trust_browser in the form /login"},
		"passkeys":              {"login.html", without("login.html", `{{with .Data.Passkey}}{{template "passkey" .}}{{end}}`), "the form .Action"},
		"a button":              {"login.html", without("login.html", ` formaction="{{path "/login/mailed"}}"`), "the button /login/mailed"},
		"a link":                {"verify.html", strings.ReplaceAll(read("verify.html"), `href="{{path "/login/lost"}}"`, "href='#'"), "the link /login/lost"},
		"everything":            {"recover.html", bare("<p>Ask at the desk.</p>"), "the form /recover, the link /login"},
		"without quotation":     {"recover.html", bare(`<FORM action={{path "/recover"}}><input name=login></FORM><a HREF='{{path "/login"}}'>x</a>`), ""},
		"more than there was":   {"recover.html", read("recover.html") + `{{define "x"}}<a href="/elsewhere">x</a>{{end}}`, ""},
		"elsewhere than inside": {"recover.html", bare(`<form action="{{path "/recover"}}"></form><input name="login"><a href="{{path "/login"}}">x</a>`), "login in the form /recover"},
		"as it was":             {"verify.html", read("verify.html") + "\n", ""},
		"all meant":             {"recover.html", bare("{{/* without: /recover, /login */}}<p>Ask at the desk.</p>"), ""},
		"one field meant":       {"login.html", "{{/* without remember */}}" + without("login.html", remember), ""},
		"another meant":         {"recover.html", bare("{{- /* without:\n/login */ -}}" + begins + "</form>"), "the form /recover"},
		"scripts of a page":     {"verify.html", strings.Replace(read("verify.html"), `{{define "scripts"}}`, `{{define "verify_scripts"}}`, 1), "the scripts"},
	}
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			notes, err := notesOf(files(tt.file, tt.text))
			must(t, err)
			want := ""
			if tt.lacks != "" {
				want = tt.file + " lacks what the built-in one has: " + tt.lacks
			}
			if got := strings.Join(notes, "; "); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// What says that it is without something must be: a misspelt name would hide nothing, and an old one what comes later.
func TestWithoutIsTrue(t *testing.T) {
	notes, err := notesOf(files("recover.html", `{{define "title"}}Own{{end}}{{define "main"}}{{/* without: /recovr, /recover, login */}}<a href="{{path "/login"}}">x</a>{{end}}`))
	must(t, err)
	want := []string{
		"recover.html says that it is without /recovr, which it has or the built-in one has not",
		"recover.html says that it is without login, which it has or the built-in one has not", // a field of a form that is not there
	}
	if !slices.Equal(notes, want) {
		t.Errorf("%q", notes)
	}
}

// Pieces that the layout or the frame leaves out are on no page.
func TestWhatOwnLayoutsLack(t *testing.T) {
	const shows = `<!doctype html><title>{{template "title" .}}</title>{{template "style" .}}{{template "content" .}}`
	const frame = `{{define "style"}}{{end}}{{define "head"}}{{end}}{{define "content"}}{{template "main" .}}{{end}}{{define "footer"}}{{end}}`
	for want, own := range map[string][]string{
		"layout.html leaves out what every page has: head, footer": {"layout.html", shows},
		"layout.html leaves out what every page has: head":         {"layout.html", shows + `{{template "footer" .}}`},
		"frame.html leaves out what pages have: scripts":           {"frame.html", frame},
		"": {"layout.html", shows + `{{template "head" .}}{{/* without: footer */}}`},
	} {
		notes, err := notesOf(files(own...))
		must(t, err)
		if got := strings.Join(notes, "; "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// With no path in front a path that the data may have is not taken for one of a page's own.
func TestLacksWithoutAPrefix(t *testing.T) {
	all, err := pages.Files()
	must(t, err)
	names, err := fs.Glob(all, "*.html")
	must(t, err)
	changed := []string{}
	for _, name := range names {
		text, err := fs.ReadFile(all, name)
		must(t, err)
		changed = append(changed, name, string(text)+"\n")
	}
	root := &url.URL{Scheme: "https", Host: "id.example"}
	notes, err := web.CheckTemplates(web.Config{PublicURL: root, Issuer: "Sallyport", Templates: files(changed...), Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	if len(notes) > 0 {
		t.Errorf("%q", notes)
	}
	bare := `{{define "title"}}Own{{end}}{{define "main"}}<form method="post" action="{{path "/login/verify"}}"><input name="code"></form>{{end}}`
	notes, err = web.CheckTemplates(web.Config{PublicURL: root, Issuer: "Sallyport", Templates: files("verify.html", bare), Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	if len(notes) != 1 || strings.Contains(notes[0], "/login/setup") {
		t.Errorf("%q", notes)
	}
}

// A page's pieces in a file for all pages count as its own, and pages that nobody changed are none of it.
func TestPagesOfTheApplicationAlone(t *testing.T) {
	notes, err := notesOf(files("layout.html", `<!doctype html><title>{{template "title" .}}</title>{{template "head" .}}{{template "content" .}}{{template "footer" .}}`, "part_own.html", `{{define "mark"}}x{{end}}`))
	must(t, err)
	if len(notes) > 0 {
		t.Errorf("%q", notes)
	}
}
