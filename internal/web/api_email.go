package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type emailBody struct {
	Email string `json:"email"`
}

// apiChangeAddress asks for another address. It holds once it was confirmed with what is mailed there.
func (s *site) apiChangeAddress(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	var in emailBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Email == "" {
		return missing("email")
	}
	if err := s.Machine.ChangeAddress(r.Context(), s.caller(r, e.Session().Transport()), e, in.Email); err != nil {
		return err
	}
	return accepted(w)
}

type addressAnswer struct {
	Email     string              `json:"email"` // "" when the account has none
	Confirmed bool                `json:"confirmed"`
	Waiting   *waitingAddressView `json:"waiting,omitempty"`
}

type waitingAddressView struct {
	Email     string `json:"email"`
	AskedAt   string `json:"asked_at"`
	ExpiresAt string `json:"expires_at"`
}

// apiAddress shows the account's address, and the one that was asked for.
func (s *site) apiAddress(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	a, err := s.Machine.Account(r.Context(), sess)
	if err != nil {
		return err
	}
	waiting, err := s.Machine.WaitingAddress(r.Context(), sess)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, addressAnswer{Email: a.Email, Confirmed: a.EmailConfirmed, Waiting: viewWaiting(waiting)})
}

func viewWaiting(a core.WaitingAddress) *waitingAddressView {
	if a.Email == "" {
		return nil
	}
	return &waitingAddressView{Email: a.Email, AskedAt: stamp(a.AskedAt), ExpiresAt: stamp(a.ExpiresAt)}
}

// apiCancelAddress takes back that another address was asked for.
func (s *site) apiCancelAddress(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := readNothing(r); err != nil {
		return err
	}
	if err := s.Machine.CancelAddress(r.Context(), s.caller(r, sess.Transport()), sess); err != nil {
		return err
	}
	return noContent(w)
}

// mailedBody is what somebody brings from a message: the token of its link, or its code with the login.
type mailedBody struct {
	Token string `json:"token"`
	Login string `json:"login"`
}

func readMailed(r *http.Request) (core.Mailed, error) {
	var in mailedBody
	if err := readJSON(r, &in); err != nil {
		return core.Mailed{}, err
	}
	return in.mailed()
}

func (in mailedBody) mailed() (core.Mailed, error) {
	if in.Token == "" {
		return core.Mailed{}, missing("token")
	}
	return core.Mailed{Token: in.Token, Login: in.Login}, nil
}

// apiConfirmAddress confirms an address. A session that came along goes on, a browser's with a new cookie.
func (s *site) apiConfirmAddress(w http.ResponseWriter, r *http.Request) error {
	in, err := readMailed(r)
	if err != nil {
		return err
	}
	sess, signedIn, err := s.Machine.ConfirmAddress(r.Context(), s.anyone(r), in)
	if err != nil {
		return err
	}
	if signedIn {
		s.handOverSession(w, r, sess)
	}
	return noContent(w)
}

type linkBody struct {
	Token string `json:"token"`
}

// readLink reads the token of a link whose message has no code.
func readLink(r *http.Request) (core.Mailed, error) {
	var in linkBody
	if err := readJSON(r, &in); err != nil {
		return core.Mailed{}, err
	}
	return mailedBody{Token: in.Token}.mailed()
}

// apiUndoAddress takes a change of address back.
func (s *site) apiUndoAddress(w http.ResponseWriter, r *http.Request) error {
	in, err := readLink(r)
	if err != nil {
		return err
	}
	if err := s.Machine.UndoAddress(r.Context(), s.anyone(r), in); err != nil {
		return err
	}
	return noContent(w)
}
