package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// apiRecoveryCodes says how many recovery codes are left.
func (s *site) apiRecoveryCodes(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	have, err := s.Machine.RecoveryCodes(r.Context(), sess)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, recoveryCodesView{Remaining: have.Remaining, CreatedAt: stamp(have.CreatedAt)})
}

// apiNewRecoveryCodes makes a new set. A program asks for it knowingly, so whatever set there is dies.
func (s *site) apiNewRecoveryCodes(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	if err := readNothing(r); err != nil {
		return err
	}
	codes, err := s.Machine.NewRecoveryCodes(r.Context(), s.caller(r, e.Session().Transport()), e, "")
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, newRecoveryCodesAnswer{RecoveryCodes: codes})
}
