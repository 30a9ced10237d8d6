package sallyporttest

import (
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// CodeApp is somebody's code app, with one key in it (RFC 6238).
type CodeApp struct {
	mu    sync.Mutex
	clock *Clock // nil until there is a key
	key   otp.Key
	next  time.Time // when there is a code that was not given
}

// NewCodeApp returns an app that has read a key URI: what the picture says that a page for setting up shows.
func (s *Service) NewCodeApp(t testing.TB, uri string) *CodeApp {
	t.Helper()
	a := &CodeApp{}
	a.read(t, s, uri)
	return a
}

func (a *CodeApp) read(t testing.TB, s *Service, uri string) {
	t.Helper()
	said, err := otpauth.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.key, err = said.OTP(); err != nil {
		t.Fatal(err)
	}
	a.clock, a.next = s.Clock, time.Time{}
}

// Code returns a code that was not given before. Where the present one was, it moves the clock on to the next, instead of
// waiting for it.
func (a *CodeApp) Code(t testing.TB) string {
	t.Helper()
	if clock := a.set(); clock != nil {
		clock.busy.Lock()
		defer clock.busy.Unlock()
	}
	return a.code(t)
}

func (a *CodeApp) set() *Clock {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.clock
}

func (a *CodeApp) code(t testing.TB) string {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.clock == nil {
		t.Fatal("sallyporttest: a code app without a key: Bind it, or make it with NewCodeApp")
	}
	a.clock.move(a.next.Sub(a.clock.Now()))
	now := a.clock.Now()
	code, err := a.key.TOTP(now)
	if err != nil {
		t.Fatal(err)
	}
	step, err := a.key.StepAt(now)
	if err != nil {
		t.Fatal(err)
	}
	a.next = step.End
	return code.String()
}

// Kind is "totp".
func (*CodeApp) Kind() string { return "totp" }

func (a *CodeApp) offer(testing.TB, *Person) values { return values{"kind": "totp", "label": "phone"} }

func (a *CodeApp) confirm(t testing.TB, q question, begun answer) string {
	t.Helper()
	a.read(t, q.program.service, begun.URI)
	return a.code(t)
}

func (*CodeApp) bound(string) {}

func (a *CodeApp) respond(t testing.TB, _ question) (string, answer) {
	t.Helper()
	return a.code(t), answer{}
}
