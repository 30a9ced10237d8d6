package web

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/web/templates"
)

// The files that every page stands in; those whose names begin with "part_" are pieces of pages.
const (
	layoutFile = "layout.html"
	frameFile  = "frame.html"
	partPrefix = "part_"
	pageEnding = ".html"
)

// sources are the templates of all pages as text. They are parsed for each language: a function that a template calls belongs to
// the template. All pages of a language are one set, so that the pieces are there once and not once for each page.
type sources struct {
	files map[string]string
	own   map[string]bool // those that an application brought
}

func isPart(file string) bool { return strings.HasPrefix(file, partPrefix) }

func isFrame(file string) bool { return file == layoutFile || file == frameFile }

// pages are the names of all pages.
func (src sources) pages() (names []string) {
	for _, file := range slices.Sorted(maps.Keys(src.files)) {
		if !isPart(file) && !isFrame(file) {
			names = append(names, strings.TrimSuffix(file, pageEnding))
		}
	}
	return names
}

// parts are the files with pieces, in the order of their parsing: what an application's define wins.
func (src sources) parts() (files []string) {
	for _, own := range []bool{false, true} {
		for _, file := range slices.Sorted(maps.Keys(src.files)) {
			if isPart(file) && src.own[file] == own {
				files = append(files, file)
			}
		}
	}
	return files
}

// builtInPages are the pages that come with this program.
func builtInPages() (sources, error) {
	files, err := templates.BuiltIn()
	src := sources{files: files, own: map[string]bool{}}
	return src, errors.Join(err, src.twice())
}

// with takes an application's templates in. Every mistake is reported at once; outdated are the files that were made from others
// than the present ones.
func (src sources) with(from fs.FS) (all sources, outdated []string, err error) {
	own, err := templates.Read(from, pageEnding)
	if err != nil {
		return src, nil, err
	}
	all = sources{files: maps.Clone(src.files), own: map[string]bool{}}
	var wrong []error
	for _, file := range slices.Sorted(maps.Keys(own)) {
		builtIn, known := src.files[file]
		if !known && !isPart(file) {
			wrong = append(wrong, fmt.Errorf("%s is no page: there are %s, the frame's %s and %s, and files that begin with %s",
				file, strings.Join(src.pages(), ", "), layoutFile, frameFile, partPrefix))
			continue
		}
		if known && templates.Unmark(own[file]) == builtIn {
			continue // exported, and left as it was
		}
		wrong = append(wrong, forbidden(file, own[file]))
		if known && templates.Outdated(own[file], builtIn) {
			outdated = append(outdated, file)
		}
		all.files[file], all.own[file] = own[file], true
	}
	return all, outdated, errors.Join(append(wrong, all.twice())...)
}

// ofPage is what each page has of its own: its file defines some, the frame the others. Read only.
var ofPage = regexp.MustCompile(`(\{\{-?\s*(?:define|template|block)\s+)"(` + strings.Join(pieces(), "|") + `)"`)

// twice is an error where two files define one name: the second would silently stand for the first. An application's parts may
// do that, since that is what they are for.
func (src sources) twice() error {
	seen := map[string]string{}
	defined := regexp.MustCompile(`\{\{-?\s*define\s+"([^"]+)"`)
	var wrong []error
	for _, file := range slices.Sorted(maps.Keys(src.files)) {
		for _, found := range defined.FindAllStringSubmatch(src.files[file], -1) {
			name := found[1]
			if ofPage.MatchString(found[0]) && !isPart(file) {
				continue
			}
			if first, there := seen[name]; there && !(isPart(file) && src.own[file]) && !(isPart(first) && src.own[first]) {
				wrong = append(wrong, fmt.Errorf("%s and %s both define %q: what is for all pages belongs into a file of yours that begins with %s", first, file, name, partPrefix))
			}
			seen[name] = file
		}
	}
	return errors.Join(wrong...)
}

// pageName is what a page's template is called; partOf is what one of its pieces is.
func pageName(page string) string { return partOf(page, "page") }

func partOf(page, piece string) string { return page + " " + piece }

// parse makes the pages of one language. Each text is parsed under the name of its file: errors tell file and line.
func (src sources) parse(functions template.FuncMap) (*template.Template, error) {
	set := template.New("").Funcs(functions)
	for _, file := range src.parts() {
		if _, err := set.New(file).Parse(src.files[file]); err != nil {
			return nil, err
		}
	}
	for _, page := range src.pages() {
		for _, file := range []string{frameFile, page + pageEnding, layoutFile} {
			name := file
			if file == layoutFile {
				name = pageName(page)
			}
			text := ofPage.ReplaceAllString(src.files[file], `$1"`+page+` $2"`)
			if _, err := set.New(name).Parse(text); err != nil {
				return nil, err
			}
		}
		for _, piece := range []string{"title", "main"} {
			if set.Lookup(partOf(page, piece)) == nil {
				return nil, fmt.Errorf("%s defines no %q", page+pageEnding, piece)
			}
		}
	}
	return set, nil
}
