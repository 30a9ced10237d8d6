package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
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

//go:embed static/*
var staticFiles embed.FS

// layout is the template that every page stands in; the files whose names begin with "part_" are pieces of
// pages.
const layout = "layout.html"

// views are the pages, parsed once, and the files they load. They are immutable.
type views struct {
	pages  map[string]*template.Template
	files  map[string]staticFile // by the name they are served under
	hashed map[string]string     // from a file's name to that
}

// staticFile is one style sheet, script or picture.
type staticFile struct {
	mediaType string
	content   []byte
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

// loadFiles names every file by its content: what a page loads never changes under its name, and may be
// kept for ever.
func (v *views) loadFiles() error {
	types := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
		".png": "image/png",
	}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return err
	}
	for _, e := range entries {
		content, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:8]) + ext
		v.hashed[e.Name()] = name
		v.files[name] = staticFile{mediaType: types[ext], content: content}
	}
	return nil
}

// file is what a file holds, by its own name.
func (v *views) file(name string) []byte { return v.files[v.hashed[name]].content }

// functions are what templates may call.
func (s *site) functions(v *views) template.FuncMap {
	return template.FuncMap{
		"text":      s.texts.text,
		"path":      s.path,
		"home":      func() string { return s.Home },
		"elsewhere": s.elsewhere, "offered_elsewhere": s.offeredElsewhere,
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

// pageStatic serves the files that pages load. Their names change with their content.
func (s *site) pageStatic(w http.ResponseWriter, r *http.Request) error {
	f, ok := s.views.files[r.PathValue("file")]
	if !ok {
		return errNotFound
	}
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(f.content)
	return nil
}
