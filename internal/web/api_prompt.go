package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// promptStateAnswer is what became of the prompt that was asked last.
type promptStateAnswer struct {
	Prompt    string           `json:"prompt"`
	State     core.PromptState `json:"state"`
	Number    string           `json:"number,omitempty"` // while it waits
	ExpiresAt string           `json:"expires_at"`
}

func answerPrompted(w http.ResponseWriter, p core.Prompted, err error) error {
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, promptStateAnswer{Prompt: p.ID, State: p.State, Number: p.Number, ExpiresAt: stamp(p.ExpiresAt)})
}

// apiPrompt shows the newest prompt of the login that asks.
func (s *site) apiPrompt(w http.ResponseWriter, r *http.Request, l core.Login) error {
	p, err := s.Machine.Prompt(r.Context(), l)
	return answerPrompted(w, p, err)
}

// apiPromptSession is likewise for a session.
func (s *site) apiPromptSession(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	p, err := s.Machine.PromptSession(r.Context(), sess)
	return answerPrompted(w, p, err)
}
