package engine

import (
	"errors"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// Code says what went wrong, for programs. The values are those of "code" in the JSON API; docs/api.md has them all.
type Code string

// The codes. Others may come.
const (
	CodeWrong           Code = "wrong"            // unknown account, wrong password and wrong code alike
	CodeAlreadyUsed     Code = "already_used"     // right, but used before
	CodeClockDrift      Code = "clock_drift"      // right, but for the device's clock
	CodeThrottled       Code = "throttled"        // not before RetryAfter
	CodeLocked          Code = "locked"           // turned off after too many wrong codes
	CodeLoginExpired    Code = "login_expired"    // no sign-in is in progress
	CodeNotSignedIn     Code = "not_signed_in"    // nobody is signed in, or not any more
	CodeElevationNeeded Code = "elevation_needed" // [Session.Elevate] first
	CodeWrongState      Code = "wrong_state"      // not now: Text says why
	CodeNotFound        Code = "not_found"        // there is no such thing, or it is somebody else's
	CodeInvalid         Code = "invalid"          // Field can't be that
	CodeTooLarge        Code = "too_large"        // Field is longer than anybody types
	CodeConfirmAddress  Code = "confirm_address"  // the password is right; a message leads to the Gate's page that confirms the address
	CodeUnavailable     Code = "unavailable"      // the database can't be reached, or there is too much to do
	CodeInternal        Code = "internal"         // a mistake of the program or of ours; the cause is wrapped
)

// Error is every refusal. It holds no secret. Use errors.As.
type Error struct {
	Code       Code
	Field      string        // the input at fault, by its name in the JSON API; "" when none is
	Text       string        // one or two sentences for the person, without markup; "" where there is nothing to say
	RetryAfter time.Duration // when trying again makes sense; 0 when that is not known
	Drift      time.Duration // with [CodeClockDrift]: the device's clock minus ours
	TriesLeft  int           // wrong codes until the authenticator is turned off; -1 where that is not counted

	cause error
}

// Error says the code, the field at fault and the cause, where there are any.
func (e *Error) Error() string {
	s := "engine: " + string(e.Code)
	if e.Field != "" {
		s += ": " + e.Field
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap is the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// MoreNeeded is the error of a sign-in that held so far: one of Offer has to be answered next. It is no failure.
type MoreNeeded struct {
	Login    Login // has the token that the client carries meanwhile
	Offer    []Offer
	TrustFor time.Duration // how long the client's browser may be trusted from then on; 0: it may not
}

// Error says that the sign-in is not complete.
func (*MoreNeeded) Error() string { return "engine: a second factor is needed" }

// BindNeeded is the error of a sign-in that held, and whose account has to set up a first authenticator to be signed in.
type BindNeeded struct {
	MustBind MustBind
	Kinds    []Kind // what may be set up here
}

// Error says that an authenticator has to be set up.
func (*BindNeeded) Error() string { return "engine: a first authenticator has to be set up" }

// BindAgain is the error of a code that shows that a code app ignores what its key asks for. The set-up goes on with another
// key, which the app can use; the one before is dead.
type BindAgain struct {
	Binding Binding
	why     *Error
}

// Error is that of what it unwraps to.
func (b *BindAgain) Error() string { return b.why.Error() }

// Unwrap is an [*Error] of [CodeWrongState], whose Text says what the app ignored.
func (b *BindAgain) Unwrap() error { return b.why }

// session is what a step of a sign-in came to.
func (v visit) session(s core.Session, err error) (Session, error) {
	if err != nil {
		return Session{}, v.outward(err, "")
	}
	return v.hold(s, ""), nil
}

// hold is a session with the token that this call made, or else with the one that the client has.
func (v visit) hold(s core.Session, held string) Session {
	if token, made := s.NewToken(); made {
		held = token
	}
	return Session{&sessionRecord{v, s, held}}
}

// outward brings what the inside says to the types of this package. held is the token of the login that it is about; one that
// this call made takes its place.
func (v visit) outward(err error, held string) error {
	var more *core.MoreNeeded
	var bind *core.BindNeeded
	var again *core.BindAgain
	var confirm *core.ConfirmNeeded
	switch {
	case err == nil:
		return nil
	case errors.As(err, &more):
		return &MoreNeeded{Login: v.login(more.Login, held), Offer: offers(more.Offer), TrustFor: v.trustFor(more.TrustFor)}
	case errors.As(err, &bind):
		l := v.login(bind.MustBind.Login(), held)
		return &BindNeeded{MustBind: MustBind{&mustBindRecord{visit: v, login: l}}, Kinds: kindsHere(bind.Kinds)}
	case errors.As(err, &again):
		return &BindAgain{Binding: bindingFrom(again.Binding), why: v.refusal(again.Unwrap())}
	case errors.As(err, &confirm):
		return &Error{Code: CodeConfirmAddress, TriesLeft: -1}
	}
	return v.refusal(err)
}

// login is a login of the machine with the token that the client carries.
func (v visit) login(l core.Login, held string) Login {
	if token, made := l.NewToken(); made {
		held = token
	}
	return Login{&loginRecord{v, l, held}}
}

// trustFor is 0 where the client can't be trusted: programs are not.
func (v visit) trustFor(d time.Duration) time.Duration {
	if v.caller.Transport != core.TransportCookie {
		return 0
	}
	return d
}

// wrongly is the text about a response of that kind.
func wrongly(k Kind) string {
	switch k {
	case KindPassword:
		return "password.wrong"
	case KindHOTP:
		return "token_code.wrong"
	case KindRecoveryCode:
		return "recovery.wrong"
	case KindEmail, KindSMS:
		return "sent_code.wrong"
	case KindTOTP:
		return "code.wrong"
	}
	return "code.wrong_mixed"
}

func (v visit) refusal(err error) *Error {
	var own *Error
	var e *core.Error
	var outage interface{ RetryAfter() time.Duration }
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &e):
		out := &Error{Code: Code(e.Code), Field: e.Field, Text: v.text(e), RetryAfter: e.RetryAfter, Drift: e.Drift, TriesLeft: -1}
		if e.Tries != nil {
			out.TriesLeft = e.Tries.Left
		}
		return out
	case errors.As(err, &outage):
		busy := &core.Error{Code: core.CodeUnavailable, RetryAfter: outage.RetryAfter()}
		return &Error{Code: CodeUnavailable, Text: v.text(busy), RetryAfter: busy.RetryAfter, TriesLeft: -1, cause: err}
	}
	return &Error{Code: CodeInternal, Text: v.text(&core.Error{Code: core.CodeInternal}), TriesLeft: -1, cause: err}
}
