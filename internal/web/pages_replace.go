package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// replaceData is what the page shows that leads from a recovery code to a new authenticator.
type replaceData struct {
	Recovering bool                     // the session began with a recovery code, and nothing was set up since
	Confirmed  bool                     // the next page asks for nothing
	Remaining  int                      // recovery codes
	Old        []core.AuthenticatorInfo // set up before the session began: one of them may be lost
	Replaced   bool                     // another was set up since
	ReturnTo   string
}

// pageReplace asks to replace an authenticator that was lost: first the new one, then the old one goes.
func (s *site) pageReplace(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return err
	}
	data := replaceData{
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
		data.Old = append(data.Old, a)
	}
	data.Remaining = have.Remaining
	sc.Notice, sc.Data = s.notice(w, r), data
	return s.render(w, r, http.StatusOK, "replace", sc)
}
