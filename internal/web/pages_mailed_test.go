package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
)

const (
	pageEmail   = "ana@example.org"
	newPassword = "four green kites at dusk"

	ticketCookie = "__Host-sallyport_ticket"
	nameCookie   = "__Host-sallyport_name"
)

// withAddress makes the account "ana" with an address that is confirmed, and leaves it signed in.
func (v *visitor) withAddress() {
	v.t.Helper()
	v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword).leads("/account")
	v.follow(v.w.mail(core.MailConfirmAddress, pageEmail)).shows(200)
	v.post("/verify-email").leads("/account").leaves("address_confirmed")
}

// follow opens the link of a message: the page behind it has a name without the token.
func (v *visitor) follow(m core.Message) seen {
	v.t.Helper()
	path, _, _ := strings.Cut(m.Link, "?")
	v.get(m.Link).leads(path)
	return v.get(path)
}

// cookie is what the browser has of a name; "" when it has none.
func (v *visitor) cookie(name string) string {
	v.t.Helper()
	for _, c := range v.http.Jar.Cookies(v.request("GET", "/", "").URL) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Neither looking at a link nor pressing its button twice does anything that was not meant, on any of the pages that
// mailed links lead to.
func TestMailedLinksActOnceAndOnlyWhenPressed(t *testing.T) {
	for _, c := range linkCases() {
		t.Run(c.path, func(t *testing.T) {
			v := newWorld(t, setup{}).visitor()
			link := c.link(v)
			token := v.w.tokenOf(link)
			scanner := v.w.visitor()
			for range 10 {
				scanner.do(scanner.request("HEAD", link.Link, "")).leads(c.path)
				scanner.do(scanner.request("HEAD", c.path, "")).shows(200)
				scanner.follow(link).shows(200, `name="token" value="`+token+`"`, c.says)
			}
			scanner.get(c.path + "?token=AAAA&token=BBBB").leads(c.path)
			v.get(c.path + "?token=wrong").leads(c.path)
			v.get(c.path).shows(422, "<title>Error: ", "no longer works", `href="#token"`, `id="token"`).lacks(`value="wrong"`)
			page := v.follow(link).shows(200)
			if strings.Contains(strings.Join(page.header.Values("Location"), ""), token) || page.header.Get("Referrer-Policy") != "no-referrer" {
				t.Error("the token went on in an address")
			}
			v.post(c.path, c.fields...).leads(c.leads).leaves(c.leaves)
			if v.cookie(ticketCookie) != "" {
				t.Error("the browser keeps the token of a link that was used")
			}
			v.post(c.path, append(c.fields, "token="+token)...).shows(422, "no longer works")
			scanner.post(c.path, c.fields...).shows(422, "no longer works")
		})
	}
}

// Who keeps no cookies pastes the link, or types the code where there is one.
func TestMailedLinksWorkWithoutCookies(t *testing.T) {
	for _, c := range linkCases() {
		t.Run(c.path, func(t *testing.T) {
			v := newWorld(t, setup{}).visitor()
			link := c.link(v)
			bare := v.w.visitor()
			bare.get(c.path).shows(200, `name="token"`, `id="token"`)
			bare.post(c.path, c.fields...).shows(422, "Open the link in the message, or enter what it says here.", `id="token-error"`)
			if link.Code != "" {
				bare.post(c.path, append(c.fields, "login=nobody", "token="+link.Code)...).shows(422, "no longer works").lacks(link.Code)
				bare.post(c.path, append(c.fields, "token="+link.Code)...).shows(422, "no longer works")
				bare.post(c.path, append(c.fields, "login=ana", "token="+strings.ToLower(link.Code))...).leads(c.leads).leaves(c.leaves)
				return
			}
			bare.post(c.path, append(c.fields, "token="+v.w.public.String()+link.Link)...).leads(c.leads).leaves(c.leaves)
		})
	}
}

// linkCase is a page that a mailed link leads to, and what its button does.
type linkCase struct {
	path, says, leads, leaves string
	fields                    []string
	link                      func(v *visitor) core.Message // of the account "ana"; v is signed in to nothing then
}

func linkCases() []linkCase {
	return []linkCase{{
		path: "/recover/reset", says: "For the account ana.", leads: "/login", leaves: "password_reset", fields: []string{"password=" + newPassword},
		link: func(v *visitor) core.Message {
			v.withAddress()
			v.post("/logout").leads("/login")
			v.post("/recover", "login=ana").leads("/recover/reset").leaves("reset_mailed")
			return v.w.mail(core.MailResetPassword, pageEmail)
		},
	}, {
		path: "/verify-email", says: pageEmail + " becomes the address of the account ana.", leads: "/login", leaves: "address_confirmed",
		link: func(v *visitor) core.Message {
			v.post("/register", "username=ana", "email="+pageEmail, "password="+pagePassword).leads("/account")
			v.post("/logout").leads("/login")
			return v.w.mail(core.MailConfirmAddress, pageEmail)
		},
	}, {
		path: "/account/email/undo", says: "was changed to new@example.org", leads: "/login", leaves: "address_undone",
		link: func(v *visitor) core.Message {
			v.withAddress()
			v.post("/account/confirm", "password="+pagePassword).leads("/account")
			v.post("/account/email", "email=new@example.org").leads("/verify-email").leaves("address_mailed")
			v.follow(v.w.mail(core.MailChangeAddress, "new@example.org")).shows(200)
			v.post("/verify-email").leads("/account").leaves("address_confirmed")
			v.post("/logout").leads("/login")
			return v.w.mail(core.MailAddressChanged, pageEmail)
		},
	}, {
		path: "/recover/cancel", says: "the second step of the account ana", leads: "/login", leaves: "reset_cancelled",
		link: func(v *visitor) core.Message {
			v.withAddress()
			v.addApp()
			v.post("/logout").leads("/login")
			v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
			v.post("/login/lost/reset").shows(200)
			v.post("/login/cancel").leads("/login")
			return v.w.mail(core.MailResetAsked, pageEmail)
		},
	}}
}

// The cookies of these pages are as every other of ours (security.md, G05).
func TestCookiesOfMailedLinks(t *testing.T) {
	for _, public := range []string{"https://id.example/auth", "http://localhost:8080"} {
		v := newWorld(t, setup{publicURL: public}).visitor()
		secure := strings.HasPrefix(public, "https")
		want := map[string]time.Duration{"sallyport_ticket": 15 * time.Minute, "sallyport_name": 20 * time.Minute, "sallyport_notice": time.Minute}
		var set []*http.Cookie
		for _, page := range []seen{v.get("/recover/reset?token=AAAA"), v.post("/recover", "login=ana")} {
			set = append(set, (&http.Response{Header: page.header}).Cookies()...)
		}
		for _, c := range set {
			if c.MaxAge < 0 {
				continue
			}
			name, prefixed := strings.CutPrefix(c.Name, "__Host-")
			lives := time.Duration(c.MaxAge) * time.Second
			if prefixed != secure || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || lives != want[name] {
				t.Errorf("%s: %s", public, c)
			}
			delete(want, name)
		}
		if len(want) > 0 {
			t.Errorf("%s: not set: %v", public, want)
		}
	}
}

// What is no token never comes into a cookie.
func TestOddTokensAreNotKept(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	for _, token := range []string{"", "a%20b", "a%3Bb", "a%22", "%0d%0aSet-Cookie:x=y", strings.Repeat("a", 65), "%ff"} {
		page := v.get("/verify-email?token=" + token).leads("/verify-email")
		for _, c := range (&http.Response{Header: page.header}).Cookies() {
			if c.MaxAge >= 0 {
				t.Errorf("%q is kept: %s", token, c)
			}
		}
	}
}

// addApp sets up a code app for who is signed in, with a password only so far.
func (v *visitor) addApp() (otp.Key, []string) {
	v.t.Helper()
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	begun := v.post("/account/authenticators/new", "label=Phone")
	key := v.get(begun.location).shows(200).key()
	return key, v.post(begun.location, "code="+v.code(key)).shows(200, "Save your recovery codes").codes()
}
