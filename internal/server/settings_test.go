package server_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/server"
)

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, from server.Sources) *server.Settings {
	t.Helper()
	s, err := server.Load(from)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// problems are the mistakes of a configuration that must not load, by key.
func problems(t *testing.T, from server.Sources) map[string]*server.Problem {
	t.Helper()
	s, err := server.Load(from)
	var ps server.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("loaded as %v, %v", s, err)
	}
	out := map[string]*server.Problem{}
	for _, p := range ps {
		if p.Key == "" || p.Origin == "" || p.Reason == "" || p.Cure == "" {
			t.Errorf("something is missing in %+v", p)
		}
		out[p.Key] = p
	}
	return out
}

func effective(s *server.Settings, key string) server.Effective {
	for _, e := range s.Effective() {
		if e.Key == key {
			return e
		}
	}
	return server.Effective{}
}

func TestDefaults(t *testing.T) {
	s := load(t, server.Sources{})
	got := map[string]string{}
	for _, e := range s.Effective() {
		got[e.Key] = e.Value
	}
	want := map[string]string{
		"listen": "127.0.0.1:8080", "public_url": "http://localhost:8080", "database": "sallyport.db",
		"database_schema": "none", "migrate": "at_start", "key_file": "sallyport.key", "issuer": "Sallyport", "language": "en", "second_factor": "optional", "login_form": "two_step",
		"registration": "open", "session_lifetime": "24h", "session_idle": "1h", "session_lifetime_aal1": "30d",
		"elevation": "10m", "trusted_proxies": "none", "log": "text", "secrets_database": "same",
		"email_verification": "off", "breached_passwords": "embedded", "second_factor_groups": "none",
		"second_factor_from": "none", "mail": "stderr", "mail_from": "sallyport@localhost", "reset_wait": "72h",
		"authenticators": "totp, hotp, webauthn, push", "push_contact": "derived", "push_hosts": "none", "text": "stderr", "text_from": "none", "text_secret": "none", "sms_countries": "none",
		"sms_region": "none", "webauthn_device_bound": "off", "totp_algorithm": "sha1", "totp_digits": "6", "sms_per_hour": "100", "sms_per_month": "2000",
		"rescue_code": "off", "passwordless": "off", "support_address": "none", "templates": "none", "home": "none", "trust_browser_for": "30d", "events_kept": "400d",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if s.Gate.SessionLifetimeAAL1 != 30*24*time.Hour || s.Gate.Elevation != 10*time.Minute {
		t.Errorf("read as %v, %v", s.Gate.SessionLifetimeAAL1, s.Gate.Elevation)
	}
}

func TestLaterSourcesWin(t *testing.T) {
	path := file(t, "s.toml", "issuer = \"file\"\nregistration = \"closed\"\nlog = \"json\"\n"+
		`trusted_proxies = ["10.0.0.5", "192.168.3.4/16"]`)
	s := load(t, server.Sources{
		File: path, Environ: []string{"SALLYPORT_ISSUER=environment", "SALLYPORT_LOG=text", "HOME=/", "SALLYPORT_TEST_POSTGRES=x"},
		Flags: map[string]string{"issuer": "flag"},
	})
	for key, want := range map[string]server.Effective{
		"issuer":       {Value: "flag", Origin: "flag --issuer"},
		"log":          {Value: "text", Origin: "environment SALLYPORT_LOG"},
		"registration": {Value: "closed", Origin: "file " + path},
		"elevation":    {Value: "10m", Origin: "default"},
	} {
		want.Key = key
		if d := cmp.Diff(want, effective(s, key)); d != "" {
			t.Error(d)
		}
	}
	if s.Gate.Issuer != "flag" || s.LogFormat != "text" {
		t.Errorf("%v", s)
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32"), netip.MustParsePrefix("192.168.0.0/16")}
	if d := cmp.Diff(fmt.Sprint(proxies), fmt.Sprint(s.Gate.TrustedProxies)); d != "" {
		t.Error(d)
	}
}

func TestSecretFromAFile(t *testing.T) {
	path := file(t, "dsn", "postgres://ann:s3cret@db/auth\n")
	s := load(t, server.Sources{Environ: []string{"SALLYPORT_DATABASE_FILE=" + path}})
	if s.Gate.Database != "postgres://ann:s3cret@db/auth" {
		t.Errorf("%q", s.Gate.Database)
	}
	got := effective(s, "database")
	if got.Value != "postgres://[hidden]@db/auth" || !strings.Contains(got.Origin, path) {
		t.Errorf("%+v", got)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if text := fmt.Sprintf(verb, s); strings.Contains(text, "s3cret") {
			t.Errorf("%s prints the password: %s", verb, text)
		}
	}
}

func TestPublicURLFollowsListen(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:9000": "http://localhost:9000", "localhost:9000": "http://localhost:9000",
		"[::1]:9000": "http://[::1]:9000", "127.0.0.2:9000": "http://127.0.0.2:9000",
	} {
		s := load(t, server.Sources{Flags: map[string]string{"listen": listen}})
		if s.Gate.PublicURL != want || effective(s, "public_url").Origin != "follows listen" {
			t.Errorf("%s: %s, %+v", listen, s.Gate.PublicURL, effective(s, "public_url"))
		}
	}
	s := load(t, server.Sources{Flags: map[string]string{"listen": "127.0.0.1:9000", "public_url": "https://example.org"}})
	if s.Gate.PublicURL != "https://example.org" {
		t.Errorf("a public_url that was given follows: %s", s.Gate.PublicURL)
	}
	s = load(t, server.Sources{Flags: map[string]string{"listen": ":80", "public_url": "https://example.org"}})
	if s.Listen != ":80" {
		t.Error(s.Listen)
	}
}

func TestExposedWithoutHTTPS(t *testing.T) {
	for _, flags := range []map[string]string{
		{"listen": ":8080"}, {"listen": "0.0.0.0:8080"}, {"listen": "[::]:8080"}, {"listen": "10.0.0.1:8080"}, {"listen": "myhost:8080"},
		{"listen": ":8080", "public_url": "http://localhost:8080"},
	} {
		if p := problems(t, server.Sources{Flags: flags})["listen"]; p == nil || !strings.Contains(p.Cure, "https://") {
			t.Errorf("%v: %+v", flags, p)
		}
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	path := file(t, "s.toml", "isuer = \"x\"\nelevation = 600\nsession_idle = \"soon\"\nissuer = [\"x\"]\n[smtp]\nfrom = \"x\"\n[mail]\nto = \"x\"")
	ps := problems(t, server.Sources{
		File: path,
		Environ: []string{
			"SALLYPORT_DATABASE=postgres://a:s3cret@b/c", "SALLYPORT_DATABASE_FILE=/x", "SALLYPORT_PUBLC_URL=x",
			"SALLYPORT_LOG_FILE=/x", "SALLYPORT_KEY_FILE=", "SALLYPORT_AUTHENTICATORS=totp,sms,fax",
		},
		Flags: map[string]string{"listen": "8080", "second_factor": "alwyas", "trusted_proxies": "10.0.0.0/8,nonsense"},
	})
	for key, want := range map[string]string{
		"isuer": "issuer", "smtp": "config default", "mail": "quotes", "elevation": `"10m"`, "session_idle": "15m", "issuer": "quotes",
		"database": "one of them", "SALLYPORT_PUBLC_URL": "SALLYPORT_PUBLIC_URL", "SALLYPORT_LOG_FILE": "SALLYPORT_LOG",
		"key_file": "Give a value", "authenticators": "totp, hotp, webauthn, push, email or sms", "listen": "127.0.0.1:8080",
		"second_factor": "optional, required, aal2 or passkey", "trusted_proxies": "CIDR",
	} {
		p := ps[key]
		if p == nil {
			t.Errorf("%s: no problem", key)
		} else if !strings.Contains(p.Error(), want) {
			t.Errorf("%s: %v lacks %q", key, p, want)
		}
		delete(ps, key)
	}
	if len(ps) > 0 {
		t.Errorf("not mistakes: %v", ps)
	}
}

func TestProblemsHideSecrets(t *testing.T) {
	for _, from := range []server.Sources{
		{Flags: map[string]string{"database": "mysql://ann:s3cret@db/x"}},
		{Flags: map[string]string{"database": "host=db password=s3cret"}},
		{Environ: []string{"SALLYPORT_DATABASE=mysql://ann:s3cret@db/x"}},
		{File: file(t, "a.toml", "database = s3cret\n")},
		{File: file(t, "b.toml", "database = \"s3cret\n")},
		{File: file(t, "c.toml", "issuer = \"x\"\ndatabase s3cret\n")},
		{File: file(t, "d.toml", "s3cret\n")},
		{Flags: map[string]string{"public_url": "https://ann:s3cret@example.org"}},
		{Flags: map[string]string{"public_url": "http://ann:s3cret@localhost", "listen": ":80"}},
	} {
		for _, p := range problems(t, from) {
			if strings.Contains(p.Error(), "s3cret") {
				t.Errorf("%v", p)
			}
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	if p := problems(t, server.Sources{File: missing})["config"]; p == nil || !strings.Contains(p.Reason, missing) {
		t.Errorf("%+v", p)
	}
	if p := problems(t, server.Sources{Environ: []string{"SALLYPORT_DATABASE_FILE=" + missing}})["database"]; p == nil {
		t.Error("a secret file that is missing is no mistake")
	}
	if p := problems(t, server.Sources{Environ: []string{"SALLYPORT_DATABASE_FILE=" + file(t, "e", "\n")}})["database"]; p == nil {
		t.Error("a secret file that is empty is no mistake")
	}
	if p := problems(t, server.Sources{File: file(t, "big", strings.Repeat("#", 1<<20+1))})["config"]; p == nil {
		t.Error("a file that is too large is no mistake")
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "30d": 720 * time.Hour} {
		if s := load(t, server.Sources{Flags: map[string]string{"session_idle": text}}); s.Gate.SessionIdle != want {
			t.Errorf("%s: %v", text, s.Gate.SessionIdle)
		}
	}
	for _, text := range []string{"0", "0s", "0d", "-1h", "-1d", "1.5d", "d", "30", "99999d", "3651d", "500ms", "1w", "９０s"} {
		if p := problems(t, server.Sources{Flags: map[string]string{"elevation": text}})["elevation"]; p == nil {
			t.Errorf("%q is no mistake", text)
		}
	}
}

// What `config default` prints says what holds, and does so in a form that is read back.
func TestDefaultFile(t *testing.T) {
	text := server.DefaultFile()
	asItIs := load(t, server.Sources{File: file(t, "a.toml", text)})
	if d := cmp.Diff(load(t, server.Sources{}).Effective(), asItIs.Effective()); d != "" {
		t.Error(d)
	}
	var given strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "# ") {
			line = strings.TrimPrefix(line, "#")
		}
		given.WriteString(line)
	}
	path := file(t, "b.toml", given.String())
	for _, e := range load(t, server.Sources{File: path}).Effective() {
		if want := effective(asItIs, e.Key); e.Value != want.Value || e.Origin != "file "+path {
			t.Errorf("%+v, want %+v from the file", e, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	names := []string{"listen", "public_url", "issuer", "session_idle", "session_lifetime"}
	for typed, want := range map[string]string{
		"lisen": "listen", "public-url": "public_url", "PublicUrl": "public_url", "Issuer": "issuer", "session_lifetme": "session_lifetime",
		"x": "", "": "", "smtp": "", strings.Repeat("listen", 1000): "",
	} {
		if got := server.Suggest(typed, names); got != want {
			t.Errorf("%.20s: %q, want %q", typed, got, want)
		}
	}
}
