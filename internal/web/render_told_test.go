package web_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// The log of an own template or layout that fails has no secret of the page, whatever html/template or the application says of it, but
// where it failed.
func TestFailingTemplateTellsNoSecret(t *testing.T) {
	says := func(how func(pages.Frame) error) func(io.Writer, *http.Request, pages.Frame) error {
		return func(_ io.Writer, _ *http.Request, f pages.Frame) error { return how(f) }
	}
	for want, s := range map[string]setup{
		"codes.html:2": {templates: files(
			"setup.html", `{{define "title"}}x{{end}}{{define "main"}}{{range .Data.Secret}}x{{end}}{{end}}`,
			"codes.html", "{{define \"title\"}}x{{end}}{{define \"main\"}}\n{{if eq .Data.Codes .Data.Codes}}x{{end}}{{end}}")},
		"errors.errorString": {layout: says(func(f pages.Frame) error { return errors.New("can't draw " + string(f.Content)) })},
		"panic: string":      {layout: says(func(f pages.Frame) error { panic("can't draw " + string(f.Content)) })},
		"panic: *fmt.wrapError": {layout: says(func(f pages.Frame) error {
			panic(fmt.Errorf("can't draw %w", errors.New(string(f.Content))))
		})},
	} {
		s.policy = core.PolicyRequired
		w := newWorld(t, s)
		key, codes := w.visitor().setUp()
		for _, secret := range append(codes, key.Secret().RevealBase32()) {
			if strings.Contains(w.log.String(), secret) {
				t.Fatalf("%s is in the log:\n%s", secret, w.log)
			}
		}
		if !strings.Contains(w.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, w.log)
		}
	}
}
