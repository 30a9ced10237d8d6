package sallyport

import (
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// Code says what went wrong, for programs. The values are those of "code" in the JSON API; docs/api.md has them all.
type Code string

// The codes that a program meets here. Others may come.
const (
	CodeNotSignedIn Code = "not_signed_in" // nobody is signed in, or not any more
	CodeWrong       Code = "wrong"         // unknown account, wrong password and wrong code alike
	CodeThrottled   Code = "throttled"     // too many attempts: not before RetryAfter
	CodeWrongState  Code = "wrong_state"   // that is not possible now
	CodeNotFound    Code = "not_found"     // there is no such account
	CodeUnavailable Code = "unavailable"   // the database can't be reached, or there is too much to do; later it works
	CodeInternal    Code = "internal"      // anything that is nobody's mistake but ours; the cause is wrapped
)

// Error is what a method of a [Gate] answers instead of what was asked for. It holds no secret. Use [errors.As].
type Error struct {
	Code       Code
	Text       string        // one or two sentences for a person who was refused; else ""
	Status     int           // of HTTP, for a page that shows them; else 0
	RetryAfter time.Duration // when trying again makes sense; 0 when that is not known

	cause error
}

// Error says the code, and the cause if there is one.
func (e *Error) Error() string {
	if e.cause == nil {
		return "sallyport: " + string(e.Code)
	}
	return "sallyport: " + string(e.Code) + ": " + e.cause.Error()
}

// Unwrap is the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// asError brings what the inside says to the one type of the outside.
func asError(err error) error {
	if err == nil {
		return nil
	}
	var refused *web.Refusal
	if errors.As(err, &refused) {
		return &Error{Code: Code(refused.Code), Text: refused.Text, Status: refused.Status, RetryAfter: refused.RetryAfter}
	}
	var e *core.Error
	if errors.As(err, &e) {
		return &Error{Code: Code(e.Code), RetryAfter: e.RetryAfter}
	}
	var outage interface{ RetryAfter() time.Duration }
	if errors.As(err, &outage) {
		return &Error{Code: CodeUnavailable, RetryAfter: outage.RetryAfter(), cause: err}
	}
	return &Error{Code: CodeInternal, cause: err}
}
