package seal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/seal"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("SEAL_TEST_CHILD"); path != "" { // one of several processes that start at once
		ring, err := seal.LoadOrCreate(path)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Print(ring.ActiveID())
		return
	}
	os.Exit(m.Run())
}

func TestFileIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sallyport.key")
	if _, err := seal.Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("Load made a file or failed otherwise: %v", err)
	}
	first, err := seal.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	before, _ := os.ReadFile(path)
	sealed, _ := first.Seal([]byte("secret"), somewhere())
	again, err := seal.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if opened, err := again.Open(sealed, somewhere()); err != nil || string(opened) != "secret" {
		t.Errorf("after loading again: %q, %v", opened, err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("loading changed the file")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOneFileAmongThreads(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "sallyport.key")
		var ids sync.Map
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				ring, err := seal.LoadOrCreate(path)
				if err != nil {
					t.Error(err)
					return
				}
				ids.Store(ring.ActiveID(), true)
			})
		}
		group.Wait()
		if n := size(&ids); n != 1 {
			t.Fatalf("%d different rings", n)
		}
	}
}

func TestOneFileAmongProcesses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sallyport.key")
	var ids sync.Map
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), "SEAL_TEST_CHILD="+path)
			out, err := child.Output()
			if err != nil {
				t.Errorf("%v: %s", err, out)
			}
			ids.Store(string(out), true)
		})
	}
	group.Wait()
	if n := size(&ids); n != 1 {
		t.Errorf("%d different rings", n)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func size(m *sync.Map) (n int) {
	m.Range(func(_, _ any) bool { n++; return true })
	return n
}

func TestReadableByOthersIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sallyport.key")
	if _, err := seal.LoadOrCreate(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o620, 0o601} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		ring, err := seal.LoadOrCreate(path)
		if err == nil || ring != nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %04o: %v; want refused with the cure", mode, err)
		}
	}
	for _, mode := range []os.FileMode{0o600, 0o400} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.LoadOrCreate(path); err != nil {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestNoFileAtAll(t *testing.T) {
	if _, err := seal.LoadOrCreate(filepath.Join(t.TempDir(), "no", "such", "directory", "k")); err == nil {
		t.Error("made in a directory that doesn't exist")
	}
	if _, err := seal.LoadOrCreate(t.TempDir()); err == nil {
		t.Error("a directory is no key file")
	}
}

// file is the key file as its format is promised.
type file struct {
	Format  string  `json:"format"`
	Version int     `json:"version"`
	Active  string  `json:"active"`
	Keys    []entry `json:"keys"`
}

type entry struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at"`
	Key       []byte    `json:"key"`
	Check     []byte    `json:"check"`
}

// madeFile returns the path of a new key file and what it holds.
func madeFile(t *testing.T) (path string, f file) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "sallyport.key")
	if _, err := seal.LoadOrCreate(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return path, f
}

func writeFile(t *testing.T, path string, f file) {
	t.Helper()
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFileFormat(t *testing.T) {
	_, f := madeFile(t)
	key := f.Keys[0]
	if f.Format != "sallyport key ring" || f.Version != 1 || len(f.Keys) != 1 || f.Active != key.ID ||
		len(key.ID) != 8 || len(key.Key) != 32 || len(key.Check) != 8 || time.Since(key.CreatedAt) > time.Hour {
		t.Errorf("format %q, version %d, %d keys", f.Format, f.Version, len(f.Keys))
	}
	if _, other := madeFile(t); string(other.Keys[0].Key) == string(key.Key) || other.Active == f.Active {
		t.Error("two files with the same key")
	}
}

func TestEveryKeyOpensAndTheActiveOneSeals(t *testing.T) {
	path, old := madeFile(t)
	oldRing, _ := seal.Load(path)
	sealed, _ := oldRing.Seal([]byte("secret"), somewhere())
	mac, _ := oldRing.MAC(old.Active, "purpose", []byte("data"))

	newPath, rotated := madeFile(t)
	rotated.Keys = append(rotated.Keys, old.Keys...)
	writeFile(t, newPath, rotated)
	ring, err := seal.Load(newPath)
	if err != nil {
		t.Fatal(err)
	}
	if opened, err := ring.Open(sealed, somewhere()); err != nil || string(opened) != "secret" {
		t.Errorf("sealed under the old key: %q, %v", opened, err)
	}
	if same, err := ring.MAC(old.Active, "purpose", []byte("data")); err != nil || string(same) != string(mac) {
		t.Errorf("MAC under the old key: %x, %v", same, err)
	}
	if other, _ := ring.MAC(ring.ActiveID(), "purpose", []byte("data")); string(other) == string(mac) {
		t.Error("two keys, one MAC")
	}
	resealed, _ := ring.Seal([]byte("secret"), somewhere())
	if _, err := oldRing.Open(resealed, somewhere()); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("not sealed under the active key: %v", err)
	}
}

func TestDamagedFiles(t *testing.T) {
	path, good := madeFile(t)
	text, _ := os.ReadFile(path)
	for name, c := range map[string]struct {
		change func(f *file)
		says   string
	}{
		"later version":   {func(f *file) { f.Version = 2 }, "version 2"},
		"no version":      {func(f *file) { f.Version = 0 }, "version 0"},
		"other format":    {func(f *file) { f.Format = "something" }, "no key ring"},
		"no keys":         {func(f *file) { f.Keys = nil }, "active"},
		"none active":     {func(f *file) { f.Active = "" }, "active"},
		"unknown active":  {func(f *file) { f.Active = "other" }, "active"},
		"twice":           {func(f *file) { f.Keys = append(f.Keys, f.Keys[0]) }, "twice"},
		"short key":       {func(f *file) { f.Keys[0].Key = f.Keys[0].Key[:31] }, "31 bytes"},
		"no key":          {func(f *file) { f.Keys[0].Key = nil }, "0 bytes"},
		"damaged key":     {func(f *file) { f.Keys[0].Key[7] ^= 1 }, "damaged"},
		"no check":        {func(f *file) { f.Keys[0].Check = nil }, "damaged"},
		"id with letters": {func(f *file) { f.Keys[0].ID, f.Active = "A B", "A B" }, "id"},
		"no id":           {func(f *file) { f.Keys[0].ID, f.Active = "", "" }, "id"},
	} {
		f := good
		f.Keys = []entry{good.Keys[0]}
		f.Keys[0].Key = append([]byte(nil), good.Keys[0].Key...)
		c.change(&f)
		writeFile(t, path, f)
		unusable(t, name, path, c.says)
	}
	for name, damaged := range map[string]string{
		"empty": "", "cut": string(text[:len(text)/2]), "garbage": "\x00\x01\x02", "not an object": "[]", "null": "null",
		"unknown field": strings.Replace(string(text), `"format"`, `"more": 1, "format"`, 1), "more after it": string(text) + "{}",
		"key is no base64": strings.Replace(string(text), `"key": "`, `"key": "!`, 1),
	} {
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		unusable(t, name, path, "")
		if after, _ := os.ReadFile(path); string(after) != damaged {
			t.Errorf("%s: the file was written to", name)
		}
	}
}

func unusable(t *testing.T, name, path, says string) {
	t.Helper()
	ring, err := seal.LoadOrCreate(path)
	if err == nil || ring != nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: %v; want an error that names the file and says %q", name, err, says)
	}
}
