package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type loginBody struct {
	Login        string    `json:"login"`
	Password     string    `json:"password"`
	Kind         core.Kind `json:"kind"`
	Response     *string   `json:"response"`
	TrustBrowser bool      `json:"trust_browser"`
	Remember     bool      `json:"remember"`
	Transport    string    `json:"transport"`
	Link         string    `json:"link"` // the token of a link that was mailed after a reset
}

// apiLogin begins a login with its password, or does all of it when the body brings the second factor too.
func (s *site) apiLogin(w http.ResponseWriter, r *http.Request) error {
	var in loginBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Login == "" {
		return missing("login")
	}
	t, err := transportOf(in.Transport)
	if err != nil {
		return err
	}
	if err := s.mayTrust(in.TrustBrowser, t); err != nil {
		return err
	}
	sess, err := s.signIn(r, s.caller(r, t), in)
	return s.answerLogin(w, r, sess, err)
}

// signIn takes the combined way when a response came along, or when the service knows no other: then a
// missing response is answered like a wrong one.
func (s *site) signIn(r *http.Request, c core.Caller, in loginBody) (core.Session, error) {
	begin := core.Beginning{Login: in.Login, Remember: in.Remember, Link: in.Link}
	if in.Response == nil && s.LoginForm != FormCombined {
		first := core.Response{Kind: core.KindPassword, Value: in.Password}
		return s.Machine.Answer(r.Context(), c, s.Machine.Begin(c, begin), first)
	}
	second := core.Response{Kind: in.Kind, TrustBrowser: in.TrustBrowser}
	if in.Response != nil {
		second.Value = *in.Response
	}
	return s.Machine.SignIn(r.Context(), c, begin, in.Password, second)
}

// apiNext says what the login has to do now.
func (s *site) apiNext(w http.ResponseWriter, r *http.Request, l core.Login) error {
	return s.answerNext(w, http.StatusOK, s.Machine.Next(r.Context(), s.caller(r, l.Transport()), l))
}

// apiCancel ends the login.
func (s *site) apiCancel(w http.ResponseWriter, r *http.Request, l core.Login) error {
	if err := readNothing(r); err != nil {
		return err
	}
	if err := s.Machine.Cancel(r.Context(), l); err != nil {
		return err
	}
	if l.Transport() == core.TransportCookie {
		s.dropCookie(w, cookieLogin)
	}
	return noContent(w)
}

type loginResponseBody struct {
	Kind          core.Kind   `json:"kind"`
	Response      *answerText `json:"response"`
	Authenticator string      `json:"authenticator"`
	TrustBrowser  bool        `json:"trust_browser"`
}

// apiResponse answers one of the offer.
func (s *site) apiResponse(w http.ResponseWriter, r *http.Request, l core.Login) error {
	var in loginResponseBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if err := s.mayTrust(in.TrustBrowser, l.Transport()); err != nil {
		return err
	}
	answer, err := responseBody{in.Kind, in.Response, in.Authenticator}.response()
	if err != nil {
		return err
	}
	answer.TrustBrowser = in.TrustBrowser
	sess, err := s.Machine.Answer(r.Context(), s.caller(r, l.Transport()), l, answer)
	return s.answerLogin(w, r, sess, err)
}

// apiBindFirst begins the binding of the account's first authenticator.
func (s *site) apiBindFirst(w http.ResponseWriter, r *http.Request, b core.MustBind) error {
	in, err := s.readNewAuthenticator(r)
	if err != nil {
		return err
	}
	binding, err := s.Machine.BindFirst(r.Context(), s.caller(r, b.Login().Transport()), b, in)
	if err != nil {
		return err
	}
	return answerBinding(w, binding)
}

// apiConfirmFirst binds it, and signs in.
func (s *site) apiConfirmFirst(w http.ResponseWriter, r *http.Request, b core.MustBind) error {
	id, code, err := readConfirmation(r)
	if err != nil {
		return err
	}
	sess, bound, err := s.Machine.ConfirmFirst(r.Context(), s.bindingCaller(r, b.Login().Transport()), b, id, code, "")
	if err != nil {
		return err
	}
	s.keepBound(w, sess.Transport(), bound)
	return s.answerSession(w, r, http.StatusCreated, sess, &bound)
}
