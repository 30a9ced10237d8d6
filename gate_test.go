package sallyport_test

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

func open(t *testing.T, dir string) (*sallyport.Gate, error) {
	t.Helper()
	return sallyport.Open(t.Context(), sallyport.Config{
		PublicURL: "http://localhost/auth", Database: filepath.Join(dir, "s.db"), KeyFile: filepath.Join(dir, "s.key"),
		Log: slog.New(slog.DiscardHandler),
	})
}

func TestGateLives(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the second time on what the first left behind
		gate, err := open(t, dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := gate.Ready(t.Context()); err != nil {
			t.Errorf("not ready: %v", err)
		}
		for path, want := range map[string]int{"/auth/login": 200, "/login": 404, "/": 404} {
			w := httptest.NewRecorder()
			gate.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+path, nil))
			if w.Code != want {
				t.Errorf("%s: %d, want %d", path, w.Code, want)
			}
		}
		if err := gate.Close(); err != nil {
			t.Error(err)
		}
		if err := gate.Ready(t.Context()); err == nil {
			t.Error("ready after Close")
		}
		if err := gate.Close(); err != nil {
			t.Errorf("closed twice: %v", err)
		}
	}
	for _, name := range []string{"s.db", "s.key"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

func TestOpenFailsOnWhatItCannotUse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.key"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key file that others can read: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "s.db")); err == nil {
		t.Error("a database was made all the same")
	}
	if _, err := open(t, filepath.Join(dir, "missing")); err == nil {
		t.Error("opened in a directory that is not there")
	}
}

// TestAnotherKeyFileIsNoticed: a mistyped path must not become a service on which no code app works.
func TestAnotherKeyFileIsNoticed(t *testing.T) {
	dir := t.TempDir()
	gate, err := open(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	gate.Close()
	if err := os.Rename(filepath.Join(dir, "s.key"), filepath.Join(dir, "old.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("opened without its key: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "s.key")); err == nil {
		t.Error("a key file was made that belongs to nothing")
	}
	other := t.TempDir()
	if gate, err = open(t, other); err != nil {
		t.Fatal(err)
	}
	gate.Close()
	if err := os.Rename(filepath.Join(other, "s.key"), filepath.Join(dir, "s.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir); err == nil || !strings.Contains(err.Error(), "KeyFile") {
		t.Errorf("opened with another key: %v", err)
	}
}
