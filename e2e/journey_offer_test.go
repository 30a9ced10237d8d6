package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestJourneyOfferedAPasskey: after a sign-in with a code, where this device could keep one. It goes on to where the person was
// going, is made once, and stops nobody who has no such device, or no script.
func TestJourneyOfferedAPasskey(t *testing.T) {
	t.Parallel()
	v := &visit{home: newHome(t)}
	v.tab, v.p = browse(t, v.home.server), v.home.guarded(t)
	v.toSessions(false)
	v.mustBeAt("/account/sessions") // no device
	v.signOut()

	phone := v.authenticator()
	v.toSessions(true)
	v.mustBeAt("/account/passkey")
	v.look("offer")
	offer := v.path()
	v.press(`main .links a`) // Skip for now
	v.mustBeAt("/account/sessions")
	v.open(offer)
	v.press(`main a.button`) // Continue
	v.mustBeAt("/account/confirm")
	v.fill("code", spaced(v.p.app.next(t)))
	v.submit("/account/confirm")
	v.look("offer-create")
	v.passkey("/account/authenticators/new")
	v.mustBeAt("/account/sessions")
	if n := len(v.kept(phone)); n != 1 {
		t.Fatalf("the device keeps %d passkeys", n)
	}
	v.open("/account")
	v.mustSay("main", " on Linux")
	v.present(phone, false) // else it is chosen in the field for names
	v.signOut()

	v.forgets("sallyport_offered")
	v.forgets("sallyport_last")
	v.withoutScript()
	v.toSessions(false)
	v.mustBeAt("/account/sessions")
}

// toVerify signs in as far as the password goes, on the way to another page.
func (v *visit) toVerify() {
	v.t.Helper()
	v.open("/account/sessions")
	v.mustBeAt("/login")
	v.fill("login", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/login")
	v.mustBeAt("/login/verify")
}

// toSessions does all of it. With able it waits until script has found that the device could keep a passkey.
func (v *visit) toSessions(able bool) {
	v.t.Helper()
	v.toVerify()
	for deadline := time.Now().Add(patience); able && !v.has(`form input[name="able"]`); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.t.Fatal("script does not find the authenticator")
		}
	}
	v.fill("code", spaced(v.p.app.next(v.t)))
	v.submit("/login/verify")
}

// forgets takes a cookie away, as time does.
func (b *tab) forgets(name string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.DeleteCookies, network.DeleteCookiesParams{Name: name, URL: b.base})
	ok(b.t, err)
}
