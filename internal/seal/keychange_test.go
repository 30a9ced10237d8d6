package seal_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
)

// always holds.
func always() error { return nil }

func readRing(t *testing.T, path string) *seal.Ring {
	t.Helper()
	ring, err := seal.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func addKey(t *testing.T, path string) string {
	t.Helper()
	id, _, err := seal.AddKey(path)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAddedKeyWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sallyport.key")
	first, made, err := seal.AddKey(path)
	if err != nil || !made || readRing(t, path).ActiveID() != first {
		t.Fatalf("first key: %q, %v, %v", first, made, err)
	}
	sealed, _ := readRing(t, path).Seal([]byte("secret"), somewhere())
	second, made, err := seal.AddKey(path)
	ring := readRing(t, path)
	if err != nil || made || second == first || ring.ActiveID() != first || !ring.Holds(second) || len(ring.Keys()) != 2 {
		t.Fatalf("second key: %q, %v, %v; %v", second, made, err, ring)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	for range 2 { // the second time there is nothing to do
		active, err := seal.ActivateNewest(path, first, false)
		if ring = readRing(t, path); err != nil || active != second || ring.ActiveID() != second || len(ring.Keys()) != 2 {
			t.Fatalf("activated: %q, %v; %v", active, err, ring)
		}
	}
	if opened, err := ring.Open(sealed, somewhere()); err != nil || string(opened) != "secret" {
		t.Errorf("sealed under the first key: %q, %v", opened, err)
	}
	if left, _ := filepath.Glob(path + "*.new"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestNewestDespiteTheClock: a clock that went back must not keep a new key from being the newest.
func TestNewestDespiteTheClock(t *testing.T) {
	path, f := madeFile(t)
	f.Keys[0].CreatedAt = time.Now().Add(24 * time.Hour)
	writeFile(t, path, f)
	second, third := addKey(t, path), addKey(t, path)
	ring := readRing(t, path)
	var ids []string
	for _, k := range ring.Keys() {
		ids = append(ids, k.ID)
	}
	if want := []string{f.Active, second, third}; !slices.Equal(ids, want) {
		t.Errorf("by age %v, want %v", ids, want)
	}
	if active, err := seal.ActivateNewest(path, f.Active, true); err != nil || active != third {
		t.Errorf("activated %q (%v), want %q", active, err, third)
	}
}

// TestNoKeyIsLost: whoever was told of a key finds it in the file, however many add at once.
func TestNoKeyIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sallyport.key")
	var mu sync.Mutex
	var told []string
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			id := addKey(t, path)
			mu.Lock()
			defer mu.Unlock()
			told = append(told, id)
		})
	}
	group.Wait()
	ring := readRing(t, path)
	for _, id := range told {
		if !ring.Holds(id) {
			t.Errorf("%s is lost", id)
		}
	}
	if len(ring.Keys()) != 16 {
		t.Errorf("%d keys", len(ring.Keys()))
	}
}

// TestOneOfManyAdds: those who start a rotation at once agree on one new key.
func TestOneOfManyAdds(t *testing.T) {
	path, f := madeFile(t)
	var active sync.Map
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			id, err := seal.ActivateNewest(path, f.Active, true)
			if err != nil {
				t.Error(err)
			}
			active.Store(id, true)
		})
	}
	group.Wait()
	if ring := readRing(t, path); len(ring.Keys()) != 2 || size(&active) != 1 || ring.ActiveID() == f.Active {
		t.Errorf("%v, %d answers", ring, size(&active))
	}
}

func TestRemoveKey(t *testing.T) {
	path, f := madeFile(t)
	second := addKey(t, path)
	if err := seal.RemoveKey(path, f.Active, always); err == nil || !strings.Contains(err.Error(), "is the active one") || len(readRing(t, path).Keys()) != 2 {
		t.Errorf("the active key was removed: %v", err)
	}
	if err := seal.RemoveKey(path, "nosuchid", always); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("a key that is not there: %v", err)
	}
	if err := seal.RemoveKey(path, second, always); err != nil || readRing(t, path).Holds(second) || !readRing(t, path).Holds(f.Active) {
		t.Errorf("not removed: %v", err)
	}
}

// TestRemovalUndone: what is found once the key is out of the file puts it back.
func TestRemovalUndone(t *testing.T) {
	path, _ := madeFile(t)
	second := addKey(t, path)
	found := errors.New("found")
	err := seal.RemoveKey(path, second, func() error {
		if readRing(t, path).Holds(second) {
			t.Error("asked before the key was out of the file")
		}
		return found
	})
	if !errors.Is(err, found) || !readRing(t, path).Holds(second) {
		t.Errorf("%v; the key is gone: %v", err, !readRing(t, path).Holds(second))
	}
}

// TestChangeLeavesBadFilesAlone: what can't be used is not written over.
func TestChangeLeavesBadFilesAlone(t *testing.T) {
	path, f := madeFile(t)
	good, _ := os.ReadFile(path)
	damaged := f
	damaged.Keys = slices.Clone(f.Keys)
	damaged.Keys[0].Check = []byte("12345678")
	wrong, _ := json.Marshal(damaged)
	for name, text := range map[string]string{"empty": "", "cut": string(good[:len(good)/2]), "damaged key": string(wrong)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, add := seal.AddKey(path)
		_, activate := seal.ActivateNewest(path, f.Active, true)
		remove := seal.RemoveKey(path, "other", always)
		if after, _ := os.ReadFile(path); add == nil || activate == nil || remove == nil || string(after) != text {
			t.Errorf("%s: %v; %v; %v", name, add, activate, remove)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := seal.AddKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
}

// TestChangeFollowsLinks: an operator's link stays one.
func TestChangeFollowsLinks(t *testing.T) {
	path, _ := madeFile(t)
	link := filepath.Join(t.TempDir(), "link.key")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	id := addKey(t, link)
	if target, err := os.Readlink(link); err != nil || target != path {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	if !readRing(t, path).Holds(id) {
		t.Error("the key is not in the file that the link leads to")
	}
}
