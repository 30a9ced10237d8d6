package web_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// Where registration is closed, one link lets one person in.
func TestPagesInvitation(t *testing.T) {
	w := newWorld(t, setup{closed: true})
	v, late := w.visitor(), w.visitor()
	v.get("/register").shows(403, "New accounts cannot be created here.", "If you have an invitation")
	_, err := w.machine.Invite(t.Context(), core.Caller{}, "eve@example.org", []string{"staff"})
	must(t, err)
	m := w.mail(core.MailInvitation, "eve@example.org")
	v.get("/register?token=wrong").leads("/register")
	v.get("/register").shows(422, "it was used, or it timed out. Ask whoever sent it", "<title>Error: This invitation", "sallyport account invite").lacks(`href="#token"`)
	if v.cookie(ticketCookie) != "" {
		t.Error("the browser keeps an invitation that never was one")
	}
	v.get("/register").shows(403, "New accounts cannot be created here.")
	for range 10 {
		v.follow(m).shows(200, "You are invited to Sallyport.", `value="eve@example.org"`, `name="token" value="`+w.tokenOf(m)+`"`)
	}
	v.post("/register", "username=eve", "password=short").shows(422, "at least 15 characters", `name="token" value="`+w.tokenOf(m)+`"`)
	v.post("/register", "username=eve", "email=", "password=short").shows(422).lacks("eve@example.org") // taken out on purpose
	late.follow(m).shows(200)
	v.post("/register", "username=eve", "email=eve@example.org", "password="+pagePassword).leads("/account")
	v.get("/account").shows(200, "eve@example.org", "Confirmed")
	if v.cookie(ticketCookie) != "" {
		t.Error("the browser keeps an invitation that was used")
	}
	late.post("/register", "username=mallory", "password="+pagePassword).shows(422, "no longer works")
	late.post("/register", "username=mallory", "password="+pagePassword, "token="+w.tokenOf(m)).shows(422, "no longer works")
	late.get("/register").shows(403)
}

// The first link of a service is no invitation of somebody's, and says what it makes; who registers meanwhile takes nothing away.
func TestPagesFirstAdministrator(t *testing.T) {
	w := newWorld(t, setup{})
	link, err := w.machine.Bootstrap(t.Context())
	must(t, err)
	w.visitor().post("/register", "username=early", "password="+pagePassword).leads("/account")
	v := w.visitor()
	v.get(link).leads("/register")
	v.get("/register").shows(200, "This makes the first administrator of Sallyport: the account belongs to the group admin.").lacks("You are invited")
	_, token, _ := strings.Cut(link, "token=")
	v.post("/register", "username=root", "password="+pagePassword, "token="+token).leads("/account")
	a, err := w.machine.Lookup(t.Context(), "root")
	must(t, err)
	if !slices.Equal(a.Groups, []string{core.AdminGroup}) {
		t.Errorf("groups %q", a.Groups)
	}
}

// Where everybody may register, who brings a dead invitation is told, and may register without it; and the link of another
// message is none.
func TestPagesDeadInvitation(t *testing.T) {
	w := newWorld(t, setup{})
	v := w.visitor()
	v.withAddress()
	v.post("/recover", "login=ana").leads("/recover/reset").leaves("reset_mailed")
	m := w.mail(core.MailResetPassword, pageEmail)
	v.follow(m).shows(200)
	v.get("/register").shows(200).lacks("You are invited", `name="token"`)
	eve := w.visitor()
	eve.get("/register?token=AAAA").shows(422, "no longer works", `name="username"`).lacks("You are invited", `name="token"`)
	eve.get("/register").shows(200).lacks("no longer works")
	eve.post("/register", "username=eve", "password="+pagePassword, "token=AAAA").shows(422, "no longer works", `value="eve"`).lacks(`name="token"`)
	eve.post("/register", "username=eve", "password="+pagePassword).leads("/account")
	v.get("/recover/reset").shows(200, `name="token" value="`+w.tokenOf(m)+`"`)
}
