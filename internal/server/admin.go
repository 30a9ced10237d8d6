package server

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/assembly"
)

// Administer opens the databases for do, an administrator's command, and closes them after it. The messages that it
// causes are sent before it returns, if they can be; else a server sends them later. A database without a key file, or
// with another's, is refused as when serving.
func (s *Settings) Administer(ctx context.Context, log *slog.Logger, do func(*assembly.House) error) error {
	gate := s.Gate
	gate.Log, gate.Clock = log, time.Now
	house, err := assembly.Open(ctx, assembly.Config(gate))
	if err != nil {
		return err
	}
	err = do(house)
	if err == nil {
		err = sendDue(ctx, house)
	}
	return errors.Join(err, house.Close())
}

// sendDue goes on while handling messages makes more of them.
func sendDue(ctx context.Context, house *assembly.House) error {
	for {
		n, err := house.SendDue(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// Link is a path of the machine's as people follow it.
func (s *Settings) Link(path string) string { return strings.TrimRight(s.Gate.PublicURL, "/") + path }
