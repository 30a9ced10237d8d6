package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) pageVerifyEmail(w http.ResponseWriter, r *http.Request) error {
	return s.linkPage(w, r, "verify_email", core.PurposeConfirmAddress, core.PurposeChangeAddress)
}

// postVerifyEmail confirms an address: of whoever has the link, or is signed in or named beside the code.
func (s *site) postVerifyEmail(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, err := s.mailedOf(r, f)
	if err != nil {
		return s.linkFailed(r, f, err, "verify_email", core.PurposeConfirmAddress, core.PurposeChangeAddress)
	}
	sess, signedIn, err := s.Machine.ConfirmAddress(r.Context(), s.caller(r, core.TransportCookie), in)
	if err != nil {
		return s.linkFailed(r, f, err, "verify_email", core.PurposeConfirmAddress, core.PurposeChangeAddress)
	}
	s.dropSent(w, r, cookieTicket)
	if !signedIn {
		s.redirectSaying(w, s.path("/login"), noticeAddressConfirmed)
		return nil
	}
	s.handOverSession(w, r, sess)
	s.redirectSaying(w, s.path("/account"), noticeAddressConfirmed)
	return nil
}

func (s *site) emailScreen(r *http.Request, e core.Elevated, typed string) (pages.Page, error) {
	a, err := s.Machine.Account(r.Context(), e.Session())
	if err != nil {
		return pages.Page{}, err
	}
	waiting, err := s.Machine.WaitingAddress(r.Context(), e.Session())
	return pages.Page{Who: a.Shown(), Data: pages.Email{Address: addressOf(a), Waiting: pages.WaitingAddress(waiting), Typed: typed}}, err
}

func (s *site) pageEmail(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	sc, err := s.emailScreen(r, e, "")
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "email", sc)
}

// postEmail asks for another address, or once more for the message to one that was not confirmed.
func (s *site) postEmail(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Machine.ChangeAddress(r.Context(), s.caller(r, core.TransportCookie), e, f["email"]); err != nil {
		sc, lost := s.emailScreen(r, e, f["email"])
		if lost != nil {
			return lost
		}
		return &formFailure{err: err, view: "email", screen: sc, field: "email"}
	}
	s.dropSent(w, r, cookieTicket)
	s.redirectSaying(w, s.path("/verify-email"), noticeAddressMailed)
	return nil
}

// postCancelEmail takes back that another address was asked for. It needs no elevation: it leaves all as it is.
func (s *site) postCancelEmail(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := s.Machine.CancelAddress(r.Context(), s.caller(r, core.TransportCookie), sess); err != nil {
		return err
	}
	s.redirectSaying(w, s.path("/account"), noticeAddressKept)
	return nil
}

func (s *site) pageUndo(w http.ResponseWriter, r *http.Request) error {
	return s.linkPage(w, r, "undo", core.PurposeUndoAddress)
}

// postUndo takes a change of address back.
func (s *site) postUndo(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, err := s.mailedOf(r, f)
	if err == nil {
		err = s.Machine.UndoAddress(r.Context(), s.caller(r, core.TransportCookie), in)
	}
	if err != nil {
		return s.linkFailed(r, f, err, "undo", core.PurposeUndoAddress)
	}
	s.dropSent(w, r, cookieTicket)
	s.redirectSaying(w, s.path("/login"), noticeAddressUndone)
	return nil
}
