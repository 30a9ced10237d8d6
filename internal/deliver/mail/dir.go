package mail

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	netmail "net/mail"
	"os"
	"path/filepath"

	"github.com/sallyport/sallyport/internal/deliver"
)

// dirSender puts messages into a directory, each in a file that is there completely or not at all.
type dirSender struct {
	dir  string
	from *netmail.Address
}

func openDir(dir string, from *netmail.Address) (*dirSender, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, &Mistake{
			Value: "dir:" + dir, Reason: "is missing and cannot be made: " + reason(err), Cure: "Make the directory, or name another",
		}
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return nil, &Mistake{Value: "dir:" + dir, Reason: "is not a directory", Cure: "Name a directory"}
	}
	return &dirSender{dir: path, from: from}, nil
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

// Send writes the message to a file named by date and id. A second attempt replaces the file, so that there are no
// duplicates.
func (s *dirSender) Send(ctx context.Context, m Message) error {
	m, err := m.checked()
	if err != nil {
		return err
	}
	raw, err := m.encoded(s.from)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return &deliver.Error{Fault: deliver.Temporary, Err: err}
	}
	name := m.Date.UTC().Format(fileTime) + "-" + m.ID + ".eml"
	if err := s.place(name, raw); err != nil {
		return &deliver.Error{Fault: deliver.Unavailable, Err: fmt.Errorf("writing the message failed: %s", reason(err))}
	}
	return nil
}

func (s *dirSender) place(name string, raw []byte) (err error) {
	f, err := os.CreateTemp(s.dir, ".*.tmp") // mode 0600
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
	return os.Rename(f.Name(), filepath.Join(s.dir, name))
}
