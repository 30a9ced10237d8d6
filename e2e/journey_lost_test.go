package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// Somebody whose phone is gone gets back in, and nobody else does: with the mailbox and a wait, or by whoever runs the
// service.
func TestLostAuthenticator(t *testing.T) {
	h := newHome(t, "--reset-wait", "1s")
	v := &visit{tab: browse(t, h.server), home: h, p: h.guarded(t)}
	v.beginReset()
	v.setUpAnew(v.mail(v.p.address(), mailReleased, 1))

	h.admin(t, "account", "reset-authenticators", v.p.name, "--reason", "lost phone, showed passport")
	v.open("/account")
	v.mustBeAt("/login") // every session has ended
	v.enter("/login")
	v.mustSay("#summary", "removed by a reset")
	v.mail(v.p.address(), mailResetOrdered, 1)
	v.setUpAnew(v.mail(v.p.address(), mailReleased, 3)) // the sign-in just now had it sent again
	v.follow("/account/activity")
	v.mustSay("main", "lost phone, showed passport")
}

// Each message about a reset has a link that cancels it, and so does a sign-in with a second step.
func TestResetIsCancelled(t *testing.T) {
	h := newHome(t)
	v := &visit{tab: browse(t, h.server), home: h, p: h.guarded(t)}
	v.beginReset()
	v.openLink(v.mail(v.p.address(), mailResetAsked, 1))
	v.mustSay("main", v.p.name)
	v.submit("/recover/cancel")
	v.mustBeAt("/login")
	v.mustSay(".notice", "is cancelled")
	v.mail(v.p.address(), mailResetCanceled, 1)

	v.beginReset()
	v.follow("/login/verify?with=recovery_code") // one was left after all
	v.fill("code", v.p.takeRecovery(t))
	v.submit("/login/verify")
	v.mustBeAt("/account")
	v.mail(v.p.address(), mailResetCanceled, 2)
	v.follow("/account/activity")
	v.mustSay("main", "Removal of the second step cancelled")
}

// beginReset goes from a right password to a reset that waits.
func (v *visit) beginReset() {
	v.t.Helper()
	v.enter("/login/verify")
	v.follow("/login/lost")
	v.submit("/login/lost/reset")
	v.mustSay(".notice", "will be removed on")
}

// setUpAnew follows the link, signs in with the password, and sets up another code app.
func (v *visit) setUpAnew(l letter) {
	v.t.Helper()
	v.openLink(l)
	v.mustBeAt("/recover/link")
	v.mustSay("main", v.p.name)
	v.follow("/login")
	v.fill("login", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/login")
	v.mustBeAt("/login/setup")
	v.p.app = appFrom(v.t, scan(v.t, v.picture()))
	v.fill("code", v.p.app.first(v.t))
	v.submit("/login/setup")
	v.p.recovery = strings.Fields(v.text("#codes"))
	v.click("#saved")
	v.submit("/account/recovery-codes/saved")
	v.mustBeAt("/account")
	v.open(strings.TrimPrefix(l.path, v.prefix()) + "?token=" + l.token)
	v.mustSay("#summary", "no longer works")
	v.open("/account")
}

// A reset that somebody else asked for stands on the page of who is signed in.
func TestResetIsCancelledOnTheAccountPage(t *testing.T) {
	h := newHome(t)
	v := &visit{tab: browse(t, h.server), home: h, p: h.guarded(t)}
	v.signIn(v.p, v.p.app.next(t))
	v.mustBeAt("/account")
	c := api(h.server)
	c.call(t, http.StatusAccepted, "POST", "/login/reset", v.p.logins(t, []*client{c}, 1)[0], nil)
	v.open("/account")
	v.mustSay(".banner", "will be removed on")
	v.submit("/account/reset/cancel")
	v.mustSay(".notice", "is cancelled")
	if v.has(".banner") {
		t.Errorf("after it was cancelled the page says: %s", v.text(".banner"))
	}
}

// What an operator may turn on: a code by mail in place of the second step, and help by whoever answers.
func TestRescueAndHelp(t *testing.T) {
	h := newHome(t, "--rescue-code", "email", "--support-address", "help@example.org")
	v := &visit{tab: browse(t, h.server), home: h, p: h.guarded(t)}
	v.enter("/login/verify")
	v.follow("/login/lost")
	v.submit("/login/lost/help")
	v.mustSay(".notice", "has your request")
	v.mail("help@example.org", mailHelp, 1)
	v.submit("/login/challenge")
	v.mustBeAt("/login/verify")
	v.fill("code", strings.ToLower(v.mail(v.p.address(), mailRescue, 1).code))
	v.submit("/login/verify")
	v.mustBeAt("/account")
}

const mailHelp = "Somebody asks for help with signing in"
