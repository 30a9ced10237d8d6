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
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/lookup"
	"github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/web"
)

// Gate is a sallyport that is open for people to pass. It is safe for concurrent use.
type Gate struct {
	cfg     Config
	store   *store.Store
	machine *core.Machine
	handler http.Handler

	stopSweeping context.CancelFunc
	sweeping     sync.WaitGroup
	closeOnce    sync.Once
	closeErr     error
}

var _ http.Handler = (*Gate)(nil)

// Open checks cfg, opens the database and brings its schema up to date, and loads the key file or makes one. Mistakes
// in cfg are reported all at once, as [Config.Check] does, and before anything is touched. ctx bounds the opening alone;
// the Gate lives until [Gate.Close].
func Open(ctx context.Context, cfg Config) (*Gate, error) {
	cfg = cfg.withDefaults()
	public, err := cfg.check()
	if err != nil {
		return nil, err
	}
	ring, err := cfg.keys()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Config{URL: cfg.Database, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	gate, err := assemble(ctx, cfg, public, ring, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	gate.startSweeping()
	return gate, nil
}

// keys loads the key file; nil when there is none yet.
func (c Config) keys() (*seal.Ring, error) {
	if _, err := os.Stat(c.KeyFile); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return seal.Load(c.KeyFile)
}

// firstKeys makes a key file for a database that holds nothing sealed yet. Beside any other, a new file would only hide
// that the right one is missing.
func (c Config) firstKeys(ctx context.Context, blobs seal.Blobs) (*seal.Ring, error) {
	sealed, err := seal.Sealed(ctx, blobs)
	if err != nil {
		return nil, err
	}
	if sealed {
		if ring, err := c.keys(); ring != nil || err != nil {
			return ring, err // another process, started at the same moment, made both
		}
		return nil, &FieldError{
			Field: "KeyFile", Value: c.KeyFile, Reason: "does not exist, and this database's secrets are sealed with its keys",
			Cure: "Restore the key file from your copy of it",
		}
	}
	c.Log.Warn("a new key file is made; keep a copy of it apart from the database: without it no bound authenticator works",
		"key_file", c.KeyFile)
	return seal.LoadOrCreate(c.KeyFile)
}

// wrongKeys names the field and the cure when the key file does not fit the database.
func (c Config) wrongKeys(err error) error {
	if !errors.Is(err, seal.ErrWrongRing) {
		return err
	}
	return &FieldError{
		Field: "KeyFile", Value: c.KeyFile, Reason: "does not hold the keys that this database's secrets are sealed with",
		Cure: "Give the key file that belongs to the database",
	}
}

// assemble puts the parts together: factors verify, core decides, store remembers, web speaks.
func assemble(ctx context.Context, cfg Config, public *url.URL, ring *seal.Ring, db *store.Store) (*Gate, error) {
	if err := db.Migrate(ctx, cfg.Clock()); err != nil {
		return nil, err
	}
	blobs := db.Secrets(cfg.Clock)
	if ring == nil {
		var err error
		if ring, err = cfg.firstKeys(ctx, blobs); err != nil {
			return nil, err
		}
	}
	vault := seal.NewVault(ring, blobs)
	if err := vault.Check(ctx); err != nil {
		return nil, cfg.wrongKeys(err)
	}
	hasher, err := password.New(password.Params{})
	if err != nil {
		return nil, err
	}
	machine, err := core.New(core.Config{
		Store: db, Secrets: vault, Keys: ring, Names: canonicalNames{},
		Passwords: passwords{hasher}, Lookup: lookup.Codes{}, Binders: []core.Binder{otp.TOTP{}},
		Issuer: cfg.Issuer, Policy: core.Policy(cfg.SecondFactor),
		SessionLifetime: cfg.SessionLifetime, SessionIdle: cfg.SessionIdle,
		SessionLifetimeAAL1: cfg.SessionLifetimeAAL1, Elevation: cfg.Elevation,
		Clock: cfg.Clock, Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	handler, err := web.New(web.Config{
		Machine: machine, PublicURL: public, Issuer: cfg.Issuer, LoginForm: cfg.LoginForm,
		RegistrationOpen: cfg.Registration == registrationOpen, TrustedProxies: cfg.TrustedProxies, Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	return &Gate{cfg: cfg, store: db, machine: machine, handler: handler}, nil
}

// ServeHTTP serves the pages and the JSON API, all below the path of [Config.PublicURL]: mount the Gate there and strip
// nothing.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.handler.ServeHTTP(w, r) }

// Ready returns nil if the database answers and its schema is the one that this program knows, or why not.
func (g *Gate) Ready(ctx context.Context) error { return g.machine.Ready(ctx) }

// Close closes the database. Let requests end before: those that come later fail. It may be called more than once.
func (g *Gate) Close() error {
	g.closeOnce.Do(func() {
		g.stopSweeping()
		g.sweeping.Wait()
		g.closeErr = g.store.Close()
	})
	return g.closeErr
}

// sweepEvery is how often, on average, what is dead is deleted. Nothing but the size of the database rests on it.
const sweepEvery = 5 * time.Minute

func (g *Gate) startSweeping() {
	ctx, stop := context.WithCancel(context.Background())
	g.stopSweeping = stop
	g.sweeping.Go(func() { g.sweep(ctx) })
}

// sweep waits a different time each round, so that processes that were started together don't sweep together.
func (g *Gate) sweep(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery/2 + rand.N(sweepEvery)):
		}
		if err := g.machine.Sweep(ctx); err != nil && ctx.Err() == nil {
			g.cfg.Log.WarnContext(ctx, "sweeping failed; it is tried again", "error", err)
		}
	}
}
