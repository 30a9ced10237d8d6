package otp

import (
	"context"
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// digits is how long a typed code is. Canonical does not know which authenticator a code is for, so all have codes of
// one length.
const digits = 6

// driftReach is how many time steps to each side a wrong code is looked for, to tell its owner about a clock that is
// off. What is found there is never accepted.
const driftReach = 10

// leastRetry is the shortest wait that is told: "in 0 seconds" helps nobody.
const leastRetry = time.Second

// TOTP verifies codes of RFC 6238 and binds what makes them. It has no state; its zero value is ready, and safe for
// concurrent use.
type TOTP struct{}

var _ core.Binder = TOTP{}

// Kind is [core.KindTOTP].
func (TOTP) Kind() core.Kind { return core.KindTOTP }

// Canonical returns the six ASCII digits that were typed, without spaces and dashes between them. Anything else is an
// error that does not hold what was typed.
func (TOTP) Canonical(response string) (string, error) {
	code, err := otp.Canonical(response)
	if err != nil {
		return "", err
	}
	if len(code) != digits {
		return "", errors.New("totp: a code has six digits")
	}
	return code, nil
}

// Draft returns the state of a new authenticator: 160 random bits, SHA-1, 6 digits, 30 seconds. Every code app knows
// these settings, and some know no others. No time step is dead.
func (TOTP) Draft(core.NewAuthenticator) (state []byte, lastStep int64, err error) {
	key, err := otp.NewKey(otp.NewSecret(), otp.Options{})
	if err != nil {
		return nil, 0, err
	}
	state, err = encode(key)
	return state, 0, err
}

// Show describes a drafted state: the secret to type in, and the URI of a QR code that says the same. An error means
// that the state cannot be read.
func (TOTP) Show(state []byte, issuer, account string) (core.Enrolment, error) {
	key, err := decode(state)
	if err != nil {
		return core.Enrolment{}, err
	}
	o := key.Options()
	uri, err := otpauth.Key{Issuer: issuer, Account: account, Secret: key.Secret(), Options: o}.RevealURI()
	if err != nil {
		return core.Enrolment{}, err
	}
	return core.Enrolment{
		Secret: key.Secret().RevealBase32(), URI: uri,
		Algorithm: o.Algorithm.String(), Digits: o.Digits, Period: int(o.Period / time.Second),
	}, nil
}

// Verify looks for q.Response in the time steps before, at and after q.Now (RFC 6238, 5.2). A code that belongs to a
// live and to a dead step counts for the live one. An error means that the state cannot be read, or that q.Now lies
// before 1970 or after 9999.
func (TOTP) Verify(_ context.Context, q core.Question) (core.Finding, error) {
	key, err := decode(q.State)
	if err != nil {
		return core.Finding{}, err
	}
	now, err := key.StepAt(q.Now)
	if err != nil {
		return core.Finding{}, err
	}
	// Both searches always run: how long an answer takes says nothing about it.
	step, matched := key.VerifyTOTP(q.Response, q.Now)
	drift, found := key.SearchDrift(q.Response, q.Now, driftReach)
	retry := retryAfter(key, max(step, q.LastStep), q.Now)
	switch {
	case matched && step > q.LastStep: // the last of those that match, so a live one if any is
		return core.Finding{Verdict: core.Right, Step: step, RetryAfter: retry}, nil
	case matched:
		return core.Finding{Verdict: core.Spent, RetryAfter: retry}, nil
	case found:
		return core.Finding{Verdict: core.Drifted, Step: now.Number + int64(drift.Steps), Drift: drift.Off}, nil
	}
	return core.Finding{}, nil
}

// retryAfter is how long it takes until the step after dead begins.
func retryAfter(key otp.Key, dead int64, now time.Time) time.Duration {
	period := int64(key.Options().Period / time.Second)
	return max(time.Unix((dead+1)*period, 0).Sub(now), leastRetry)
}
