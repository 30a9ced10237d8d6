package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

const pageNumber = "+4930123456"

// Whoever has nothing but a telephone: how long to wait for another code is said without script, and counted down with it.
func TestPagesSentCodes(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, codes: true})
	v := w.visitor()
	v.register().leads("/login/setup")
	v.get("/login/setup?kind=sms").shows(200, "Step 1 of 2", "Telephone number")
	w.clock.Advance(time.Second) // the newest set-up is shown
	v.post("/login/setup", "kind=sms", "to="+pageNumber).leads("/login/setup")
	v.get("/login/setup").shows(200, "Step 2 of 2", `data-texted`, "You can ask for a new code in 30 seconds.", `data-forms="{"one":"You can ask for a new code in {0} second.","other":"You can ask for a new code in {0} seconds."}"`)
	w.clock.Advance(29 * time.Second)
	v.get("/login/setup").shows(200, "You can ask for a new code in 1 second.")
	w.clock.Advance(time.Second)
	v.get("/login/setup").shows(200).lacks("You can ask for a new code")
	v.post("/login/setup/challenge").leads("/login/setup")
	v.get("/login/setup").shows(200, "in 30 seconds.")
	v.post("/login/setup", "code="+w.sentCode(core.TextCode, pageNumber)).leads("/account")
	v.post("/logout").leads("/login")

	w.clock.Advance(time.Minute)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	id := between(v.get("/login/verify").shows(200, `data-texted`, "in 30 seconds.").body, `name="with" value="`, `"`)
	v.post("/login/challenge", "authenticator="+id).shows(429, "A code is on its way.", "in 30 seconds.")
	w.clock.Advance(20 * time.Second)
	v.get("/login/verify").shows(200, "in 10 seconds.")
	v.post("/login/verify", "with="+id, "authenticator="+id, "code="+w.sentCode(core.TextCode, pageNumber)).leads("/account")

	choose := v.get("/account/confirm").shows(200, "We send you a code to confirm it with.")
	if !strings.Contains(choose.body, "<button>Send a code:") || strings.Count(choose.body, "/account/confirm/challenge") != 1 {
		t.Errorf("the one thing to do is no button, or there twice:\n%s", choose.body)
	}
	v.post("/account/confirm/challenge", "authenticator="+id).leads("/account/confirm?return_to=%2Fauth%2Faccount&with=" + id)
	v.get("/account/confirm?with="+id).shows(200, "in 30 seconds.", "Send a new code", `data-texted`)
	v.post("/account/confirm", "with="+id, "authenticator="+id, "code="+w.sentCode(core.TextCode, pageNumber)).leads("/account")

	v.post("/account/authenticators/new", "kind=email", "to=ana@example.org")
	begun := v.post("/account/authenticators/new", "kind=email", "to=ana2@example.org")
	v.get(begun.location).shows(200, "Step 2 of 2", "in 30 seconds.").lacks("data-texted")
	v.post(begun.location, "code="+w.sentCode(core.MailCode, "ana2@example.org")).leads("/account").leaves("added_email")
	w.clock.Advance(11 * time.Minute)
	both := v.get("/account/confirm").shows(200, "<button>Send a code: Text message", `<button class="link">Send a code: Email`)
	if n := strings.Count(both.body, "Send a code:"); n != 2 {
		t.Errorf("%d buttons, want 2:\n%s", n, both.body)
	}
}
