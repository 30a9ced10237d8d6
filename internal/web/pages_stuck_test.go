package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

// TestPagesLostNamesWhatWorks: everything that leads on and how long it takes, and nothing that does not.
func TestPagesLostNamesWhatWorks(t *testing.T) {
	w := newWorld(t, setup{passkeys: true, codes: true, support: "help@example.org"})
	p, _, _, _, mailbox := w.manifold()
	c := w.browser()
	c.give(p)
	page := func() string {
		t.Helper()
		return unescape(string(c.sendRaw(w.request("GET", "/login/lost", nil), "/login/lost").body))
	}
	body := page()
	for _, want := range []string{
		"?with=recovery_code", "each code works once", "Phone", "with=webauthn", "choose that in what your browser shows",
		`value="` + mailbox + `"`, "Within minutes. We send a code there", "It takes 3 days", "Begin the reset",
		"They can remove your second step", "that can take days", "Ask for help",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
	if strings.Contains(body, "If you have nothing left") || strings.Contains(body, "A code by email") {
		t.Errorf("the page has what does not work:\n%s", body)
	}
	must(t, w.machine.SetPolicy(t.Context(), core.Caller{}, p.id, "passkey"))
	c.give(p)
	body = page()
	for _, none := range []string{"recovery_code", "/login/challenge", "with=app", "Phone"} {
		if strings.Contains(body, none) {
			t.Errorf("passkeys alone: the page has %q", none)
		}
	}
	if !strings.Contains(body, `/login/verify">Use your passkey`) || !strings.Contains(body, "Begin the reset") {
		t.Errorf("passkeys alone:\n%s", body)
	}
}

// TestPagesLostWithoutCodes: recovery codes that are used up are not named.
func TestPagesLostWithoutCodes(t *testing.T) {
	w := newWorld(t, setup{})
	_, p := w.owner()
	for _, code := range p.codes {
		c := w.browser()
		c.give(p)
		c.send("POST", "/login/response", values{"kind": "recovery_code", "response": code}).want(c, http.StatusCreated)
	}
	c := w.browser()
	c.give(p)
	body := string(c.sendRaw(w.request("GET", "/login/lost", nil), "/login/lost").body)
	if strings.Contains(body, "recovery_code") || !strings.Contains(body, "If you have nothing left") {
		t.Errorf("%s", body)
	}
}

// TestPagesStuck: who is signed in and can't prove themself again is told what they can do.
func TestPagesStuck(t *testing.T) {
	w := newWorld(t, setup{support: "help@example.org"})
	v := w.visitor()
	v.withAddress()
	v.get("/account/confirm").shows(200, "Forgot your password?")
	v.get("/account/confirm/lost?return_to=/auth/account/password").shows(200, "A new password", "We send a link", `href="/auth/recover"`).
		lacks("Remove your second step", "Ask for help", "Recovery code")
	key, _ := v.addApp()
	v.get("/account/confirm?return_to=/auth/account/password").shows(200, "/account/confirm/lost?return_to=%2Fauth%2Faccount%2Fpassword", "I can't use any of these")
	v.get("/account/confirm/lost?return_to=/auth/account/password").shows(200, "You are signed in, and stay so.", "Recovery code", "Phone",
		"with=recovery_code&return_to=%2Fauth%2Faccount%2Fpassword", "with=app&return_to=%2Fauth%2Faccount%2Fpassword",
		"It takes 3 days", "They can remove your second step", "Sign out, sign in with your password").lacks("A new password", "If you have nothing left")
	v.get("/account/confirm/lost?action=pay&return_to=/auth/account").shows(200, "with=app&return_to=%2Fauth%2Faccount&action=pay")
	v.get("/account/confirm/lost?action=pay&return_to=//evil.example").shows(422).lacks("evil")
	v.get("/account/confirm/lost?return_to=//evil.example").shows(200).lacks("evil")
	thief := w.visitor()
	thief.lost()
	thief.post("/login/lost/reset").shows(200)
	v.get("/account/confirm/lost").shows(200, "Your second step will be removed on").lacks("It takes 3 days")
	v.confirm(key)

	bare := newWorld(t, setup{noReset: true}).visitor()
	bare.register()
	bare.get("/account/confirm/lost").shows(200, "Whoever runs Sallyport can give you a link").lacks("A new password", "<ul")
	bare.addApp()
	bare.get("/account/confirm/lost").shows(200, "If you have nothing left").lacks("Remove your second step", "Ask for help")
}

// TestPasskeyHasADefaultName: that of its AAGUID, else of the browser, in JSON as on pages.
func TestPasskeyHasADefaultName(t *testing.T) {
	const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	google := [16]byte{0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4}
	for _, in := range []struct {
		agent, label string
		model        [16]byte
		want         string
	}{
		{chrome, "", [16]byte{}, "Chrome on Linux"},
		{chrome, "", google, "Google Password Manager"},
		{chrome, "Ana's", google, "Ana's"},
		{"", "", [16]byte{}, ""},
		{"Mozilla/5.0 (\x1b[2J; <i>) Fire\u202efox/1.0 " + strings.Repeat("x", 300), "", [16]byte{}, ""},
	} {
		w := newWorld(t, setup{passkeys: true})
		phone := w.phone()
		phone.AAGUID = in.model
		c, p := w.owner()
		c.elevate(p)
		b := c.send("POST", "/authenticators", values{"kind": "webauthn", "label": in.label}).want(c, http.StatusCreated)
		made, err := phone.Create(b.options(t))
		must(t, err)
		path := "/authenticators/" + b.text("id") + "/confirm"
		r := w.jsonRequest("POST", path, values{"response": object(t, made)})
		r.Header.Set("User-Agent", in.agent)
		if got := c.sendRaw(r, path).want(c, http.StatusOK).text("authenticator", "label"); got != in.want && (in.want != "" || strings.ContainsAny(got, "\x1b<\u202e") || len(got) > 64) {
			t.Errorf("%q %q: named %q, want %q", in.agent, in.label, got, in.want)
		}
	}
}

// TestPagesPasskeysOnlyAsksForOne: the page leads to using one where none is known to work.
func TestPagesPasskeysOnlyAsksForOne(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	c, p, _ := w.passkeyOwner(phone)
	c.elevate(p) // with the app
	page := func() string {
		return unescape(string(c.sendRaw(w.request("GET", "/account/passkeys-only", nil), "/account/passkeys-only").body))
	}
	if body := page(); !strings.Contains(body, "Use one of your passkeys first.") || strings.Contains(body, "Accept passkeys only") ||
		!strings.Contains(body, "/account/confirm?with=webauthn&return_to=%2fauth%2faccount%2fpasskeys-only") {
		t.Errorf("%s", body)
	}
	c.send("PUT", "/passkeys-only", values{"passkeys_only": true}).problem(c, http.StatusConflict, "wrong_state")
	c.elevateWith(phone)
	if body := page(); strings.Contains(body, "Use one of your passkeys first.") || !strings.Contains(body, "Accept passkeys only") {
		t.Errorf("%s", body)
	}
	c.send("PUT", "/passkeys-only", values{"passkeys_only": true}).want(c, http.StatusNoContent)
	c.elevateWith(phone)
	c.send("PUT", "/passkeys-only", values{"passkeys_only": false}).want(c, http.StatusNoContent)
}
