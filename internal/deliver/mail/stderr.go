package mail

import (
	"context"
	"errors"
	"io"

	"github.com/sallyport/sallyport/internal/deliver"
)

// stderrSender writes messages for whoever looks at the terminal, so that links can be followed with nothing set up.
type stderrSender struct {
	to io.Writer
}

// Send writes recipient, subject and text in one piece.
func (s *stderrSender) Send(ctx context.Context, m Message) error {
	m, err := m.checked()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return &deliver.Error{Fault: deliver.Temporary, Err: err}
	}
	text := "\nTo: " + m.To + "\nSubject: " + m.Subject + "\n\n" + m.Text + "\n\n"
	if _, err := s.to.Write([]byte(text)); err != nil {
		return &deliver.Error{Fault: deliver.Unavailable, Err: errors.New("writing the message failed")}
	}
	return nil
}
