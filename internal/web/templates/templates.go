// Package templates has the built-in templates of the pages as text. Package web parses them, and package pages gives them to who
// writes others; nothing else needs it. It trusts nobody with anything.
package templates

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

//go:embed *.html
var files embed.FS

// IsHidden says whether a name begins with a dot: what editors, Git and Kubernetes leave in a folder is nothing of who wrote the others.
func IsHidden(name string) bool { return strings.HasPrefix(name, ".") }

// Read returns the files of a folder that have one of these endings and are not hidden, by name.
func Read(from fs.FS, endings ...string) (map[string]string, error) {
	all := map[string]string{}
	for _, ending := range endings {
		names, err := fs.Glob(from, "*"+ending)
		if err != nil {
			return nil, err
		}
		for _, name := range slices.DeleteFunc(names, IsHidden) {
			text, err := fs.ReadFile(from, name)
			if err != nil {
				return nil, err
			}
			all[name] = string(text)
		}
	}
	return all, nil
}

// BuiltIn returns the built-in templates by the names of their files.
func BuiltIn() (map[string]string, error) { return Read(files, ".html") }

// Mark is a line to begin a copy of a file with, that says what it was made from. It shows nothing.
func Mark(name, text string) string {
	return fmt.Sprintf("{{- /* made from %s of Sallyport, %s */ -}}\n", name, Digest([]byte(text)))
}

// Unmark is a text without its mark.
func Unmark(text string) string {
	return regexp.MustCompile(`^\{\{- /\* made from \S+ of Sallyport, [0-9a-f]{16} \*/ -\}\}\n`).ReplaceAllString(text, "")
}

// Outdated says whether a text has a mark, and was made from other text than this.
func Outdated(text, builtIn string) bool {
	mark := regexp.MustCompile(`\{\{- /\* made from \S+ of Sallyport, ([0-9a-f]{16}) \*/ -\}\}`).FindStringSubmatch(text)
	return mark != nil && mark[1] != Digest([]byte(builtIn))
}

// Digest tells one content from another.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}
