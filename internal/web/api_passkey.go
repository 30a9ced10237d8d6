package web

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

type askPasskeyBody struct {
	Transport string `json:"transport"`
}

// passkeyPatience is how long a browser keeps what a passkey's answer has to come with; each question makes it longer.
const passkeyPatience = 10 * time.Minute

// apiAskPasskey begins a sign-in with a passkey alone. Nothing is stored: the answer decides.
func (s *site) apiAskPasskey(w http.ResponseWriter, r *http.Request) error {
	var in askPasskeyBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	t, err := transportOf(in.Transport)
	if err != nil {
		return err
	}
	sent, binder, err := s.Machine.AskPasskey(t, s.binder(r, t, cookiePasskey, ""))
	if err != nil {
		return err
	}
	token := s.handOverBinder(w, t, cookiePasskey, binder, passkeyPatience)
	return writeJSON(w, http.StatusOK, askedAnswer{
		Kind: sent.Kind, Options: json.RawMessage(sent.Options), ExpiresAt: stamp(sent.ExpiresAt), Token: token,
	})
}

type answerPasskeyBody struct {
	Response  *answerText `json:"response"`
	Remember  bool        `json:"remember"`
	Transport string      `json:"transport"`
	Token     string      `json:"token"` // with bearer: what the question came with
}

// apiAnswerPasskey signs in with the passkey's answer.
func (s *site) apiAnswerPasskey(w http.ResponseWriter, r *http.Request) error {
	var in answerPasskeyBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Response == nil {
		return missing(responseField)
	}
	t, err := transportOf(in.Transport)
	if err != nil {
		return err
	}
	binder := s.binder(r, t, cookiePasskey, in.Token)
	sess, err := s.Machine.AnswerPasskey(r.Context(), s.caller(r, t), core.Beginning{Remember: in.Remember}, binder, string(*in.Response))
	if err == nil {
		s.dropSent(w, r, cookiePasskey)
	}
	return s.answerLogin(w, r, sess, err)
}

type passkeysOnlyBody struct {
	PasskeysOnly *bool `json:"passkeys_only"`
}

// apiPasskeysOnly marks the account as one that only passkeys open, or takes the mark away.
func (s *site) apiPasskeysOnly(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	var in passkeysOnlyBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.PasskeysOnly == nil {
		return missing("passkeys_only")
	}
	c := s.caller(r, e.Session().Transport())
	if err := s.Machine.SetPasskeysOnly(r.Context(), c, e, *in.PasskeysOnly); err != nil {
		return err
	}
	return noContent(w)
}
