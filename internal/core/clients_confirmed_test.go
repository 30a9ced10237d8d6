package core_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// arrival is a browser and a program that come with a password alone.
type arrival struct {
	w                *world
	browser, program core.Caller
}

// comes signs in and says whether the owner was told of a new client.
func (a *arrival) comes(from *core.Caller) bool {
	a.w.t.Helper()
	a.w.clock.Add(time.Minute)
	s, err := a.w.SignIn(a.w.ctx, *from, core.Beginning{Login: "eve"}, squattersPassword, core.Response{})
	a.w.check(err)
	a.keeps(from, s)
	told := false
	for _, m := range a.w.post() {
		told = told || m.Kind == core.MailNewBrowser || m.Kind == core.MailNewClient
	}
	return told
}

func (a *arrival) keeps(from *core.Caller, s core.Session) {
	if from.Transport == core.TransportCookie {
		from.Known = a.w.KnownCookie(*from, s)
	}
}

// squat registers an account with an address that is perhaps another's, and signs in with a program besides.
func squat(t *testing.T) (a *arrival, own core.Caller, mailed core.Mailed) {
	w := newWorld(t, core.PolicyOptional)
	a = &arrival{w: w, browser: browser(""), program: caller}
	a.program.Address, a.program.UserAgent = "192.0.2.66", "curl"
	s, err := w.Register(w.ctx, a.browser, core.Registration{Username: "eve", Email: "ana@example.org", Password: squattersPassword})
	w.check(err)
	a.keeps(&a.browser, s)
	own = a.browser
	own.Replaces = token(t, s)
	mailed = core.Mailed{Token: linkToken(w, w.mail(core.MailConfirmAddress))}
	a.comes(&a.program)
	return a, own, mailed
}

// H07: who confirms the first address of an account without a session of it may not be who made it. Those who signed in
// before are strangers to the mailbox: it is told of each, once.
func TestWhoMadeTheAccountIsNewToWhoConfirmsIt(t *testing.T) {
	a, _, mailed := squat(t)
	before := a.browser
	_, _, err := a.w.ConfirmAddress(a.w.ctx, browser(""), mailed)
	a.w.check(err)
	if !a.comes(&a.browser) || !a.comes(&a.program) {
		t.Error("nobody is told that who made the account signs in")
	}
	if a.comes(&a.browser) || a.comes(&a.program) {
		t.Error("told twice")
	}
	if !a.comes(&before) {
		t.Error("the cookie of before is worth something")
	}
}

// And has no lane of their own for wrong passwords.
func TestWhoMadeTheAccountHasNoLane(t *testing.T) {
	a, _, mailed := squat(t)
	_, _, err := a.w.ConfirmAddress(a.w.ctx, browser(""), mailed)
	a.w.check(err)
	for range 3 {
		_, err := a.w.SignIn(a.w.ctx, caller, core.Beginning{Login: "eve"}, "a wrong passphrase", core.Response{})
		codeOf(t, err, core.CodeWrong)
	}
	_, err = a.w.SignIn(a.w.ctx, a.browser, core.Beginning{Login: "eve"}, squattersPassword, core.Response{})
	codeOf(t, err, core.CodeThrottled)
}

// Who confirms with the session at hand made the account: nothing about their browser and program is news. Nor is it
// when a later address is confirmed on another device.
func TestWhoConfirmsTheirOwnIsKnown(t *testing.T) {
	a, own, mailed := squat(t)
	s, _, err := a.w.ConfirmAddress(a.w.ctx, own, mailed)
	a.w.check(err)
	if a.comes(&a.browser) || a.comes(&a.program) {
		t.Error("told of who was there before")
	}
	a.w.clock.Add(time.Minute)
	if s, err = a.w.Elevate(a.w.ctx, own, s, core.Response{Kind: core.KindPassword, Value: squattersPassword}); err != nil {
		t.Fatal(err)
	}
	e, err := a.w.ElevatedFrom(s)
	a.w.check(err)
	a.w.check(a.w.ChangeAddress(a.w.ctx, own, e, "new@example.org"))
	_, _, err = a.w.ConfirmAddress(a.w.ctx, browser(""), core.Mailed{Token: linkToken(a.w, a.w.mail(core.MailChangeAddress))})
	a.w.check(err)
	if a.comes(&a.browser) || a.comes(&a.program) {
		t.Error("told of who was there before, after a change")
	}
}
