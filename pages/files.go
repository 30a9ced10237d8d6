package pages

import (
	"fmt"
	"io/fs"

	"github.com/sallyport/sallyport/internal/archive"
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
	given, err := archive.FS(all)
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	return given, nil
}
