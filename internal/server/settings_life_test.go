package server_test

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/server"
)

// Each of the settings that accounts live by says what is wrong with a value, and what to write instead.
func TestBadValues(t *testing.T) {
	for key, bad := range map[string][]struct{ value, cure string }{
		"secrets_database":      {{"mysql://db/x", "postgres://"}, {":memory:", "file"}, {"host=db user=x", "postgres://"}},
		"email_verification":    {{"on", "off or required"}, {"Required", "off or required"}},
		"breached_passwords":    {{"example.org", "https://"}, {"http://example.org", "https://"}, {"https://example.org?x", "https://"}},
		"second_factor_groups":  {{"staff,a b", "staff"}, {"staff,,admin", "staff"}, {strings.Repeat("x", 65), "64"}},
		"second_factor_from":    {{"tomorrow", "2027-01-31"}, {"31.1.2027", "2027-01-31"}, {"2027-02-30", "2027-01-31"}},
		"mail":                  {{"smpt://mail", "smtp://"}, {"dir:", "dir:"}, {"smtp://mail.example.org?tls=none", "tls"}},
		"mail_from":             {{"nobody", "@"}, {"a@b.example, c@d.example", "@"}, {"a@b.example\nBcc: c@d.example", "@"}},
		"reset_wait":            {{"3 days", "24h"}, {"-1h", "24h"}, {"500ms", "1s"}, {"91d", "1s to 90d"}},
		"webauthn_device_bound": {{"yes", "off or on"}, {"true", "off or on"}},
		"totp_algorithm":        {{"md5", "sha1, sha256 or sha512"}, {"SHA-1", "sha1, sha256 or sha512"}},
		"totp_digits":           {{"7", "6 or 8"}, {"six", "6 or 8"}, {"0", "6 or 8"}, {"-6", "6 or 8"}},
		"rescue_code":           {{"on", "off or email"}, {"sms", "off or email"}},
		"passwordless":          {{"on", "off or email"}, {"link", "off or email"}},
		"home":                  {{"https://example.org/", "/dashboard"}, {"//example.org", "/dashboard"}, {"dashboard", "/dashboard"}},
		"support_address":       {{"help", "help@example.org"}, {"Help <help@example.org>", "help@example.org"}},
		"trust_browser_for":     {{"always", "24h"}, {"-30d", "24h"}, {"1ms", "1s"}, {"401d", "1s to 400d"}},
		"events_kept":           {{"0", "30d"}, {"forever", "30d"}, {"4000d", "24h to 3650d"}, {"23h", "24h to 3650d"}},
		"elevation":             {{"1d1h", "15m"}, {"25h", "1s to 24h"}, {"3650d", "1s to 24h"}},
		"session_lifetime":      {{"401d", "1s to 400d"}}, "session_idle": {{"9999h", "1s to 400d"}}, "session_lifetime_aal1": {{"3650d", "1s to 400d"}},
	} {
		for _, b := range bad {
			flags := map[string]string{key: b.value}
			if strings.HasPrefix(key, "second_factor_") {
				flags["second_factor"] = "required"
			}
			ps := problems(t, server.Sources{Flags: flags})
			if p := ps[key]; p == nil || !strings.Contains(p.Cure, b.cure) || len(ps) != 1 {
				t.Errorf("%s = %q: %v", key, b.value, ps)
			}
		}
	}
}

func TestGoodValues(t *testing.T) {
	s := load(t, server.Sources{Flags: map[string]string{
		"second_factor": "aal2", "second_factor_groups": "staff, admin", "second_factor_from": "2027-01-31", "reset_wait": "0",
		"rescue_code": "email", "passwordless": "email", "support_address": "help@example.org", "home": "/app", "trust_browser_for": "0s", "registration": "invite",
		"mail": "smtp://mail.example.org:465?tls=tls", "mail_from": "Example <login@example.org>", "email_verification": "required",
	}})
	g := s.Gate
	if !slices.Equal(g.SecondFactorGroups, []string{"staff", "admin"}) || !g.RescueCode || !g.Passwordless || g.SupportAddress != "help@example.org" || g.Home != "/app" {
		t.Errorf("%v", g)
	}
	if want := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC); !g.SecondFactorFrom.Equal(want) {
		t.Errorf("from %v", g.SecondFactorFrom)
	}
	if g.ResetWait >= 0 || g.TrustBrowserFor >= 0 {
		t.Errorf("what is off is %v and %v, which would mean the defaults", g.ResetWait, g.TrustBrowserFor)
	}
	s = load(t, server.Sources{File: file(t, "s.toml",
		"second_factor = \"required\"\nsecond_factor_groups = [\"staff\", \"admin\"]\nsecond_factor_from = \"2027-01-31T08:00:00+01:00\"")})
	if want := time.Date(2027, 1, 31, 7, 0, 0, 0, time.UTC); !s.Gate.SecondFactorFrom.Equal(want) || len(s.Gate.SecondFactorGroups) != 2 {
		t.Errorf("%v", s.Gate)
	}
}

// A date, or groups, for what is not required at all would be a rule that holds for nobody.
func TestRuleForNothing(t *testing.T) {
	for key, value := range map[string]string{"second_factor_groups": "staff", "second_factor_from": "2027-01-31"} {
		if p := problems(t, server.Sources{Flags: map[string]string{key: value}})[key]; p == nil || !strings.Contains(p.Cure, "second_factor") {
			t.Errorf("%s: %v", key, p)
		}
	}
}

// Passwords of databases and mail servers come from files, and are never shown.
func TestSecretsOfMessagesAndSecretsDatabase(t *testing.T) {
	mail, secrets := "smtp://ann:s3cret@mail.example.org:587?tls=starttls", "postgres://ann:s3cret@db/secrets"
	s := load(t, server.Sources{Environ: []string{
		"SALLYPORT_MAIL_FILE=" + file(t, "mail", mail+"\n"), "SALLYPORT_SECRETS_DATABASE_FILE=" + file(t, "db", secrets+"\n"),
	}})
	if s.Gate.Mail != mail || s.Gate.SecretsDatabase != secrets {
		t.Error("the files were not read as they are")
	}
	for key, want := range map[string]string{"mail": "mail.example.org", "secrets_database": "@db/secrets"} {
		if e := effective(s, key); strings.Contains(e.Value, "s3cret") || !strings.Contains(e.Value, want) {
			t.Errorf("%+v", e)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v", s, s, s.Gate); strings.Contains(text, "s3cret") {
		t.Error(text)
	}
	for _, flags := range []map[string]string{
		{"mail": "smtp://ann:s3cret@mail.example.org?tls=maybe"}, {"mail": "smpt://ann:s3cret@mail.example.org"}, {"mail": "ann:s3cret@mail"},
		{"mail": "smtp://ann:s3cret"}, {"secrets_database": "mysql://ann:s3cret@db/x"}, {"secrets_database": "host=db password=s3cret"},
		{"breached_passwords": "https://ann:s3cret@example.org"},
	} {
		for _, p := range problems(t, server.Sources{Flags: flags}) {
			if strings.Contains(p.Error(), "s3cret") {
				t.Errorf("%v", p)
			}
		}
	}
}

func TestMistypedVariables(t *testing.T) {
	for typed, want := range map[string]string{
		"SALLYPORT_MAIL_FORM": "SALLYPORT_MAIL_FROM", "SALLYPORT_SECRET_DATABASE": "SALLYPORT_SECRETS_DATABASE",
		"SALLYPORT_RESET_WIAT": "SALLYPORT_RESET_WAIT", "SALLYPORT_TRUST_BROWSERS_FOR": "SALLYPORT_TRUST_BROWSER_FOR",
	} {
		if p := problems(t, server.Sources{Environ: []string{typed + "=x"}})[typed]; p == nil || p.Cure != "Did you mean "+want+"?" {
			t.Errorf("%s: %v", typed, p)
		}
	}
}

// What weakens accounts, or keeps messages from people, is said; what is as it should be is not.
func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		flags map[string]string
		want  string
	}{
		{map[string]string{}, ""},
		{map[string]string{"rescue_code": "email"}, "rescue_code"},
		{map[string]string{"passwordless": "email"}, "whoever reads an account's mail signs in"},
		{map[string]string{"public_url": "https://example.org", "trusted_proxies": "127.0.0.1"}, "mail = stderr"},
		{map[string]string{"public_url": "https://example.org", "trusted_proxies": "127.0.0.1", "mail": "dir:" + t.TempDir()}, ""},
		{map[string]string{"public_url": "https://example.org", "mail": "dir:" + t.TempDir()}, "set trusted_proxies to it"},
		{map[string]string{"public_url": "https://example.org", "mail": "dir:" + t.TempDir(), "trusted_proxies": "none"}, ""}, // it was asked for
		{map[string]string{"public_url": "http://localhost:80", "mail": "smtp://localhost:25?tls=none"}, "set mail_from to an address of yours"},
		{map[string]string{"mail": "smtp://localhost:25?tls=none", "mail_from": "no-reply@example.org"}, ""},
	} {
		got := strings.Join(load(t, server.Sources{Flags: c.flags}).Warnings(), "\n")
		if !strings.Contains(got, c.want) || (c.want == "") != (got == "") || strings.Contains(got, "\n") {
			t.Errorf("%v: %q, want %q", c.flags, got, c.want)
		}
	}
	var log strings.Builder
	s := load(t, server.Sources{Flags: map[string]string{
		"rescue_code": "email", "listen": "127.0.0.1:0", "database": filepath.Join(t.TempDir(), "missing", "s.db"),
	}})
	if err := s.Run(t.Context(), io.Discard, io.Discard, slog.New(slog.NewTextHandler(&log, nil))); err == nil {
		t.Error("it runs without its database")
	}
	if !strings.Contains(log.String(), "rescue_code") {
		t.Errorf("the log of a start says nothing: %s", log.String())
	}
}

// Codes that are sent have settings that only make sense together.
func TestCodesThatAreSent(t *testing.T) {
	for _, tt := range []struct {
		flags     map[string]string
		key, want string
	}{
		{map[string]string{"authenticators": "totp, totp"}, "authenticators", "twice"},
		{map[string]string{"authenticators": "email", "login_form": "combined"}, "authenticators", "two_step"},
		{map[string]string{"text": "twilio:AC" + strings.Repeat("0", 32)}, "text_secret", ""},
		{map[string]string{"text": "pigeon"}, "text", ""},
		{map[string]string{"sms_countries": "DE, XX"}, "sms_countries", "ISO 3166"},
		{map[string]string{"sms_region": "de"}, "sms_region", "capital"},
		{map[string]string{"sms_per_hour": "0"}, "sms_per_hour", "above 0"},
		{map[string]string{"sms_per_month": "many"}, "sms_per_month", "above 0"},
	} {
		p := problems(t, server.Sources{Flags: tt.flags})[tt.key]
		if p == nil || !strings.Contains(p.Error(), tt.want) {
			t.Errorf("%v: %v, want %q at %s", tt.flags, p, tt.want, tt.key)
		}
	}
	s := load(t, server.Sources{Flags: map[string]string{
		"authenticators": "sms", "text": "webhook:https://sms.example.org/hook", "text_secret": "whsec_" + strings.Repeat("QUJD", 12),
	}})
	if w := strings.Join(s.Warnings(), "\n"); !strings.Contains(w, "sms_countries") {
		t.Errorf("warnings: %s", w)
	}
	if strings.Contains(fmt.Sprintf("%v %+v", s, s.Gate), "QUJDQUJD") {
		t.Error("the secret is shown")
	}
}

// A number is written as one in the file, where the setting is one; anything else is still text.
func TestNumbersInTheFile(t *testing.T) {
	s := load(t, server.Sources{File: file(t, "s.toml", "sms_per_hour = 50\nsms_per_month = \"60\"\n")})
	if s.Gate.SMSPerHour != 50 || s.Gate.SMSPerMonth != 60 {
		t.Errorf("%d an hour, %d a month", s.Gate.SMSPerHour, s.Gate.SMSPerMonth)
	}
	for _, text := range []string{"sms_per_hour = 0", "sms_per_hour = 1.5", "sms_per_hour = true", "issuer = 5", "elevation = 600"} {
		if _, err := server.Load(server.Sources{File: file(t, "bad.toml", text+"\n")}); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}
