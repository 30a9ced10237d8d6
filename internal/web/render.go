package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"sync"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

// views are the pages, parsed once for each language in which one is asked for, and the files they load. They are immutable.
type views struct {
	pages  map[string]func() (*template.Template, error) // by language
	files  map[string]staticFile                         // by the name they are served under
	hashed map[string]string                             // from a file's name to that
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
