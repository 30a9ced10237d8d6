package otp

import (
	"context"
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/otp"
	"github.com/sallyport/sallyport/otpauth"
)

// Lengths of codes. Canonical does not know which authenticator a code is for: Verify tells when it is of another length.
const (
	usualDigits = 6
	longDigits  = 8
)

// How many time steps to each side a wrong code is looked for, to tell its owner about a clock that is off. What is found
// there is never accepted. While a key is set up, who typed the code was shown the secret, and nothing is to be guessed.
const (
	driftReach = 10
	setUpReach = 20
)

// maxWindow is how far from the present step the middle of the accepted ones may lie. The present step stays among them,
// so that a clock that was put right is never locked out.
const maxWindow = 1

// leastRetry is the shortest wait that is told: "in 0 seconds" helps nobody.
const leastRetry = time.Second

// TOTP verifies codes of RFC 6238 and binds what makes them. It keeps nothing; its zero value is ready, and safe for
// concurrent use.
type TOTP struct {
	// Algorithm and Digits are those of new keys: SHA-1 and 6 where they are zero. Bound ones keep theirs.
	Algorithm otp.Algorithm
	Digits    int
}

var (
	_ core.Binder  = TOTP{}
	_ core.Adopter = TOTP{}
)

// Kind is [core.KindTOTP].
func (TOTP) Kind() core.Kind { return core.KindTOTP }

// Canonical returns the six or eight ASCII digits that were typed, without spaces and dashes between them. Anything else
// is an error that does not hold what was typed.
func (TOTP) Canonical(response string) (string, error) {
	code, err := otp.Canonical(response)
	if err != nil {
		return "", err
	}
	if len(code) != usualDigits && len(code) != longDigits {
		return "", errors.New("totp: a code has six or eight digits")
	}
	return code, nil
}

// Draft returns the state of a new authenticator: 160 random bits and 30 seconds; unless t says otherwise SHA-1 and 6
// digits, which every code app knows, and some know nothing else. No time step is dead.
func (t TOTP) Draft(core.NewAuthenticator) (state []byte, lastStep int64, err error) {
	state, err = draft(otp.Options{Algorithm: t.Algorithm, Digits: t.Digits})
	return state, 0, err
}

func draft(o otp.Options) ([]byte, error) {
	key, err := otp.NewKey(otp.NewSecret(), o)
	if err != nil {
		return nil, err
	}
	return encode(key)
}

// Adopt returns the state of a key that another system made and a code app holds (otpauth://totp/...). Its codes have 6 or
// 8 digits, its secret 10 to 128 bytes: a short one is as good as it was. Errors are [core.Error], and hold nothing of it.
func (TOTP) Adopt(uri string, now time.Time) (state []byte, lastStep int64, err error) {
	parsed, err := otpauth.Parse(uri)
	if err != nil || parsed.Type != otpauth.TOTP {
		return nil, 0, notAdopted("import.no_key")
	}
	key, err := parsed.OTP()
	if err != nil {
		return nil, 0, notAdopted("import.no_key")
	}
	if d := key.Options().Digits; d != usualDigits && d != longDigits {
		return nil, 0, notAdopted("import.odd_digits")
	}
	step, err := key.StepAt(now)
	if err != nil {
		return nil, 0, err
	}
	state, err = encode(key)
	return state, step.Number, err
}

func notAdopted(text string) error {
	return &core.Error{Code: core.CodeInvalid, Field: "uri", Text: text}
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

// Verify looks for q.Response in three time steps: those before, at and after q.Now (RFC 6238, 5.2), or where q.Window
// moved them. A code that belongs to a live and to a dead step counts for the live one. An error means that the state cannot be
// read, or that q.Now lies before 1970 or after 9999.
func (TOTP) Verify(_ context.Context, q core.Question) (core.Finding, error) {
	key, err := decode(q.State)
	if err != nil {
		return core.Finding{}, err
	}
	now, err := key.StepAt(q.Now)
	if err != nil {
		return core.Finding{}, err
	}
	if f, fits := fit(key, q); !fits {
		return f, nil
	}
	reach := driftReach
	if q.SetUp {
		reach = setUpReach
	}
	// Both searches always run: how long an answer takes says nothing about it.
	step, matched := key.VerifyTOTPWithin(q.Response, q.Now, around(q.Window))
	drift, found := key.SearchDrift(q.Response, q.Now, reach)
	far := now.Number + int64(drift.Steps)
	retry := retryAfter(key, max(step, q.LastStep), q.Now)
	switch {
	case matched && step > q.LastStep: // the last of those that match, so a live one if any is
		return right(key, step, step-now.Number, retry), nil
	case matched, found && far == q.LastStep: // the very code that was used, however late it comes again
		return core.Finding{Verdict: core.Spent, RetryAfter: retry}, nil
	case found:
		return core.Finding{Verdict: core.Drifted, Step: far, Off: drift.Steps, Drift: drift.Off}, nil
	case q.SetUp:
		return ignored(key, q)
	}
	return core.Finding{}, nil
}

func right(key otp.Key, step, off int64, retry time.Duration) core.Finding {
	return core.Finding{
		Verdict: core.Right, Step: step, RetryAfter: retry,
		Off: int(off), Drift: time.Duration(off) * key.Options().Period,
	}
}

// around are the three steps whose middle lies off the present one. They are never more: guessing does not get easier.
func around(off int) otp.Window {
	off = min(max(off, -maxWindow), maxWindow)
	return otp.Window{Behind: 1 - off, Ahead: 1 + off}
}

// fit says whether a response is as long as the key's codes. While a key is set up, six digits may be those of an app that
// knows no others.
func fit(key otp.Key, q core.Question) (core.Finding, bool) {
	n := key.Options().Digits
	return core.Finding{Digits: n}, len(q.Response) == n || q.SetUp && len(q.Response) == usualDigits
}

// ignored looks for the code of an app that uses SHA-1, or shows six digits, whatever it was told. What it finds is a new
// key that such an app can use: the old one was scanned by an app that shows the wrong codes for it.
func ignored(key otp.Key, q core.Question) (core.Finding, error) {
	o := key.Options()
	for _, lesser := range [...]struct {
		algorithm otp.Algorithm
		digits    int
		text      string
	}{
		{algorithm: otp.SHA1, digits: o.Digits, text: "setup.ignores_algorithm"},
		{algorithm: o.Algorithm, digits: usualDigits, text: "setup.ignores_digits"},
		{algorithm: otp.SHA1, digits: usualDigits, text: "setup.ignores_both"},
	} {
		able := otp.Options{Algorithm: lesser.algorithm, Digits: lesser.digits, Period: o.Period}
		if able == o {
			continue
		}
		shown, err := otp.NewKey(key.Secret(), able)
		if err != nil {
			return core.Finding{}, err
		}
		if _, matched := shown.VerifyTOTP(q.Response, q.Now); !matched {
			continue
		}
		state, err := draft(able)
		return core.Finding{Verdict: core.Ignored, NewState: state, Text: lesser.text}, err
	}
	if len(q.Response) != o.Digits {
		return core.Finding{Digits: o.Digits}, nil
	}
	return core.Finding{}, nil
}

// retryAfter is how long it takes until the step after dead begins.
func retryAfter(key otp.Key, dead int64, now time.Time) time.Duration {
	period := int64(key.Options().Period / time.Second)
	return max(time.Unix((dead+1)*period, 0).Sub(now), leastRetry)
}
