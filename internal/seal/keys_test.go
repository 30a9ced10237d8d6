package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/seal"
)

// openKeys opens a new key file, and returns its path and what is logged.
func openKeys(t testing.TB) (*seal.Keys, string, *bytes.Buffer) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sallyport.key")
	if _, err := seal.LoadOrCreate(path); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	keys, err := seal.OpenKeys(path, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return keys, path, &log
}

// turn adds a key and makes it active, as another process would.
func turn(t testing.TB, path string) string {
	t.Helper()
	if _, _, err := seal.AddKey(path); err != nil {
		t.Fatal(err)
	}
	active, err := seal.ActivateNewest(path, "", false)
	if err != nil {
		t.Fatal(err)
	}
	return active
}

// TestKeysFollowTheFile: what is sealed is sealed under the key that is active now, and what another process has sealed
// under a newer key opens at once, however often that happens.
func TestKeysFollowTheFile(t *testing.T) {
	mine, path, _ := openKeys(t)
	theirs, err := seal.OpenKeys(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		active := turn(t, path)
		sealed, err := theirs.Seal([]byte("secret"), somewhere())
		if err != nil || theirs.Ring().ActiveID() != active {
			t.Fatalf("sealed under %s, want %s (%v)", theirs.Ring().ActiveID(), active, err)
		}
		if opened, err := mine.Open(sealed, somewhere()); err != nil || string(opened) != "secret" {
			t.Fatalf("opening what is newer: %q, %v", opened, err)
		}
	}
}

func TestKeysLook(t *testing.T) {
	keys, path, _ := openKeys(t)
	active := turn(t, path)
	if keys.Ring().ActiveID() == active {
		t.Fatal("it looked without being asked")
	}
	if keys.Look(); keys.Ring().ActiveID() != active {
		t.Error("it did not look")
	}
}

// TestKeysStay: while the file is missing, damaged, open to others or somebody else's, the keys of before still open, and
// seal nothing: what they sealed would be lost with them.
func TestKeysStay(t *testing.T) {
	keys, path, log := openKeys(t)
	before := keys.Ring().ActiveID()
	sealed, err := keys.Seal([]byte("secret"), somewhere())
	if err != nil {
		t.Fatal(err)
	}
	good, _ := os.ReadFile(path)
	foreignPath, _ := madeFile(t)
	foreign, _ := os.ReadFile(foreignPath)
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"cut":     {string(good[:len(good)/2]), 0o600, "cut short"},
		"open":    {string(good) + "\n", 0o644, "chmod 600"},
		"foreign": {string(foreign), 0o600, "no key in common"},
	} {
		log.Reset()
		rewrite(t, path, c.text, c.mode)
		if _, err := keys.Seal([]byte("secret"), somewhere()); !errors.Is(err, seal.ErrFile) || keys.Ring().ActiveID() != before {
			t.Errorf("%s: the keys in use are %v (%v)", name, keys.Ring(), err)
		}
		if opened, err := keys.Open(sealed, somewhere()); err != nil || string(opened) != "secret" {
			t.Errorf("%s: %q, %v", name, opened, err)
		}
		if _, err := keys.Seal([]byte("secret"), somewhere()); !errors.Is(err, seal.ErrFile) {
			t.Errorf("%s, once more: %v", name, err)
		}
		if n := strings.Count(log.String(), c.says); n != 1 { // not with every secret
			t.Errorf("%s: said %d times: %s", name, n, log)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Seal([]byte("secret"), somewhere()); !errors.Is(err, seal.ErrFile) {
		t.Errorf("without a file: %v", err)
	}
	if opened, err := keys.Open(sealed, somewhere()); err != nil || string(opened) != "secret" {
		t.Errorf("without a file: %q, %v", opened, err)
	}
	rewrite(t, path, string(good), 0o600)
	active := turn(t, path)
	if keys.Look(); keys.Ring().ActiveID() != active {
		t.Error("it did not follow a good file after bad ones")
	}
}

// TestKeysSeeAChmod: a file that is opened to others is not used from then on, though nothing else of it changes, and is
// used again as soon as it is closed.
func TestKeysSeeAChmod(t *testing.T) {
	r := startedBefore(t)
	for range 2 {
		chmod(t, r.path, 0o644)
		if err := r.server.Ready(t.Context()); !errors.Is(err, seal.ErrFile) || !strings.Contains(err.Error(), "chmod 600 "+r.path) {
			t.Errorf("open to others: %v", err)
		}
		if _, err := r.server.Seal([]byte("secret"), somewhere()); !errors.Is(err, seal.ErrFile) {
			t.Errorf("sealed while it is open to others: %v", err)
		}
		chmod(t, r.path, 0o600)
		if err := r.server.Ready(t.Context()); err != nil {
			t.Errorf("closed again: %v", err)
		}
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestKeysMissing(t *testing.T) {
	keys, _, _ := openKeys(t)
	sealed, _ := newRing(t).Seal([]byte("secret"), somewhere())
	for range 3 {
		if opened, err := keys.Open(sealed, somewhere()); !errors.Is(err, seal.ErrNoKey) || opened != nil {
			t.Errorf("%q, %v", opened, err)
		}
	}
}

func TestKeysNeverPrintKeys(t *testing.T) {
	keys, path, _ := openKeys(t)
	chain, err := seal.OpenKeychain(t.Context(), keys, blobs{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		shown any
		wants string
	}{{keys, fmt.Sprintf("seal.Keys(%s, %v)", path, keys.Ring())}, {chain, fmt.Sprintf("seal.Keychain(%s)", chain.ActiveID())}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, c.shown); got != c.wants {
				t.Errorf("%s: %s", verb, got)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("test", "shown", c.shown)
		if !strings.Contains(log.String(), c.wants) {
			t.Errorf("logged: %s", &log)
		}
	}
}
