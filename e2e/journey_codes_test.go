package e2e

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Somebody gets codes by text message, adds a hardware token and a mailbox, and signs in with each.
func TestJourneyWithSentCodes(t *testing.T) {
	for name, without := range map[string]bool{"script": false, "no script": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHome(t, "--authenticators", "totp,hotp,sms,email", "--text", "dir:texts", "--sms-countries", "DE", "--sms-region", "DE")
			v := &visit{tab: browse(t, h.server), home: h}
			if without {
				v.withoutScript()
			}
			v.p = &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}
			v.join()
			v.addPhone()
			v.signOut()
			v.signInByText()
			v.addToken()
			v.addMailbox()
			v.signOut()
			v.signInByToken()
		})
	}
}

const ownNumber = "+4915123456789"

var sixDigits = regexp.MustCompile(`^\d{6}`)

// texted waits for the n-th text message to the number, and returns its code.
func (v *visit) texted(n int) string {
	v.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(v.home.cmd.Dir, "texts", "*.json"))
		ok(v.t, err)
		slices.Sort(files)
		if len(files) < n {
			continue
		}
		raw, err := os.ReadFile(files[n-1])
		ok(v.t, err)
		var text struct{ To, Body string }
		ok(v.t, json.Unmarshal(raw, &text))
		if text.To != ownNumber || !strings.Contains(text.Body, "@localhost #"+sixDigits.FindString(text.Body)) {
			v.t.Fatalf("text %d: %+v", n, text)
		}
		return sixDigits.FindString(text.Body)
	}
	v.t.Fatalf("text message %d did not come", n)
	return ""
}

func (v *visit) addPhone() {
	v.follow("/account/authenticators/new")
	v.mustBeAt("/account/confirm")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	v.press(`main a[href$="?kind=sms"]`)
	v.look("codes-new-sms")
	v.fill("to", "+33 6 12 34 56 78")
	v.submit("/account/authenticators/new")
	v.mustSay("#summary", "No text messages go to that country")
	v.fill("to", "01512 3456789")
	v.submit("/account/authenticators/new")
	v.mustSay("main", ownNumber)
	v.look("codes-setup-sms")
	v.fill("code", v.texted(1))
	v.submit(v.path())
	v.mustBeAt("/account")
	v.mustSay("main", "Text message")
}

func (v *visit) signInByText() {
	v.enter("/login/verify")
	v.mustSay("main", "…789")
	code := v.texted(2)
	v.mustSay(v.form("/login/challenge"), "You can ask for a new code in")
	again := v.form("/login/challenge") + " button"
	if v.has(again + ":disabled") { // with script the button waits
		v.mustSay(v.form("/login/challenge"), "second")
	} else {
		v.press(again)
		v.mustSay("#summary", "on its way")
	}
	v.fill("code", "12345")
	v.submit("/login/verify")
	v.mustSay("#summary", "6 digits")
	v.look("codes-verify-sms-error")
	v.fill("code", spaced(code))
	v.submit("/login/verify")
	v.mustBeAt("/account")
}

// proveByText proves the person again for a page that wants it, with the n-th text message.
func (v *visit) proveByText(n int) {
	v.t.Helper()
	v.mustBeAt("/account/confirm")
	v.look("codes-confirm-choose")
	v.press(v.form("/account/confirm/challenge") + " button")
	v.fill("code", v.texted(n))
	v.submit("/account/confirm")
}

func (v *visit) addToken() {
	v.follow("/account/authenticators/new")
	v.proveByText(3)
	v.press(`main a[href$="?kind=hotp"]`)
	v.fill("to", "otpauth://hotp/Acme:ada?secret="+tokenSecret+"&issuer=Acme")
	v.fill("label", "Token")
	v.submit("/account/authenticators/new")
	v.look("codes-setup-token")
	v.fill("code", v.tokenCode(0))
	v.submit(v.path())
	v.keepRecoveryCodes(v.p)
	v.mustBeAt("/account")
}

func (v *visit) addMailbox() {
	v.follow("/account/authenticators/new")
	v.press(`main a[href$="?kind=email"]`)
	v.fill("to", v.p.address())
	v.submit("/account/authenticators/new")
	v.mustSay("main", v.p.address())
	l := v.mail(v.p.address(), "Your code for signing in", 1)
	v.fill("code", l.code)
	v.submit(v.path())
	v.mustBeAt("/account")
	v.mustSay("main", "Email")
}

const tokenSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// tokenCode is what the token shows at a counter: Debian's oathtool is the token.
func (v *visit) tokenCode(counter int) string {
	v.t.Helper()
	out := run(v.t, nil, "oathtool", "--base32", "--counter", strconv.Itoa(counter), tokenSecret)
	return strings.TrimSpace(string(out))
}

// signInByToken finds the token among the others, though its code was skipped twice, and looks at the page for it.
func (v *visit) signInByToken() {
	v.enter("/login/verify")
	v.look("codes-verify-several")
	v.press(`main a[href*="with=app"]`) // a text message was the last here
	v.fill("code", v.tokenCode(3))
	v.submit("/login/verify")
	v.mustBeAt("/account")
}

// look keeps a picture of the page where pictures are wanted.
func (v *visit) look(name string) {
	v.t.Helper()
	if dir := os.Getenv("SALLYPORT_SCREENSHOTS"); dir != "" {
		v.save(filepath.Join(dir, name+".png"))
	}
}
