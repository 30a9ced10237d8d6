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
		return nil, notMade(path, err)
	}
	return Load(path)
}

// FileError is why a key file can't be used or made.
type FileError struct {
	Path         string
	Reason, Cure string // of a sentence that begins with the file's name
	cause        error
}

// Error names the file and the cure.
func (e *FileError) Error() string {
	return fmt.Sprintf("key file %s %s. Cure: %s", e.Path, e.Reason, e.Cure)
}

// Unwrap gives the system's error, where there is one.
func (e *FileError) Unwrap() error { return e.cause }

func notMade(path string, err error) *FileError {
	e := &FileError{
		Path: path, Reason: "cannot be made: " + bare(err), Cure: "name a file in a directory that this user may write to", cause: err,
	}
	if errors.Is(err, fs.ErrNotExist) {
		e.Reason, e.Cure = "cannot be made: its directory does not exist", "make the directory, or name another file"
	}
	return e
}

// notOpened is about a file that this user can't open; that there is none is an [fs.ErrNotExist].
func notOpened(path string, err error) *FileError {
	return &FileError{Path: path, Reason: "cannot be read: " + bare(err), Cure: "name a key file that this user may read", cause: err}
}

func unusable(path string, err error) *FileError {
	return &FileError{
		Path: path, Reason: "cannot be used: " + err.Error(), Cure: "restore it from a backup: without it nothing that it sealed can be read",
	}
}

// bare leaves the path out, which is said already.
func bare(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// Load returns the key ring in the file at path. The error for a file that isn't there is an fs.ErrNotExist.
func Load(path string) (*Ring, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	ring, err := parseFile(text)
	if err != nil {
		return nil, unusable(path, err)
	}
	return ring, nil
}

// read returns a key file's contents. What it looks at is the file it has opened, not what the path names a moment
// later.
func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, notOpened(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, notOpened(path, err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, &FileError{Path: path, Reason: "is no regular file of at most 1 MiB", Cure: "name the key file"}
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, &FileError{
			Path: path, Reason: fmt.Sprintf("has mode %04o: other users of this machine can get at its keys", mode), Cure: "chmod 600 " + path,
		}
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, notOpened(path, err)
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
