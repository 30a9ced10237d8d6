package web

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/web/static"
	"github.com/sallyport/sallyport/internal/web/templates"
)

// libraryFiles are what the scripts of these pages and those of an application's own pages have in common. sallyport.min.js is
// all of it as one module, made by clients/typescript.
//
//go:embed library/*.js
var libraryFiles embed.FS

// library is the name that an application's pages know that module by. It never changes.
const library = "sallyport.js"

// staticFile is one style sheet, script or picture.
type staticFile struct {
	mediaType string
	content   []byte
	changes   bool // with a release, under the same name
}

// themeFile is an application's own style sheet, which every page loads after ours.
const themeFile = "theme.css"

// fontType is the media type of fonts (RFC 8081).
const fontType = "font/woff2"

// fromLibrary is what of the library stands before a script. On the pages bound.js comes after passkeys.js; the worker has
// nothing but its own file.
func fromLibrary(script string) []string {
	switch script {
	case "app.js":
		return []string{"texted.js"}
	case "passkeys.js":
		return []string{"bytes.js", "passkeys.js"}
	case "bound.js":
		return []string{"bound.js"}
	case "worker.js":
		return []string{"bytes.js", "bound.js"}
	}
	return nil
}

// loadFiles names every file by its content: what a page loads never changes under its name, and may be kept for ever. The
// library's name is the exception.
func (v *views) loadFiles() error {
	entries, err := fs.ReadDir(static.Files(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		content, err := readWhole(e.Name())
		if err != nil {
			return err
		}
		ext := path.Ext(e.Name())
		if ext == ".js" || ext == ".css" {
			content = lean(content)
		}
		v.serve(e.Name(), content)
	}
	module, err := libraryFiles.ReadFile("library/sallyport.min.js")
	v.files[library] = staticFile{mediaType: mediaType(".js"), content: module, changes: true}
	return err
}

// serve gives a file a name that holds for this content alone.
func (v *views) serve(file string, content []byte) {
	ext := path.Ext(file)
	name := strings.TrimSuffix(file, ext) + "." + templates.Digest(content) + ext
	v.hashed[file] = name
	v.files[name] = staticFile{mediaType: mediaType(ext), content: content}
}

// readWhole is a file with what of the library stands before it.
func readWhole(name string) ([]byte, error) {
	var whole []byte
	for _, part := range fromLibrary(name) {
		content, err := libraryFiles.ReadFile("library/" + part)
		if err != nil {
			return nil, err
		}
		whole = append(whole, content...)
	}
	content, err := fs.ReadFile(static.Files(), name)
	return append(whole, content...), err
}

// lean is a script or style sheet without what browsers don't read: indents, and lines of comment alone. No text of ours goes over lines.
func lean(source []byte) []byte {
	var out []byte
	for line := range bytes.Lines(source) {
		if line = bytes.TrimLeft(line, " "); len(bytes.TrimSpace(line)) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			out = append(out, line...)
		}
	}
	return out
}

// has says whether a built-in file is known by a name: its own, as templates say it, or one that it is served under.
func (v *views) has(name string) bool {
	_, served := v.files[name]
	return served || v.hashed[name] != ""
}

func mediaType(ext string) string {
	return map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
		".ico": "image/x-icon", ".woff2": fontType,
	}[ext]
}

// file is what a file holds, by its own name.
func (v *views) file(name string) []byte { return v.files[v.hashed[name]].content }

// pageStatic serves the files that pages load.
func (s *site) pageStatic(w http.ResponseWriter, r *http.Request) error {
	f, ok := s.views.files[r.PathValue("file")]
	if !ok {
		return errNotFound
	}
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if f.changes {
		h.Set("Cache-Control", "no-cache") // kept, and asked about each time
		h.Set("ETag", `"`+templates.Digest(f.content)+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
	return nil
}
