package sallyport

import (
	"context"
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/names"
)

// passwords is password.Hasher as core wants it: an error of a full queue has a method RetryAfter.
type passwords struct{ hasher *password.Hasher }

// Hash makes the string to store.
func (p passwords) Hash(ctx context.Context, plain []byte) (string, error) {
	stored, err := p.hasher.Hash(ctx, plain)
	return stored, withRetry(err)
}

// Verify compares, and says whether stored should be made anew.
func (p passwords) Verify(ctx context.Context, stored string, plain []byte) (matches, outdated bool, err error) {
	matches, outdated, err = p.hasher.Verify(ctx, stored, plain)
	return matches, outdated, withRetry(err)
}

// VerifyDummy does the work of Verify.
func (p passwords) VerifyDummy(ctx context.Context, plain []byte) error {
	return withRetry(p.hasher.VerifyDummy(ctx, plain))
}

// busy is a password.BusyError whose RetryAfter is a method.
type busy struct{ *password.BusyError }

// RetryAfter is when the present queue will be done.
func (b busy) RetryAfter() time.Duration { return b.BusyError.RetryAfter }

func withRetry(err error) error {
	var full *password.BusyError
	if errors.As(err, &full) {
		return busy{full}
	}
	return err
}

// canonicalNames is package names as core wants it: what cannot be registered is a core.Error.
type canonicalNames struct{}

// Login reads the field that takes a username or an address.
func (canonicalNames) Login(typed string) core.Name {
	key, isEmail := names.Login(typed)
	return core.Name{Key: key, IsEmail: isEmail}
}

// Username reads a name to be registered.
func (canonicalNames) Username(typed string) (shown, key string, err error) {
	shown, key, err = names.Username(typed)
	return shown, key, nameError("username", err)
}

// Email reads an address to be registered.
func (canonicalNames) Email(typed string) (shown, key string, err error) {
	shown, key, err = names.Email(typed)
	return shown, key, nameError("email", err)
}

func nameError(field string, err error) error {
	var e *names.Error
	if !errors.As(err, &e) {
		return err
	}
	text := "email.invalid"
	if field == "username" {
		text = "username." + usernameText(e.Reason)
	}
	return &core.Error{Code: core.CodeInvalid, Field: field, Text: text, Reason: e.Reason.String()}
}

func usernameText(r names.Reason) string {
	switch r {
	case names.Empty:
		return "empty"
	case names.TooLong:
		return "too_long"
	case names.HasAt:
		return "at_sign"
	}
	return "characters"
}
