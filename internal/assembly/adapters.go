package assembly

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/names"
	"github.com/sallyport/sallyport/internal/seal"
)

// passwords is password.Hasher as core wants it: an error of a full queue has a method RetryAfter.
type passwords struct {
	hasher *password.Hasher
	log    *slog.Logger
}

// Hash makes the string to store.
func (p passwords) Hash(ctx context.Context, plain []byte) (string, error) {
	stored, err := p.hasher.Hash(ctx, plain)
	return stored, withRetry(err)
}

// Verify compares, and says whether stored should be made anew. A stored hash that cannot be read matches nothing.
func (p passwords) Verify(ctx context.Context, stored string, plain []byte) (matches, outdated bool, err error) {
	matches, outdated, err = p.hasher.Verify(ctx, stored, plain)
	if errors.Is(err, password.ErrUnreadable) {
		p.log.ErrorContext(ctx, "a stored password hash cannot be read; its owner has to set a new password", "error", err)
		return false, false, nil
	}
	return matches, outdated, withRetry(err)
}

// Length counts characters.
func (p passwords) Length(plain []byte) int { return password.Length(plain) }

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

// inTurn is a directory whose passwords are compared in the hasher's queue: an application's hash costs as much as ours.
type inTurn struct {
	core.Directory
	hasher *password.Hasher
}

// CheckPassword asks the directory when its turn comes.
func (d inTurn) CheckPassword(ctx context.Context, id, plain string) (matches bool, err error) {
	full := d.hasher.InTurn(ctx, func() { matches, err = d.Directory.CheckPassword(ctx, id, plain) })
	var busy *password.BusyError
	if errors.As(full, &busy) {
		return false, &core.Error{Code: core.CodeUnavailable, RetryAfter: busy.RetryAfter, Reason: "password comparison is at its limit"}
	}
	if full != nil {
		return false, full
	}
	return matches, err
}

// passwordRules is password.Rules as core wants it: a list that can't be asked refuses nothing.
type passwordRules struct {
	password.Rules
	log *slog.Logger
}

// Refuse gives the text that says why.
func (r passwordRules) Refuse(ctx context.Context, plain []byte, words []string) string {
	reason, err := r.Rules.Refuse(ctx, plain, words)
	if err != nil {
		r.log.WarnContext(ctx, "a new password was not compared with known breaches", "error", err)
	}
	switch reason {
	case password.OwnWords:
		return "password.own_words"
	case password.Common:
		return "password.common"
	case password.Breached:
		return "password.breached"
	case password.Blank:
		return "password.blank"
	}
	return ""
}

// sealedRows is the key ring as core wants it, for values that are kept in a row of the main database.
type sealedRows struct {
	keys    seal.Sealer
	givenUp seal.GivenUp
}

// Seal encrypts a value for its row. What it says of the key file is no error of the database that is written to meanwhile.
func (s sealedRows) Seal(table, row string, plaintext []byte) ([]byte, error) {
	sealed, err := s.keys.Seal(plaintext, rowPlace(table, row))
	if errors.Is(err, seal.ErrFile) {
		return nil, fmt.Errorf("%w: %v", core.ErrUnsealed, err)
	}
	return sealed, err
}

// Open decrypts what Seal made for that row. Of a checkpoint from before its key was given up the error is a core.ErrGivenUp.
func (s sealedRows) Open(table, row string, sealed []byte) ([]byte, error) {
	plain, err := s.keys.Open(sealed, rowPlace(table, row))
	var missing *seal.NoKeyError
	if table != core.CheckpointTable || !errors.As(err, &missing) {
		return plain, err
	}
	loss, given := s.givenUp[missing.ID]
	if number, bad := strconv.ParseInt(row, 10, 64); given && bad == nil && number <= loss.Checkpoint {
		return nil, fmt.Errorf("%w (%w)", core.ErrGivenUp, err)
	}
	return nil, err
}

// canonicalNames is package names as core wants it: what cannot be registered is a core.Error.
type canonicalNames struct{}

// Login reads the field that takes a username or an address.
func (canonicalNames) Login(typed string) core.Name {
	key, isEmail := names.Login(typed)
	return core.Name{Key: key, IsEmail: isEmail, Typed: typed}
}

// Username reads a name to be registered.
func (canonicalNames) Username(typed string) (shown, key, skeleton string, err error) {
	shown, key, err = names.Username(typed)
	return shown, key, names.Skeleton(key), nameError("username", err)
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
	case names.MixedScript:
		return "mixed_script"
	}
	return "characters"
}
