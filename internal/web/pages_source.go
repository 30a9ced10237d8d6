package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// layout is the file that every page stands in; the files whose names begin with "part_" are pieces of pages.
const (
	layout     = "layout.html"
	partPrefix = "part_"
)

// sources are the templates of all pages as text. They are parsed for each language: a function that a template calls belongs to
// the template. All pages of a language are one set, so that the pieces are there once and not once for each page.
type sources struct {
	parts string
	pages map[string]string // by page: its own file after the layout, both with names of their own
}

func pageSources() (sources, error) {
	src := sources{pages: map[string]string{}}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return src, err
	}
	around, err := templateFiles.ReadFile("templates/" + layout)
	if err != nil {
		return src, err
	}
	ofPage := regexp.MustCompile(`\{\{(define|template|block) "(title|main|scripts)"`) // what each page defines for the layout
	for _, name := range names {
		text, err := templateFiles.ReadFile(name)
		if err != nil {
			return src, err
		}
		short := strings.TrimSuffix(path.Base(name), ".html")
		switch {
		case path.Base(name) == layout:
		case strings.HasPrefix(short, partPrefix):
			src.parts += string(text)
		default:
			src.pages[short] = ofPage.ReplaceAllString(string(around)+string(text), `{{$1 "`+short+` $2"`)
		}
	}
	return src, src.twice()
}

// twice is an error where two sources define one name: the second would silently stand for the first.
func (src sources) twice() error {
	seen := map[string]bool{}
	all := src.parts
	for _, text := range src.pages {
		all += text
	}
	defined := regexp.MustCompile(`\{\{define "([^"]+)"\}\}`)
	for _, found := range defined.FindAllStringSubmatch(all, -1) {
		if seen[found[1]] {
			return fmt.Errorf("web: two templates %q", found[1])
		}
		seen[found[1]] = true
	}
	return nil
}

// pageName is what a page's template is called.
func pageName(page string) string { return page + " page" }

// parse makes the pages of one language.
func (src sources) parse(functions template.FuncMap) (*template.Template, error) {
	set, err := template.New("").Funcs(functions).Parse(src.parts)
	if err != nil {
		return nil, err
	}
	for page, text := range src.pages {
		if _, err := set.New(pageName(page)).Parse(text); err != nil {
			return nil, fmt.Errorf("web: the page %s: %w", page, err)
		}
	}
	return set, nil
}
