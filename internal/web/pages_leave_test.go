package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
)

func TestPagesData(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.withAddress()
	v.addApp()
	v.get("/account").shows(200, `href="`+v.w.public.Path+`/account/data"`, `href="`+v.w.public.Path+`/account/delete"`)
	file := v.get("/account/data").shows(200)
	if got := file.header.Get("Content-Disposition"); got != `attachment; filename="sallyport-account.json"` {
		t.Errorf("Content-Disposition: %s", got)
	}
	var d struct {
		Account struct {
			Username, Email string
			EmailConfirmed  bool `json:"email_confirmed"`
		}
		Authenticators, Sessions []struct{ Label, Address string }
		Browsers                 []any                   `json:"trusted_browsers"`
		RecoveryCodes            struct{ Remaining int } `json:"recovery_codes"`
		Events                   []struct{ Event, Outcome string }
	}
	must(t, json.Unmarshal([]byte(file.body), &d))
	if d.Account.Username != "ana" || d.Account.Email != pageEmail || !d.Account.EmailConfirmed || len(d.Authenticators) != 1 ||
		d.Authenticators[0].Label != "Phone" || len(d.Sessions) != 1 || d.Browsers == nil || d.RecoveryCodes.Remaining != 10 || d.Events[0].Event != "registered" {
		t.Errorf("%s", file.body)
	}
	if strings.Contains(file.body, v.cookie(sessionCookie)) || strings.Contains(file.body, "argon2") {
		t.Error("the file holds what opens something")
	}
}

// What waits is in the file, too, as it is in the JSON answer.
func TestPagesDataOfWhatWaits(t *testing.T) {
	v := speaking(t, setup{}, "en")
	other := v.w.visitor()
	v.withAddress()
	v.addApp()
	v.post("/language", "language=ar").leads("/account")
	v.post("/account/email", "email=next@example.org").leads("/verify-email")
	other.post("/login", "login=ana", "password="+pagePassword).leads("/login/verify")
	other.post("/login/lost/reset").shows(200)
	var d struct {
		Waiting struct{ Email string } `json:"email_waiting"`
		Reset   string                 `json:"reset_due"`
		Account struct{ Language string }
	}
	file := v.get("/account/data").shows(200)
	must(t, json.Unmarshal([]byte(file.body), &d))
	if d.Waiting.Email != "next@example.org" || d.Reset == "" || d.Account.Language != "ar" {
		t.Errorf("%s", file.body)
	}
}

func TestPagesDeleteAccount(t *testing.T) {
	w := newWorld(t, setup{})
	v, other := w.visitor(), w.visitor()
	v.withAddress()
	other.post("/login", "login=ana", "password="+pagePassword).leads("/account")
	v.get("/account/delete").leads("/account/confirm?return_to=" + strings.ReplaceAll(w.public.Path+"/account/delete", "/", "%2F"))
	v.post("/account/delete").leads("/account/confirm?return_to=" + strings.ReplaceAll(w.public.Path+"/account/delete", "/", "%2F"))
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.get("/account/delete").shows(200, "This deletes the account ana at once.", "It cannot be taken back.", `class="dangerous"`,
		"We send a last message to "+pageEmail+".", "is kept for 365 days more")
	v.get("/account").shows(200)
	gone := v.post("/account/delete").leads("/login").leaves("account_deleted")
	if got := gone.header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	v.get("/login").shows(200, "Your account is deleted.")
	v.get("/account").shows(303)
	other.get("/account").shows(303)
	v.post("/login", "login=ana", "password="+pagePassword).shows(422)
	if m := w.mail(core.MailDeleted, pageEmail); m.Link != "" {
		t.Error("the last message has a link")
	}
	v.post("/account/delete").shows(303)
	fresh := w.visitor()
	fresh.post("/register", "username=ana", "password="+newPassword).leads("/account")
	fresh.get("/account").shows(200, "Signed in as ana").lacks(pageEmail, "Signed in on 2")
	fresh.get("/account/activity").shows(200).lacks("Email address confirmed")
}

// Nothing is promised to who has no address.
func TestPagesDeleteWithoutAddress(t *testing.T) {
	v := newWorld(t, setup{}).visitor()
	v.register().leads("/account")
	v.post("/account/confirm", "password="+pagePassword).leads("/account")
	v.get("/account/delete").shows(200, "This deletes the account ana", "is kept for 365 days more").lacks("last message")
}
