// Package sallyport gives a Go application two-factor authentication: accounts and passwords, code apps, passkeys, recovery
// codes and whatever else belongs to signing in, with pages for people and JSON for programs.
//
// Open a [Gate] with [New], serve it below a prefix of the application's own mux, and put the application's handlers behind
// its guards:
//
//	gate := sallyport.Must(sallyport.New(sallyport.Config{PublicURL: "http://localhost:8080/auth"}))
//	http.Handle("/auth/", gate)
//	http.Handle("/", gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
//		fmt.Fprintf(w, "Hello, %s.", sallyport.SessionFrom(r.Context()).Name())
//	})))
//	log.Fatal(http.ListenAndServe("localhost:8080", nil))
//
// That is a whole program: it keeps its database in sallyport.db and its keys in sallyport.key, and writes mail to the
// terminal. [Config] has what production needs. Guards are [Gate.Require] (signed in), [Gate.RequireAAL2] (with two
// factors), [Gate.RequireRecent] (confirmed just now) and [Gate.RequireConfirmed] (confirmed for this very action); they take and return
// [http.Handler], as the middleware of every router does. Package sallyporttest tests what was built with it.
//
// Package engine, which [Gate.Engine] gives, is all of it without pages and without HTTP. The packages otp, otpauth and qr can
// be used without a Gate. It is not a framework: it has no opinion on what stands
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
	"net/url"
	"strings"
	"sync"

	"github.com/sallyport/sallyport/engine"
	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/web"
)

// Gate is a sallyport that is open for people to pass. It is safe for concurrent use.
type Gate struct {
	house    *assembly.House
	site     *web.Site
	engine   *engine.Engine
	accounts Accounts // nil: the Gate keeps them
	public   string   // the public URL, without a slash at its end

	ending    context.CancelFunc
	stop      context.CancelFunc
	running   sync.WaitGroup
	closeOnce sync.Once
	closeErr  error
}

var _ http.Handler = (*Gate)(nil)

// New is [Open] without a context, for main functions.
func New(cfg Config) (*Gate, error) { return Open(context.Background(), cfg) }

// Must returns a Gate that was opened, or panics with what [New] or [Open] said. It is for main functions, as
// [html/template.Must] is.
func Must(g *Gate, err error) *Gate {
	if err != nil {
		panic(err)
	}
	return g
}

// Open checks cfg, opens the database and brings its schema up to date (or only looks at it: [Config.MigrateNever]), and
// loads the key file or makes one. Mistakes
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
	elsewhere, forgotten := cfg.elsewhere(public)
	if err := cfg.checkTemplates(public, elsewhere); err != nil {
		return nil, err
	}
	house, err := cfg.options(forgotten).Open(ctx, assembly.ConfigFrom(cfg))
	if err != nil {
		return nil, cfg.fieldError(err)
	}
	if err := assembly.FillSkeletons(ctx, house.Store, cfg.Log); err != nil {
		return nil, errors.Join(err, house.Close())
	}
	streams, ending := context.WithCancel(context.Background())
	site, err := web.New(web.Config{
		Machine: house.Machine, PublicURL: public, Issuer: cfg.Issuer, Home: cfg.Home, LoginForm: cfg.LoginForm,
		RegistrationOpen: cfg.Registration == registrationOpen, TrustedProxies: cfg.TrustedProxies,
		Clock: cfg.Clock, Log: cfg.Log, Ending: streams.Done(), Elsewhere: elsewhere, Texts: house.Texts,
		Templates: cfg.Templates, Layout: cfg.Layout,
	})
	if err != nil {
		ending()
		return nil, errors.Join(err, house.Close())
	}
	g := &Gate{
		house: house, site: site, accounts: cfg.Accounts, public: strings.TrimRight(cfg.PublicURL, "/"), ending: ending,
		engine: engine.New(house.Machine, site, cfg.LoginForm == web.FormCombined),
	}
	running, stop := context.WithCancel(context.Background())
	g.stop = stop
	g.running.Go(func() { house.Run(running) })
	return g, nil
}

// options are what the program that embeds the Gate does itself.
func (c Config) options(forgotten *url.URL) (o assembly.Options) {
	o.Directory, o.ForgottenPage = c.directory(), forgotten
	if c.Mailer != nil {
		o.Mailer = mailSender{c.Mailer}
	}
	if c.Texter != nil {
		o.Texter = textSender{c.Texter}
	}
	if c.Pusher != nil {
		o.Pusher = pushSender{c.Pusher}
	}
	if c.Observer != nil {
		o.Observe = observing(c.Observer)
	}
	return o
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
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.site.ServeHTTP(w, r) }

// Engine signs people in without the pages and without HTTP, for an application that draws everything itself. What it does
// and what the pages do is one: sessions, authenticators and counters are the same. The Gate need not be served, but Config.PublicURL
// counts all the same: passkeys belong to its host, and messages lead there.
func (g *Gate) Engine() *engine.Engine { return g.engine }

// Ready returns nil if the databases answer, their schemas are the ones that this program knows, and the key file is the one
// that their secrets are sealed with, or why not.
func (g *Gate) Ready(ctx context.Context) error { return g.house.Ready(ctx) }

// Bootstrap returns the path, below the path of [Config.PublicURL], of a link with which the first administrator
// registers: "" once there is an account, and with [Config.Accounts]. It is good once, for a day, and ends the one before.
func (g *Gate) Bootstrap(ctx context.Context) (path string, err error) {
	return g.house.Machine.Bootstrap(ctx)
}

// Close lets messages under way finish for a few seconds, and closes the databases, but no pool that was handed in. Let requests end before: those that
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
