// Package static has the style sheet, the scripts and the pictures of the pages. Package web serves them, and package pages gives those that
// may be replaced to who writes others.
package static

import (
	"embed"
	"io/fs"
)

//go:embed *.css *.js *.svg *.png
var files embed.FS

// Files returns all of them.
func Files() fs.FS { return files }
