package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type askMailedBody struct {
	Login     string `json:"login"`
	Remember  bool   `json:"remember"`
	Transport string `json:"transport"`
}

// mailedAnswer is the same whoever is meant.
type mailedAnswer struct {
	Status string `json:"status"`
	Token  string `json:"token,omitempty"` // of a client without cookies: it comes back with the answer
}

// apiAskMailed asks for the code and link that stand in for the password.
func (s *site) apiAskMailed(w http.ResponseWriter, r *http.Request) error {
	var in askMailedBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	t, err := transportOf(in.Transport)
	if err != nil {
		return err
	}
	present := s.binder(r, t, cookieMailed, "")
	binder, err := s.Machine.AskMailed(r.Context(), s.caller(r, t), core.Beginning{Login: in.Login, Remember: in.Remember}, present)
	if err != nil {
		return err
	}
	token := s.handOverBinder(w, t, cookieMailed, binder, mailedPatience)
	return writeJSON(w, http.StatusAccepted, mailedAnswer{Status: "mailed", Token: token})
}

type answerMailedBody struct {
	Response  string `json:"response"` // the code, or the token of the link
	Transport string `json:"transport"`
	Token     string `json:"token"` // with bearer: what the asking was answered with
}

// apiAnswerMailed begins the sign-in with what was mailed.
func (s *site) apiAnswerMailed(w http.ResponseWriter, r *http.Request) error {
	var in answerMailedBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Response == "" {
		return missing(responseField)
	}
	t, err := transportOf(in.Transport)
	if err != nil {
		return err
	}
	sess, err := s.Machine.AnswerMailed(r.Context(), s.caller(r, t), s.binder(r, t, cookieMailed, in.Token), in.Response)
	if t == core.TransportCookie {
		s.mailedIsUsed(w, r, err)
	}
	return s.answerLogin(w, r, sess, err)
}
