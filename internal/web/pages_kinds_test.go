package web_test

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const pageToken = "otpauth://hotp/Maker:T1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Maker"

// What to look at after a wrong code in a set-up depends on what is set up.
func TestPagesSetupTellsKindsApart(t *testing.T) {
	for kind, c := range map[string]struct{ to, wrong, odd string }{
		"sms":   {pageNumber, "Check the newest message", "6 digits from the message"},
		"email": {"ana@example.org", "Check the newest message", "6 digits from the message"},
		"hotp":  {pageToken, "Press the token's button", "digits that the token shows"},
	} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, setup{policy: core.PolicyRequired, codes: true, tokens: true})
			v := w.visitor()
			v.register().leads("/login/setup")
			w.clock.Advance(time.Second) // the newest set-up is shown
			v.post("/login/setup", "kind="+kind, "to="+c.to).leads("/login/setup")
			app := []string{"your app", "the app shows", "code app and", "scan the code"}
			v.post("/login/setup", "code=000001").shows(422, c.wrong).lacks(app...)
			v.post("/login/setup", "code=x").shows(422, c.odd).lacks(app...)
		})
	}
	v := newWorld(t, required()).visitor()
	v.register().leads("/login/setup")
	v.post("/login/setup", "code=000001").shows(422, "scan the code again")
}
