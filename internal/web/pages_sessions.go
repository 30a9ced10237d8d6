package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/browser"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) pageSessions(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	sessions, err := s.Machine.Sessions(r.Context(), sess)
	if err != nil {
		return err
	}
	data := pages.Sessions{Others: len(sessions) > 1}
	for _, info := range sessions {
		data.Sessions = append(data.Sessions, pages.SessionRow{
			ID: info.ID, Browser: s.in(r).browserName(info.UserAgent), Address: info.Address, SignedInAt: info.SignedInAt,
			LastSeenAt: info.LastSeenAt, Current: info.Current,
		})
	}
	sc.Wide, sc.Data = true, data
	return s.render(w, r, http.StatusOK, "sessions", sc)
}

// browserName says in words what sent a User-Agent. It is what the client claims, and only ever shown.
func (c texts) browserName(sent string) string {
	return browser.Describe(c.Catalogue, sent)
}

func (s *site) postEndSession(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	id := r.PathValue("id")
	if err := s.Machine.EndSession(r.Context(), s.caller(r, core.TransportCookie), sess, id); err != nil {
		return err
	}
	if id == sess.ID() {
		s.forget(w, r, sess)
		s.redirectSaying(w, s.path("/login"), noticeSignedOut)
		return nil
	}
	redirect(w, s.path("/account/sessions"))
	return nil
}

func (s *site) postEndOthers(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Machine.EndOtherSessions(r.Context(), s.caller(r, core.TransportCookie), sess); err != nil {
		return err
	}
	redirect(w, s.returnOr(f["return_to"], "/account/sessions"))
	return nil
}
