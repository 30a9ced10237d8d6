package web

import (
	"errors"
	"net/http"

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
	Kind          core.Kind `json:"kind"`
	Response      *string   `json:"response"`
	Authenticator string    `json:"authenticator"`
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
	return core.Response{Kind: b.Kind, Value: *b.Response, Authenticator: b.Authenticator}, nil
}

func missing(field string) error {
	return &core.Error{Code: core.CodeInvalid, Field: field, Text: "json.missing"}
}

// refuseTrust refuses to trust a browser: nobody may believe that it was done.
func refuseTrust(wanted bool) error {
	if wanted {
		return &core.Error{Code: core.CodeInvalid, Field: "trust_browser", Text: "trust.not_built"}
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
	switch {
	case errors.As(err, &more):
		return writeJSON(w, status, moreNeededAnswer{
			Status: "more_needed", Offer: viewOffer(more.Offer),
			ExpiresAt: stamp(more.Login.ExpiresAt()), Token: s.handOverLogin(w, more.Login),
		})
	case errors.As(err, &bind):
		l := bind.MustBind.Login()
		return writeJSON(w, status, mustBindAnswer{
			Status: "must_bind", Kinds: bind.Kinds,
			ExpiresAt: stamp(l.ExpiresAt()), Token: s.handOverLogin(w, l),
		})
	}
	return err
}

// answerSession shows a session, and hands its token over when this request made one.
func (s *site) answerSession(w http.ResponseWriter, r *http.Request, status int, sess core.Session, codes []string) error {
	a, err := s.Machine.Account(r.Context(), sess)
	if err != nil {
		return err
	}
	view := sessionView{
		ID: sess.ID(), Account: accountView{ID: a.ID, Username: a.Username, Email: a.Email},
		AAL: sess.Level(), AMR: sess.AMR(), SignedInAt: stamp(sess.SignedInAt()),
		ExpiresAt: stamp(sess.ExpiresAt()), Groups: sess.Groups(),
	}
	if until := sess.ElevatedUntil(); !until.IsZero() {
		view.ElevatedUntil = stamp(until)
	}
	return writeJSON(w, status, signedInAnswer{
		Status: "signed_in", Session: view, RecoveryCodes: codes, Token: s.handOverSession(w, r, sess),
	})
}

func noContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
