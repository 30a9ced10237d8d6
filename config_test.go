package sallyport_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
)

// fields lists the fields that an error of Check complains about.
func fields(t *testing.T, err error) []string {
	t.Helper()
	var out []string
	if err == nil {
		return out
	}
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var wrong *sallyport.FieldError
		if !errors.As(e, &wrong) {
			t.Fatalf("not a FieldError: %v", e)
		}
		if wrong.Reason == "" || wrong.Cure == "" {
			t.Errorf("no reason or no cure: %+v", wrong)
		}
		out = append(out, wrong.Field)
	}
	return out
}

func TestZeroConfigIsComplete(t *testing.T) {
	if err := (sallyport.Config{}).Check(); err != nil {
		t.Error(err)
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	err := sallyport.Config{
		PublicURL: "http://example.org", Database: "mysql://ann:s3cret@db/x", Issuer: " ", SecondFactor: "requierd",
		Language: "xx", LoginForm: "three_step", Registration: "invited", SessionLifetime: -1, SessionIdle: time.Nanosecond,
		SessionLifetimeAAL1: 1 << 62, Elevation: -time.Hour, SecretsDatabase: "redis://ann:s3cret@db/x",
		EmailVerification: "on", BreachedPasswords: "example.org", SecondFactorGroups: []string{"staff", "a b"},
		TrustBrowserFor: 1, ResetWait: 1 << 62, Mail: "smtp://ann:s3cret@example.org?tls=maybe", MailFrom: "nobody",
		SupportAddress: "help", EventsKept: -1, PushContact: "nobody", PushHosts: []string{"10.0.0.1"},
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), {}, netip.MustParsePrefix("::ffff:10.0.0.0/104")},
	}.Check()
	want := []string{
		"PublicURL", "Database", "SecretsDatabase", "Issuer", "Language", "SecondFactor", "LoginForm", "Registration", "EmailVerification",
		"SessionLifetime", "SessionIdle", "SessionLifetimeAAL1", "EventsKept", "Elevation", "TrustBrowserFor", "ResetWait",
		"Mail", "MailFrom", "SupportAddress", "BreachedPasswords", "PushContact", "PushHosts", "SecondFactorGroups",
		"TrustedProxies", "TrustedProxies", "TrustedProxies",
	}
	if d := cmp.Diff(want, fields(t, err)); d != "" {
		t.Error(d)
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a password is in %v", err)
	}
}

func TestOpenTouchesNothingWhenTheConfigIsWrong(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := sallyport.Open(t.Context(), sallyport.Config{SecondFactor: "always", Registration: "maybe"})
	if d := cmp.Diff([]string{"SecondFactor", "Registration"}, fields(t, err)); d != "" {
		t.Error(d)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestPublicURL(t *testing.T) {
	for _, good := range []string{
		"https://example.org", "https://example.org/", "https://example.org:8443/auth/", "https://example.org/a/b-c_d.e~f",
		"http://localhost", "http://localhost:8080", "http://auth.localhost:1/x", "http://127.0.0.1:8080", "http://[::1]:8080",
		"HTTPS://Example.ORG",
	} {
		if err := (sallyport.Config{PublicURL: good}).Check(); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"example.org", "//example.org", "ftp://example.org", "https:", "https://", "https:///x", "https:example.org",
		"https://ann:s3cret@example.org", "https://ann@example.org", "https://example.org?x", "https://example.org/?",
		"https://example.org#x", "https://example.org/#", "https://example.org/a//b", "https://example.org/a/../b",
		"https://example.org/..", "https://example.org/a%2fb", "https://example.org/{x}", "https://example.org/a b",
		"https://bücher.example", "https://*.example.org", "https://example.org:", "https://example.org:x",
		"http://example.org", "http://10.0.0.1", "http://0.0.0.0:8080", "http://localhost.example.org", "http://[::]", "\x00",
		"https://a,b", "https://[fe80::1%25eth0]",
	} {
		err := sallyport.Config{PublicURL: bad}.Check()
		if d := cmp.Diff([]string{"PublicURL"}, fields(t, err)); d != "" {
			t.Errorf("%q: %s", bad, d)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("a password is in %v", err)
		}
	}
}

func TestDatabase(t *testing.T) {
	for _, good := range []string{
		"x.db", "/var/lib/x", "postgres://db/auth", "postgresql:///auth?host=/run/postgresql", "postgres://a:b@h1:1,h2:2/x", "a=b.db",
	} {
		if err := (sallyport.Config{Database: good}).Check(); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{":memory:", "file:x.db?mode=ro", "mysql://db/auth", "postgres://", "host=db password=s3cret", "sqlite://x.db", "x.db?mode=ro"} {
		if d := cmp.Diff([]string{"Database"}, fields(t, sallyport.Config{Database: bad}.Check())); d != "" {
			t.Errorf("%q: %s", bad, d)
		}
	}
}

func TestConfigPrintsWithoutThePassword(t *testing.T) {
	cfg := sallyport.Config{
		Database: "postgres://ann:s3cret@db/auth", SecretsDatabase: "postgres://ann:s3cret@other/auth",
		Mail: "smtp://ann:s3cret@mail.example.org:587?tls=starttls", Issuer: "ACME",
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", "config", cfg, "pointer", &cfg)
	for _, shown := range []string{
		fmt.Sprint(cfg), fmt.Sprintf("%+v %#v %q %d %x", cfg, cfg, cfg, cfg, cfg), fmt.Sprint(&cfg), log.String(),
	} {
		if strings.Contains(shown, "s3cret") || strings.Contains(shown, fmt.Sprintf("%x", "s3cret")) {
			t.Errorf("the password is in %s", shown)
		}
		if !strings.Contains(shown, "ACME") || !strings.Contains(shown, "@db/auth") ||
			!strings.Contains(shown, "mail.example.org") {
			t.Errorf("what is no secret is missing in %s", shown)
		}
	}
}

// TestPasskeysNeedAName: a policy that nobody could satisfy is a mistake.
func TestPasskeysNeedAName(t *testing.T) {
	c := sallyport.Config{SecondFactor: "passkey", PublicURL: "http://127.0.0.1:8080"}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "IP address") {
		t.Error(err)
	}
	c.PublicURL = "http://localhost:8080"
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

// The gate's own first page leads to Home: that would go round in circles.
func TestHomeIsElsewhere(t *testing.T) {
	for home, public := range map[string]string{"/auth/": "http://localhost/auth", "/auth": "http://localhost/auth/", "/": "http://localhost"} {
		if got := fields(t, sallyport.Config{Home: home, PublicURL: public}.Check()); !slices.Equal(got, []string{"Home"}) {
			t.Errorf("%s under %s: %v", home, public, got)
		}
	}
	if err := (sallyport.Config{Home: "/", PublicURL: "http://localhost/auth"}).Check(); err != nil {
		t.Error(err)
	}
}
