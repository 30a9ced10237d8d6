// Package archive makes a file system of texts in memory, for packages that give files away. It is not for files of users: it trusts the
// names that it is given.
package archive

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"maps"
	"slices"
)

// FS returns a file system with these files, by their paths. The standard library makes one of an archive.
func FS(files map[string]string) (fs.FS, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		into, err := w.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := into.Write([]byte(files[name])); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
}
