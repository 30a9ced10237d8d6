package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// pageHome leads on; whether a cookie is any good is asked there.
func (s *site) pageHome(w http.ResponseWriter, r *http.Request) error {
	if s.cookie(r, cookieSession) == "" {
		redirect(w, s.path("/login"))
		return nil
	}
	redirect(w, s.home())
	return nil
}

// home is where people go who are signed in and were not on the way to anywhere.
func (s *site) home() string {
	if s.Home != "" {
		return s.Home
	}
	return s.path("/account")
}

// pageChangePassword is where password managers send people (W3C, A Well-Known URL for Changing Passwords).
func (s *site) pageChangePassword(w http.ResponseWriter, _ *http.Request) error {
	if to := s.elsewhere().AccountPage; to != "" {
		redirect(w, to)
		return nil
	}
	redirect(w, s.path("/account/password"))
	return nil
}

func (s *site) pageLogin(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if s.loginElsewhere(w, q.Get("return_to")) {
		return nil
	}
	data := s.loginData(r, form{"return_to": q.Get("return_to"), "with": q.Get("with"), "login": s.typedName(r)})
	return s.render(w, r, http.StatusOK, "login", pages.Page{Notice: s.notice(w, r), Data: data})
}

func (s *site) loginData(r *http.Request, f form) pages.Login {
	back, _ := safeReturn(f["return_to"])
	data := pages.Login{
		Login: f["login"], Remember: f["remember"] != "", ReturnTo: back,
		Combined: s.LoginForm == FormCombined, ByRecovery: f["with"] == withRecovery,
		Trust: f["trust_browser"] != "", RegistrationOpen: s.RegistrationOpen && s.Elsewhere == nil, Mailed: s.Machine.Passwordless(),
	}
	data.Passkey = s.loginPasskey(r, data)
	if data.Combined {
		data.TrustFor = s.trustFor(r)
	}
	return data
}

func (s *site) postLogin(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	sess, err := s.firstAnswer(r, f)
	if err == nil && s.mayOfferPasskey(r, f, sess) {
		return s.offerPasskey(w, r, sess)
	}
	if err = s.proceed(w, r, f["login"], sess, err); err != nil {
		field := "password"
		if core.IsCode(err, core.CodeWrongState) {
			field = "" // it was right: what is missing is elsewhere
		}
		sc := pages.Page{Data: s.loginData(r, f)}
		if core.IsCode(err, core.CodeWrong) && s.Elsewhere == nil {
			sc.Way = &pages.Way{Path: s.path("/recover"), Says: s.in(r).text("login.or_reset")}
		}
		err = core.Reword(err, core.CodeWrong, s.wrongLogin())
		return &formFailure{err: err, view: "login", screen: sc, field: field}
	}
	return nil
}

// firstAnswer answers the password, and in the combined form the code with it.
func (s *site) firstAnswer(r *http.Request, f form) (core.Session, error) {
	if f["login"] == "" {
		missing := &core.Error{Code: core.CodeInvalid, Field: "login", Text: "login.missing"}
		if f["password"] == "" {
			missing.Also = []*core.Error{{Code: core.CodeInvalid, Field: "password", Text: "password.missing"}}
		}
		return core.Session{}, missing
	}
	back, _ := safeReturn(f["return_to"])
	c := s.caller(r, core.TransportCookie)
	in := core.Beginning{
		Login: f["login"], Remember: f["remember"] != "", ReturnTo: back,
		Link: s.cookie(r, cookieTicket), // that of a reset; any other is nothing here
	}
	if s.LoginForm == FormCombined {
		second := core.Response{Value: f["code"], TrustBrowser: f["trust_browser"] != ""}
		return s.Machine.SignIn(r.Context(), c, in, f["password"], second)
	}
	return s.Machine.Answer(r.Context(), c, s.Machine.Begin(c, in), core.Response{Kind: core.KindPassword, Value: f["password"]})
}

func (s *site) wrongLogin() string {
	switch {
	case s.LoginForm == FormCombined && s.allowsPasskeys():
		return "login.wrong_combined_passkey" // to everybody: who has one is nobody's business
	case s.LoginForm == FormCombined:
		return "login.wrong_combined"
	}
	return "login.wrong"
}

// proceed goes on after an answer of the machine: into the session, to the second step, to the set-up, to the
// mailbox, or back with the error. name is what was typed with a password, or "".
func (s *site) proceed(w http.ResponseWriter, r *http.Request, name string, sess core.Session, err error) error {
	var more *core.MoreNeeded
	var bind *core.BindNeeded
	var confirm *core.ConfirmNeeded
	switch {
	case err == nil:
		s.handOverSession(w, r, sess)
		redirect(w, s.afterSignIn(sess))
		return nil
	case errors.As(err, &more):
		s.handOverLogin(w, more.Login)
		s.keepName(w, name)
		redirect(w, s.path("/login/verify"))
		return nil
	case errors.As(err, &bind):
		if slices.Contains(bind.Kinds, core.KindTOTP) {
			if err := s.beginFirst(r, bind.MustBind, core.NewAuthenticator{Kind: core.KindTOTP}); err != nil {
				return err
			}
		}
		s.handOverLogin(w, bind.MustBind.Login())
		s.keepName(w, name)
		redirect(w, s.path("/login/setup"))
		return nil
	case errors.As(err, &confirm):
		s.keepName(w, name)
		s.redirectSaying(w, s.path("/verify-email"), noticeConfirmMailed)
		return nil
	}
	return err
}

// afterSignIn is where a sign-in leads: to where it was asked for, past the reminder that a second step will be needed,
// or past the page about a lost authenticator; the account page says that itself.
func (s *site) afterSignIn(sess core.Session) string {
	to, ok := safeReturn(sess.ReturnTo())
	if !ok {
		to = s.home()
	}
	if sess.Recovered() && to != s.path("/account") {
		return s.pathBack("/account/replace", to)
	}
	if sess.SecondFactorDue().IsZero() {
		return to
	}
	return s.pathBack("/account/due", to)
}

// postLogout ends the session.
func (s *site) postLogout(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := s.Machine.SignOut(r.Context(), s.caller(r, core.TransportCookie), sess); err != nil {
		return err
	}
	s.forget(w, r, sess)
	if to, ok := safeReturn(r.PostFormValue("return_to")); ok {
		redirect(w, to)
		return nil
	}
	s.redirectSaying(w, s.path("/login"), noticeSignedOut)
	return nil
}
