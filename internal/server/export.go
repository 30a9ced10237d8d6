package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/migrations"
	"github.com/sallyport/sallyport/pages"
)

// secretsFolder is where the files of the secrets' database go: a tool that reads a folder takes all that is in it.
const secretsFolder = "secrets"

// ExportMigrations writes the schemas of the databases as .sql files into dir, which is made, and returns their names. No database is
// opened. Files that are there with the same text stay; with another one they are an error, and nothing is written over.
func (s *Settings) ExportMigrations(dir string) ([]string, error) {
	all, err := migrations.Files(s.dialectOf(s.Gate.Database))
	if err != nil {
		return nil, err
	}
	names, err := writeFiles(dir, all)
	if err != nil || s.secretsDatabase() == s.Gate.Database {
		return names, err
	}
	apart, err := migrations.SecretsFiles(s.dialectOf(s.secretsDatabase()))
	if err != nil {
		return names, err
	}
	more, err := writeFiles(filepath.Join(dir, secretsFolder), apart)
	return append(names, more...), err
}

// dialectOf reads a place that was checked.
func (s *Settings) dialectOf(place string) (migrations.Dialect, string) {
	if strings.Contains(place, "://") {
		return migrations.PostgreSQL, s.Gate.DatabaseSchema
	}
	return migrations.SQLite, ""
}

// ExportTemplates writes the built-in pages, or those of these names, into dir, which is made, and returns the names of the files: as
// [Settings.ExportMigrations] otherwise.
func ExportTemplates(dir string, only []string) ([]string, error) {
	all, err := pages.Files()
	if err != nil {
		return nil, err
	}
	only = slices.Clone(only)
	for i, name := range only {
		if at, err := fs.Stat(all, name+".html"); err == nil && !at.IsDir() {
			only[i] = name + ".html"
		} else if at, err := fs.Stat(all, name); err != nil || at.IsDir() {
			return nil, fmt.Errorf("there is no built-in file %q: without a name, all of them are written", name)
		}
	}
	return writeFiles(dir, all, only...)
}

// writeFiles writes all files, or only those of these names.
func writeFiles(dir string, all fs.FS, only ...string) (names []string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the folder for the files: %w", err)
	}
	err = fs.WalkDir(all, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || len(only) > 0 && !slices.Contains(only, name) {
			return err
		}
		text, err := fs.ReadFile(all, name)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := writeOnce(path, text); err != nil {
			return err
		}
		names = append(names, path)
		return nil
	})
	return names, err
}

// writeOnce leaves what is there alone, whatever it is: a migration that was run must not change, and a template that was changed is
// somebody's work.
func writeOnce(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // follows no link
	if errors.Is(err, fs.ErrExist) {
		return sameAs(path, text)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// sameAs is an error unless a file has this text.
func sameAs(path string, text []byte) error {
	there, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s is there, and can't be compared: name another folder: %w", path, err)
	}
	if string(there) != string(text) {
		return fmt.Errorf("%s is there and says something else: name another folder", path)
	}
	return nil
}
