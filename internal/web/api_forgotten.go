package web

import "net/http"

type forgottenBody struct {
	Login string `json:"login"`
}

// apiForgot asks for a link that sets a new password. The answer is the same whoever is meant.
func (s *site) apiForgot(w http.ResponseWriter, r *http.Request) error {
	var in forgottenBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Login == "" {
		return missing("login")
	}
	if err := s.Machine.Forgot(r.Context(), s.anyone(r), in.Login); err != nil {
		return err
	}
	return accepted(w)
}

type resetBody struct {
	Token    string `json:"token"`
	Login    string `json:"login"`
	Password string `json:"password"`
}

// apiResetPassword sets a new password with what was mailed. It signs nobody in.
func (s *site) apiResetPassword(w http.ResponseWriter, r *http.Request) error {
	var in resetBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	mailed, err := mailedBody{in.Token, in.Login}.mailed()
	if err != nil {
		return err
	}
	if err := s.Machine.ResetPassword(r.Context(), s.anyone(r), mailed, in.Password); err != nil {
		return err
	}
	return noContent(w)
}
