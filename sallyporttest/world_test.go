package sallyporttest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// open serves an application that says who asks.
func open(t testing.TB, cfg sallyport.Config) *sallyporttest.Service {
	t.Helper()
	s := sallyporttest.Open(t, cfg)
	s.Serve(application(s.Gate, prefixOf(cfg)))
	return s
}

func prefixOf(cfg sallyport.Config) string {
	if cfg.PublicURL == "" {
		return "/auth"
	}
	u, _ := url.Parse(cfg.PublicURL)
	return strings.TrimRight(u.Path, "/")
}

func application(gate *sallyport.Gate, prefix string) http.Handler {
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := sallyport.SessionFrom(r.Context())
		fmt.Fprint(w, strings.TrimSpace(fmt.Sprintf("%s aal%d %s %s", s.Name(), s.AAL(), strings.Join(s.AMR(), ","), s.Confirmed())))
	})
	groups := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, sallyport.SessionFrom(r.Context()).Groups())
	})
	email := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address, confirmed := sallyport.SessionFrom(r.Context()).Email()
		fmt.Fprint(w, address, " ", confirmed)
	})
	mux := http.NewServeMux()
	mux.Handle(prefix+"/", gate)
	mux.Handle("/in", gate.Require(who))
	mux.Handle("/groups", gate.Require(groups))
	mux.Handle("/email", gate.Require(email))
	mux.Handle("/recent", gate.RequireRecent(5*time.Minute)(who))
	mux.Handle("/pay", gate.RequireConfirmed(func(*http.Request) (string, error) { return "Pay <Bob>", nil })(who))
	return mux
}

// see is what a browser is answered: "303" and where it leads, or the page.
func see(t testing.TB, c *http.Client, page string) string {
	t.Helper()
	stays := *c
	stays.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := stays.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case res.StatusCode == http.StatusSeeOther:
		leads, _, _ := strings.Cut(res.Header.Get("Location"), "?")
		return "303 " + leads
	case res.StatusCode != http.StatusOK:
		return res.Status
	}
	return string(body)
}

func want(t testing.TB, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// fails says what a helper says when it fails the test that it is in.
func fails(t *testing.T, f func(t testing.TB)) string {
	t.Helper()
	inner := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(inner)
	}()
	<-done
	if inner.said == "" {
		t.Error("it does not fail the test")
	}
	return inner.said
}

// failing is a test that may fail.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Fatal(args ...any) { f.Fatalf("%s", fmt.Sprint(args...)) }

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
