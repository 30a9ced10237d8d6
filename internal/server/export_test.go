package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/server"
)

// What is there is left alone, also where it can't be read or is a link that leads out of the folder.
func TestExportWritesOverNothing(t *testing.T) {
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "outside")
	if err := os.Symlink(outside, filepath.Join(dir, "login.html")); err != nil {
		t.Skip(err)
	}
	_, err := server.ExportTemplates(dir, []string{"login.html"})
	if err == nil || !strings.Contains(err.Error(), "login.html") {
		t.Errorf("a link is written through: %v", err)
	}
	if _, err := os.Lstat(outside); err == nil {
		t.Error("a file was made outside the folder")
	}
	unread := filepath.Join(dir, "lost.html")
	if err := os.WriteFile(unread, []byte("mine"), 0o200); err != nil {
		t.Fatal(err)
	}
	if _, err := server.ExportTemplates(dir, []string{"lost.html"}); err == nil {
		t.Error("a file that can't be read is written over")
	}
	if err := os.Chmod(unread, 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(unread); err != nil || string(text) != "mine" {
		t.Errorf("somebody's file has %q now (%v)", text, err)
	}
}

// A name that is no file's is told, and nothing written.
func TestExportKnowsItsFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"static", "logon.html", "../login.html", "/etc/passwd", ""} {
		if names, err := server.ExportTemplates(dir, []string{"login.html", name}); err == nil || len(names) > 0 {
			t.Errorf("%q: %v %v", name, names, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("written: %v (%v)", left, err)
	}
}
