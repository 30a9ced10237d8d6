package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"

	"github.com/sallyport/sallyport/internal/core"
)

// maxID bounds the ids that clients send, before anything looks them up.
const maxID = 64

// pathID is the {id} of the path. One that can be nobody's is not found, like every other.
func pathID(r *http.Request) (string, error) {
	id := r.PathValue("id")
	if id == "" || len(id) > maxID {
		return "", &core.Error{Code: core.CodeNotFound}
	}
	return id, nil
}

// responseBody answers one question of a login or an elevation.
type responseBody struct {
	Kind          core.Kind   `json:"kind"`
	Response      *answerText `json:"response"`
	Authenticator string      `json:"authenticator"`
}

func (b responseBody) response() (core.Response, error) {
	switch {
	case b.Kind == "":
		return core.Response{}, missing("kind")
	case b.Response == nil:
		return core.Response{}, missing("response")
	case len(b.Authenticator) > maxID:
		return core.Response{}, &core.Error{Code: core.CodeNotFound, Field: "authenticator"}
	}
	return core.Response{Kind: b.Kind, Value: string(*b.Response), Authenticator: b.Authenticator}, nil
}

// answerText is what answers a question: text as typed, or the object that a browser makes of a passkey, as it came.
type answerText string

// UnmarshalJSON takes a string or an object.
func (a *answerText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		*a = answerText(b)
		return nil
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[string]()}
	}
	*a = answerText(text)
	return nil
}

func missing(field string) error {
	return &core.Error{Code: core.CodeInvalid, Field: field, Text: "json.missing"}
}

// mayTrust refuses to trust a browser where that can't be: nobody may believe that it was done.
func (s *site) mayTrust(wanted bool, t core.Transport) error {
	switch {
	case !wanted:
		return nil
	case t != core.TransportCookie:
		return &core.Error{Code: core.CodeInvalid, Field: "trust_browser", Text: "trust.cookies_only"}
	case s.Machine.TrustBrowserFor() == 0:
		return &core.Error{Code: core.CodeInvalid, Field: "trust_browser", Text: "trust.off"}
	}
	return nil
}

// transportOf reads how a client wants to carry its tokens.
func transportOf(wanted string) (core.Transport, error) {
	switch core.Transport(wanted) {
	case "", core.TransportCookie:
		return core.TransportCookie, nil
	case core.TransportBearer:
		return core.TransportBearer, nil
	}
	return "", &core.Error{Code: core.CodeInvalid, Field: "transport", Text: "transport.unknown"}
}

// answerLogin answers what a step of a login came to: 201 with the session, 202 with what comes next, or
// the error.
func (s *site) answerLogin(w http.ResponseWriter, r *http.Request, sess core.Session, err error) error {
	if err != nil {
		return s.answerNext(w, http.StatusAccepted, err)
	}
	return s.answerSession(w, r, http.StatusCreated, sess, nil)
}

// answerNext answers what a login has to do now. Errors that say nothing of the kind are returned.
func (s *site) answerNext(w http.ResponseWriter, status int, err error) error {
	var more *core.MoreNeeded
	var bind *core.BindNeeded
	var confirm *core.ConfirmNeeded
	switch {
	case errors.As(err, &more):
		return writeJSON(w, status, moreNeededAnswer{
			Status: "more_needed", Offer: viewOffer(more.Offer), ResetDue: stamp(more.ResetDue),
			ExpiresAt: stamp(more.Login.ExpiresAt()), Token: s.handOverLogin(w, more.Login),
		})
	case errors.As(err, &bind):
		l := bind.MustBind.Login()
		return writeJSON(w, status, mustBindAnswer{
			Status: "must_bind", Kinds: bind.Kinds,
			ExpiresAt: stamp(l.ExpiresAt()), Token: s.handOverLogin(w, l),
		})
	case errors.As(err, &confirm):
		return writeJSON(w, status, confirmNeededAnswer{Status: "confirm_address"})
	}
	return err
}

// answerSession shows a session, and hands its token over when this request made one; made is what was bound to get it, or nil.
func (s *site) answerSession(w http.ResponseWriter, r *http.Request, status int, sess core.Session, made *core.Bound) error {
	beside, err := s.Machine.Beside(r.Context(), sess)
	if err != nil {
		return err
	}
	view := viewSession(sess, beside.Account)
	view.ResetDue = stamp(beside.ResetDue)
	answer := signedInAnswer{Status: "signed_in", Session: view, Token: s.handOverSession(w, r, sess)}
	if made != nil {
		what := viewBound(*made)
		answer.Authenticator, answer.RecoveryCodes = &what.Authenticator, what.RecoveryCodes
	}
	return writeJSON(w, status, answer)
}

// anyone is the caller of a route that asks for no proof, with the session that came along, if one did.
func (s *site) anyone(r *http.Request) core.Caller {
	t, _ := s.token(r, faceJSON, cookieSession)
	return s.caller(r, t)
}

// accepted says that something is under way, and no more.
func accepted(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusAccepted)
	return nil
}

func noContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
