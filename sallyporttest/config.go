package sallyporttest

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// refuse says what is wrong with an application's Config, as it is.
func refuse(cfg sallyport.Config) error {
	if cfg.Clock != nil {
		return errors.New("sallyporttest: Config.Clock is set, and a Service has a clock of its own, or codes would be of another time. " +
			"Leave it out, and let the application go by Service.Clock.Now")
	}
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://localhost" + pathOf("") // what holds in the test
	}
	return cfg.Check()
}

// pathOf is the prefix of the Gate's pages.
func pathOf(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil || publicURL == "" {
		return "/auth"
	}
	return strings.TrimRight(u.Path, "/")
}

// own gives cfg what is the test's.
func (s *Service) own(t testing.TB, cfg sallyport.Config, path string) sallyport.Config {
	dir := t.TempDir()
	cfg.PublicURL, cfg.Clock = s.URL+path, s.Clock.Now
	cfg.Database, cfg.KeyFile = "", filepath.Join(dir, "sallyport.key")
	if cfg.DB == nil { // else it is a test's own
		cfg.Database, cfg.DatabaseSchema = filepath.Join(dir, "sallyport.db"), ""
	}
	if cfg.SecretsDatabase != "" {
		cfg.SecretsDatabase = filepath.Join(dir, "secrets.db")
	}
	cfg.Mail, cfg.Text, cfg.TextSecret, cfg.BreachedPasswords = "", "", "", ""
	cfg.Mailer, cfg.Texter = bothMailers{cfg.Mailer, s.Mail}, bothTexters{cfg.Texter, s.Texts}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: &s.logs}))
	}
	return cfg
}

// bothMailers keeps what the application's own Mailer, if there is one, sent.
type bothMailers struct {
	own  sallyport.Mailer
	kept *Mailbox
}

// SendMail sends a message, and keeps it.
func (b bothMailers) SendMail(ctx context.Context, m sallyport.Mail) error {
	if b.own != nil {
		if err := b.own.SendMail(ctx, m); err != nil {
			return err
		}
	}
	return b.kept.SendMail(ctx, m)
}

// bothTexters is likewise for text messages.
type bothTexters struct {
	own  sallyport.Texter
	kept *Texts
}

// SendText sends a message, and keeps it.
func (b bothTexters) SendText(ctx context.Context, m sallyport.Text) error {
	if b.own != nil {
		if err := b.own.SendText(ctx, m); err != nil {
			return err
		}
	}
	return b.kept.SendText(ctx, m)
}
