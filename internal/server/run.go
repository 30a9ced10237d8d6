package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/store"
)

// Bounds on a connection: a client that is slow on purpose holds nothing for long.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 16 << 10 // bytes
	drainTimeout  = 10 * time.Second
)

// NewLog returns the logger that the settings ask for.
func (s *Settings) NewLog(w io.Writer) *slog.Logger { return s.newLog(w, slog.LevelInfo) }

func (s *Settings) newLog(w io.Writer, least slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: least}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// Run serves until ctx ends, and writes one line with the URL to ready as soon as requests are answered; on a database
// without accounts also, to notes, the link with which the first administrator registers. Requests that
// are under way when ctx ends have 10 seconds to finish; then Run returns nil. An error means that it could not start,
// or not go on.
func (s *Settings) Run(ctx context.Context, ready, notes io.Writer, log *slog.Logger) error {
	l, settled, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // closed already, unless opening failed
	for _, warning := range settled.Warnings() {
		log.Warn(warning)
	}
	settled.Gate.Log = log
	gate, err := sallyport.Open(ctx, settled.Gate)
	if err != nil {
		if ctx.Err() != nil {
			return nil // it was told to stop before it began
		}
		return s.opening(err) // files and databases are only opened now
	}
	return errors.Join(settled.serve(ctx, l, gate, ready, notes, log), gate.Close())
}

func (s *Settings) serve(ctx context.Context, l net.Listener, gate *sallyport.Gate, ready, notes io.Writer, log *slog.Logger) error {
	srv := &http.Server{
		Handler:           health{ready: gate.Ready, next: gate, log: log},
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	if err := s.invite(ctx, gate, notes); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	if _, err := fmt.Fprintf(ready, "Sallyport is ready: %s (listening on %s)\n", strings.TrimRight(s.Gate.PublicURL, "/"), l.Addr()); err != nil {
		log.Warn("nobody reads the ready line", "error", err)
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return drain(srv, log)
	}
}

// invite writes the link of the first administrator, while there is no account at all.
func (s *Settings) invite(ctx context.Context, gate *sallyport.Gate, notes io.Writer) error {
	path, err := gate.Bootstrap(ctx)
	if err != nil || path == "" {
		return err
	}
	_, err = fmt.Fprintf(notes, "There is no account yet. The first administrator registers here, once, within 24 hours, whoever else has registered by then:\n  %s\n"+
		"That account belongs to the group %s.\n", s.Link(path), core.AdminGroup)
	return err
}

// drain lets requests finish. Those that take too long are cut off: a stop is not a failure.
func drain(srv *http.Server, log *slog.Logger) error {
	log.Info("stopping", "drain_at_most", drainTimeout)
	ctx, stop := context.WithTimeout(context.Background(), drainTimeout)
	defer stop()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("some requests took too long and were cut off")
		return srv.Close()
	}
	return err
}

// Migrate brings the schemas of the databases up to date, and what was stored before with them.
func (s *Settings) Migrate(ctx context.Context, log *slog.Logger) error {
	if err := s.migrateMain(ctx, log); err != nil {
		return s.opening(assembly.DatabaseFault("Database", err))
	}
	if s.secretsDatabase() == s.Gate.Database {
		return nil
	}
	return s.opening(assembly.DatabaseFault("SecretsDatabase", s.migrateSecrets(ctx, log)))
}

func (s *Settings) migrateMain(ctx context.Context, log *slog.Logger) error {
	db, err := store.Open(ctx, s.mainStore(log))
	if err != nil {
		return err
	}
	if err = db.Migrate(ctx, time.Now()); err == nil {
		err = assembly.FillSkeletons(ctx, db, log)
	}
	return errors.Join(err, db.Close())
}

func (s *Settings) migrateSecrets(ctx context.Context, log *slog.Logger) error {
	secrets, err := store.OpenSecrets(ctx, s.secretsStore(log))
	if err != nil {
		return err
	}
	return errors.Join(secrets.Migrate(ctx, time.Now()), secrets.Close())
}
