package sallyporttest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/factor/password"
)

// Service is a [sallyport.Gate] that a test has for itself, with the application around it, on a server of its own. It is safe
// for concurrent use.
type Service struct {
	Gate  *sallyport.Gate
	Clock *Clock   // of the gate
	Mail  *Mailbox // everybody's
	Texts *Texts   // everybody's
	URL   string   // of the server, without a path: http://localhost:12345

	prefix string // of the gate's pages
}

// Open opens a Gate and serves it, with the application around it, until the test ends. app gets the Gate and returns the
// handler of everything, the Gate below its prefix included, as the application's main function would make it; nil means the
// Gate alone.
//
// cfg is the application's own. Of its PublicURL only the path counts, /auth when it has none, since the host is
// the test server's. Database, KeyFile, Mailer, Texter and Clock are those of the test unless they are set, and nothing is
// logged unless Log is. A mistake fails the test.
func Open(t testing.TB, cfg sallyport.Config, app func(*sallyport.Gate) http.Handler) *Service {
	t.Helper()
	if !testing.Testing() {
		panic("sallyporttest: this is no test")
	}
	srv := httptest.NewUnstartedServer(nil)
	_, port, _ := strings.Cut(srv.Listener.Addr().String(), ":")
	s := &Service{Clock: newClock(), Mail: &Mailbox{}, Texts: &Texts{}, URL: "http://localhost:" + port, prefix: "/auth"}
	if u, err := url.Parse(cfg.PublicURL); err == nil && cfg.PublicURL != "" {
		s.prefix = strings.TrimRight(u.EscapedPath(), "/")
	}
	var err error
	if s.Gate, err = sallyport.Open(cheaply(t.Context()), s.fill(t, cfg)); err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = s.Gate
	if app != nil {
		srv.Config.Handler = app(s.Gate)
	}
	srv.Start()
	t.Cleanup(func() {
		srv.Close()
		if err := s.Gate.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// cheaply makes hashing a password cost next to nothing.
func cheaply(ctx context.Context) context.Context {
	return assembly.Testing(ctx, assembly.Options{Hashing: password.Params{MemoryKiB: 8, Time: 1, Threads: 1, InsecureCheap: true}})
}

// fill gives cfg what is the test's.
func (s *Service) fill(t testing.TB, cfg sallyport.Config) sallyport.Config {
	cfg.PublicURL = s.URL + s.prefix
	if cfg.Database == "" {
		cfg.Database = filepath.Join(t.TempDir(), "sallyport.db")
	}
	if cfg.KeyFile == "" {
		cfg.KeyFile = filepath.Join(t.TempDir(), "sallyport.key")
	}
	if cfg.Mailer == nil && cfg.Mail == "" {
		cfg.Mailer = s.Mail
	}
	if cfg.Texter == nil && cfg.Text == "" {
		cfg.Texter = s.Texts
	}
	if cfg.Clock == nil {
		cfg.Clock = s.Clock.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return cfg
}

// Client returns a browser of somebody who is not signed in. It keeps cookies, and follows redirects as [http.Client] does:
// set CheckRedirect to see them.
func (s *Service) Client(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}
