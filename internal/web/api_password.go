package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type passwordBody struct {
	Current string `json:"current"`
	New     string `json:"new"`
}

// apiChangePassword sets a new password. A browser's session gets a new cookie with the answer.
func (s *site) apiChangePassword(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	var in passwordBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	sess, err := s.Machine.ChangePassword(r.Context(), s.caller(r, e.Session().Transport()), e, in.Current, in.New)
	if err != nil {
		return err
	}
	s.handOverSession(w, r, sess)
	return noContent(w)
}
