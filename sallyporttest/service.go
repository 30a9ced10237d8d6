package sallyporttest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/factor/password"
)

// Service is a [sallyport.Gate] that a test has for itself, on a server of its own. It is safe for concurrent use, so that
// parallel tests may share one; but they share its Clock then.
type Service struct {
	Gate  *sallyport.Gate
	Clock *Clock   // of the Gate; the application may go by it too
	Mail  *Mailbox // everybody's; the application may send through it too
	Texts *Texts   // everybody's
	URL   string   // of the server, without a path: http://localhost:12345

	api       string // the URL of the JSON API
	combined  bool   // a sign-in is one request
	invites   bool   // nobody registers without an invitation
	elsewhere bool   // the application keeps the accounts
	house     *assembly.House
	handler   atomic.Pointer[http.Handler]
	transport *http.Transport
	logs      slog.LevelVar
}

// Open opens a Gate and serves it until the test ends: alone, until [Service.Serve] puts the application around it. A mistake in
// cfg fails the test, as it would fail the application.
//
// cfg is the application's own. Whatever it says, nothing reaches out of the test: Database, SecretsDatabase and KeyFile are
// files of the test's own; messages go to [Service.Mail] and [Service.Texts], and to Mailer and Texter only if
// those are set; BreachedPasswords is not asked. Of PublicURL the path counts, /auth when PublicURL is empty, and https,
// which makes the server speak TLS. Clock has to be left out, for the Service has one. What is logged goes to the test's own
// log, unless Log is set.
func Open(t testing.TB, cfg sallyport.Config) *Service {
	if !testing.Testing() {
		panic("sallyporttest: this is no test, and the passwords of its accounts would be worth nothing")
	}
	t.Helper()
	if err := refuse(cfg); err != nil {
		t.Fatal(err)
	}
	s := &Service{Clock: newClock()}
	s.Mail, s.Texts = &Mailbox{box: box[sallyport.Mail]{service: s}}, &Texts{box: box[sallyport.Text]{service: s}}
	s.combined = cfg.LoginForm == "combined"
	s.invites = cfg.Registration == "invite" || cfg.Registration == "closed"
	s.elsewhere = cfg.Accounts != nil
	srv := s.listen(t, strings.HasPrefix(cfg.PublicURL, "https:"))
	path := pathOf(cfg.PublicURL)
	s.api = s.URL + path + "/api/v1"
	s.logs.Set(slog.LevelError) // what is said of a new database and a new key file is of no use
	var err error
	if s.Gate, err = sallyport.Open(s.forTests(t.Context()), s.own(t, cfg, path)); err != nil {
		t.Fatal(err)
	}
	s.logs.Set(slog.LevelInfo)
	t.Cleanup(func() {
		srv.CloseClientConnections() // somebody may still look at a page that is kept up to date
		srv.Close()
		if err := s.Gate.Close(); err != nil {
			t.Error(err)
		}
	})
	s.Serve(s.Gate)
	return s
}

// forTests makes a password cost next to nothing, lets the database forget, and leaves the work beside requests to
// [Service.CatchUp].
func (s *Service) forTests(ctx context.Context) context.Context {
	return assembly.Testing(ctx, assembly.ForTests{
		Hashing:  password.Params{MemoryKiB: 8, Time: 1, Threads: 1, InsecureCheap: true},
		Unsynced: true, ByHand: true, Opened: func(h *assembly.House) { s.house = h },
	})
}

// Serve puts the application's handler in place of the Gate: the handler of everything, with the Gate below its prefix, as the
// application's main function would make it.
func (s *Service) Serve(app http.Handler) { s.handler.Store(&app) }

// Client returns the browser of somebody who is not signed in. It keeps cookies, asks for pages unless a request says what it
// accepts, and follows redirects as [http.Client] does: set its CheckRedirect to see them.
func (s *Service) Client() *http.Client {
	jar, _ := cookiejar.New(nil) // without options nothing goes wrong
	return &http.Client{Jar: jar, Transport: browser{s.transport}}
}

// browser asks for pages.
type browser struct{ http.RoundTripper }

// RoundTrip sends a request.
func (b browser) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Accept") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("Accept", "text/html,*/*;q=0.8")
	}
	return b.RoundTripper.RoundTrip(r)
}

// CatchUp does all that goes on beside requests and is due by the Clock: it sends messages, carries out resets, reminds,
// writes down what was refused, and deletes what is dead. It returns when all of that is done. Messages that requests
// cause are sent without it, but beside the test: call it before the clock is moved for longer than a message is worth
// something, or that one expires unsent.
func (s *Service) CatchUp(t testing.TB) {
	t.Helper()
	if err := s.house.CatchUp(t.Context()); err != nil {
		t.Fatal("sallyporttest: ", err)
	}
}

// send sees to it that what was asked to be sent is.
func (s *Service) send(t testing.TB) {
	t.Helper()
	if err := s.house.SendAll(t.Context()); err != nil {
		t.Fatal("sallyporttest: ", err)
	}
}
