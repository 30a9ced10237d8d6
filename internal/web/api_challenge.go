package web

import (
	"encoding/json"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type challengeBody struct {
	Authenticator string `json:"authenticator"`
	Action        string `json:"action,omitempty"` // of a session: what is to be confirmed
}

// loginChallengeBody is challengeBody for a login, which confirms no action.
type loginChallengeBody struct {
	Authenticator string `json:"authenticator"`
}

func readChallenge(r *http.Request, login bool) (in challengeBody, err error) {
	if login {
		var only loginChallengeBody
		err = readJSON(r, &only)
		in.Authenticator = only.Authenticator
	} else {
		err = readJSON(r, &in)
	}
	if err == nil && in.Authenticator == "" {
		err = missing("authenticator")
	}
	return in, err
}

// sentAnswer says where a code went, and when another may be asked for.
type sentAnswer struct {
	Kind      core.Kind `json:"kind"`
	Hint      string    `json:"hint,omitempty"`
	ExpiresAt string    `json:"expires_at"`
	AgainAt   string    `json:"again_at,omitempty"`
}

// askedAnswer is what a browser is asked: for PublicKeyCredential.parseRequestOptionsFromJSON.
type askedAnswer struct {
	Kind      core.Kind       `json:"kind"`
	Options   json.RawMessage `json:"options"`
	ExpiresAt string          `json:"expires_at"`
	Token     string          `json:"token,omitempty"` // of a client without cookies: it comes back with the answer
}

// promptAskedAnswer is a question to a bound browser, and the number that is typed there.
type promptAskedAnswer struct {
	Kind      core.Kind `json:"kind"`
	Prompt    string    `json:"prompt"`
	Number    string    `json:"number"`
	ExpiresAt string    `json:"expires_at"`
	AgainAt   string    `json:"again_at,omitempty"`
}

func answerSent(w http.ResponseWriter, sent core.Sent, err error) error {
	if err != nil {
		return err
	}
	if sent.Prompt != "" {
		return writeJSON(w, http.StatusOK, promptAskedAnswer{
			Kind: sent.Kind, Prompt: sent.Prompt, Number: sent.Number, ExpiresAt: stamp(sent.ExpiresAt), AgainAt: stamp(sent.AgainAt),
		})
	}
	if sent.Options != "" {
		return writeJSON(w, http.StatusOK, askedAnswer{Kind: sent.Kind, Options: json.RawMessage(sent.Options), ExpiresAt: stamp(sent.ExpiresAt)})
	}
	return writeJSON(w, http.StatusAccepted, sentAnswer{
		Kind: sent.Kind, Hint: sent.Hint, ExpiresAt: stamp(sent.ExpiresAt), AgainAt: stamp(sent.AgainAt),
	})
}

// apiChallenge sends a code of one of the offer, or, with "email", the rescue code in place of all of them. For a passkey,
// or with "webauthn" for all of them, it answers what the browser is asked.
func (s *site) apiChallenge(w http.ResponseWriter, r *http.Request, l core.Login) error {
	in, err := readChallenge(r, true)
	if err != nil {
		return err
	}
	c, id := s.caller(r, l.Transport()), in.Authenticator
	if core.Kind(id) == core.KindEmail {
		sent, err := s.Machine.SendRescueCode(r.Context(), c, l)
		return answerSent(w, sent, err)
	}
	sent, err := s.Machine.Challenge(r.Context(), c, l, id)
	return answerSent(w, sent, err)
}

// apiChallengeSession sends a code to somebody signed in who has to prove themself again.
func (s *site) apiChallengeSession(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	in, err := readChallenge(r, false)
	if err != nil {
		return err
	}
	sent, err := s.Machine.ChallengeSession(r.Context(), s.caller(r, sess.Transport()), sess, in.Authenticator, in.Action)
	return answerSent(w, sent, err)
}

// apiResendFirst sends the code of a pending first authenticator again.
func (s *site) apiResendFirst(w http.ResponseWriter, r *http.Request, b core.MustBind) error {
	id, err := readResend(r)
	if err != nil {
		return err
	}
	sent, err := s.Machine.ResendFirst(r.Context(), s.caller(r, b.Login().Transport()), b, id)
	return answerSent(w, sent, err)
}

// apiResend is the same for a further one.
func (s *site) apiResend(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	id, err := readResend(r)
	if err != nil {
		return err
	}
	sent, err := s.Machine.Resend(r.Context(), s.caller(r, e.Session().Transport()), e, id)
	return answerSent(w, sent, err)
}

func readResend(r *http.Request) (id string, err error) {
	if err := readNothing(r); err != nil {
		return "", err
	}
	return pathID(r)
}
