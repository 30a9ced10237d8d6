package flasksecurity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/password"
	"github.com/sallyport/sallyport/internal/factor/password/foreign"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// Trial is what the owner of one account knows and holds. Nothing else shows that a salt or a secret is the right one:
// under another, every password is wrong and every code app is another one. The zero value tries nothing.
type Trial struct {
	Name     string // an address or a username
	Password string // "" where it is not tried
	Code     string // of the code app, now; likewise
}

// Try compares as a sign-in would. The error says what did not fit, and which setting is wrong then; it holds neither
// password nor code.
func (t Trial) Try(ctx context.Context, s *Source, a Application, salt []byte, now time.Time) error {
	user, err := t.find(ctx, s)
	if err != nil {
		return err
	}
	in, troubles := a.Newcomer(user, now)
	if t.Password != "" {
		if err := t.tryPassword(ctx, in, salt); err != nil {
			return err
		}
	}
	if t.Code == "" {
		return nil
	}
	if t.matches(in, now) {
		return nil
	}
	for _, trouble := range troubles {
		if trouble.What == WhatApp && !trouble.Moved {
			return errors.New("the code app of that account: " + trouble.Reason + "; " + trouble.Cure)
		}
	}
	return errors.New("the code is none of that account's app now: SECURITY_TOTP_SECRETS has another secret under that tag, or the code or a clock is wrong")
}

func (t Trial) find(ctx context.Context, s *Source) (found User, err error) {
	n := 0
	err = s.Each(ctx, func(u User) error {
		if strings.EqualFold(u.Email, t.Name) || u.Username == t.Name {
			n++
			found = u
		}
		return nil
	})
	if err == nil && n != 1 {
		err = fmt.Errorf("%d accounts there are called so: give the address of one", n)
	}
	return found, err
}

func (t Trial) tryPassword(ctx context.Context, in core.Newcomer, salt []byte) error {
	if in.PasswordHash == "" {
		return errors.New("that account has no password that could come along")
	}
	hasher, err := password.New(password.Params{Foreign: foreign.Secrets{
		FlaskSecuritySalt: func(int) ([]byte, error) { return salt, nil },
	}})
	if err != nil {
		return err
	}
	switch matches, _, err := hasher.Verify(ctx, in.PasswordHash, []byte(t.Password)); {
	case err != nil:
		return err
	case !matches:
		return errors.New("the password is not that account's: SECURITY_PASSWORD_SALT is another one, SECURITY_PASSWORD_SINGLE_HASH is set, or it was mistyped")
	}
	return nil
}

// matches looks in five time steps: who types it is at the terminal.
func (t Trial) matches(in core.Newcomer, now time.Time) bool {
	code, err := otp.Canonical(t.Code)
	if err != nil {
		return false
	}
	for _, b := range in.Authenticators {
		parsed, err := otpauth.Parse(b.URI)
		if b.Kind != core.KindTOTP || err != nil {
			continue
		}
		key, err := parsed.OTP()
		if err != nil {
			continue
		}
		if _, ok := key.VerifyTOTPWithin(code, now, otp.Window{Behind: 2, Ahead: 2}); ok {
			return true
		}
	}
	return false
}
