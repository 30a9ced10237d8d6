package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

// layout is the template that every page stands in; the files whose names begin with "part_" are pieces of
// pages.
const layout = "layout.html"

// views are the pages, parsed once, and the files they load. They are immutable.
type views struct {
	pages  map[string]*template.Template
	files  map[string]staticFile // by the name they are served under
	hashed map[string]string     // from a file's name to that
}

// screen is what a template sees.
type screen struct {
	Issuer string
	Who    string  // the name of the account that is signed in, or ""
	Wide   bool    // the account page and its like
	Notice string  // one sentence about what happened before, or ""
	Error  string  // what went wrong, in the summary and at its field; or ""
	Field  string  // the id of that field; "" when the error belongs to none
	Also   []fault // what else went wrong, likewise
	Way    *way    // where else an error leads, or nil
	Data   any
}

// fault is what is wrong at one field.
type fault struct{ Field, Says string }

// way is a link in the summary of what went wrong.
type way struct{ Path, Says string }

func loadViews(s *site) (*views, error) {
	v := &views{pages: map[string]*template.Template{}, files: map[string]staticFile{}, hashed: map[string]string{}}
	if err := v.loadFiles(); err != nil {
		return nil, err
	}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	base, err := template.New(layout).Funcs(s.functions(v)).ParseFS(templateFiles, "templates/"+layout, "templates/part_*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		short := strings.TrimSuffix(path.Base(name), ".html")
		if short+".html" == layout || strings.HasPrefix(short, "part_") {
			continue
		}
		page, err := template.Must(base.Clone()).ParseFS(templateFiles, name)
		if err != nil {
			return nil, err
		}
		v.pages[short] = page
	}
	return v, nil
}

// functions are what templates may call.
func (s *site) functions(v *views) template.FuncMap {
	return template.FuncMap{
		"text": s.texts.text,
		"path": s.path,
		"home": func() string { return s.Home },
		"static": func(name string) (string, error) {
			if v.hashed[name] == "" {
				return "", fmt.Errorf("no static file %q", name)
			}
			return s.path("/static/" + v.hashed[name]), nil
		},
		"machine": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"date":    dated,
		"wait":    s.texts.wait,
		"clock":   s.texts.ofClock,
		"groups":  groups,
		"field":   s.field,
	}
}

// dated is a time as people read it.
func dated(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// groups cuts a key into pieces of four, as people read it.
func groups(key string) []string {
	var out []string
	for len(key) > 4 {
		out, key = append(out, key[:4]), key[4:]
	}
	return append(out, key)
}

// render writes a page. It is made in memory first: a template that fails sends nothing.
func (s *site) render(w http.ResponseWriter, status int, view string, sc screen) error {
	page, ok := s.views.pages[view]
	if !ok {
		return fmt.Errorf("web: no page %q", view)
	}
	sc.Issuer = s.Issuer
	var body bytes.Buffer
	if err := page.Execute(&body, sc); err != nil {
		return err
	}
	if hasWorker(view) {
		w.Header().Set("Content-Security-Policy", workerPolicy)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(body.Bytes()) // an error here is a client that went away
	return nil
}
