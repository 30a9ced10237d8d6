package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// apiSession shows the session that asks.
func (s *site) apiSession(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	return s.answerSession(w, r, http.StatusOK, sess, nil)
}

// apiSignOut ends the session that asks.
func (s *site) apiSignOut(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := readNothing(r); err != nil {
		return err
	}
	if err := s.Machine.SignOut(r.Context(), s.caller(r, sess.Transport()), sess); err != nil {
		return err
	}
	s.forget(w, r, sess)
	return noContent(w)
}

// forget makes the client drop what it held of a session that has ended. "cookies" is not cleared: the
// known-browser cookie outlives sign-out, and other services of the site have cookies of their own. Nor is "storage" in a
// browser that approves: its keys are there, and are the browser's rather than the session's.
func (s *site) forget(w http.ResponseWriter, r *http.Request, sess core.Session) {
	clear := `"cache", "storage"`
	if s.keepsKeys(r, sess.Transport()) {
		clear = `"cache"`
	}
	w.Header().Set("Clear-Site-Data", clear)
	if sess.Transport() == core.TransportCookie {
		s.dropCookie(w, cookieSession)
		s.dropCookie(w, cookieLogin)
	}
}

type elevationAnswer struct {
	Offer []offerView `json:"offer"`
}

// apiElevationOffer says what the holder of the session can prove themself anew with.
func (s *site) apiElevationOffer(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	offer, err := s.Machine.ElevationOffer(r.Context(), s.caller(r, sess.Transport()), sess)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, elevationAnswer{Offer: viewOffer(offer)})
}

// apiElevate proves the holder of the session anew.
func (s *site) apiElevate(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	var in responseBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	answer, err := in.response()
	if err != nil {
		return err
	}
	elevated, err := s.Machine.Elevate(r.Context(), s.caller(r, sess.Transport()), sess, answer)
	if err != nil {
		return err
	}
	return s.answerSession(w, r, http.StatusOK, elevated, nil)
}

// apiSessions lists the sessions of the account.
func (s *site) apiSessions(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	all, err := s.Machine.Sessions(r.Context(), sess)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, sessionsAnswer{Sessions: viewSessions(all)})
}

// apiEndOthers ends every session of the account but the one that asks.
func (s *site) apiEndOthers(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := readNothing(r); err != nil {
		return err
	}
	if err := s.Machine.EndOtherSessions(r.Context(), s.caller(r, sess.Transport()), sess); err != nil {
		return err
	}
	return noContent(w)
}

// apiEndSession ends one session of the account; the one that asks may end itself.
func (s *site) apiEndSession(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := readNothing(r); err != nil {
		return err
	}
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Machine.EndSession(r.Context(), s.caller(r, sess.Transport()), sess, id); err != nil {
		return err
	}
	if id == sess.ID() {
		s.forget(w, r, sess)
	}
	return noContent(w)
}
