package pages

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/sallyport/sallyport/internal/web/static"
	"github.com/sallyport/sallyport/internal/web/templates"
)

// Files returns the built-in files that an application may replace, to start from: NAME.html, and static/ with the style sheet and the pictures.
// Each template begins with a line that says which release it is of. `sallyport templates export` writes the same.
func Files() (fs.FS, error) {
	html, err := templates.BuiltIn()
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	others, err := templates.Read(static.Files(), ".css", ".svg", ".png")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	all := map[string]string{}
	for name, text := range html {
		all[name] = templates.Mark(name, text) + text
	}
	for name, content := range others {
		all["static/"+name] = content
	}
	return archive(all)
}

// archive holds files in memory: the standard library makes a file system of one.
func archive(files map[string]string) (fs.FS, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		into, err := w.Create(name)
		if err == nil {
			_, err = into.Write([]byte(files[name]))
		}
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	return zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
}
