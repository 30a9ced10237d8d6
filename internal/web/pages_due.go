package web

import (
	"math"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// dueIn is what is said of a date that a second step is needed from; nil when none is.
func (s *site) dueIn(sess core.Session) *pages.Due {
	at := sess.SecondFactorDue()
	if at.IsZero() {
		return nil
	}
	days := math.Ceil(at.Sub(s.Clock()).Hours() / 24)
	return &pages.Due{At: at, Days: max(1, int(days))}
}

// pageDue stands behind a sign-in until the date is there. It can be put off each time.
func (s *site) pageDue(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	to := s.returnOr(r.URL.Query().Get("return_to"), "/account")
	data := s.dueIn(sess)
	if data == nil {
		redirect(w, to)
		return nil
	}
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	data.ReturnTo = to
	sc.Data = *data
	return s.render(w, r, http.StatusOK, "due", sc)
}
