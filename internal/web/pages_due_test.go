package web_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// dueIn20Days is a policy that asks for a second step from a date on.
func dueIn20Days() setup {
	return setup{rule: &core.Rule{Policy: core.PolicyRequired, From: start.Add(20 * 24 * time.Hour)}}
}

func TestPagesSecondStepDue(t *testing.T) {
	v := newWorld(t, dueIn20Days()).visitor()
	account := url.QueryEscape(v.w.public.Path + "/account")
	v.register().leads("/account/due?return_to=" + account)
	v.get("/account/due?return_to="+account).shows(200, "A second step will be needed", "12 December 2026", "20 days left.",
		`class="button" href="`+v.w.public.Path+`/account/authenticators/new"`, `href="`+v.w.public.Path+`/account">Not now</a>`)
	v.get("/account/due?return_to=https://evil.example/").shows(200, `href="`+v.w.public.Path+`/account">Not now</a>`).lacks("evil")
	v.get("/account").shows(200, "20 days left.", "Set it up now")
	v.post("/logout").leads("/login")
	v.w.clock.Advance(19*24*time.Hour + time.Hour)
	deep := v.w.public.Path + "/account/sessions?a=1#here"
	v.post("/login", "login=ana", "password="+pagePassword, "return_to="+deep).leads("/account/due?return_to=" + url.QueryEscape(deep))
	v.get("/account/due?return_to="+url.QueryEscape(deep)).shows(200, "1 day left.", `href="`+deep+`">Not now</a>`)
	v.addApp()
	v.get("/account").shows(200).lacks("days left", "day left")
	v.get("/account/due?return_to=" + url.QueryEscape(deep)).leads("/account/sessions?a=1#here")
}

func TestPagesSecondStepIsDue(t *testing.T) {
	v := newWorld(t, dueIn20Days()).visitor()
	v.register()
	v.w.clock.Advance(20 * 24 * time.Hour)
	v.post("/login", "login=ana", "password="+pagePassword).leads("/login/setup")
}
