package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/deliver/mail"
)

// sendAtMost bounds how long a command waits for a mail server. What is not sent by then stays in the outbox.
const sendAtMost = 20 * time.Second

// NewCommandLog returns the logger of a command: it says what needs attention, since the command itself says what it did.
func (s *Settings) NewCommandLog(w io.Writer) *slog.Logger { return s.newLog(w, slog.LevelWarn) }

// Inspect opens the databases for do, a command that changes nothing, and closes them after it. There has to be a
// database; one without its key file, or with another's, is refused as when serving.
func (s *Settings) Inspect(ctx context.Context, log *slog.Logger, do func(*assembly.House) error) error {
	if err := errors.Join(exists(s.Gate.Database), s.secretsExist()); err != nil {
		return fmt.Errorf("%w, or make a new one with `sallyport migrate`", err)
	}
	gate := s.Gate
	gate.Log, gate.Clock = log, time.Now
	house, err := assembly.Open(ctx, assembly.Config(gate))
	if err != nil {
		return s.opening(err)
	}
	return errors.Join(do(house), house.Close())
}

// Administer is Inspect for a command that changes something. The messages that it causes are sent before it returns,
// if they can be; else a server sends them later. That they could not be is logged, and no error: what do changed stands.
func (s *Settings) Administer(ctx context.Context, log *slog.Logger, do func(*assembly.House) error) error {
	return s.Inspect(ctx, log, func(house *assembly.House) error {
		if err := do(house); err != nil {
			return err
		}
		if err := sendDue(ctx, house); err != nil {
			log.WarnContext(ctx, "messages stay in the outbox until a server sends them", "error", err)
		}
		return nil
	})
}

// sendDue goes on while handling messages makes more of them.
func sendDue(ctx context.Context, house *assembly.House) error {
	ctx, stop := context.WithTimeout(ctx, sendAtMost)
	defer stop()
	for {
		n, err := house.SendDue(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (s *Settings) secretsExist() error {
	if s.Gate.SecretsDatabase == "" {
		return nil
	}
	return exists(s.Gate.SecretsDatabase)
}

// opening names the setting that is at fault when the parts don't fit together.
func (s *Settings) opening(err error) error {
	const ownKeys = "Give the key file that belongs to the database"
	var wrongMail *mail.Mistake
	switch {
	case errors.As(err, &wrongMail):
		return s.atFault("mail", wrongMail.Reason, wrongMail.Cure)
	case errors.Is(err, assembly.ErrSecretsDatabase):
		_, why, _ := strings.Cut(err.Error(), "\n")
		return s.atFault("secrets_database", "cannot be used: "+oneLine(why), "Give the database that secrets are kept in, and see that it can be reached")
	case errors.Is(err, assembly.ErrNoKeyFile):
		return s.atFault("key_file", "does not exist, and this database's secrets are sealed with its keys", ownKeys)
	case errors.Is(err, assembly.ErrWrongKeyFile):
		return s.atFault("key_file", "does not hold the keys that this database's secrets are sealed with", ownKeys)
	}
	return err
}

func (s *Settings) atFault(name, reason, cure string) Problems {
	return Problems{s.about(name, &Problem{Reason: reason, Cure: cure})}
}

// oneLine is what errors.Join made, as a list of problems can hold it.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", ": ") }

// Link is a path of the machine's as people follow it.
func (s *Settings) Link(path string) string { return strings.TrimRight(s.Gate.PublicURL, "/") + path }
