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
