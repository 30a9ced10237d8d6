package e2e

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
)

// A whole life of an account, as its owner meets it: an address, a forgotten password, a browser that is trusted, another
// address that was a mistake, what happened, and leaving. What is mailed is followed as a link, or typed as a code.
func TestLifeOfAnAccount(t *testing.T) {
	t.Run("script", func(t *testing.T) {
		t.Parallel()
		h := newHome(t)
		life(&visit{tab: browse(t, h.server), home: h}, viaLink)
	})
	t.Run("no script", func(t *testing.T) {
		t.Parallel()
		h := newHome(t)
		b := browse(t, h.server)
		b.withoutScript()
		life(&visit{tab: b, home: h}, viaCode)
	})
	t.Run("prefix", func(t *testing.T) {
		t.Parallel()
		h := homeOf(underPrefix(t, "/auth", intoMail...))
		life(&visit{tab: browse(t, h.server), home: h}, viaLink)
	})
}

// way is how a person gets from a message to the page that it is about.
type way bool

const (
	viaLink way = false
	viaCode way = true
)

func life(v *visit, by way) {
	name := "ada-" + strings.ToLower(rand.Text()[:8])
	v.p = &person{name: name, password: "staple " + rand.Text()}
	v.join()
	v.confirmAddress(by)
	v.addApp()
	v.signOut()
	v.forgetPassword(by)
	v.trustThisBrowser()
	v.changeAddress(by)
	v.undoAddress()
	v.readActivity()
	v.takeData()
	mustNotLeak(v.t.(*testing.T), v.home.server, v.home.cmd.Dir, v.p)
	v.leave()
}

func (v *visit) join() {
	v.open("/login")
	v.follow("/register")
	v.fill("username", v.p.name)
	v.fill("email", v.p.address())
	v.fill("password", v.p.password)
	v.submit("/register")
	v.mustBeAt("/account")
	v.mustSay(".fault", "Not confirmed yet")
}

func (v *visit) confirmAddress(by way) {
	l := v.mail(v.p.address(), mailConfirm, 1)
	if by == viaCode {
		v.open("/verify-email")
		v.typeCode(l)
	} else {
		v.openLink(l)
		v.mustSay("main", v.p.address())
	}
	v.submit("/verify-email")
	v.mustBeAt("/account")
	v.mustSay(".notice", "confirmed")
	v.mustSay(".tag", "Confirmed")
}

// typeCode types what a message says, as people do.
func (v *visit) typeCode(l letter) {
	v.t.Helper()
	v.fill("token", " "+strings.ToLower(strings.ReplaceAll(l.code, "-", " ")))
}

func (v *visit) addApp() {
	v.follow("/account/authenticators/new")
	v.mustBeAt("/account/confirm")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	v.mustBeAt("/account/authenticators/new")
	v.fill("label", "Phone")
	v.submit("/account/authenticators/new")
	v.p.app = appFrom(v.t, scan(v.t, v.picture()))
	v.fill("code", v.p.app.first(v.t))
	v.submit(v.path())
	v.keepRecoveryCodes(v.p)
	v.mustBeAt("/account")
}

// forgetPassword sets another one, which signs nobody in and leaves the second step as it is.
func (v *visit) forgetPassword(by way) {
	v.follow("/recover")
	v.fill("login", v.p.address())
	v.submit("/recover")
	v.mustBeAt("/recover/reset")
	v.mustSay(".notice", "If there is an account")
	l := v.mail(v.p.address(), mailReset, 1)
	if by == viaCode {
		v.typeCode(l) // the name is still there
	} else {
		v.openLink(l)
		v.mustSay("main", v.p.name)
	}
	old := v.p.password
	v.p.password = "battery " + rand.Text()
	v.fill("password", v.p.password)
	v.submit("/recover/reset")
	v.mustBeAt("/login")
	v.mustSay(".notice", "new password is set")
	v.mail(v.p.address(), mailResetDone, 1)

	v.fill("login", v.p.name)
	v.fill("password", old)
	v.submit("/login")
	v.mustBeAt("/login")
	v.mustSay("#summary", "set a new password")
}

// trustThisBrowser signs in with a code once, without one then, and with one again when the trust has been ended.
func (v *visit) trustThisBrowser() {
	v.enter("/login/verify")
	v.click("#trust_browser")
	v.fill("code", spaced(v.p.app.next(v.t)))
	v.submit("/login/verify")
	v.mustBeAt("/account")
	v.signOut()
	v.enter("/account")

	v.follow("/account/browsers")
	v.mustSay("ul.rows .tag", "This one")
	v.press("ul.rows form button")
	v.mustSay(".notice", "not trusted any more")
	v.signOut()
	v.enter("/login/verify")
	v.withRecovery("/login/verify")
	v.mustBeAt("/account")
}

func (v *visit) changeAddress(by way) {
	next := "new-" + v.p.address()
	v.follow("/account/email")
	v.mustBeAt("/account/confirm")
	v.withRecovery("/account/confirm")
	v.mustBeAt("/account/email")
	v.fill("email", next)
	v.submit("/account/email")
	v.mustBeAt("/verify-email")
	l := v.mail(next, mailConfirmNew, 1)
	if by == viaCode {
		v.typeCode(l)
	} else {
		v.openLink(l)
	}
	v.submit("/verify-email")
	v.mustBeAt("/account")
	v.mustSay("main", next)
}

// undoAddress follows the link that went to the old one.
func (v *visit) undoAddress() {
	v.openLink(v.mail(v.p.address(), mailChanged, 1))
	v.mustSay("main", "new-"+v.p.address())
	v.submit("/account/email/undo")
	v.mustBeAt("/login")
	v.mustSay(".notice", "its old address back")
	v.mail(v.p.address(), mailUndone, 1)
	v.open("/account")
	v.mustBeAt("/login") // every session has ended
	v.enter("/login/verify")
	v.withRecovery("/login/verify")
	v.mustBeAt("/account")
	// The activity below tells that the change was asked for and made, once each.
	if text := v.text("main"); strings.Count(text, "new-") > 2 || !strings.Contains(text, v.p.address()) {
		v.t.Errorf("after the change was taken back the account page says: %s", text)
	}
}

func (v *visit) readActivity() {
	v.follow("/account/activity")
	all := v.text("main")
	for _, told := range []string{
		"Account created", "Email address confirmed", "Second step set up: “Phone”", "Signed out", "Sign-in refused at the password",
		"Password replaced", "Signed in with “Phone”", "Browser trusted", "Trust in a browser ended",
		"Change of the email address taken back", "Chrome", "127.0.0.1",
	} {
		if !strings.Contains(all, told) {
			v.t.Errorf("the activity does not tell: %s", told)
		}
	}
	v.follow("/account")
}

// takeData downloads what is kept, and looks for what must not be in it.
func (v *visit) takeData() {
	v.click(`main a[href="` + v.prefix() + `/account/data"]`)
	name, content := v.downloaded("-account.json")
	var file struct {
		Account map[string]any
		Events  []any
	}
	ok(v.t, json.Unmarshal([]byte(content), &file))
	if file.Account["username"] != v.p.name || file.Account["email"] != v.p.address() || len(file.Events) < 10 {
		v.t.Errorf("%s is of %v, with %d events", name, file.Account, len(file.Events))
	}
	for what, secret := range v.p.secrets(v.t) {
		if strings.Contains(content, string(secret)) {
			v.t.Errorf("%s has %s", name, what)
		}
	}
}

func (v *visit) leave() {
	v.follow("/account/delete")
	v.mustBeAt("/account/confirm")
	v.withRecovery("/account/confirm")
	v.mustBeAt("/account/delete")
	v.submit("/account/delete")
	v.mustBeAt("/login")
	v.mustSay(".notice", "deleted")
	v.mail(v.p.address(), mailDeleted, 1)
	v.enter("/login")
	v.mustSay("#summary", "Check your username")
}
