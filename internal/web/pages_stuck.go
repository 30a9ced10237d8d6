package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// pageConfirmLost says what can be done.
func (s *site) pageConfirmLost(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	q := r.URL.Query()
	f := form{"return_to": q.Get("return_to"), "cancel_to": q.Get("cancel_to")}
	if q.Has("action") {
		f["action"] = q.Get("action")
		if err := checkAsked(f); err != nil {
			return err
		}
	}
	sc, err := s.confirmScreen(r, sess, f)
	if err != nil {
		return err
	}
	ways, err := s.Machine.WaysBackOf(r.Context(), sess)
	if err != nil {
		return err
	}
	data := pages.Stuck{Confirm: sc.Data.(pages.Confirm), WaysBack: pages.WaysBack(ways)}
	if data.Password {
		a, err := s.Machine.Account(r.Context(), sess)
		if err != nil {
			return err
		}
		data.NewPassword = a.Email != "" && s.Elsewhere == nil || s.elsewhere().ForgottenPage != ""
	}
	sc.Data = data
	return s.render(w, r, http.StatusOK, "stuck", sc)
}
