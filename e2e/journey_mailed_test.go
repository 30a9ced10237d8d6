package e2e

import (
	"crypto/rand"
	"strings"
	"testing"
)

// Somebody signs in with what was mailed, by link and by code, is let in by nothing that is old, used, or brought to another
// browser, and is asked for the second step once there is one.
func TestMailedSignInJourney(t *testing.T) {
	for name, by := range map[string]way{"link": viaLink, "code without script": viaCode} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHome(t, "--passwordless", "email")
			v := &visit{tab: browse(t, h.server), home: h, p: &person{name: "ada-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}}
			if by == viaCode {
				v.withoutScript()
			}
			v.join()
			v.confirmAddress(by)
			v.signOut()

			first := v.askMail(1)
			v.mailedElsewhere(first)
			v.bringMail(first, by)
			v.mustBeAt("/account")
			v.signOut()
			v.mailIsDead(first, by) // used

			older := v.askMail(2)
			newest := v.askMail(3)
			v.mailIsDead(older, by)
			v.bringMail(newest, by)
			v.mustBeAt("/account")
			v.follow("/account/activity")
			v.mustSay("main", "Signed in with a code or link from a message")
			v.open("/account")

			v.addApp() // which asks for the password first: a mailbox is not enough
			v.signOut()
			v.bringMail(v.askMail(4), by)
			v.mustBeAt("/login/verify")
			v.open("/account")
			v.mustBeAt("/login") // half a sign-in is none
			v.open("/login/verify")
			if v.has(v.form("/login/challenge")) {
				t.Error("a code by mail is offered after one")
			}
			v.fill("code", v.p.app.next(t))
			v.submit("/login/verify")
			v.mustBeAt("/account")
			mustNotLeak(t, h.server, h.cmd.Dir, v.p)
		})
	}
}

// askMail asks on the sign-in page for the nth message.
func (v *visit) askMail(n int) letter {
	v.t.Helper()
	v.open("/login")
	v.fill("login", v.p.address())
	v.press(`main button[formaction$="/login/mailed"]`)
	v.mustBeAt("/login/mailed")
	v.mustSay(".notice", "If there is an account with that name")
	return v.mail(v.p.address(), mailSignIn, n)
}

// bringMail follows the link and presses its button, or types the code.
func (v *visit) bringMail(l letter, by way) {
	v.t.Helper()
	if by == viaCode {
		v.typeCode(l)
	} else {
		v.openLink(l)
		v.mustSay("main", v.p.name)
	}
	v.submit("/login/mailed/response")
}

const deadMail = "is not good here"

// mailIsDead brings what is used or replaced.
func (v *visit) mailIsDead(l letter, by way) {
	v.t.Helper()
	if by == viaCode {
		v.open("/login/mailed")
		v.typeCode(l)
		v.submit("/login/mailed/response")
	} else {
		v.openLink(l)
	}
	v.mustSay("#summary", deadMail)
}

// mailedElsewhere brings link and code to a browser that did not ask: neither is good there, nor used up by it.
func (v *visit) mailedElsewhere(l letter) {
	v.t.Helper()
	other := &visit{tab: browse(v.t, v.home.server), home: v.home, p: v.p}
	other.openLink(l)
	other.mustSay("#summary", deadMail)
	if strings.Contains(other.text("main"), v.p.name) {
		v.t.Error("another browser is told whose link it is")
	}
	other.typeCode(l)
	other.submit("/login/mailed/response")
	other.mustSay("#summary", deadMail)
	other.open("/account")
	other.mustBeAt("/login")
}
