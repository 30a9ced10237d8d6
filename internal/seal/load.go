package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

const maxFile = 1 << 20 // bytes: thousands of keys

// LoadOrCreate returns the key ring in the file at path, and makes that file with one new key if there is none. Of
// several processes that start at once one makes it, and all load the same. Its errors name the file and the cure. A
// file that exists is never written to.
func LoadOrCreate(path string) (*Ring, error) {
	ring, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return ring, err
	}
	if err := create(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("key file %s could not be made: %w", path, err)
	}
	return Load(path)
}

// Load returns the key ring in the file at path. The error for a file that isn't there is an fs.ErrNotExist.
func Load(path string) (*Ring, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	ring, err := parseFile(text)
	if err != nil {
		return nil, fmt.Errorf("key file %s cannot be used: %w. Restore it from a backup: without it nothing that it sealed can be read", path, err)
	}
	return ring, nil
}

// read returns a key file's contents. What it looks at is the file it has opened, not what the path names a moment
// later.
func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("key file %s is no regular file of at most 1 MiB", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("key file %s has mode %04o: other users of this machine can get at its keys. Cure: chmod 600 %s", path, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	return text, nil
}

// create makes a key file, or returns an fs.ErrExist if there is one by now. It is complete and on the disk before it
// has its name: a link, unlike a rename, never replaces what another process has put there.
func create(path string) error {
	text, err := newFile(time.Now())
	if err != nil {
		return err
	}
	temporary := fmt.Sprintf("%s.%s.new", path, rand.Text()[:8])
	defer os.Remove(temporary)
	if err := writeNew(temporary, text); err != nil {
		return err
	}
	if err := os.Link(temporary, path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDirectory makes the new name last through a power cut.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" { // can't open a directory for that
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
