package web

import (
	"errors"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type actionBody struct {
	Action        string      `json:"action"`
	Kind          core.Kind   `json:"kind"`
	Response      *answerText `json:"response"`
	Authenticator string      `json:"authenticator"`
}

type confirmationAnswer struct {
	Confirmation string `json:"confirmation"` // shown once
	ExpiresAt    string `json:"expires_at"`
}

// apiConfirmAction proves the holder of the session anew, for one action of an application.
func (s *site) apiConfirmAction(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	var in actionBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	answer, err := responseBody{in.Kind, in.Response, in.Authenticator}.response()
	if err != nil {
		return err
	}
	c, err := s.Machine.ConfirmAction(r.Context(), s.caller(r, sess.Transport()), sess, in.Action, answer)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, confirmationAnswer{Confirmation: c.Token, ExpiresAt: stamp(c.ExpiresAt)})
}

type redemptionBody struct {
	Action       string `json:"action"`
	Confirmation string `json:"confirmation"`
}

// apiRedeemAction uses a confirmation up, for the very action that was confirmed.
func (s *site) apiRedeemAction(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	var in redemptionBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Confirmation == "" {
		return missing("confirmation")
	}
	err := s.Machine.RedeemAction(r.Context(), s.caller(r, sess.Transport()), sess, in.Action, in.Confirmation)
	var e *core.Error
	if errors.As(err, &e) && e.Field == "token" {
		e.Field = "confirmation"
	}
	if err != nil {
		return err
	}
	return noContent(w)
}
