package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// Codes of web's own: the request came from another site's page, or with a method that its path has not.
const (
	codeCrossOrigin core.Code = "cross_origin"
	codeMethod      core.Code = "method_not_allowed"
)

var errCrossOrigin error = &core.Error{Code: codeCrossOrigin}

// statusOf is the one table from codes to HTTP.
func statusOf(code core.Code) int {
	switch code {
	case core.CodeWrong, core.CodeAlreadyUsed, core.CodeClockDrift, core.CodeLoginExpired, core.CodeNotSignedIn:
		return http.StatusUnauthorized
	case core.CodeElevationNeeded, core.CodeAAL2Needed, codeConfirmationNeeded, codeCrossOrigin:
		return http.StatusForbidden
	case core.CodeNotFound:
		return http.StatusNotFound
	case codeMethod:
		return http.StatusMethodNotAllowed
	case core.CodeWrongState, core.CodeTaken:
		return http.StatusConflict
	case core.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case core.CodeWeakPassword, core.CodeInvalid:
		return http.StatusUnprocessableEntity
	case core.CodeLocked:
		return http.StatusLocked
	case core.CodeThrottled:
		return http.StatusTooManyRequests
	case core.CodeUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// problem is an RFC 9457 problem document.
type problem struct {
	Type         string    `json:"type"`
	Title        string    `json:"title"`
	Status       int       `json:"status"`
	Code         core.Code `json:"code"`
	Detail       string    `json:"detail"`
	Field        string    `json:"field,omitempty"`
	RetryAfter   int       `json:"retry_after,omitempty"`   // seconds
	DriftSeconds int       `json:"drift_seconds,omitempty"` // the device's clock minus ours
	TriesLeft    *int      `json:"tries_left,omitempty"`    // before what was compared is turned off

	Action string `json:"action,omitempty"` // with confirmation_needed: the words to confirm

	Binding *bindingView `json:"binding,omitempty"` // with wrong_state of a confirmation: what the pending binding has become
}

// triesLeft is what a wrong code leaves; nil where that is not counted.
func triesLeft(e *core.Error) *int {
	if e.Tries == nil {
		return nil
	}
	return &e.Tries.Left
}

// renewed is the pending binding with another key, where an error comes with one.
func renewed(err error) (*bindingView, error) {
	var again *core.BindAgain
	if !errors.As(err, &again) {
		return nil, nil
	}
	v, err := viewBinding(again.Binding)
	return &v, err
}

// asError brings every error to the one type; what is no core.Error is internal, or says itself that the
// service is out of reach for the moment.
func (s *site) asError(r *http.Request, err error) *core.Error {
	var e *core.Error
	var tooLarge *http.MaxBytesError
	var outage interface{ RetryAfter() time.Duration }
	switch {
	case errors.As(err, &e):
	case errors.As(err, &tooLarge):
		e = &core.Error{Code: core.CodeTooLarge}
	case errors.As(err, &outage):
		e = &core.Error{Code: core.CodeUnavailable, RetryAfter: outage.RetryAfter()}
	default:
		e = &core.Error{Code: core.CodeInternal}
	}
	if e.Code == core.CodeInternal || (e.Code == core.CodeUnavailable && e != err) {
		level, what := slog.LevelError, "request failed"
		if errors.Is(r.Context().Err(), context.Canceled) {
			level, what = slog.LevelInfo, "the client went away before its answer"
		}
		s.Log.Log(r.Context(), level, what, "request", requestID(r), "method", r.Method, "code", e.Code, "error", err)
	}
	return e
}

// fail is the one place that writes errors.
func (s *site) fail(w http.ResponseWriter, r *http.Request, f face, err error) {
	e := s.asError(r, err)
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(e.RetryAfter)))
	}
	if f == facePage {
		s.failPage(w, r, err, e)
		return
	}
	status := statusOf(e.Code)
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110, 15.5.2: every 401 names a scheme
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Language", s.in(r).Tag())
	w.WriteHeader(status)
	binding, err := renewed(err)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "a binding could not be shown", "request", requestID(r), "error", err)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // as every other answer: the URI of a binding is meant to be read
	enc.Encode(problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: e.Code,
		Detail: s.in(r).ofError(e), Field: e.Field,
		RetryAfter: seconds(e.RetryAfter), DriftSeconds: int(math.Round(e.Drift.Seconds())), TriesLeft: triesLeft(e),
		Action: toConfirm(e), Binding: binding,
	})
}

// toConfirm is the action that needs a confirmation, or "".
func toConfirm(e *core.Error) string {
	if e.Code != codeConfirmationNeeded {
		return ""
	}
	return fmt.Sprint(e.Args...)
}

// seconds rounds a wait up: who waits that long has waited long enough.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
