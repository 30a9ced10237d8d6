package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestPagesOfferNoCodesUnderPasskeysOnly: what would not be accepted is not offered on the account page, and comes back.
func TestPagesOfferNoCodesUnderPasskeysOnly(t *testing.T) {
	w := newWorld(t, setup{passkeys: true})
	phone := w.phone()
	c, p, _ := w.passkeyOwner(phone)
	c.elevateWith(phone)
	for _, only := range []bool{false, true, false} {
		c.send("PUT", "/passkeys-only", values{"passkeys_only": only}).want(c, http.StatusNoContent)
		page := string(c.sendRaw(w.request("GET", "/account", nil), "/account").body)
		for _, codes := range []string{"/account/recovery-codes\"", "/account/authenticators/new\""} {
			if strings.Contains(page, codes) == only {
				t.Errorf("passkeys only is %v, and the page of %s links to %s: %v", only, p.name, codes, !only)
			}
		}
	}
}

// The combined form asks no passkey beside a password: one that can't sign in alone is not made, and the page says so before.
// What it says of passkeys it says to everybody.
func TestCombinedFormTakesPasskeysThatSignInAlone(t *testing.T) {
	for form, alone := range map[string]bool{"combined": true, "two_step": false} {
		w := newWorld(t, setup{passkeys: true, loginForm: form})
		v := w.visitor()
		v.register().leads("/account")
		v.post("/account/confirm", "password="+pagePassword).leads("/account")
		begin := func() (at, options string) {
			at = v.post("/account/authenticators/new", "kind=webauthn").location
			page := v.get(at).shows(200)
			if strings.Contains(page.body, "you use it alone") != alone {
				t.Errorf("%s: alone %v\n%s", form, alone, page.body)
			}
			return at, between(unescape(page.body), `data-options="`, `" data-field`)
		}
		at, options := begin()
		key := w.phone()
		key.NoUser = true
		made, err := key.Create(options)
		must(t, err)
		if !alone {
			v.post(at, "code="+made).shows(200, "Your passkey is set up.")
			continue
		}
		v.post(at, "code="+made).shows(422, "Set a PIN for your security key")
		at, options = begin()
		made, err = w.phone().Create(options)
		must(t, err)
		v.post(at, "code="+made).shows(200, "Your passkey is set up.")
		v.post("/logout").leads("/login")
		v.get("/login").shows(200, "use the button for it instead")
		wrong := v.post("/login", "login=ana", "password="+pagePassword).shows(422, "If you have set up a passkey, sign in with that alone.")
		nobody := w.visitor().post("/login", "login=ana", "password=not that one").shows(422)
		if between(wrong.body, `id="summary"`, "<h1>") != between(nobody.body, `id="summary"`, "<h1>") {
			t.Errorf("a right password shows:\n%s\n%s", wrong.body, nobody.body)
		}
	}
}

// TestPagesPasskeysOnlySaysWhatIsLeft: no reset is promised to who could not ask for one.
func TestPagesPasskeysOnlySaysWhatIsLeft(t *testing.T) {
	for _, in := range []struct {
		setup   setup
		address bool
		says    string
	}{
		{setup{passkeys: true}, true, "what remains is a reset"},
		{setup{passkeys: true}, false, "only whoever runs this service"},
		{setup{passkeys: true, noReset: true}, true, "only whoever runs this service"},
	} {
		w := newWorld(t, in.setup)
		c, p, _ := w.passkeyOwner(w.phone())
		if in.address {
			c.giveAddress(p)
			c.elevate(p)
		}
		page := c.sendRaw(w.request("GET", "/account/passkeys-only", nil), "/account/passkeys-only")
		if !strings.Contains(strings.ReplaceAll(string(page.body), "&#39;", "'"), in.says) {
			t.Errorf("%+v: %d, the page lacks %q", in, page.status, in.says)
		}
	}
}
