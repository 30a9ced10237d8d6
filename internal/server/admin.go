package server

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/assembly"
)

// sendAtMost bounds how long a command waits for a mail server. What is not sent by then stays in the outbox.
const sendAtMost = 20 * time.Second

// NewCommandLog returns the logger of a command: it says what needs attention, since the command itself says what it did.
func (s *Settings) NewCommandLog(w io.Writer) *slog.Logger { return s.newLog(w, slog.LevelWarn) }

// Inspect opens the databases for do, a command that changes nothing, and closes them after it. There has to be a
// database; one without its key file, or with another's, is refused as when serving.
func (s *Settings) Inspect(ctx context.Context, log *slog.Logger, do func(*assembly.House) error) error {
	if err := s.databasesExist(); err != nil {
		return err
	}
	gate := s.Gate
	gate.Log, gate.Clock = log, time.Now
	house, err := assembly.Options{Existing: true}.Open(ctx, assembly.ConfigFrom(gate))
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

// databasesExist keeps a mistyped name from becoming a new, empty database.
func (s *Settings) databasesExist() error {
	var ps Problems
	for _, d := range s.databases() {
		if d.isURL() {
			continue
		}
		if _, err := os.Stat(d.place); errors.Is(err, fs.ErrNotExist) {
			ps = append(ps, s.about(d.key, &Problem{
				Reason: "does not exist", Cure: "Name the one that the server uses, or make a new one with `sallyport migrate`",
			}))
		}
	}
	if len(ps) > 0 {
		return ps
	}
	return nil
}

// database is what one setting names.
type database struct{ key, place string }

func (d database) isURL() bool { return strings.Contains(d.place, "://") }

// databases are those that there are: one, unless the secrets are kept apart.
func (s *Settings) databases() []database {
	all := []database{{"database", s.Gate.Database}}
	if apart := s.secretsDatabase(); apart != s.Gate.Database {
		all = append(all, database{"secrets_database", apart})
	}
	return all
}

// opening names the setting that is at fault when the parts can't be opened or don't fit together.
func (s *Settings) opening(err error) error {
	var fault *assembly.Fault
	if !errors.As(assembly.Explain(err), &fault) {
		return err
	}
	for _, k := range Keys() {
		if k.field != fault.Field {
			continue
		}
		p := s.placed(k, &Problem{Reason: oneLine(fault.Reason), Cure: fault.Cure})
		if fault.Passes {
			return &Failure{p, err}
		}
		return Problems{p}
	}
	return err
}

// oneLine is what errors.Join made, as a list of problems can hold it.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", ": ") }

// Link is a path of the machine's as people follow it.
func (s *Settings) Link(path string) string { return strings.TrimRight(s.Gate.PublicURL, "/") + path }
