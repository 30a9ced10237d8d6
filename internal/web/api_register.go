package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type registerBody struct {
	Username   string `json:"username"`
	Email      string `json:"email"`
	Password   string `json:"password"`
	Transport  string `json:"transport"`
	Invitation string `json:"invitation"` // the token of an invitation's link
}

// apiRegister makes an account and signs it in as far as its password goes. Where registration is closed it takes
// an invitation.
func (s *site) apiRegister(w http.ResponseWriter, r *http.Request) error {
	var in registerBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if !s.RegistrationOpen && in.Invitation == "" {
		return &core.Error{Code: core.CodeWrongState, Text: "registration.closed"}
	}
	t, err := transportOf(in.Transport)
	if err != nil {
		return err
	}
	sess, err := s.Machine.Register(r.Context(), s.caller(r, t), core.Registration{
		Username: in.Username, Email: in.Email, Password: in.Password, Invitation: in.Invitation,
	})
	return s.answerLogin(w, r, sess, err)
}
