package web_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/lookup"
	"github.com/sallyport/sallyport/internal/factor/otp"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/factor/push"
	"github.com/sallyport/sallyport/internal/factor/webauthn"
	"github.com/sallyport/sallyport/internal/seal"
	"github.com/sallyport/sallyport/internal/store"
	"github.com/sallyport/sallyport/internal/web"
	"github.com/sallyport/sallyport/pages"
)

// start lies ten seconds into a time step.
var start = time.Date(2026, 11, 22, 9, 30, 10, 0, time.UTC)

// testClock stands still until it is moved.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// setup is what a world can be made with; its zero value is the default service.
type setup struct {
	policy    core.Policy
	rule      *core.Rule // instead of policy
	loginForm string
	closed    bool
	publicURL string
	trusted   []netip.Prefix

	mustConfirm      bool
	noTrust, noReset bool
	rescue           bool
	passwordless     bool // a mailed code may stand in for the password
	tokens           bool // hardware tokens may be bound
	codes            bool // mailboxes and telephones may be bound
	passkeys         bool
	push             bool     // browsers may be bound
	apps             otp.TOTP // what new keys for code apps are like
	support          string
	elsewhere        *web.Elsewhere // an application keeps the accounts
	texts            *catalogue.Set // nil is all of ours
	templates        fs.FS          // an application's
	layout           func(io.Writer, *http.Request, pages.Frame) error
}

// world is a whole service on a database of its own, with real factors and a clock that the test moves.
type world struct {
	t       *testing.T
	clock   *testClock
	machine *core.Machine
	store   *store.Store
	handler http.Handler
	routes  []web.RouteLine
	public  *url.URL
	log     *bytes.Buffer
	people  int        // how many have registered
	checked *described // what has been seen of the API, each answer held to the document
	sent    []core.Message
	ending  chan struct{} // closed when the service stops
	table   *table        // the application's accounts; nil where they are kept here
}

// ourTexts are read once for all worlds.
var ourTexts = sync.OnceValues(catalogue.Load)

func newWorld(t *testing.T, in setup) *world {
	t.Helper()
	in = in.withDefaults()
	w := &world{t: t, clock: &testClock{now: start}, log: &bytes.Buffer{}, ending: make(chan struct{})}
	log := slog.New(slog.NewTextHandler(&lockedWriter{w: w.log}, nil))
	dir := t.TempDir()
	db, err := store.Open(context.Background(), store.Config{URL: filepath.Join(dir, "test.db"), Log: log})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	must(t, db.Migrate(context.Background(), start))
	ring, err := seal.LoadOrCreate(filepath.Join(dir, "test.key"))
	must(t, err)
	hasher, err := password.New(password.Params{MemoryKiB: 8, Time: 1, Threads: 1, InsecureCheap: true})
	must(t, err)
	w.store = db
	w.public, err = url.Parse(in.publicURL)
	must(t, err)
	var passkeys core.Passkeys
	if in.passkeys {
		passkeys, err = webauthn.New(webauthn.Config{Public: w.public, Issuer: "Sallyport", Alone: in.loginForm == web.FormCombined})
		must(t, err)
	}
	var approvals core.Approvals
	if in.push {
		approvals, err = push.New(w.public, anyService{})
		must(t, err)
	}
	var directory core.Directory
	if in.elsewhere != nil {
		w.table = &table{entries: map[string]*core.Entry{}, passwords: map[string]string{}}
		directory = w.table
	}
	if in.texts == nil {
		in.texts, err = ourTexts()
		must(t, err)
	}
	w.machine, err = core.New(core.Config{
		Directory: directory, Store: db, Secrets: seal.NewVault(ring, db.Secrets(w.clock.Now)), Keys: ring, Names: plainNames{},
		Passwords: passwords{hasher}, Lookup: lookup.Codes{}, Binders: in.binders(), Digits: in.apps.Digits,
		Rules: rules{}, Seals: sealed{ring}, Mailed: func() {}, Issuer: "Sallyport", Rule: *in.rule, Languages: in.texts.Tags(),
		SessionLifetime: 24 * time.Hour, SessionIdle: time.Hour, SessionLifetimeAAL1: 30 * 24 * time.Hour,
		Elevation: 10 * time.Minute, EventsKept: 365 * 24 * time.Hour, EmailMustConfirm: in.mustConfirm,
		TrustBrowserFor: unless(in.noTrust, 30*24*time.Hour), ResetWait: unless(in.noReset, 72*time.Hour),
		RescueCode: in.rescue, Passwordless: in.passwordless, SupportAddress: in.support, Clock: w.clock.Now, Log: log,
		Passkeys: passkeys, Approvals: approvals, Messengers: in.messengers(), TextLimits: core.TextLimits{PerHour: 100, PerMonth: 1000},
	})
	must(t, err)
	w.handler, w.routes, err = web.Assemble(web.Config{
		Machine: w.machine, PublicURL: w.public, Issuer: "Sallyport", LoginForm: in.loginForm,
		RegistrationOpen: !in.closed, TrustedProxies: in.trusted, Clock: w.clock.Now, Log: log, Ending: w.ending, Elsewhere: in.elsewhere, Texts: in.texts,
		Templates: in.templates, Layout: in.layout,
	})
	must(t, err)
	w.handler = w.watchCookies(w.handler, t.Errorf)
	w.checked = newDescribed(t)
	return w
}

func (in setup) withDefaults() setup {
	if in.policy == "" {
		in.policy = core.PolicyOptional
	}
	if in.rule == nil {
		in.rule = &core.Rule{Policy: in.policy}
	}
	if in.loginForm == "" {
		in.loginForm = web.FormTwoStep
	}
	if in.publicURL == "" {
		in.publicURL = "https://id.example/auth" // a prefix, so that every test notices a link without it
	}
	return in
}

func (in setup) binders() []core.Binder {
	if in.tokens {
		return []core.Binder{in.apps, otp.HOTP{}}
	}
	return []core.Binder{in.apps}
}

func unless(off bool, d time.Duration) time.Duration {
	if off {
		return 0
	}
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// answer is a response whose body was read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send is one request as it is, without a client's cookies. API answers are held to the document.
func (w *world) send(r *http.Request) answer {
	w.t.Helper()
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	a := answer{status: rec.Code, header: rec.Result().Header, body: rec.Body.Bytes()}
	if path, isAPI := strings.CutPrefix(r.URL.Path, w.public.Path+"/api/v1"); isAPI {
		if err := w.checked.check(r.Method, path, sent, a); err != nil {
			w.t.Errorf("%s %s: the answer is not as described: %v\n%d %s", r.Method, path, err, a.status, a.body)
		}
	}
	return a
}

// request builds a request from a client at an address of documentation (RFC 5737).
func (w *world) request(method, path string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, w.public.Scheme+"://"+w.public.Host+w.public.Path+path, body)
	r.RemoteAddr = "192.0.2.7:4711"
	return r
}
