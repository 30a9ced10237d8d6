package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) passwordScreen(r *http.Request, e core.Elevated) (pages.Page, error) {
	sc, err := s.screenFor(r, e.Session())
	if err != nil {
		return pages.Page{}, err
	}
	least, err := s.Machine.MinNewPassword(r.Context(), e.Session())
	if err != nil {
		return pages.Page{}, err
	}
	sc.Data = pages.Password{Least: least}
	return sc, nil
}

func (s *site) pagePassword(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	sc, err := s.passwordScreen(r, e)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "password", sc)
}

func (s *site) postPassword(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	c := s.caller(r, core.TransportCookie)
	sess, err := s.Machine.ChangePassword(r.Context(), c, e, f["current"], f["new"])
	if err != nil {
		sc, lost := s.passwordScreen(r, e)
		if lost != nil {
			return lost
		}
		err = core.Reword(err, core.CodeWrong, "password.wrong")
		return &formFailure{err: err, view: "password", screen: sc, field: "current"}
	}
	s.handOverSession(w, r, sess)
	s.redirectSaying(w, s.path("/account"), noticePasswordChanged)
	return nil
}
