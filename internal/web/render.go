package web

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"html/template"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/sallyport/sallyport/pages"
)

// views are the pages, parsed once for each language in which one is asked for, and the files they load. They are immutable.
type views struct {
	builtIn map[string]parsed     // by language
	own     map[string]parsed     // likewise, with an application's templates; nil where it has none
	files   map[string]staticFile // by the name they are served under
	hashed  map[string]string     // from a file's name to that
	notes   []string              // about an application's templates, where they are tried
}

// parsed are the pages of one language.
type parsed func() (*template.Template, error)

func loadViews(s *site) (*views, error) {
	v := &views{files: map[string]staticFile{}, hashed: map[string]string{}}
	if err := v.loadFiles(); err != nil {
		return nil, err
	}
	src, err := builtInPages()
	if err != nil {
		return nil, err
	}
	v.builtIn = v.parse(s, src)
	if s.Templates != nil {
		if err := v.loadOwn(s, src); err != nil {
			return nil, &TemplatesError{err}
		}
	}
	_, err = v.builtIn[s.all.In("").Tag()]() // what can't be parsed in one language can't in any
	return v, err
}

func (v *views) parse(s *site, src sources) map[string]parsed {
	all := map[string]parsed{}
	for _, tag := range s.all.Tags() {
		all[tag] = sync.OnceValues(func() (*template.Template, error) {
			return src.parse(s.functions(v, texts{s.all.In(tag)}))
		})
	}
	return all
}

// functions are what templates may call, in one language.
func (s *site) functions(v *views, c texts) template.FuncMap {
	return template.FuncMap{
		"text":              s.textFunction(c),
		"path":              s.pathFunction,
		"home":              func() string { return s.Home },
		"account_page":      func() string { return s.elsewhere().AccountPage },
		"registration_page": func() string { return s.elsewhere().RegistrationPage },
		"forgotten_page":    func() string { return s.elsewhere().ForgottenPage },
		"static": func(name string) (string, error) {
			if v.hashed[name] == "" {
				return "", fmt.Errorf("no static file %q", name)
			}
			return s.path("/static/" + v.hashed[name]), nil
		},
		"theme": func() string {
			if v.hashed[themeFile] == "" {
				return ""
			}
			return s.path("/static/" + v.hashed[themeFile])
		},
		"machine": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"date":    c.Moment,
		"wait":    c.wait,
		"clock":   c.ofClock,
		"groups":  groups,
		"forms":   c.forms,
		"field": func(p pages.Page, id, label string) (pages.Field, error) {
			_, err := s.textFunction(c)(label)
			return s.field(c, p, id, label), err
		},
		"tongues": s.tongues,
		"apart":   c.Isolated,
	}
}

// textFunction is a catalogue's texts.
func (s *site) textFunction(c texts) func(string, ...any) (string, error) {
	if s.trying {
		return s.triedText(c)
	}
	return func(key string, args ...any) (string, error) { return c.text(key, args...), nil }
}

// pathFunction is path for templates, whose authors forget the slash.
func (s *site) pathFunction(p string) (string, error) {
	if !strings.HasPrefix(p, "/") {
		return "", fmt.Errorf("the path %q begins with no slash", p)
	}
	return s.path(p), nil
}

// groups cuts a key into pieces of four, as people read it.
func groups(key string) []string {
	var out []string
	for len(key) > 4 {
		out, key = append(out, key[:4]), key[4:]
	}
	return append(out, key)
}

// render writes a page. It is made in memory first: a template that fails sends nothing. Where an application's fails, ours stands in.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, view string, p pages.Page) error {
	if want := dataOf(view); reflect.TypeOf(want) != reflect.TypeOf(p.Data) {
		return fmt.Errorf("web: the page %q gets %T, and not %T as templates are promised", view, p.Data, want)
	}
	tag := s.in(r).Tag()
	p.Issuer = s.Issuer
	if view != "codes" && len(s.all.Tags()) > 1 { // recovery codes are shown once, and would be gone
		p.Here = s.here(r)
	}
	var body bytes.Buffer
	if !s.renderOwn(r, &body, tag, view, p) {
		body.Reset()
		if err := execute(&body, s.views.builtIn[tag], pageName(view), p); err != nil {
			return err
		}
	}
	if hasWorker(view) {
		w.Header().Set("Content-Security-Policy", s.workerPolicy())
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", tag)
	w.WriteHeader(status)
	w.Write(body.Bytes()) // an error here is a client that went away
	return nil
}

func execute(w io.Writer, set parsed, name string, p pages.Page) error {
	all, err := set()
	if err != nil {
		return err
	}
	t := all.Lookup(name)
	if t == nil {
		return fmt.Errorf("web: no template %q", name)
	}
	return t.Execute(w, p)
}

// renderOwn makes a page of an application's templates, in its layout; where that fails, in the layout of the templates. It says whether there
// is such a page.
func (s *site) renderOwn(r *http.Request, body *bytes.Buffer, tag, view string, p pages.Page) (made bool) {
	set := s.views.builtIn[tag]
	if s.views.own != nil {
		set = s.views.own[tag]
	}
	if s.Layout != nil && s.try(r, view, p, func() error { return s.inLayout(r, body, set, view, p) }) {
		return true
	}
	body.Reset()
	return s.views.own != nil && s.try(r, view, p, func() error { return execute(body, set, pageName(view), p) })
}

// try says whether what an application brought made a page, and logs why not.
func (s *site) try(r *http.Request, view string, p pages.Page, making func() error) (made bool) {
	var err error
	defer func() {
		if failed := recover(); failed != nil {
			err = panicked(p, failed)
		} else if err != nil {
			err = tellable(p, err)
		}
		if made = err == nil; !made {
			s.Log.ErrorContext(r.Context(), "an own template or layout failed; the page was shown without it",
				"page", view, "request", requestID(r), "error", err)
		}
	}()
	err = making()
	return err == nil
}

// inLayout has the application put a page into its own.
func (s *site) inLayout(r *http.Request, body *bytes.Buffer, set parsed, view string, p pages.Page) (err error) {
	piece := func(name string) template.HTML {
		var text bytes.Buffer
		if err == nil {
			err = execute(&text, set, partOf(view, name), p)
		}
		return template.HTML(text.String()) // of html/template
	}
	c := s.in(r)
	f := pages.Frame{
		Name: view, Issuer: p.Issuer, Who: p.Who, Wide: p.Wide, Language: c.Tag(), Direction: c.text("language.direction"),
		Title: html.UnescapeString(string(piece("title"))), // plain text that was escaped for HTML
		Style: piece("style"), Head: piece("head"), Content: piece("content"), Footer: piece("footer"),
	}
	if p.Error != "" {
		f.Title = c.text("error.prefix") + " " + f.Title
	}
	if err != nil {
		return err
	}
	if err := s.Layout(body, r, f); err != nil {
		return err
	}
	if !bytes.Contains(body.Bytes(), []byte(f.Content)) {
		return errors.New("the layout left the page out: it has to write Frame.Content as it is, not as text")
	}
	return nil
}
