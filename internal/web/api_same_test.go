package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// strangers are names that a stranger may try: none may be told from another.
func (w *world) strangers() map[string]string {
	w.t.Helper()
	known, disabled := w.bystander(), w.bystander()
	must(w.t, w.machine.SetDisabled(w.t.Context(), core.Caller{}, disabled.id, core.Disabling{Disabled: true}))
	bound, p := w.owner()
	bound.giveAddress(p)
	noAddress := w.browser().register()
	c := w.browser()
	c.send("POST", "/accounts", values{"username": "unconfirmed", "email": "unconfirmed@example.org", "password": goodPassword}).want(c, 201)
	return map[string]string{
		"unknown name": "nobody", "unknown address": "nobody@example.org", "no name at all": strings.Repeat("x", 5000),
		"known name": known.name, "known address": known.email, "disabled name": disabled.name, "disabled address": disabled.email,
		"second factor": p.name, "its address": p.email, "no address": noAddress.name,
		"unconfirmed name": "unconfirmed", "unconfirmed address": "unconfirmed@example.org",
	}
}

// allAlike fails the test when answers differ in a byte.
func allAlike(t *testing.T, what string, answers map[string]string) {
	t.Helper()
	var first, of string
	for name, a := range answers {
		if first == "" {
			first, of = a, name
		}
		if a != first {
			t.Errorf("%s: %s:\n%s\n%s:\n%s", what, name, a, of, first)
		}
	}
}

// F09: status, headers, cookies and body, byte for byte.
func TestStrangersAreAnsweredAlike(t *testing.T) {
	for _, form := range []string{web.FormTwoStep, web.FormCombined} {
		w := newWorld(t, setup{loginForm: form, passwordless: true})
		login, recovery, code, mailed := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
		for what, name := range w.strangers() {
			c := w.browser()
			login[what] = masked(c.send("POST", "/login", values{"login": name, "password": "wrong password here"}))
			recovery[what] = masked(c.send("POST", "/recovery", values{"login": name}))
			code[what] = masked(c.send("POST", "/recovery/reset", values{"token": "0000-0000-0000-0000", "login": name, "password": nextPassword}))
			mailed[what] = made.ReplaceAllString(masked(c.send("POST", "/login/mailed", values{"login": name})), "*") +
				masked(c.send("POST", "/login/mailed/response", values{"response": "0000-0000-0000-0000"}))
			w.clock.Advance(time.Minute)
		}
		allAlike(t, form+": login", login)
		allAlike(t, form+": recovery", recovery)
		allAlike(t, form+": a code", code)
		allAlike(t, form+": a mailed sign-in", mailed)
		if !strings.HasPrefix(recovery["known name"], "202") || !strings.HasPrefix(code["known name"], "401") || !strings.HasPrefix(mailed["known name"], "202") {
			t.Errorf("%s\n%s", recovery["known name"], code["known name"])
		}
	}
}

// A disabled account with the right password is answered as with a wrong one.
func TestDisabledIsLikeWrong(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	must(t, w.machine.SetDisabled(t.Context(), core.Caller{}, p.id, core.Disabling{Disabled: true}))
	c.send("GET", "/session", nil).problem(c, 401, "not_signed_in")
	right := masked(w.browser().give(p))
	wrong := masked(w.browser().send("POST", "/login", values{"login": p.name, "password": "wrong"}))
	if right != wrong {
		t.Errorf("%s\nwant\n%s", right, wrong)
	}
}

// made are the parts of an answer that are made for it: ids, tokens, what was typed.
var made = regexp.MustCompile(`[A-Z2-7]{26}(\.[\w.-]+)?|[\w-]{43}|somebody\d(@example\.org)?`)

// Registering tells nobody which addresses have an account.
func TestRegisteringIsAnsweredAlike(t *testing.T) {
	for _, mustConfirm := range []bool{false, true} {
		w := newWorld(t, setup{mustConfirm: mustConfirm})
		give := func(name, email string) answer {
			return w.browser().send("POST", "/accounts", values{"username": name, "email": email, "password": goodPassword})
		}
		give("somebody1", "somebody1@example.org")
		b := w.browser()
		b.send("POST", "/email/confirm", values{"token": w.tokenOf(w.mail(core.MailConfirmAddress, "somebody1@example.org"))}).want(b, 204)
		give("somebody2", "somebody2@example.org")
		answers := map[string]string{}
		for what, email := range map[string]string{
			"free": "somebody9@example.org", "confirmed": "somebody1@example.org", "unconfirmed": "somebody2@example.org",
		} {
			name := map[string]string{"free": "somebody3", "confirmed": "somebody4", "unconfirmed": "somebody5"}[what]
			answers[what] = made.ReplaceAllString(masked(give(name, email)), "*")
		}
		allAlike(t, "registering", answers)
		if n := len(w.mails(core.MailAddressTaken, "somebody1@example.org")); n != 1 {
			t.Errorf("the owner of a taken address was told %d times", n)
		}
	}
}
