package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// pageReplace asks to replace an authenticator that was lost: first the new one, then the old one goes.
func (s *site) pageReplace(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	data := pages.Replace{
		Confirmed: !sess.ElevatedUntil().IsZero(),
		ReturnTo:  s.returnOr(r.URL.Query().Get("return_to"), "/account"),
	}
	if data.Recovering, err = s.Machine.Recovering(r.Context(), sess); err != nil {
		return err
	}
	have, err := s.Machine.RecoveryCodes(r.Context(), sess)
	if err != nil {
		return err
	}
	all, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.CreatedAt.After(sess.SignedInAt()) {
			data.Replaced = true
			continue
		}
		data.Old = append(data.Old, rowOf(a))
	}
	data.Remaining = have.Remaining
	sc.Notice, sc.Data = s.notice(w, r), data
	return s.render(w, r, http.StatusOK, "replace", sc)
}
