// Package drop puts messages into a directory, for a program or a person that picks them up there.
//
// Use [Open] once and [Dir.Put] for each message. A file is there completely or not at all, and nobody but the process's
// own user can read it. It is not for what has to be kept: nothing here reads or deletes a file.
//
// It trusts the directory to be the operator's choice, and the ids of messages to be safe in the name of a file.
package drop

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
)

// Dir is a directory that messages are put into. It is safe for concurrent use, by several processes too.
type Dir struct{ path string }

// Open returns the directory, which is made with mode 0700 if only it is missing. The error says what is wrong with it, in
// words that follow its name.
func Open(path string) (Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Dir{}, err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return Dir{}, errors.New("is missing and cannot be made: " + reason(err))
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return Dir{}, errors.New("is not a directory")
	}
	return Dir{path}, nil
}

// reason leaves the path out, which is said already.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// fileTime sorts as text.
const fileTime = "20060102T150405.000000000Z"

// Put writes a message to a file named by its date and id, with an ending such as ".eml". The same date and id replace the
// file, so that there are no duplicates. Errors are [*deliver.Error].
func (d Dir) Put(ctx context.Context, date time.Time, id, ending string, raw []byte) error {
	if err := ctx.Err(); err != nil {
		return &deliver.Error{Fault: deliver.Temporary, Err: err}
	}
	if err := d.place(date.UTC().Format(fileTime)+"-"+id+ending, raw); err != nil {
		return &deliver.Error{Fault: deliver.Unavailable, Err: fmt.Errorf("writing the message failed: %s", reason(err))}
	}
	return nil
}

func (d Dir) place(name string, raw []byte) (err error) {
	f, err := os.CreateTemp(d.path, ".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(d.path, name))
}
