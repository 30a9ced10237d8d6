package sallyport_test

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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

// invitation makes the link of the first administrator, and returns what is to be brought along.
func invitation(t *testing.T, gate *sallyport.Gate) string {
	t.Helper()
	path, err := gate.Bootstrap(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, found := strings.CutPrefix(path, "/register?token=")
	if !found || token == "" {
		t.Fatalf("the link is %q", path)
	}
	return token
}

// register answers with the status of a registration that brings an invitation.
func register(gate *sallyport.Gate, username, invitation string) int {
	body := fmt.Sprintf(`{"username":%q,"password":"a long quiet river at night","invitation":%q}`, username, invitation)
	r := httptest.NewRequest("POST", "http://localhost/auth/api/v1/accounts", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	gate.ServeHTTP(w, r)
	return w.Code
}

// TestFirstAdministrator: the link is good once, for a day, even where nobody else may register, and a new one ends the
// one before.
func TestFirstAdministrator(t *testing.T) {
	var later atomic.Int64 // nanoseconds
	dir := t.TempDir()
	gate, err := sallyport.Open(t.Context(), sallyport.Config{
		PublicURL: "http://localhost/auth", Database: filepath.Join(dir, "s.db"), KeyFile: filepath.Join(dir, "s.key"),
		Registration: "closed", Log: slog.New(slog.DiscardHandler),
		Clock: func() time.Time { return time.Now().Add(time.Duration(later.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Close()
	if got := register(gate, "eve", ""); got != 409 {
		t.Errorf("without a link: %d", got)
	}
	first := invitation(t, gate)
	later.Add(int64(24*time.Hour + time.Second))
	if got := register(gate, "ann", first); got != 401 {
		t.Errorf("a link that is a day old: %d", got)
	}
	second := invitation(t, gate)
	third := invitation(t, gate)
	if got := register(gate, "ann", second); got != 401 {
		t.Errorf("a link that another one ended: %d", got)
	}
	later.Add(int64(24*time.Hour - time.Minute))
	if got := register(gate, "ann", third); got != 201 {
		t.Errorf("a link that is nearly a day old: %d", got)
	}
	if got := register(gate, "bob", third); got != 401 {
		t.Errorf("a link that was used: %d", got)
	}
	if path, err := gate.Bootstrap(t.Context()); path != "" || err != nil {
		t.Errorf("with an account there is %q, %v", path, err)
	}
}
