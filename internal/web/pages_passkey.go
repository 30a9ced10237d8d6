package web

import (
	"encoding/json"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// postPasskey signs in with a passkey alone. Script fills the form in; the question came from [site.apiAskPasskey].
func (s *site) postPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	back, _ := safeReturn(f["return_to"])
	in := core.Beginning{Remember: f["remember"] != "", ReturnTo: back}
	sess, err := s.Machine.AnswerPasskey(r.Context(), s.caller(r, core.TransportCookie), in, s.cookie(r, cookiePasskey), f["response"])
	if err == nil {
		s.dropSent(w, r, cookiePasskey)
	}
	if err = s.proceed(w, r, "", sess, err); err == nil {
		return nil
	}
	data := s.loginData(r, f)
	data.UnknownPasskey = core.IsCode(err, core.CodeNotFound)
	return &formFailure{err: err, view: "login", screen: pages.Page{Data: data}}
}

// allowsPasskeys says whether passkeys can be used here at all.
func (s *site) allowsPasskeys() bool { return s.allowsKind(core.KindWebAuthn) }

func (s *site) loginPasskey(r *http.Request, d pages.Login) *pages.PasskeyForm {
	if !s.allowsPasskeys() {
		return nil
	}
	return &pages.PasskeyForm{
		Action: s.path("/login/passkey"), Ask: s.path("/api/v1/login/passkey"), Body: "{}", Name: "response",
		Hidden: map[string]string{"return_to": d.ReturnTo}, With: "remember", Button: s.in(r).text("passkey.sign_in"), Lists: true,
	}
}

// askedAny is the body of the question for whichever passkey of the account is at hand.
const askedAny = `{"authenticator":"webauthn"}`

func (s *site) verifyPasskey(r *http.Request) pages.PasskeyForm {
	return pages.PasskeyForm{
		Action: s.path("/login/verify"), Ask: s.path("/api/v1/login/challenge"), Body: askedAny, Name: "response",
		Hidden: map[string]string{"with": withPasskey}, With: "trust_browser", Button: s.in(r).text("passkey.use"),
	}
}

func (s *site) confirmPasskey(r *http.Request, d pages.Confirm) pages.PasskeyForm {
	hidden := map[string]string{"with": withPasskey, "return_to": d.ReturnTo, "action": d.Action, "cancel_to": d.CancelTo}
	body, _ := json.Marshal(challengeBody{Authenticator: withPasskey, Action: d.Action}) // two texts always can be
	return pages.PasskeyForm{
		Action: s.path("/account/confirm"), Ask: s.path("/api/v1/session/challenge"), Body: string(body), Name: "response",
		Hidden: hidden, Button: s.in(r).text("passkey.use"),
	}
}

// setupView is the page on which a pending set-up is finished.
func setupView(d pages.Setup) string {
	switch {
	case d.Passkey != nil:
		return "setup_passkey"
	case d.Push != nil:
		return "setup_push"
	}
	return "setup"
}

// passkeyEndpoints is what password managers read (W3C, A Well-Known URL for Relying Party Passkey Endpoints).
type passkeyEndpoints struct {
	Enroll string `json:"enroll"`
	Manage string `json:"manage"`
}

func (s *site) pagePasskeyEndpoints(w http.ResponseWriter, _ *http.Request) error {
	if !s.allowsPasskeys() {
		return errNotFound
	}
	return writeJSON(w, http.StatusOK, passkeyEndpoints{
		Enroll: s.publicly("/account/authenticators/new?kind=webauthn"), Manage: s.publicly("/account"),
	})
}

func (s *site) passkeysOnlyScreen(r *http.Request, e core.Elevated) (pages.Page, error) {
	sess := e.Session()
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return pages.Page{}, err
	}
	var data pages.PasskeysOnly
	if data.Only, data.Chosen, err = s.Machine.PasskeysOnly(r.Context(), sess); err != nil {
		return pages.Page{}, err
	}
	if data.Resets, err = s.Machine.MayAskReset(r.Context(), sess); err != nil {
		return pages.Page{}, err
	}
	err = s.Machine.MayTakePasskeysOnly(r.Context(), e)
	if data.Works = err == nil; err != nil && !core.IsCode(err, core.CodeWrongState) {
		return pages.Page{}, err
	}
	all, err := s.Machine.Authenticators(r.Context(), sess)
	for _, a := range all {
		if a.Kind == core.KindWebAuthn && a.Usable {
			data.Count++
		}
	}
	sc.Data = data
	return sc, err
}

func (s *site) pagePasskeysOnly(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	sc, err := s.passkeysOnlyScreen(r, e)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "passkeys_only", sc)
}

func (s *site) postPasskeysOnly(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.Machine.SetPasskeysOnly(r.Context(), s.caller(r, core.TransportCookie), e, f["only"] == "yes"); err != nil {
		sc, lost := s.passkeysOnlyScreen(r, e)
		if lost != nil {
			return err
		}
		return &formFailure{err: err, view: "passkeys_only", screen: sc}
	}
	s.redirectSaying(w, s.path("/account"), noticePasskeysOnly)
	return nil
}

// signals is what the account page tells the browser's keeper of passkeys; "" where there is nothing to tell.
func (s *site) signals(r *http.Request, sess core.Session, shown string) (string, error) {
	known, err := s.Machine.KnownPasskeys(r.Context(), sess)
	if err != nil || known == nil {
		return "", err
	}
	text, err := json.Marshal(struct {
		*passkeysView
		Name string `json:"name"`
	}{viewPasskeys(known), shown})
	return string(text), err
}
