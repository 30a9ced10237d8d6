package e2e

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// With email_verification=required nobody is signed in before the address is theirs.
func TestAddressHasToBeConfirmed(t *testing.T) {
	h := newHome(t, "--email-verification", "required")
	v := &visit{tab: browse(t, h.server), home: h, p: newcomer()}
	v.open("/register")
	v.fill("username", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/register")
	v.mustSay("#summary", "email address")
	v.fill("email", v.p.address())
	v.fill("password", v.p.password)
	v.submit("/register")
	v.mustBeAt("/verify-email")
	v.mustSay(".notice", "once you have confirmed it")
	v.open("/account")
	v.mustBeAt("/login")
	v.enter("/verify-email")

	v.fill("token", "0000-0000-0000-0000")
	v.submit("/verify-email")
	v.mustSay("#summary", "not correct")
	v.typeCode(v.mail(v.p.address(), mailConfirm, 2)) // the second came with the attempt to sign in
	v.submit("/verify-email")
	v.mustBeAt("/login")
	v.mustSay(".notice", "confirmed")
	v.enter("/account")
}

func newcomer() *person {
	return &person{name: "eve-" + strings.ToLower(rand.Text()[:8]), password: "staple " + rand.Text()}
}

// Before the date a second step is asked for at each sign-in, and can be put off.
func TestSecondFactorIsDue(t *testing.T) {
	h := newHome(t, "--second-factor", "required", "--second-factor-from", "2099-12-31")
	v := &visit{tab: browse(t, h.server), home: h, p: newcomer()}
	v.open("/register")
	v.fill("username", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/register")
	v.mustBeAt("/account/due")
	v.mustSay("main", "2099")
	v.follow("/account")
	v.mustSay(".banner", "days left")
	v.signOut()

	v.open("/account/sessions?from=here")
	v.fill("login", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/login")
	v.mustBeAt("/account/due")
	v.follow("/account/sessions?from=here") // put off, it leads on to where it was going
	v.signOut()
	v.enter("/account/due")
	v.addApp() // it leads there
	if v.has(".banner") {
		t.Errorf("with a code app the page still says: %s", v.text(".banner"))
	}
	v.signOut()
	v.signIn(v.p, v.p.app.next(t))
	v.mustBeAt("/account")
}

// Where nobody may register, somebody who is invited does, once; and so does the first administrator.
func TestInvitation(t *testing.T) {
	h := newHome(t, "--registration", "closed")
	v := &visit{tab: browse(t, h.server), home: h, p: newcomer()}
	v.open("/register")
	v.mustSay("h1", "No new accounts")

	h.admin(t, "account", "invite", "--email", v.p.address(), "--group", "staff")
	l := v.mail(v.p.address(), mailInvited, 1)
	v.openLink(l)
	v.mustBeAt("/register")
	v.mustSay("main", "You are invited")
	if got := ask(v.tab, chromedp.Value(chromedp.ID("email"))); got != v.p.address() {
		t.Errorf("the address field has %q, want the one that was invited", got)
	}
	v.fill("username", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/register")
	v.mustBeAt("/account")
	v.mustSay(".tag", "Confirmed")
	v.open("/register?token=" + l.token)
	v.mustSay("#summary", "no longer works")

	found := regexp.MustCompile(`(?m)^  (http\S+)$`).FindStringSubmatch(h.log.String())
	if found == nil {
		t.Fatalf("no link for the first administrator is in the log: %s", tail(h.log.String()))
	}
	v.open("/account")
	v.signOut()
	v.open(strings.TrimPrefix(found[1], v.base))
	v.mustSay("main", "the first administrator") // whoever was faster is none
}

const mailInvited = "You are invited"

// An application sends a person to confirm one thing with a code. What comes back is good for that thing, once.
func TestActionIsConfirmed(t *testing.T) {
	const action = "Send 10.00 EUR to Zoë <zoe@example.org>?"
	h := newHome(t)
	v := &visit{tab: browse(t, h.server), home: h, p: newPerson(t, api(h.server))}
	v.signIn(v.p, v.p.app.next(t))
	back := "/account/sessions?pay=7&confirmation=old#top"
	asks := "/account/confirm?action=" + url.QueryEscape(action) + "&return_to=" + url.QueryEscape(back)
	v.open(asks)
	v.mustSay("blockquote", action)
	v.fill("code", "000000")
	v.submit("/account/confirm")
	v.mustSay("#summary", "code")
	v.mustSay("blockquote", action)
	v.fill("code", v.p.app.next(t))
	v.submit("/account/confirm")
	v.mustBeAt("/account/sessions")
	at, err := url.Parse(v.path())
	ok(t, err)
	q := at.Query()
	if q.Get("pay") != "7" || len(q["confirmation"]) != 1 || q.Get("confirmation") == "old" || at.Fragment != "top" {
		t.Fatalf("it leads back to %s, want %s with a confirmation", v.path(), back)
	}

	cookies := map[string]string{sessionCookie: v.cookie(sessionCookie)}
	for _, step := range []struct {
		action string
		want   int
	}{{"Send 99.00 EUR to Eve", http.StatusNotFound}, {action, http.StatusNoContent}, {action, http.StatusNotFound}} {
		got, err := api(h.server).send("POST", "/session/confirmations/redeem", "", cookies,
			object{"action": step.action, "confirmation": q.Get("confirmation")})
		ok(t, err)
		if got.status != step.want {
			t.Errorf("redeemed for %q: %v, want %d", step.action, got, step.want)
		}
	}
	v.open("/account/activity")
	v.mustSay("main", "Confirmed: “"+action+"”")
	v.mustSay("main", "Carried out: “"+action+"”")

	aged := "/account/confirm?max_age=300&return_to=" + url.QueryEscape("/account/sessions")
	v.open(aged)
	v.withRecovery("/account/confirm")
	v.mustBeAt("/account/sessions")
	v.open(aged)
	v.mustBeAt("/account/sessions") // proved just now
	v.open("/account/confirm?action=" + url.QueryEscape(action) + "&return_to=" + url.QueryEscape("https://elsewhere.example/"))
	v.mustSay("h1", "That did not work")
}

// cookie is what the browser keeps under a name.
func (b *tab) cookie(name string) string {
	b.t.Helper()
	kept, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	ok(b.t, err)
	for _, c := range kept.Cookies {
		if c.Name == name {
			return c.Value
		}
	}
	b.t.Fatalf("the browser keeps no cookie %s", name)
	return ""
}
