package core

import (
	"errors"
	"fmt"
	"time"
)

// Code is what went wrong, for programs. The values are those of the JSON API.
type Code string

// The codes; contract.md gives the HTTP status of each.
const (
	CodeWrong           Code = "wrong"        // unknown account, wrong password and wrong code alike
	CodeAlreadyUsed     Code = "already_used" // right, but used before
	CodeClockDrift      Code = "clock_drift"  // right but for the clock
	CodeLoginExpired    Code = "login_expired"
	CodeWrongState      Code = "wrong_state"
	CodeThrottled       Code = "throttled"
	CodeLocked          Code = "locked"
	CodeNotSignedIn     Code = "not_signed_in"
	CodeElevationNeeded Code = "elevation_needed"
	CodeAAL2Needed      Code = "aal2_needed"
	CodeNotFound        Code = "not_found"
	CodeTaken           Code = "taken"
	CodeWeakPassword    Code = "weak_password"
	CodeInvalid         Code = "invalid"
	CodeTooLarge        Code = "too_large"
	CodeUnavailable     Code = "unavailable"
	CodeInternal        Code = "internal"
)

// Error is the one error type that reaches a client. Anything else is internal: logged, and shown as
// one sentence.
type Error struct {
	Code       Code
	Field      string        // the input at fault, by its JSON name; "" when none is
	Text       string        // key of the catalogue; "" means the code's own text
	Args       []any         // for the text
	RetryAfter time.Duration // when trying again makes sense; 0 means unknown
	Drift      time.Duration // with CodeClockDrift: the device's clock minus ours
	Reason     string        // for the log only: what the client is not told

	Tries *Tries // with CodeWrong of a second factor: what is left; nil where that isn't counted or not told

	Authenticator string   // for the record: what the response was compared with, when that was one thing
	Also          []*Error // what else is wrong with the same form, for who shows it all at once
}

// Tries are the attempts that a wrong response leaves. RetryAfter says how long to wait before the next.
type Tries struct {
	Free int // before there is any wait
	Left int // before what was compared is disabled
}

// Error gives the code and the logged reason. It never holds a secret.
func (e *Error) Error() string {
	if e.Reason != "" {
		return fmt.Sprintf("%s (%s)", e.Code, e.Reason)
	}
	if e.Field != "" {
		return fmt.Sprintf("%s: %s", e.Code, e.Field)
	}
	return string(e.Code)
}

// Reword gives an error of one code, and without a text of its own, the words for what was asked: those of the machine alone are for every
// case at once.
func Reword(err error, code Code, key string) error {
	var e *Error
	if !errors.As(err, &e) || e.Code != code || e.Text != "" {
		return err
	}
	said := *e
	said.Text = key
	return &said
}

// IsCode says whether err is, or wraps, an [Error] with that code.
func IsCode(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// MoreNeeded is the error of a partial success: the evidence so far holds, and one of Offer has to be
// answered next. A caller who forgets it shuts the door.
type MoreNeeded struct {
	Login    Login
	Offer    []Offer
	TrustFor time.Duration // how long the caller's browser may be trusted from then on; 0: not
	ResetDue time.Time     // when the reset that somebody asked for is carried out; zero when none waits
}

// Error says that the login is not complete.
func (*MoreNeeded) Error() string { return "more evidence needed" }

// BindNeeded is the error of a login that has proved all it can and has to bind a first authenticator.
type BindNeeded struct {
	MustBind MustBind
	Kinds    []Kind // what may be bound
}

// Error says that an authenticator has to be bound.
func (*BindNeeded) Error() string { return "an authenticator has to be bound" }

// BindAgain is the error of a code that shows that the app ignores what the key asks for. The pending binding goes on, with
// another key that the app can use; the one before is dead.
type BindAgain struct {
	Binding Binding
	why     *Error
}

// Error is that of what it unwraps to.
func (b *BindAgain) Error() string { return b.why.Error() }

// Unwrap is CodeWrongState, with the text that says what was ignored.
func (b *BindAgain) Unwrap() error { return b.why }

// ConfirmNeeded is the error of a right password whose account has an address that was not confirmed yet. A
// message with a link and a code is on its way there.
type ConfirmNeeded struct{}

// Error says that the address has to be confirmed.
func (*ConfirmNeeded) Error() string { return "the address has to be confirmed" }

func invalid(field, text string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Field: field, Text: text, Args: args}
}

func wrong(reason string) *Error { return &Error{Code: CodeWrong, Reason: reason} }

func wrongState(text string) *Error { return &Error{Code: CodeWrongState, Text: text} }

// together is the first of what is wrong with a form, with the others in tow. What is nobody's mistake comes before them all.
func together(errs ...error) error {
	var first *Error
	for _, err := range errs {
		e, theirs := err.(*Error)
		switch {
		case err == nil:
		case !theirs:
			return err
		case first == nil:
			said := *e
			first = &said
		default:
			first.Also = append(first.Also, e)
		}
	}
	if first == nil {
		return nil
	}
	return first
}
