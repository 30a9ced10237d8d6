package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/web"
	"github.com/sallyport/sallyport/pages"
)

// Branches that few readers get to are tried as well: those of one language, and those behind a rare word or amount.
func TestRareBranchesAreTried(t *testing.T) {
	for page, branches := range map[string][]string{
		"login":      {`eq (text "language") "de"`, `eq "ja" (text "language")`, `eq (text "language.direction") "rtl"`},
		"setup":      {`eq .Data.Algorithm "SHA-256"`},
		"setup_push": {`eq .Data.Digits 8`},
		"codes":      {`gt (len .Data.Codes) 5`},
		"codes_new":  {`gt .Data.Remaining 5`, `le 7 .Data.Remaining`},
	} {
		for _, branch := range branches {
			text := `{{define "title"}}x{{end}}{{define "main"}}{{if ` + branch + `}}{{.Nope}}{{end}}{{end}}`
			if err := checkTemplates(files(page+".html", text)); err == nil {
				t.Errorf("%s: a mistake behind %q is not seen", page, branch)
			}
		}
	}
}

// What editors, Git and Kubernetes leave in a folder stops no start, and is not served.
func TestHiddenFilesArePassedOver(t *testing.T) {
	left := files("static/.gitkeep", "", "static/..data", "", "static/.old.css", "x", ".#login.html", "", "._login.html", "", ".theme.css", "")
	must(t, checkTemplates(left))
	newWorld(t, setup{templates: left}).visitor().get("/static/.old.css").shows(404)
}

// With a layout in Go the pieces are made each by itself, and tried so: one that only the layout lacks would fail on every page.
func TestPiecesAreTriedForALayout(t *testing.T) {
	public, _ := url.Parse("https://id.example/auth")
	cfg := web.Config{PublicURL: public, Issuer: "Sallyport", Log: slog.New(slog.DiscardHandler), Templates: files(
		"frame.html", `{{define "style"}}{{end}}{{define "head"}}{{block "scripts" .}}{{end}}{{end}}{{define "content"}}{{template "main" .}}{{end}}`,
		"layout.html", `<!doctype html><title>{{template "title" .}}</title>{{template "style" .}}{{template "head" .}}{{template "content" .}}`,
	)}
	_, err := web.CheckTemplates(cfg)
	must(t, err)
	cfg.Layout = func(io.Writer, *http.Request, pages.Frame) error { return nil }
	if _, err := web.CheckTemplates(cfg); err == nil || !strings.Contains(err.Error(), "footer") {
		t.Errorf("a layout that would get no footer: %v", err)
	}
}
