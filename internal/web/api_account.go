package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// apiAccount gives out all that is kept about the account.
func (s *site) apiAccount(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	d, err := s.Machine.Data(r.Context(), sess)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, s.viewData(r, d))
}

// apiDeleteAccount deletes it.
func (s *site) apiDeleteAccount(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	if err := readNothing(r); err != nil {
		return err
	}
	sess := e.Session()
	if err := s.Machine.DeleteAccount(r.Context(), s.caller(r, sess.Transport()), e); err != nil {
		return err
	}
	s.forget(w, r, sess)
	s.dropSent(w, r, cookieBrowser)
	s.dropSent(w, r, cookieTyped)
	return noContent(w)
}

// apiEvents lists what happened to the account, the newest first.
func (s *site) apiEvents(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	before, err := eventsBefore(r)
	if err != nil {
		return err
	}
	events, next, err := s.Machine.Events(r.Context(), sess, before)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, eventsAnswer{Events: viewEvents(events), Next: next})
}
