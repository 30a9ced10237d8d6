package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/sallyport/sallyport/internal/web/templates"
)

// staticFolder is where an application's templates have the files that they load.
const staticFolder = "static"

// TemplatesError is what is wrong with Config.Templates.
type TemplatesError struct{ err error }

// Error lists every mistake.
func (e *TemplatesError) Error() string { return strings.ReplaceAll(e.err.Error(), "\n", "; ") }

// Unwrap is the mistakes.
func (e *TemplatesError) Unwrap() error { return e.err }

// CheckTemplates makes every page that the templates of a Config have part in with data of all sorts, and reports the first mistake of each
// page and everything else that is wrong with the files. Notes are what may be meant, and is worth a word all the same. It needs no Machine.
func CheckTemplates(cfg Config) (notes []string, err error) {
	if cfg.Templates == nil {
		return nil, nil
	}
	s, err := spoken(cfg)
	if err != nil {
		return nil, err
	}
	s.trying = true
	v, err := loadViews(s)
	if err != nil {
		return nil, err
	}
	return v.notes, nil
}

// loadOwn takes in an application's templates and files.
func (v *views) loadOwn(s *site, builtIn sources) error {
	src, outdated, wrong := builtIn.with(s.Templates)
	if err := errors.Join(misplaced(s.Templates), wrong, v.loadOwnFiles(s.Templates)); err != nil {
		return err
	}
	if len(src.own) == 0 {
		return nil
	}
	v.own = v.parse(s, src)
	if !s.trying {
		return nil
	}
	set, err := v.own[s.all.In("").Tag()]()
	if err != nil {
		return tellFile(err)
	}
	if err := src.unread(set); err != nil {
		return err
	}
	if s.Layout != nil {
		err = src.try(set, layoutPieces()...)
	} else {
		err = src.try(set)
	}
	if err != nil {
		return err
	}
	return v.note(s, src, set, outdated)
}

// note collects what is no mistake.
func (v *views) note(s *site, src sources, own *template.Template, outdated []string) error {
	if s.Layout != nil && src.own[layoutFile] {
		v.notes = append(v.notes, "there is an own "+layoutFile+", and Config.Layout, which takes its place")
	}
	for _, file := range outdated {
		v.notes = append(v.notes, file+" was made from the one of another release; compare it with what `sallyport templates export` writes")
	}
	builtIn, err := v.builtIn[s.all.In("").Tag()]()
	if err != nil {
		return err
	}
	v.notes = append(v.notes, src.lacking(own, builtIn, s.path(""))...)
	return nil
}

// misplaced is an error about a file system in which nothing would be found, or a file that nothing would find.
func misplaced(from fs.FS) error {
	entries, err := fs.ReadDir(from, ".")
	if err != nil {
		return err
	}
	found := false
	var wrong []error
	for _, e := range entries {
		ext := path.Ext(e.Name())
		found = found || ext == pageEnding || e.Name() == staticFolder
		switch {
		case templates.IsHidden(e.Name()), ext == pageEnding && !e.IsDir(), e.Name() == staticFolder, ext == ".md", strings.HasPrefix(e.Name(), "README"):
		case !e.IsDir() && mediaType(ext) != "":
			wrong = append(wrong, fmt.Errorf("%s is a file that pages load: put it into the folder %s", e.Name(), staticFolder))
		default:
			wrong = append(wrong, fmt.Errorf("%s is not read: templates are *%s in the folder itself, and what they load is in %s", e.Name(), pageEnding, staticFolder))
		}
	}
	if !found {
		return fmt.Errorf("there is no %s and no folder %s in it: of an embed.FS, fs.Sub gives the folder", "*"+pageEnding, staticFolder)
	}
	return errors.Join(wrong...)
}

// loadOwnFiles serves an application's files, in place of ours where the names are the same. Ours that are scripts belong to the handlers.
func (v *views) loadOwnFiles(from fs.FS) error {
	entries, err := fs.ReadDir(from, staticFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var wrong []error
	sheets := map[string]string{}
	for _, e := range entries {
		file := staticFolder + "/" + e.Name()
		switch ext := path.Ext(e.Name()); {
		case templates.IsHidden(e.Name()):
		case mediaType(ext) == "" || e.IsDir():
			wrong = append(wrong, fmt.Errorf("%s can't be served: name it .css, .js, .svg, .png, .ico or .woff2, and put it into no folder below", file))
		case ext == ".js" && v.has(e.Name()):
			wrong = append(wrong, fmt.Errorf("%s has the name of a built-in script, which can't be replaced: give it another", file))
		default:
			content, err := fs.ReadFile(from, file)
			wrong = append(wrong, err)
			if ext == ".css" {
				sheets[file] = string(content)
				wrong = append(wrong, forbidden(file, string(content)), unknownProperties(file, string(content)))
			}
			if ours, err := readWhole(e.Name()); err != nil || !bytes.Equal(ours, content) {
				v.serve(e.Name(), content)
				v.files[e.Name()] = staticFile{mediaType: mediaType(ext), content: content, changes: true} // as style sheets call it
			}
		}
	}
	for file, text := range sheets {
		wrong = append(wrong, notThere(file, text, v.has))
	}
	return errors.Join(wrong...)
}

// tellFile is an error of package html/template that begins with file and line: without its names for templates, and without a column, which
// counts in what the parser got.
func tellFile(err error) error {
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "html/template:"), "template: ")
	text = regexp.MustCompile(`^\w+ page:`).ReplaceAllString(text, layoutFile+":")
	text = regexp.MustCompile(`^(\S+:\d+):\d+:`).ReplaceAllString(text, "$1:")
	return errors.New(regexp.MustCompile(`executing "[^"]*" `).ReplaceAllString(text, ""))
}
