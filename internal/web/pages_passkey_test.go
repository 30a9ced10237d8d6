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
