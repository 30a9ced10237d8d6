package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// pageNotMe gathers what shuts somebody else out. It does nothing by being opened, and each step asks for what it
// always does.
func (s *site) pageNotMe(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	beside, err := s.Machine.Beside(r.Context(), sess)
	if err != nil {
		return err
	}
	data, err := s.notMe(r, sess, beside)
	if err != nil {
		return err
	}
	sc := pages.Page{Who: beside.Account.Shown(), Wide: true, Data: data}
	return s.render(w, r, http.StatusOK, "not_me", sc)
}

func (s *site) notMe(r *http.Request, sess core.Session, beside core.Beside) (pages.NotMe, error) {
	data := pages.NotMe{Address: addressOf(beside.Account), Reset: beside.ResetDue}
	waiting, err := s.Machine.WaitingAddress(r.Context(), sess)
	if err != nil {
		return data, err
	}
	apps, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return data, err
	}
	sessions, err := s.Machine.Sessions(r.Context(), sess)
	if err != nil {
		return data, err
	}
	data.Apps, data.Sessions, data.Waiting = len(apps), len(sessions), pages.WaitingAddress(waiting)
	return data, nil
}
