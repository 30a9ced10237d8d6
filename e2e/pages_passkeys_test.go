package e2e

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// passkeys looks at every page that passkeys are on. Without script they are still made and used with it: what is
// looked at is what the pages say then.
func (in *inspector) passkeys(h *home) {
	v := &visit{tab: in.tab, home: h, p: h.guarded(in.t)}
	phone := in.authenticator()
	in.beforeScripts("delete PublicKeyCredential.isConditionalMediationAvailable") // the list at the name is no page
	in.open("/login")
	in.look("passkey login")
	v.enter("/login/verify")
	v.fill("code", spaced(v.p.app.next(in.t)))
	v.submit("/login/verify")
	in.offered(v)
	in.madePasskey(v)
	in.passkeysOnly(v)
	in.besidePasskey(v)
	in.refusedPasskeys(v, phone)
}

// offered looks at the offer that follows a sign-in where script finds that a passkey could be kept here, and passes it by.
func (in *inspector) offered(v *visit) {
	if in.scripted() {
		v.mustBeAt("/account/passkey")
	} else {
		v.mustBeAt("/account") // nobody without script is stopped
		in.open("/account/passkey?return_to=/account")
	}
	in.look("passkey offered")
	v.press(`main a.button`)
	v.mustBeAt("/account/confirm")
	in.look("passkey offered confirm")
	v.press(`main a[href*="/account/confirm/lost"]`)
	in.look("stuck")
	v.open("/account/passkey")
	v.press(`main .links a`)
	v.mustBeAt("/account")
}

// madePasskey looks at how one is added.
func (in *inspector) madePasskey(v *visit) {
	v.follow("/account/authenticators/new?kind=webauthn")
	v.withRecovery("/account/confirm")
	in.look("passkey add")
	v.open("/account/authenticators/new?kind=webauthn&return_to=/account")
	in.look("passkey offered create")
	v.open("/account/authenticators/new?kind=webauthn")
	v.fill("label", "Ada’s very own telephone, the newer one of the two, "+"with a name that does not end")
	v.submit("/account/authenticators/new")
	in.look("passkey create")
	if !in.scripted() && in.text("noscript") == "" {
		in.t.Error("without script the page does not say that passkeys need it")
	}
	in.withScript(func() { v.passkey(v.path()) })
	v.mustBeAt("/account")
	in.look("passkey account")
	v.press(`main ul.rows li:nth-child(2) a[href*="/account/authenticators/"]`)
	in.look("passkey page")
	v.press(`main form[action$="/favourite"] button`)
	in.look("account with a favourite")
	v.press(`main ul.rows li:nth-child(2) a[href*="/account/authenticators/"]`)
	in.look("passkey page of the favourite")
	v.open("/account")
	v.follow("/account/authenticators/new?kind=webauthn")
	v.submit("/account/authenticators/new")
	at := v.path()
	in.withScript(func() { in.pressed(at, "already has a passkey") })
	in.look("passkey create on the same device")
}

// passkeysOnly looks at that page with one passkey, with two, and when it is on.
func (in *inspector) passkeysOnly(v *visit) {
	in.anew(v)
	v.open("/account/passkeys-only")
	in.look("passkey confirm")
	v.press(`main a[href*="with=app"]`)
	in.look("passkey confirm with the app")
	v.withRecovery("/account/confirm")
	in.look("passkeys only before one was used")
	v.press(`main a.button`)
	in.withScript(func() { v.passkey("/account/confirm") })
	v.mustBeAt("/account/passkeys-only")
	in.look("passkeys only with one")
	in.secondPasskey(v)
	v.open("/account/passkeys-only")
	in.look("passkeys only with two")
	v.submit("/account/passkeys-only")
	in.look("passkeys only taken")
	v.open("/account/passkeys-only")
	in.look("passkeys only on")
	v.open("/account/confirm?return_to=/account")
	in.look("passkeys only confirm")
	v.press(`main a[href*="/account/confirm/lost"]`)
	in.look("stuck with passkeys only")
	v.signOut()
	v.enter("/login/verify")
	in.look("passkeys only verify")
	v.open("/login/lost")
	in.look("passkeys only lost")
	v.open("/login/verify")
	in.withScript(func() { v.passkey("/login/verify") })
	v.open("/account/passkeys-only")
	in.withScript(func() { v.passkey("/account/confirm") })
	v.submit("/account/passkeys-only")
	v.mustBeAt("/account")
}

// combinedPasskeys looks at the form that asks for everything at once, which a passkey takes the place of: it takes none that
// does not check its user.
func (in *inspector) combinedPasskeys(h *home) {
	v := &visit{tab: in.tab, home: h, p: &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}}
	phone := in.authenticator()
	in.beforeScripts("delete PublicKeyCredential.isConditionalMediationAvailable")
	v.join()
	v.follow("/account/authenticators/new?kind=webauthn")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	v.submit("/account/authenticators/new")
	v.mustSay("main", "set a PIN")
	in.look("passkey create for the combined form")
	if !in.has(`form[data-options*='"userVerification":"required"']`) {
		in.t.Error("the browser is not told that the passkey has to check its user")
	}
	at := v.path()
	in.withScript(func() {
		in.verifies(phone, false)
		in.pressed(at, "Nothing was done")
		in.verifies(phone, true)
		v.passkey(at)
		v.mustSay("main", "recovery codes")
		v.keepRecoveryCodes(v.p)
	})
	v.open("/account")
	v.signOut()
	v.enter("/login")
	v.mustSay("#summary", "If you have set up a passkey")
	in.look("combined form beside a passkey")
	in.withScript(func() { v.open("/login"); v.passkey("/login/passkey") })
	v.mustBeAt("/account")
}

// secondPasskey adds one on a key, which says nothing of its user.
func (in *inspector) secondPasskey(v *visit) {
	key, err := chromedp.Call(in.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21,
			Transport: webauthn.AuthenticatorTransportUsb, AutomaticPresenceSimulation: true,
		},
	})
	ok(in.t, err)
	v.open("/account/authenticators/new?kind=webauthn")
	v.submit("/account/authenticators/new")
	in.withScript(func() { v.passkey(v.path()) })
	v.mustBeAt("/account")
	in.look("passkey account with two")
	_, err = chromedp.Call(in.ctx, webauthn.RemoveVirtualAuthenticator, webauthn.RemoveVirtualAuthenticatorParams{AuthenticatorID: key.AuthenticatorID})
	ok(in.t, err) // it is in the drawer again
}

// besidePasskey looks at the second step of who has a passkey and a code app.
func (in *inspector) besidePasskey(v *visit) {
	in.anew(v)
	v.signOut()
	v.enter("/login/verify")
	in.look("passkey verify")
	if in.scripted() {
		in.answeredWrongly("/login/verify")
		in.look("passkey verify refused")
	}
	v.open("/login/verify?with=app")
	in.look("passkey verify with the app")
}

// refusedPasskeys looks at sign-ins with a passkey alone that fail. Without script there are none.
func (in *inspector) refusedPasskeys(v *visit, phone webauthn.AuthenticatorID) {
	if !in.scripted() {
		return
	}
	v.submit("/login/cancel")
	v.open("/login")
	in.verifies(phone, false)
	in.pressed("/login/passkey", "Nothing was done")
	in.look("passkey login cancelled")
	in.verifies(phone, true)
	in.answeredWrongly("/login/passkey")
	in.look("passkey login refused")
	v.home.admin(in.t, "account", "reset-authenticators", v.p.name, "--reason", "lost phone")
	v.open("/login")
	v.passkey("/login/passkey")
	v.mustSay("#summary", "no longer registered")
	in.look("passkey login unknown")
}

func (in *inspector) scripted() bool { return in.variant == "" }

// withScript does something that needs script, and goes on as before.
func (in *inspector) withScript(do func()) {
	in.t.Helper()
	if in.scripted() {
		do()
		return
	}
	in.mayScript(true)
	in.do(chromedp.Reload())
	do()
	in.mayScript(false)
	in.do(chromedp.Reload())
}

func (in *inspector) mayScript(may bool) {
	in.t.Helper()
	_, err := chromedp.Call(in.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !may})
	ok(in.t, err)
}

// pressed presses the button of a passkey's form, and waits for what the page says without going anywhere.
func (in *inspector) pressed(action, says string) {
	in.t.Helper()
	form := in.form(action) + "[data-passkey]"
	in.click(form + " button")
	for deadline := time.Now().Add(patience); !strings.Contains(in.text(form+" [data-says]"), says); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			in.t.Fatalf("the page says %q, want %q", in.text(form+" [data-says]"), says)
		}
	}
}

// answeredWrongly sends something that is no answer of a passkey.
func (in *inspector) answeredWrongly(action string) {
	in.t.Helper()
	in.await(chromedp.Evaluate[chromedp.Void](`{ const form = document.querySelector(` + quoted(in.form(action)+"[data-passkey]") +
		`); form.elements[form.dataset.field].value = '{}'; form.requestSubmit() }`))
}

// verifies says whether an authenticator knows its user.
func (in *inspector) verifies(id webauthn.AuthenticatorID, knows bool) {
	in.t.Helper()
	_, err := chromedp.Call(in.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id, IsUserVerified: knows})
	ok(in.t, err)
}

// anew signs in again, so that nothing is elevated any more.
func (in *inspector) anew(v *visit) {
	in.t.Helper()
	v.open("/account")
	v.signOut()
	v.enter("/login/verify")
	v.open("/login/verify?with=webauthn") // the app was used last
	in.withScript(func() { v.passkey("/login/verify") })
	v.mustBeAt("/account")
}
