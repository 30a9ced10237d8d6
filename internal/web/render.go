package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/*
var staticFiles embed.FS

// views are the pages, parsed once for each language in which one is asked for, and the files they load. They are immutable.
type views struct {
	pages  map[string]func() (*template.Template, error) // by language
	files  map[string]staticFile                         // by the name they are served under
	hashed map[string]string                             // from a file's name to that
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
	Here   string  // where the switch of languages returns to; "" for a page without one
	Data   any
}

// fault is what is wrong at one field.
type fault struct{ Field, Says string }

// way is a link in the summary of what went wrong.
type way struct{ Path, Says string }

func loadViews(s *site) (*views, error) {
	v := &views{pages: map[string]func() (*template.Template, error){}, files: map[string]staticFile{}, hashed: map[string]string{}}
	if err := v.loadFiles(); err != nil {
		return nil, err
	}
	sources, err := pageSources()
	if err != nil {
		return nil, err
	}
	for _, tag := range s.all.Tags() {
		v.pages[tag] = sync.OnceValues(func() (*template.Template, error) {
			return sources.parse(s.functions(v, texts{s.all.In(tag)}))
		})
	}
	_, err = v.pages[s.all.In("").Tag()]() // what can't be parsed in one language can't in any
	return v, err
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

// functions are what templates may call, in one language.
func (s *site) functions(v *views, c texts) template.FuncMap {
	return template.FuncMap{
		"text":      c.text,
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
		"date":    c.Moment,
		"wait":    c.wait,
		"clock":   c.ofClock,
		"groups":  groups,
		"forms":   c.forms,
		"field":   func(sc screen, id, label string) field { return s.field(c, sc, id, label) },
		"tongues": s.tongues,
		"apart":   c.Isolated,
	}
}

// groups cuts a key into pieces of four, as people read it.
func groups(key string) []string {
	var out []string
	for len(key) > 4 {
		out, key = append(out, key[:4]), key[4:]
	}
	return append(out, key)
}

// render writes a page. It is made in memory first: a template that fails sends nothing.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, view string, sc screen) error {
	tag := s.in(r).Tag()
	pages, err := s.views.pages[tag]()
	if err != nil {
		return err
	}
	page := pages.Lookup(pageName(view))
	if page == nil {
		return fmt.Errorf("web: no page %q", view)
	}
	sc.Issuer = s.Issuer
	if view != "codes" && len(s.all.Tags()) > 1 { // recovery codes are shown once, and would be gone
		sc.Here = s.here(r)
	}
	var body bytes.Buffer
	if err := page.Execute(&body, sc); err != nil {
		return err
	}
	if hasWorker(view) {
		w.Header().Set("Content-Security-Policy", workerPolicy)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", tag)
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
	h.Del("Vary") // a file is the same in every language
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(f.content)
	return nil
}
