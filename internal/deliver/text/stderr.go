package text

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/drop"
)

// stderrSender writes messages for whoever looks at the terminal, so that codes can be tried with nothing set up.
type stderrSender struct {
	to io.Writer
}

// Send writes number and text in one piece.
func (s *stderrSender) Send(ctx context.Context, m Message) error {
	if err := m.checked(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return &deliver.Error{Fault: deliver.Temporary, Err: err}
	}
	if _, err := s.to.Write([]byte("\nText message to " + m.To + "\n\n" + m.Body + "\n\n")); err != nil {
		return &deliver.Error{Fault: deliver.Unavailable, Err: errors.New("writing the message failed")}
	}
	return nil
}

// dirSender puts messages into a directory.
type dirSender struct {
	dir drop.Dir
}

// Send writes number and text to a file, as JSON. A second attempt replaces it.
func (s *dirSender) Send(ctx context.Context, m Message) error {
	if err := m.checked(); err != nil {
		return err
	}
	raw, err := json.Marshal(struct {
		To   string `json:"to"`
		Body string `json:"body"`
	}{m.To, m.Body})
	if err != nil {
		return &deliver.Error{Fault: deliver.Permanent, Err: err}
	}
	return s.dir.Put(ctx, m.Date, m.ID, ".json", append(raw, '\n'))
}
