package mail

import (
	"context"
	netmail "net/mail"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/drop"
)

// dirSender puts messages into a directory.
type dirSender struct {
	dir  drop.Dir
	from *netmail.Address
}

func openDir(dir string, from *netmail.Address) (*dirSender, error) {
	opened, err := drop.Open(dir)
	if err != nil {
		return nil, deliver.Mistakes{{Key: keyMail, Value: "dir:" + dir, Reason: err.Error(), Cure: "Make the directory, or name another"}}
	}
	return &dirSender{dir: opened, from: from}, nil
}

// Send writes the message to a file. A second attempt replaces it.
func (s *dirSender) Send(ctx context.Context, m Message) error {
	m, err := m.checked()
	if err != nil {
		return err
	}
	raw, err := m.encoded(s.from, eightBit)
	if err != nil {
		return err
	}
	return s.dir.Put(ctx, m.Date, m.ID, ".eml", raw)
}
