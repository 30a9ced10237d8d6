package web

import (
	"errors"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) pageRecover(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, "recover", pages.Page{Data: pages.Recover{Login: s.typedName(r)}})
}

// postRecover answers every name alike.
func (s *site) postRecover(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Machine.Forgot(r.Context(), s.caller(r, core.TransportCookie), f["login"]); err != nil {
		return &formFailure{err: err, view: "recover", screen: pages.Page{Data: pages.Recover{Login: f["login"]}}, field: "login"}
	}
	s.keepName(w, f["login"])
	s.dropSent(w, r, cookieTicket) // an older link dies when the new one is sent
	s.redirectSaying(w, s.path("/recover/reset"), noticeResetMailed)
	return nil
}

func (s *site) pageReset(w http.ResponseWriter, r *http.Request) error {
	return s.linkPage(w, r, "reset", core.PurposeResetPassword)
}

// postReset sets a new password. It signs nobody in.
func (s *site) postReset(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, err := s.mailedOf(r, f)
	var missing *core.Error
	switch {
	case err == nil:
		err = s.Machine.ResetPassword(r.Context(), s.caller(r, core.TransportCookie), in, f["password"])
	case errors.As(err, &missing) && f["password"] == "":
		missing.Also = []*core.Error{{Code: core.CodeInvalid, Field: "password", Text: "password.new_missing"}}
	}
	if err != nil {
		return s.linkFailed(r, f, err, "reset", core.PurposeResetPassword)
	}
	s.dropSent(w, r, cookieTicket)
	s.redirectSaying(w, s.path("/login"), noticePasswordReset)
	return nil
}
