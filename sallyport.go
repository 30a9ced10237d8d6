// Package sallyport is a service for signing in with two factors, to run by itself or inside another program: accounts,
// passwords, one-time codes and recovery codes, with pages for people and JSON for programs.
//
// Use [Open] with a [Config], and serve the [Gate] that it returns:
//
//	gate, err := sallyport.Open(ctx, sallyport.Config{PublicURL: "https://example.org/auth"})
//	if err != nil {
//		return err
//	}
//	defer gate.Close()
//	http.Handle("/auth/", gate)
//
// The packages otp, otpauth and qr can be used without it. It is not a framework: it has no opinion on what stands
// behind the second door.
//
// It trusts its key file and the machine that it runs on; the database to be durable, but not to keep secrets, which
// are sealed before they get there; the clock, as long as it goes forward; and of a request nothing but the address of
// the socket, unless [Config.TrustedProxies] says so.
package sallyport

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/web"
)

// Gate is a sallyport that is open for people to pass. It is safe for concurrent use.
type Gate struct {
	house   *assembly.House
	handler http.Handler

	ending    context.CancelFunc
	stop      context.CancelFunc
	running   sync.WaitGroup
	closeOnce sync.Once
	closeErr  error
}

var _ http.Handler = (*Gate)(nil)

// Open checks cfg, opens the database and brings its schema up to date, and loads the key file or makes one. Mistakes
// in cfg are reported all at once, as [Config.Check] does, and before anything is touched; a file or a database that cannot
// be used is a [*FieldError], too. ctx bounds the opening alone;
// the Gate lives, and sends messages, until [Gate.Close].
func Open(ctx context.Context, cfg Config) (*Gate, error) {
	cfg = cfg.withDefaults()
	public, err := cfg.check()
	if err != nil {
		return nil, err
	}
	cfg.PublicURL = public.String() // as browsers write it: origins are compared
	house, err := assembly.Open(ctx, assembly.Config(cfg))
	if err != nil {
		return nil, cfg.fieldError(err)
	}
	if err := assembly.FillSkeletons(ctx, house.Store, cfg.Log); err != nil {
		return nil, errors.Join(err, house.Close())
	}
	streams, ending := context.WithCancel(context.Background())
	handler, err := web.New(web.Config{
		Machine: house.Machine, PublicURL: public, Issuer: cfg.Issuer, LoginForm: cfg.LoginForm,
		RegistrationOpen: cfg.Registration == registrationOpen, TrustedProxies: cfg.TrustedProxies,
		Clock: cfg.Clock, Log: cfg.Log, Ending: streams.Done(), Texts: house.Texts,
	})
	if err != nil {
		ending()
		return nil, errors.Join(err, house.Close())
	}
	g := &Gate{house: house, handler: handler, ending: ending}
	running, stop := context.WithCancel(context.Background())
	g.stop = stop
	g.running.Go(func() { house.Run(running) })
	return g, nil
}

// fieldError names the field and the cure of what is found only when the parts are opened.
func (c Config) fieldError(err error) error {
	var fault *assembly.Fault
	if !errors.As(err, &fault) {
		return err
	}
	e := &FieldError{Field: fault.Field, Value: fault.Value, Reason: fault.Reason, Cure: fault.Cure, cause: err}
	switch fault.Field {
	case "Database":
		e.Value = endpoint.HideCredentials(c.Database)
	case "SecretsDatabase":
		e.Value = endpoint.HideCredentials(c.SecretsDatabase)
	case "KeyFile":
		e.Value = c.KeyFile
	}
	return e
}

// ServeHTTP serves the pages and the JSON API, all below the path of [Config.PublicURL]: mount the Gate there and strip
// nothing.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.handler.ServeHTTP(w, r) }

// Ready returns nil if the databases answer and their schemas are the ones that this program knows, or why not.
func (g *Gate) Ready(ctx context.Context) error { return g.house.Ready(ctx) }

// Bootstrap returns the path, below the path of [Config.PublicURL], of a link with which the first administrator
// registers: "" once there is an account. It is good once, for a day, and ends the one before.
func (g *Gate) Bootstrap(ctx context.Context) (path string, err error) {
	return g.house.Machine.Bootstrap(ctx)
}

// EndStreams ends the answers that go on until something happens, and those to come at once; all others are as before. Give it to
// [http.Server.RegisterOnShutdown], or else Shutdown waits for them. It may be called more than once, and [Gate.Close] does.
func (g *Gate) EndStreams() { g.ending() }

// Close lets messages under way finish for a few seconds, and closes the databases. Let requests end before: those that
// come later fail. It may be called more than once.
func (g *Gate) Close() error {
	g.closeOnce.Do(func() {
		g.ending()
		g.stop()
		g.running.Wait()
		g.closeErr = g.house.Close()
	})
	return g.closeErr
}
