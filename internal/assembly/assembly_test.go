package assembly

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
)

func config(dir string) Config {
	return Config{
		PublicURL: "http://localhost:8080", Database: filepath.Join(dir, "test.db"), KeyFile: filepath.Join(dir, "test.key"),
		Issuer: "Test", Language: "en", SecondFactor: "required", Authenticators: []string{"totp"}, TOTPAlgorithm: "sha1", TOTPDigits: 6, SessionLifetime: time.Hour, SessionIdle: time.Hour, SessionLifetimeAAL1: time.Hour,
		Elevation: time.Minute, Mail: "stderr", Text: "stderr", MailFrom: "test@localhost", EventsKept: time.Hour,
		Clock: time.Now, Log: slog.New(slog.DiscardHandler),
	}
}

// enrol makes an account with a code app and recovery codes.
func enrol(t *testing.T, m *core.Machine) {
	t.Helper()
	ctx, caller := t.Context(), core.Caller{Transport: core.TransportBearer}
	var bind *core.BindNeeded
	if _, err := m.Register(ctx, caller, core.Registration{Username: "ana", Password: "correct horse battery"}); !errors.As(err, &bind) {
		t.Fatal(err)
	}
	b, err := m.BindFirst(ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := otp.ParseSecret(b.Enrolment.Secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := otp.NewKey(secret, otp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	code, err := key.TOTP(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.ConfirmFirst(ctx, caller, bind.MustBind, b.ID, code.String(), ""); err != nil {
		t.Fatal(err)
	}
}

// Secrets that were moved to another database, and a start without its name: new keys beside the old accounts would
// hide that, and take every code app and recovery code out.
func TestSecretsThatAreElsewhere(t *testing.T) {
	cfg := config(t.TempDir())
	house, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	enrol(t, house.Machine)
	if err := house.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("DELETE FROM sallyport_secrets"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if house, err = Open(context.Background(), cfg); !errors.Is(err, ErrSecretsDatabase) {
		t.Errorf("it started: %v", err)
	}
	if house != nil {
		house.Close() //nolint:errcheck // the test failed already
	}
}

// The breaker of the outbox learns from the sender alone, so that it has to be told what never got there.
func TestRequestsDontAskTheSender(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.SecondFactor, cfg.Mail = "optional", "dir:"+filepath.Join(t.TempDir(), "mail")
	house, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	caller := core.Caller{Transport: core.TransportBearer}
	if _, err := house.Machine.Register(t.Context(), caller, core.Registration{Username: "ana", Email: "ana@example.org", Password: "correct horse battery"}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nobody", "ana"} {
		if err := house.Machine.Forgot(t.Context(), caller, name); err != nil {
			t.Fatal(err)
		}
	}
	var asked []bool
	for range 3 { // requests make messages
		items, err := house.Store.ClaimMessages(t.Context(), 9, time.Minute, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			sent, err := house.deliver(t.Context(), it)
			if err != nil {
				t.Fatal(err)
			}
			asked = append(asked, sent)
		}
	}
	mails, err := filepath.Glob(filepath.Join(strings.TrimPrefix(cfg.Mail, "dir:"), "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, yes := range asked {
		if yes {
			sent++
		}
	}
	if sent != len(mails) || sent == 0 || len(asked)-sent < 2 {
		t.Errorf("asked %v, and there are %d mails", asked, len(mails))
	}
}
