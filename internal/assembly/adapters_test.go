package assembly

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
)

// These look inside, since no request tells one of core's errors from another's text.

func TestNamesThatCannotBeRegistered(t *testing.T) {
	n := canonicalNames{}
	username := func(typed string) (string, string, error) {
		shown, key, _, err := n.Username(typed)
		return shown, key, err
	}
	for _, tt := range []struct {
		read              func(string) (string, string, error)
		typed, field, key string
	}{
		{username, "  ", "username", "username.empty"},
		{username, strings.Repeat("a", 65), "username", "username.too_long"},
		{username, "ann@example.org", "username", "username.at_sign"},
		{username, "\u0430dmin", "username", "username.mixed_script"},
		{username, "a\x00b", "username", "username.characters"},
		{n.Email, "ann", "email", "email.invalid"},
		{n.Email, "", "email", "email.invalid"},
	} {
		_, _, err := tt.read(tt.typed)
		var e *core.Error
		if !errors.As(err, &e) || e.Code != core.CodeInvalid || e.Field != tt.field || e.Text != tt.key {
			t.Errorf("%.20q: %#v", tt.typed, err)
		}
	}
	if shown, key, skeleton, err := n.Username(" Ann "); err != nil || shown != "Ann" || key != "ann" || skeleton == "" {
		t.Errorf("%q, %q, %q, %v", shown, key, skeleton, err)
	}
	if name := n.Login("Ann@Example.org"); !name.IsEmail || name.Key == "" {
		t.Errorf("%+v", name)
	}
}

func TestFullQueueSaysWhenToRetry(t *testing.T) {
	hasher, err := password.New(password.Params{Concurrency: 1, QueueLength: 1, MaxWait: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	p, results := passwords{hasher, slog.New(slog.DiscardHandler)}, make(chan error)
	for range 8 {
		go func() { results <- p.VerifyDummy(context.Background(), []byte("x")) }()
	}
	refused := 0
	for range 8 {
		err := <-results
		var full interface{ RetryAfter() time.Duration }
		switch {
		case errors.As(err, &full) && full.RetryAfter() > 0:
			refused++
		case err != nil:
			t.Errorf("without a time: %v", err)
		}
	}
	if refused == 0 {
		t.Error("nobody was refused")
	}
}

func TestPasswordsWorkThroughTheAdapter(t *testing.T) {
	hasher, err := password.New(password.Params{})
	if err != nil {
		t.Fatal(err)
	}
	p := passwords{hasher, slog.New(slog.DiscardHandler)}
	stored, err := p.Hash(t.Context(), []byte("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	for plain, want := range map[string]bool{"correct horse": true, "correct horsf": false} {
		if ok, _, err := p.Verify(t.Context(), stored, []byte(plain)); err != nil || ok != want {
			t.Errorf("%s: %v, %v", plain, ok, err)
		}
	}
}
