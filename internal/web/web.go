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
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// Config is what the pages and the JSON API need.
type Config struct {
	Machine          *core.Machine
	PublicURL        *url.URL // scheme and host of every link; its path is the prefix of every route
	Issuer           string
	Home             string // where the application is, a path of this host; "" means that there is none
	LoginForm        string // FormTwoStep or FormCombined
	RegistrationOpen bool
	TrustedProxies   []netip.Prefix
	Clock            func() time.Time // the machine's; nil means time.Now
	Log              *slog.Logger
	Texts            *catalogue.Set  // what is said, with the language of who asks for none; nil means all of ours, with English
	Ending           <-chan struct{} // once it is closed, answers that go on end; nil means that only time ends them
	Elsewhere        *Elsewhere      // where an application keeps the accounts; nil: they are kept here
	Templates        fs.FS           // an application's templates and files, in place of ours; nil means none

	// Layout is an application's function that puts pages into its own layout; nil means that templates do.
	Layout func(w io.Writer, r *http.Request, f pages.Frame) error
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
	usual  bool // codes of apps have the usual length
	trying bool // nobody is served: an application's templates are tried
	views  *views
	routes []route

	crossOrigins *http.CrossOriginProtection
	hints        *hints
	streams      *streams
}

// Site is the handler of all routes below the path of its public URL, and guards an application's own handlers. It is safe
// for concurrent use.
type Site struct {
	site    *site
	handler http.Handler
}

// ErrorText says an error of the machine to a person, as pages and problem documents do. The language "" is the service's.
func (h *Site) ErrorText(language string, e *core.Error) string {
	return texts{h.site.all.In(language)}.ofError(e)
}

// Language is the language that there is of those that are asked for, as Accept-Language has them; "" for none of them.
func (h *Site) Language(asked string) string { return h.site.all.Match(asked) }

// New builds a Site.
func New(cfg Config) (*Site, error) {
	s, err := newSite(cfg)
	if err != nil {
		return nil, err
	}
	return &Site{site: s, handler: s.handler()}, nil
}

// ServeHTTP serves the pages and the JSON API.
func (h *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.handler.ServeHTTP(w, r) }

func newSite(cfg Config) (*site, error) {
	if cfg.Machine == nil || cfg.PublicURL == nil || cfg.Log == nil {
		return nil, errors.New("web: Machine, PublicURL and Log are required")
	}
	if cfg.LoginForm != FormTwoStep && cfg.LoginForm != FormCombined {
		return nil, errors.New("web: LoginForm is neither two_step nor combined")
	}
	s, err := spoken(cfg)
	if err != nil {
		return nil, err
	}
	s.usual = cfg.Machine.UsualCodes()
	s.hints = &hints{}
	s.streams = &streams{of: map[string]int{}, stops: map[*http.Server]<-chan struct{}{}}
	if s.Clock == nil {
		s.Clock = time.Now
	}
	s.crossOrigins = http.NewCrossOriginProtection()
	err = s.crossOrigins.AddTrustedOrigin(s.PublicURL.Scheme + "://" + s.PublicURL.Host)
	if err != nil {
		return nil, err
	}
	s.crossOrigins.SetDenyHandler(http.HandlerFunc(s.crossOrigin))
	if s.views, err = loadViews(s); err != nil {
		return nil, err
	}
	s.routes = s.withoutOnlyHere(s.routeTable())
	return s, nil
}

// spoken is a site that knows where it is and what is said there, which is all that its templates need.
func spoken(cfg Config) (s *site, err error) {
	s = &site{
		Config: cfg, all: cfg.Texts,
		prefix: strings.TrimRight(cfg.PublicURL.EscapedPath(), "/"),
		secure: cfg.PublicURL.Scheme == "https",
	}
	if s.all == nil {
		s.all, err = catalogue.Load()
	}
	return s, err
}

// path is the one function that links come from.
func (s *site) path(p string) string { return s.prefix + p }

// handler builds the mux and what stands before it.
func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.routes {
		method, path, _ := strings.Cut(r.pattern, " ")
		mux.Handle(method+" "+s.path(path), r)
	}
	mux.Handle("/", s.notFound(mux))
	return s.securityHeaders(s.listen(s.survive(s.limitBody(s.oneCredential(s.crossOrigins.Handler(mux))))))
}
