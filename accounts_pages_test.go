package sallyport_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
)

// TestWithoutAccounts: a Gate that keeps its accounts believes nobody; its SignIn is its own form.
func TestWithoutAccounts(t *testing.T) {
	a := newApplication(t, func(c *sallyport.Config) { c.Accounts = nil })
	if got := register(a.gate, "ann", ""); got != 201 {
		t.Fatal(got)
	}
	b := a.browser()
	b.post("/enter", "name=ann", "secret=a long quiet river at night").must(t, "/auth/account")
	id := b.who()
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "http://localhost/", nil)
	a.gate.PasswordProved(w, r, id)
	if w.Code != 500 || len(w.Result().Cookies()) > 0 {
		t.Errorf("PasswordProved: %d", w.Code)
	}
	for _, err := range []error{a.gate.CredentialChanged(w, r, id), a.gate.EndSessions(t.Context(), id), a.gate.Forget(t.Context(), id)} {
		if err == nil || !strings.Contains(err.Error(), "Config.Accounts is not set") {
			t.Error(err)
		}
	}
	if b.who() != id {
		t.Error("the session is over")
	}
}

func TestCheckOfAccounts(t *testing.T) {
	for _, tt := range []struct {
		cfg  sallyport.Config
		want []string
	}{
		{sallyport.Config{Accounts: &users{}, AccountPage: "/me?tab=password", LoginPage: "https://example.org/enter"}, nil},
		{sallyport.Config{
			Accounts: &users{}, Registration: "invite", EmailVerification: "required",
			BreachedPasswords: "https://pwned.example.org", SupportAddress: "help@example.org",
		}, []string{"Registration", "EmailVerification", "BreachedPasswords", "SupportAddress"}},
		{sallyport.Config{AccountPage: "/me", LoginPage: "/enter"}, []string{"AccountPage", "LoginPage"}},
		{sallyport.Config{Accounts: &users{}, AccountPage: "me", LoginPage: "javascript:alert(1)"}, []string{"AccountPage", "LoginPage"}},
		{sallyport.Config{Accounts: &users{}, AccountPage: "//evil.example", LoginPage: "/a b"}, []string{"AccountPage", "LoginPage"}},
		{sallyport.Config{Accounts: &users{}, AccountPage: "https://[::1]:8443/me", LoginPage: "https://a.example;script-src/enter"}, []string{"LoginPage"}},
		{sallyport.Config{Accounts: &users{}, PublicURL: "https://example.org/auth", LoginPage: "/auth/login"}, []string{"LoginPage"}},
		{sallyport.Config{Accounts: &users{}, PublicURL: "https://example.org/auth", LoginPage: "https://Example.org:443/auth/login?a=b"}, []string{"LoginPage"}},
		{sallyport.Config{Accounts: &users{}, PublicURL: "https://example.org/auth", LoginPage: "/auth/"}, []string{"LoginPage"}},
		{sallyport.Config{Accounts: &users{}, PublicURL: "https://example.org/auth", LoginPage: "/auth/x/../account"}, []string{"LoginPage"}},
		{sallyport.Config{Accounts: &users{}, PublicURL: "https://example.org/auth", LoginPage: "/authors", AccountPage: "/auth/account"}, nil},
		{sallyport.Config{
			Accounts: &users{}, PublicURL: "https://example.org/auth",
			RegistrationPage: "/auth/register", ForgottenPage: "/auth/recover", AccountPage: "https://example.org/auth/account/password",
		}, []string{"AccountPage", "RegistrationPage", "ForgottenPage"}},
		{sallyport.Config{Accounts: &users{}, PublicURL: "https://example.org/auth", AccountPage: "http://example.org/me"}, []string{"AccountPage"}},
	} {
		if d := cmp.Diff(tt.want, fields(t, tt.cfg.Check())); d != "" {
			t.Errorf("%v: %s", tt.cfg, d)
		}
	}
	secret := &users{passwords: map[string]string{"1": "s3cret"}}
	for _, shown := range []string{fmt.Sprint(sallyport.Config{Accounts: secret}), fmt.Sprintf("%#v", sallyport.Config{Accounts: secret})} {
		if strings.Contains(shown, "s3cret") || !strings.Contains(shown, "*sallyport_test.users") {
			t.Errorf("printed: %s", shown)
		}
	}
}

// A page that is the application's own leads there.
func TestOwnAccountsPageIsLinked(t *testing.T) {
	own := map[string]string{"/auth/register": "/join", "/auth/recover": "/lost", "/auth/recover/reset": "/lost", "/auth/account/password": "/me"}
	a := newApplication(t, func(c *sallyport.Config) {
		c.AccountPage, c.RegistrationPage, c.ForgottenPage = "/me", "/join", "/lost"
	})
	bare := newApplication(t, func(c *sallyport.Config) {})
	for path, want := range own {
		if r := a.browser().do("GET", path, "", ""); r.status != http.StatusNotFound || !strings.Contains(r.body, `<a class="button" href="`+want+`">`) {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
		offered := strings.Contains(bare.browser().do("GET", path, "", "").body, `class="button"`)
		if offered != (want == "/me") {
			t.Errorf("%s leads to a page that nobody named: %v", path, offered)
		}
	}
	for path, want := range map[string]bool{"/join": true, "/lost": true, "/me": false} {
		if strings.Contains(a.browser().do("GET", "/auth/login", "", "").body, `href="`+path+`"`) != want {
			t.Errorf("the sign-in page leads to %s: want %v", path, want)
		}
	}
}
