package e2e

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// sentCodes looks at the pages for codes that are sent and for hardware tokens, in every state.
func (in *inspector) sentCodes(h *home) {
	v := &visit{tab: in.tab, home: h, p: &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}}
	v.join()
	in.textCodes(v)
	in.tokens(v)
	in.mailCodes(v)
}

func (in *inspector) textCodes(v *visit) {
	v.follow("/account/authenticators/new")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	in.look("add app among kinds")
	v.press(`main a[href$="?kind=sms"]`)
	in.look("add telephone")
	v.fill("to", "+33 6 12 34 56 78")
	v.submit("/account/authenticators/new")
	in.look("add telephone refused")
	v.fill("to", ownNumber)
	v.submit("/account/authenticators/new")
	in.look("pending text")
	v.fill("code", "1")
	v.submit(v.path())
	in.look("pending text too short")
	v.fill("code", v.texted(1))
	v.submit(v.path())
	v.mustBeAt("/account")
	in.look("account with telephone")
	v.signOut()
	v.enter("/login/verify")
	in.look("verify text")
	v.fill("code", "12")
	v.submit("/login/verify")
	in.look("verify text too short")
	v.fill("code", v.texted(2))
	v.submit("/login/verify")
	v.mustBeAt("/account")
}

func (in *inspector) tokens(v *visit) {
	v.follow("/account/authenticators/new")
	in.look("confirm by sent code")
	v.press(v.form("/account/confirm/challenge") + " button")
	in.look("confirm text")
	v.fill("code", v.texted(3))
	v.submit("/account/confirm")
	v.press(`main a[href$="?kind=hotp"]`)
	in.look("add token")
	v.fill("to", "otpauth://totp/x")
	v.submit("/account/authenticators/new")
	in.look("add token refused")
	v.fill("to", "otpauth://hotp/Acme:ada?secret="+tokenSecret+"&issuer=Acme")
	v.submit("/account/authenticators/new")
	in.look("pending token")
	v.fill("code", v.tokenCode(0))
	v.submit(v.path())
	in.look("codes after token")
	v.keepRecoveryCodes(v.p)
}

func (in *inspector) mailCodes(v *visit) {
	v.follow("/account/authenticators/new")
	v.press(`main a[href$="?kind=email"]`)
	in.look("add mailbox")
	v.fill("to", v.p.address())
	v.submit("/account/authenticators/new")
	in.look("pending mail")
	v.fill("code", v.mail(v.p.address(), mailRescue, 1).code)
	v.submit(v.path())
	v.mustBeAt("/account")
	v.signOut()
	v.enter("/login/verify")
	in.look("verify several")
	v.press(v.form("/login/challenge") + " button")
	in.look("verify sent in place of token")
	v.press(`main a[href*="with=app"]`)
	in.tokenAhead(v)
}

// tokenAhead looks at the way in for a token whose button was pressed in vain, and at the same for a confirmation.
func (in *inspector) tokenAhead(v *visit) {
	v.fill("code", v.tokenCode(60))
	v.submit("/login/verify")
	in.look("verify token ran ahead")
	v.press(`main a[href$="?with=two_codes"]`)
	in.look("verify two codes")
	v.fill("code", v.tokenCode(60))
	v.fill("code_2", v.tokenCode(62))
	v.submit("/login/verify")
	in.look("verify two codes wrong")
	v.fill("code", v.tokenCode(61))
	v.fill("code_2", v.tokenCode(62))
	v.submit("/login/verify")
	v.mustBeAt("/account")
	v.open("/account/confirm?with=app")
	v.fill("code", v.tokenCode(90))
	v.submit("/account/confirm")
	v.press(`main a[href*="?with=two_codes"]`)
	in.look("confirm two codes")
	v.fill("code", v.tokenCode(91))
	v.fill("code_2", v.tokenCode(92))
	v.submit("/account/confirm")
	v.mustBeAt("/account")
}

// With script the button for another code waits with its count-down, and the browser fills in what a text message
// brings: asked for once, for text messages alone, and sent by a press.
func TestScriptWaitsAndFillsIn(t *testing.T) {
	h := newHome(t, "--authenticators", "totp,sms", "--text", "dir:texts", "--sms-countries", "DE")
	v := &visit{tab: browse(t, h.server), home: h, p: &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}}
	v.join()
	v.beforeScripts(`window.OTPCredential = class {}; window.asked = [];
		navigator.credentials.get = (how) => { window.asked.push(how); return new Promise((give) => { window.give = give; }); };`)
	v.follow("/account/authenticators/new")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	v.press(`main a[href$="?kind=sms"]`)
	v.fill("to", ownNumber)
	v.submit("/account/authenticators/new")
	again := v.form(strings.TrimSuffix(v.path(), "/confirm") + "/challenge")
	first := v.text(again + " [data-wait]")
	if !v.has(again + " button:disabled") {
		t.Error("another code can be asked for at once")
	}
	for deadline := time.Now().Add(patience); v.text(again+" [data-wait]") == first; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the count-down stays at %q", first)
		}
	}
	if got := ask(v.tab, chromedp.Evaluate[string](`JSON.stringify(asked.map(how => how.otp))`)); got != `[{"transport":["sms"]}]` {
		t.Fatalf("the browser was asked for %s", got)
	}
	code := v.texted(1)
	v.do(chromedp.Evaluate[chromedp.Void](`give({code: '` + code + `'}); undefined`))
	v.do(chromedp.Sleep(100 * time.Millisecond))
	if got := ask(v.tab, chromedp.Evaluate[string](`document.getElementById('code').value`)); got != code {
		t.Fatalf("filled in is %q, want %q", got, code)
	}
	v.submit(v.path())
	v.mustBeAt("/account")
}
