package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// AddKey adds a new key to the key file at path and returns its id. It waits there until [ActivateNewest], so that every
// replica can have it first. If there is no file one is made, whose key is active at once.
func AddKey(path string) (id string, made bool, err error) {
	if err := create(path); !errors.Is(err, fs.ErrExist) {
		if err != nil {
			return "", false, notMade(path, err)
		}
		ring, err := Load(path)
		if err != nil {
			return "", false, err
		}
		return ring.ActiveID(), true, nil
	}
	err = change(path, func(f *keyFile) error {
		id, err = f.add()
		return err
	})
	return id, false, err
}

// ActivateNewest makes the newest key of the file at path the active one, and returns the id of the key that is active
// then. If the newest is active already and add is true, a new one is added first; but only if the active one is still
// seen, the one that the caller has looked at: of two callers at once, one adds a key.
func ActivateNewest(path, seen string, add bool) (active string, err error) {
	err = change(path, func(f *keyFile) error {
		active = f.newest()
		if active == f.Active && add && f.Active == seen {
			if active, err = f.add(); err != nil {
				return err
			}
		}
		f.Active = active
		return nil
	})
	return active, err
}

// RemoveAfter is how long a key stays in the file after the file was changed: until then another process may write what it
// sealed before. It is many times what a request takes, and what passes between two calls of [Keys.Ready].
const RemoveAfter = 10 * time.Minute

// RemovableFrom is when keys may be removed from the file at path: [RemoveAfter] its last change.
func RemovableFrom(path string) (time.Time, error) {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}, notOpened(path, err)
	}
	return info.ModTime().Add(RemoveAfter), nil
}

// Touch counts [RemovableFrom] anew.
func Touch(path string) error {
	now := time.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	return nil
}

// RemoveKey removes a key from the file at path. What is still sealed under it can't be opened any more. The active key
// can't be removed. left is asked once the key is out of the file: an error of it puts the key back, and is returned. A
// [Vault] looks at the file once it has stored something, so that one of the two notices the other.
func RemoveKey(path, id string, left func() error) error {
	remove := func(f *keyFile) error {
		at := slices.IndexFunc(f.Keys, func(e keyEntry) bool { return e.ID == id })
		switch {
		case at < 0:
			return &NoKeyError{id}
		case id == f.Active:
			return fmt.Errorf("the key %q is the active one", id)
		}
		f.Keys = slices.Delete(f.Keys, at, at+1)
		return nil
	}
	return changeIf(path, remove, left)
}

// newest returns the id of the key that was made last; of two with the same time, the one further down.
func (f *keyFile) newest() string {
	newest := f.Keys[0]
	for _, e := range f.Keys {
		if !e.CreatedAt.Before(newest.CreatedAt) {
			newest = e
		}
	}
	return newest.ID
}

// add appends a key that is newer than all the others, whatever the clock says.
func (f *keyFile) add() (id string, err error) {
	now := time.Now()
	for _, e := range f.Keys {
		if !now.After(e.CreatedAt.Add(time.Second)) {
			now = e.CreatedAt.Add(time.Second)
		}
	}
	key, err := newKey(now)
	f.Keys = append(f.Keys, key)
	return key.ID, err
}

// change rewrites a key file, one process at a time. The lock is a file beside it, which stays: the key file itself is
// replaced.
func change(path string, edit func(*keyFile) error) error {
	return changeIf(path, edit, func() error { return nil })
}

// changeIf is change, undone if holds returns an error after it.
func changeIf(path string, edit func(*keyFile) error, holds func() error) error {
	given := path
	path, err := filepath.EvalSymlinks(path) // what a link points to is replaced, not the link
	if err != nil {
		return notOpened(given, err)
	}
	unlock, err := lockedfile.MutexAt(path + ".lock").Lock()
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	defer unlock()
	_ = keepOwner(path, path+".lock") // so that the file's owner can lock it after root did
	before, err := read(path)
	if err != nil {
		return err
	}
	if _, err := parseFile(before); err != nil {
		return unusable(path, err)
	}
	after, err := edited(before, edit)
	if err != nil {
		return fmt.Errorf("key file %s is left as it was: %w", path, err)
	}
	if string(after) == string(before) {
		return nil
	}
	if err := replace(path, after); err != nil {
		return err
	}
	if err := holds(); err != nil {
		return errors.Join(err, replace(path, before))
	}
	return nil
}

// edited returns the contents of a changed key file, which was read back.
func edited(text []byte, edit func(*keyFile) error) ([]byte, error) {
	f, err := decodeFile(text)
	if err != nil {
		return nil, err
	}
	if err := edit(&f); err != nil {
		return nil, err
	}
	text, err = encodeFile(f)
	if err != nil {
		return nil, err
	}
	_, err = parseFile(text)
	return text, err
}

// replace puts text in the place of a file: who reads or copies it at any moment has the old one or the new one, whole.
func replace(path string, text []byte) error {
	temporary := fmt.Sprintf("%s.%s.new", path, rand.Text()[:8])
	defer os.Remove(temporary)
	if err := writeNew(temporary, text); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	if err := keepOwner(path, temporary); err != nil {
		return fmt.Errorf("key file %s belongs to another user, who could not read it any more: %w. Cure: run this as that user", path, err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	return syncDirectory(filepath.Dir(path))
}
