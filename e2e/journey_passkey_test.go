package e2e

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// TestJourneyWithPasskeys: Chromium's own virtual authenticator, under / and under a prefix.
func TestJourneyWithPasskeys(t *testing.T) {
	t.Parallel()
	v := &visit{home: newHome(t)}
	v.tab = browse(t, v.home.server)
	v.p = &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}
	phone := v.authenticator()
	v.join()
	v.addPasskey()
	v.keepRecoveryCodes(v.p)
	v.mustBeAt("/account")
	v.mustSay("main", "On all devices of the account that keeps it")
	v.present(phone, false) // else the passkey is chosen in the field for names as soon as the page is there
	v.signOut()

	v.enter("/login/verify") // the password, and the passkey as the second step
	v.present(phone, true)
	v.look("passkey-verify")
	v.passkey("/login/verify")
	v.mustBeAt("/account")
	v.present(phone, false)
	v.signOut()
	v.look("passkey-login")
	v.present(phone, true)
	v.pass("/login", "/account") // chosen in the field for names
	v.look("passkey-account")

	v.beforeScripts("delete PublicKeyCredential.isConditionalMediationAvailable")
	v.signOut()
	v.passkey("/login/passkey") // with the button
	v.mustBeAt("/account")
	v.takePasskeysOnly()
	v.removePasskey(phone)
}

// authenticator gives the browser a phone that checks its user.
func (b *tab) authenticator() webauthn.AuthenticatorID {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{})
	ok(b.t, err)
	made, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21,
			Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
			IsUserVerified: true, AutomaticPresenceSimulation: true, DefaultBackupEligibility: true, DefaultBackupState: true,
		},
	})
	ok(b.t, err)
	return made.AuthenticatorID
}

// present says whether whoever holds the authenticator touches it when asked.
func (b *tab) present(id webauthn.AuthenticatorID, touches bool) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{
		AuthenticatorID: id, Enabled: touches,
	})
	ok(b.t, err)
}

// kept are the passkeys that an authenticator has.
func (b *tab) kept(id webauthn.AuthenticatorID) []*webauthn.Credential {
	b.t.Helper()
	found, err := chromedp.Call(b.ctx, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: id})
	ok(b.t, err)
	return found.Credentials
}

// passkey presses the button of a form that a passkey fills in, and waits for the page that it leads to.
func (b *tab) passkey(action string) {
	b.t.Helper()
	b.press(b.form(action) + "[data-passkey] button")
}

// pass opens a page that leads on by itself, maybe before it is all there, and waits for where it leads.
func (b *tab) pass(path, to string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(b.base+path)); err != nil && !strings.Contains(err.Error(), "ERR_ABORTED") {
		b.lost(err)
	}
	b.arrive(to)
}

// arrive waits until the browser has gone somewhere by itself, and the page is all there: its load is not taken for the
// next one's.
func (b *tab) arrive(path string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	there := `document.readyState === "complete" && location.href === ` + quoted(b.base+path)
	for ctx.Err() == nil {
		// On its way from one page to the next a browser answers with errors.
		if is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](there)); err == nil && is {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.mustBeAt(path)
	b.t.Fatalf("%s did not come whole", path)
}

func (v *visit) addPasskey() {
	v.t.Helper()
	v.follow("/account/authenticators/new?kind=webauthn")
	v.mustBeAt("/account/confirm")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	v.look("passkey-new")
	v.submit("/account/authenticators/new")
	v.look("passkey-create")
	v.passkey(v.path())
}

func (v *visit) takePasskeysOnly() {
	v.t.Helper()
	v.follow("/account/passkeys-only")
	v.mustBeAt("/account/confirm")
	v.look("passkey-confirm")
	v.passkey("/account/confirm")
	v.mustBeAt("/account/passkeys-only")
	v.look("passkeys-only")
	v.submit("/account/passkeys-only")
	v.mustSay(".notice", "Your other sessions have ended")
	v.signOut()
	v.enter("/login/verify")
	if v.has(`main a[href*="recovery_code"]`) {
		v.t.Error("a recovery code is offered")
	}
	v.passkey("/login/verify")
	v.mustBeAt("/account")
	v.follow("/account/passkeys-only")
	v.passkey("/account/confirm")
	v.submit("/account/passkeys-only")
	v.mustBeAt("/account")
}

// removePasskey removes it from the account: the browser's keeper is told, and forgets it.
func (v *visit) removePasskey(phone webauthn.AuthenticatorID) {
	v.t.Helper()
	v.beforeScripts("if (localStorage.deaf) delete PublicKeyCredential.signalAllAcceptedCredentials")
	v.remember("deaf", "yes") // as a keeper that was elsewhere at the time
	v.removeIt(phone, 1)
	v.signOut()
	v.open("/login")
	v.passkey("/login/passkey")
	v.mustSay("#summary", "no longer registered")
	v.look("passkey-unknown")
	v.mustKeep(phone, 0)

	v.remember("deaf", "")
	v.fill("login", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/login")
	v.addPasskey()
	v.open("/account")
	v.removeIt(phone, 1)
	v.mustKeep(phone, 0)
}

func (v *visit) removeIt(phone webauthn.AuthenticatorID, kept int) {
	v.t.Helper()
	v.mustKeep(phone, kept)
	v.press(`main a[href*="/account/authenticators/"]:not([href*="new"])`)
	v.press(`main a[href$="/remove"]`)
	v.press(`main form[action$="/remove"] button`)
	v.mustBeAt("/account")
}

// mustKeep waits until an authenticator has so many passkeys.
func (b *tab) mustKeep(id webauthn.AuthenticatorID, want int) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); len(b.kept(id)) != want; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("the keeper has %d passkeys, want %d", len(b.kept(id)), want)
		}
	}
}

// remember keeps a value for the pages to come.
func (b *tab) remember(name, value string) {
	b.t.Helper()
	ask(b, chromedp.Evaluate[string](`localStorage.`+name+` = `+quoted(value)))
}
