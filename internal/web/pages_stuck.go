package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// stuckData is what the page shows for somebody signed in who can't prove themself anew with what is at hand.
type stuckData struct {
	confirmData
	core.WaysBack
	NewPassword bool // the password is asked for, and a new one can be mailed for
}

// LeadsOn says whether there is anything on the page.
func (d stuckData) LeadsOn() bool {
	if d.Password {
		return d.NewPassword
	}
	return d.Any() || d.Support || d.Reset > 0
}

// pageConfirmLost says what can be done.
func (s *site) pageConfirmLost(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	q := r.URL.Query()
	f := form{"return_to": q.Get("return_to")}
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
	data := stuckData{confirmData: sc.Data.(confirmData)}
	if data.WaysBack, err = s.Machine.WaysBackOf(r.Context(), sess); err != nil {
		return err
	}
	if data.Password {
		a, err := s.Machine.Account(r.Context(), sess)
		if err != nil {
			return err
		}
		data.NewPassword = a.Email != "" && s.Elsewhere == nil
	}
	sc.Data = data
	return s.render(w, r, http.StatusOK, "stuck", sc)
}
