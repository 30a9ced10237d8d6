package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type registerBody struct {
	Username  string `json:"username"`
	Email     string `json:"email"`
	Password  string `json:"password"`
	Transport string `json:"transport"`
}

// apiRegister makes an account and signs it in as far as its password goes.
func (s *site) apiRegister(w http.ResponseWriter, r *http.Request) error {
	if !s.RegistrationOpen {
		return &core.Error{Code: core.CodeWrongState, Text: "registration.closed"}
	}
	var in registerBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	t, err := transportOf(in.Transport)
	if err != nil {
		return err
	}
	sess, err := s.Machine.Register(r.Context(), s.caller(r, t), core.Registration{
		Username: in.Username, Email: in.Email, Password: in.Password,
	})
	return s.answerLogin(w, r, sess, err)
}
