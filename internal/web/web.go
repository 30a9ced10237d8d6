// Package web speaks: it turns requests into calls of the login machine and what that answers into pages
// and JSON. The two faces are mounted on the same calls; neither can do what the other cannot.
//
// Every route stands in routes.go, mounted for what its handler may see: nothing, a core.Login, a
// core.MustBind, a core.Session or a core.Elevated. There is no other way to mount one. No handler writes
// an error itself: what it returns is mapped in problem.go.
//
// Package web trusts the machine for every decision, and of a request only what the configuration says:
// forwarding headers of trusted proxies, nothing else. It is not for embedding on its own.
package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
)

// Config is what the pages and the JSON API need.
type Config struct {
	Machine          *core.Machine
	PublicURL        *url.URL // scheme and host of every link; its path is the prefix of every route
	Issuer           string
	LoginForm        string // FormTwoStep or FormCombined
	RegistrationOpen bool
	TrustedProxies   []netip.Prefix
	Clock            func() time.Time // the machine's; nil means time.Now
	Log              *slog.Logger
	Texts            *catalogue.Set  // what is said, with the language of who asks for none; nil means all of ours, with English
	Ending           <-chan struct{} // once it is closed, answers that go on end; nil means that only time ends them
}

// The forms of signing in.
const (
	FormTwoStep  = "two_step" // name and password, then the code
	FormCombined = "combined" // name, password and code at once, one answer
)

// site is everything that the handlers share. It is immutable after New, but for the count of streams.
type site struct {
	Config
	prefix string // "" or "/auth"
	secure bool   // https: cookies are Secure and __Host-
	all    *catalogue.Set
	views  *views
	routes []route

	streams *streams
}

// New builds the handler of all routes below the path of cfg.PublicURL. It is safe for concurrent use.
func New(cfg Config) (http.Handler, error) {
	s, err := newSite(cfg)
	if err != nil {
		return nil, err
	}
	return s.handler()
}

func newSite(cfg Config) (*site, error) {
	if cfg.Machine == nil || cfg.PublicURL == nil || cfg.Log == nil {
		return nil, errors.New("web: Machine, PublicURL and Log are required")
	}
	if cfg.LoginForm != FormTwoStep && cfg.LoginForm != FormCombined {
		return nil, errors.New("web: LoginForm is neither two_step nor combined")
	}
	s := &site{
		Config: cfg,
		prefix: strings.TrimRight(cfg.PublicURL.EscapedPath(), "/"),
		secure: cfg.PublicURL.Scheme == "https",
	}
	s.streams = &streams{of: map[string]int{}}
	if s.Clock == nil {
		s.Clock = time.Now
	}
	var err error
	if s.all = cfg.Texts; s.all == nil {
		if s.all, err = catalogue.Load(); err != nil {
			return nil, err
		}
	}
	if s.views, err = loadViews(s); err != nil {
		return nil, err
	}
	s.routes = s.routeTable()
	return s, nil
}

// path is the one function that links come from.
func (s *site) path(p string) string { return s.prefix + p }

// handler builds the mux and what stands before it.
func (s *site) handler() (http.Handler, error) {
	mux := http.NewServeMux()
	for _, r := range s.routes {
		method, path, _ := strings.Cut(r.pattern, " ")
		mux.Handle(method+" "+s.path(path), r)
	}
	mux.Handle("/", s.notFound(mux))
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(s.PublicURL.Scheme + "://" + s.PublicURL.Host); err != nil {
		return nil, err
	}
	guard.SetDenyHandler(http.HandlerFunc(s.crossOrigin))
	return s.securityHeaders(s.listen(s.survive(s.limitBody(s.oneCredential(guard.Handler(mux)))))), nil
}
