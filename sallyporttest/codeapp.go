package sallyporttest

import (
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// CodeApp is somebody's code app, with one key in it. It is safe for concurrent use.
type CodeApp struct {
	key   otp.Key
	clock *Clock

	mu   sync.Mutex
	next time.Time // when there is a code that was not given
}

// NewCodeApp returns an app that has read a key URI, as a set-up shows it.
func (s *Service) NewCodeApp(t testing.TB, uri string) *CodeApp {
	t.Helper()
	read, err := otpauth.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	key, err := read.OTP()
	if err != nil {
		t.Fatal(err)
	}
	return &CodeApp{key: key, clock: s.Clock}
}

// Code returns a code that was not given before. Where the present one was, it moves the clock on to the next, instead of
// waiting for it.
func (a *CodeApp) Code(t testing.TB) string {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if wait := a.next.Sub(a.clock.Now()); wait > 0 {
		a.clock.Advance(wait)
	}
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
