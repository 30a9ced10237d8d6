package web_test

import (
	"context"
	"errors"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/names"
	"github.com/sallyport/sallyport/internal/seal"
)

// passwords is package password as core wants it.
type passwords struct{ *password.Hasher }

func (passwords) Length(plain []byte) int { return password.Length(plain) }

// rules are the password rules without a network.
type rules struct{}

func (rules) Refuse(ctx context.Context, plain []byte, words []string) string {
	reason, err := password.Rules{}.Refuse(ctx, plain, words)
	switch {
	case err != nil || reason == password.None:
		return ""
	case reason == password.OwnWords:
		return "password.own_words"
	}
	return "password.common"
}

// sealed is a key ring as core wants it.
type sealed struct{ ring *seal.Ring }

func (s sealed) Seal(table, row string, plaintext []byte) ([]byte, error) {
	return s.ring.Seal(plaintext, seal.Place{Table: table, Column: "sealed", Row: row, Account: "-"})
}

func (s sealed) Open(table, row string, ciphertext []byte) ([]byte, error) {
	return s.ring.Open(ciphertext, seal.Place{Table: table, Column: "sealed", Row: row, Account: "-"})
}

// plainNames is package names as core wants it.
type plainNames struct{}

func (plainNames) Login(typed string) core.Name {
	key, isEmail := names.Login(typed)
	return core.Name{Key: key, IsEmail: isEmail, Typed: typed}
}

func (plainNames) Username(typed string) (shown, key, skeleton string, err error) {
	shown, key, err = names.Username(typed)
	return shown, key, names.Skeleton(key), refusedName("username", err)
}

func (plainNames) Email(typed string) (shown, key string, err error) {
	shown, key, err = names.Email(typed)
	return shown, key, refusedName("email", err)
}

func refusedName(field string, err error) error {
	var e *names.Error
	if errors.As(err, &e) {
		return &core.Error{Code: core.CodeInvalid, Field: field, Reason: e.Reason.String()}
	}
	return err
}

// The passwords that tests use are none that are refused for another reason than the one tested.
func TestPasswordsOfTests(t *testing.T) {
	for _, p := range []string{goodPassword, pagePassword, "another good password", "quite another password"} {
		if text := (rules{}).Refuse(t.Context(), []byte(p), []string{"ana", "Sallyport"}); text != "" {
			t.Errorf("%q: %s", p, text)
		}
	}
}
