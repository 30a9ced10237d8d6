package e2e

import (
	"net/http"
	"net/url"
	"strings"
)

// mailed looks at what messages lead to, and at the account of somebody who has an address.
func (in *inspector) mailed(h *home) {
	v := &visit{tab: in.tab, home: h, p: h.guarded(in.t)}
	in.forgotten(v)
	in.lost(v)
	in.address(v)
	in.trusted(v)
	in.action(v)
	in.released(v)
}

// passwordless looks at how somebody signs in with what was mailed.
func (in *inspector) passwordless(h *home) {
	v := &visit{tab: in.tab, home: h, p: h.guarded(in.t)}
	v.open("/login")
	in.look("sign in without a password")
	v.fill("login", v.p.address())
	v.press(`main button[formaction$="/login/mailed"]`)
	v.mustBeAt("/login/mailed")
	in.look("mailed sign-in")
	v.fill("token", "0000-0000-0000-0000")
	v.submit("/login/mailed/response")
	in.look("mailed sign-in wrong code")
	l := v.mail(v.p.address(), mailSignIn, 1)
	v.openLink(l)
	in.look("mailed sign-in by link")
	v.submit("/login/mailed/response")
	v.mustBeAt("/login/verify")
	in.look("verify after a mailed code")
	v.open("/login/mailed?token=" + l.token)
	in.look("mailed sign-in used link")
}

// forgotten looks at how a password is replaced.
func (in *inspector) forgotten(v *visit) {
	v.open("/recover")
	in.look("forgot")
	v.submit("/recover")
	in.look("forgot nothing typed")
	v.fill("login", v.p.address())
	v.submit("/recover")
	in.look("forgot mailed")
	v.fill("token", "0000-0000-0000-0000")
	v.fill("password", "another sentence altogether")
	v.submit("/recover/reset")
	in.look("reset wrong code")
	l := v.mail(v.p.address(), mailReset, 1)
	v.openLink(l)
	in.look("reset")
	v.fill("password", "short")
	v.submit("/recover/reset")
	in.look("reset weak")
	v.p.password = "another sentence altogether"
	v.fill("password", v.p.password)
	v.submit("/recover/reset")
	in.look("reset done")
	in.dead(l, "reset dead link")
}

// dead looks at a link that is good for nothing, such as one that was used.
func (in *inspector) dead(l letter, name string) {
	in.t.Helper()
	in.open(strings.TrimPrefix(l.path, in.prefix()) + "?token=" + l.token)
	in.look(name)
	if !in.has("#summary") {
		in.t.Errorf("%s: the link is dead, and the page says: %s", name, in.text("main"))
	}
}

// lost looks at the ways back for somebody without their code app.
func (in *inspector) lost(v *visit) {
	v.open("/recover/cancel")
	in.look("cancel reset without link")
	v.submit("/recover/cancel")
	in.look("cancel reset nothing given")
	v.enter("/login/verify")
	v.click("#trust_browser")
	v.fill("code", "12")
	v.submit("/login/verify")
	in.look("verify trust too short")
	v.follow("/login/lost")
	in.look("lost")
	v.submit("/login/lost/help")
	in.look("lost help asked")
	v.submit("/login/challenge")
	in.look("verify mailed")
	v.fill("code", "0000-0000-0000-0000")
	v.submit("/login/verify")
	in.look("verify mailed wrong")
	v.follow("/login/lost")
	v.submit("/login/lost/reset")
	in.look("lost reset begun")
	v.follow("/login/verify")
	in.look("verify reset waits")
	l := v.mail(v.p.address(), mailResetAsked, 1)
	v.openLink(l)
	in.look("cancel reset")
	v.submit("/recover/cancel")
	in.look("cancelled")
	in.dead(l, "cancel reset dead link")
}

// address looks at how an address is changed, and at the change being taken back.
func (in *inspector) address(v *visit) {
	v.open("/verify-email")
	in.look("confirm address signed out")
	v.submit("/verify-email")
	in.look("confirm address nothing typed")
	v.open("/account/email/undo")
	in.look("undo without link")
	v.submit("/account/email/undo")
	in.look("undo nothing given")
	v.signInByRecovery(v.p, v.p.takeRecovery(in.t))
	in.look("account recovered")
	v.follow("/account/replace")
	in.look("replace")
	v.open("/account/email")
	in.look("confirm recovery first")
	v.withRecovery("/account/confirm")
	in.look("change address")
	v.fill("email", "ada at example")
	v.submit("/account/email")
	in.look("change address wrong")
	next := strings.Repeat("long-", 9) + v.p.address()
	v.fill("email", next)
	v.submit("/account/email")
	in.look("change address mailed")
	v.open("/account/email")
	in.look("change address waits")
	v.open("/account")
	in.look("account address waits")
	v.open("/account/not-me")
	in.look("not me")
	v.openLink(v.mail(next, mailConfirmNew, 1))
	in.look("confirm address")
	v.submit("/verify-email")
	in.look("account address changed")
	l := v.mail(v.p.address(), mailChanged, 1)
	v.openLink(l)
	in.look("undo")
	v.submit("/account/email/undo")
	in.look("undone")
	in.dead(l, "undo dead link")
}

// trusted looks at what is remembered of somebody: browsers, what happened, a reset that waits, few recovery codes.
func (in *inspector) trusted(v *visit) {
	v.enter("/login/verify")
	v.click("#trust_browser")
	v.fill("code", spaced(v.p.app.next(in.t)))
	v.submit("/login/verify")
	v.open("/account/browsers")
	in.look("browsers")
	v.press("ul.rows form button")
	in.look("browsers ended")
	v.open("/account/activity")
	in.look("activity")
	v.open("/account/activity?before=1")
	in.look("activity end")

	c := api(v.home.server)
	login := v.p.logins(in.t, []*client{c}, 1)[0]
	c.call(in.t, http.StatusAccepted, "POST", "/login/reset", login, nil)
	v.open("/account")
	in.look("account reset waits")
	v.submit("/account/reset/cancel")
	in.look("account reset cancelled")
	for len(v.p.recovery) > 3 {
		login := v.p.logins(in.t, []*client{c}, 1)[0]
		c.call(in.t, http.StatusCreated, "POST", "/login/response", login, respond("recovery_code", v.p.takeRecovery(in.t)))
	}
	v.enter("/login/verify")
	v.withRecovery("/login/verify")
	in.look("account few codes")
}

// action looks at what an application asks to be confirmed, and at leaving.
func (in *inspector) action(v *visit) {
	ask := "/account/confirm?return_to=/account/sessions&action=" + url.QueryEscape("Send 1,250.00 EUR to Zoë Ångström, account NL91ABNA0417164300, today")
	v.open(ask)
	in.look("action recovery")
	v.press(`main a[href*="with=app"]`)
	in.look("action")
	v.fill("code", "1")
	v.submit("/account/confirm")
	in.look("action too short")
	v.open("/account/confirm?return_to=//elsewhere.example&action=Pay")
	in.look("action refused")
	v.open("/account/delete")
	v.withRecovery("/account/confirm")
	in.look("delete")
}

// released looks at what a reset leaves: nothing but a link.
func (in *inspector) released(v *visit) {
	v.open("/recover/link")
	in.look("bind anew without link")
	v.home.admin(in.t, "account", "reset-authenticators", v.p.name, "--reason", "lost phone")
	v.enter("/login")
	in.look("login after a reset")
	l := v.mail(v.p.address(), mailReleased, 1)
	v.openLink(l)
	in.look("bind anew")
	l.token = l.token[1:] // it was copied without its first letter
	in.dead(l, "bind anew dead link")
}

// due looks at what stands behind a sign-in until the date comes, and at an account without an address.
func (in *inspector) due() {
	v := &visit{tab: in.tab, p: newcomer()}
	v.open("/register")
	v.fill("username", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/register")
	in.look("due")
	v.follow("/account")
	in.look("account due")
	v.open("/account/browsers")
	in.look("browsers none")
	v.open("/account/confirm?return_to=/account&action=Pay")
	in.look("action password")
	v.open("/account/email")
	v.fill("password", v.p.password)
	v.submit("/account/confirm")
	in.look("add address")
	v.fill("email", v.p.address())
	v.submit("/account/email")
	v.open("/account/email")
	in.look("add address again")
}

// others looks at the combined form, at closed registration and at invitations.
func (in *inspector) others(h *home) {
	in.open("/login")
	in.look("combined")
	in.fill("login", "nobody")
	in.fill("password", "wrong and wrong again")
	in.submit("/login")
	in.look("combined wrong")
	in.open("/register")
	in.look("closed")
	h.admin(in.t, "account", "invite", "--email", "anna@example.org")
	v := &visit{tab: in.tab, home: h}
	invitation := v.mail("anna@example.org", mailInvited, 1)
	v.openLink(invitation)
	in.look("invited")
	in.fill("username", "аnna") // its first letter is Cyrillic
	in.fill("password", "sixteen characters")
	in.submit("/register")
	in.look("invited mixed script")
	in.fill("username", "anna")
	in.fill("password", "sixteen characters")
	in.submit("/register")
	in.mustBeAt("/account")
	in.look("account invited")
	in.open("/register?token=" + invitation.token)
	in.look("closed dead invitation")
}
