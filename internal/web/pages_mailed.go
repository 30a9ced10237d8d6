package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// mailedPatience is how long a browser keeps what a mailed code is good with: as long as the code, and a little for the
// message to come.
const mailedPatience = 15 * time.Minute

// postAskMailed asks for the code and link that stand in for the password. Every name is answered alike.
func (s *site) postAskMailed(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	back, _ := safeReturn(f["return_to"])
	in := core.Beginning{Login: f["login"], Remember: f["remember"] != "", ReturnTo: back}
	binder, err := s.Machine.AskMailed(r.Context(), s.caller(r, core.TransportCookie), in, s.cookie(r, cookieMailed))
	if core.IsCode(err, core.CodeNotFound) {
		return err
	}
	if err != nil {
		return &formFailure{err: err, view: "login", screen: pages.Page{Data: s.loginData(r, f)}, field: "login"}
	}
	s.setCookie(w, cookieMailed, binder, mailedPatience)
	s.keepName(w, f["login"])
	s.dropSent(w, r, cookieTicket) // of an older link
	s.redirectSaying(w, s.path("/login/mailed"), noticeSignInMailed)
	return nil
}

// pageMailed is where the code is typed, and where the mailed link leads: nothing happens before its button is pressed.
func (s *site) pageMailed(w http.ResponseWriter, r *http.Request) error {
	if !s.Machine.Passwordless() {
		return errNotFound
	}
	if s.takeTicket(w, r) {
		return nil
	}
	data, dead := s.mailedData(r)
	if dead != nil {
		s.dropCookie(w, cookieTicket)
		return &formFailure{err: dead, view: "mailed_login", screen: pages.Page{Data: data}, field: "token"}
	}
	return s.render(w, r, http.StatusOK, "mailed_login", pages.Page{Notice: s.notice(w, r), Data: data})
}

// mailedData looks at the link that this browser followed. dead is why it is good for nothing here; nil when none came.
func (s *site) mailedData(r *http.Request) (data pages.MailedLogin, dead error) {
	token := s.cookie(r, cookieTicket)
	if token == "" {
		return data, nil
	}
	info, dead := s.Machine.LookAtMailed(r.Context(), core.TransportCookie, s.cookie(r, cookieMailed), token)
	if dead == nil {
		data.Token, data.MailedTicket = token, ticketInfoOf(info)
	}
	return data, dead
}

// mailedIsUsed drops what a mailed sign-in needed, once its answer held: before anything is answered.
func (s *site) mailedIsUsed(w http.ResponseWriter, r *http.Request, err error) {
	var more *core.MoreNeeded
	if err == nil || errors.As(err, &more) {
		s.dropSent(w, r, cookieMailed)
		s.dropSent(w, r, cookieTicket)
	}
}

// postMailed begins the sign-in with what was mailed.
func (s *site) postMailed(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	var sess core.Session
	in, err := s.mailedOf(r, f)
	if err == nil {
		sess, err = s.Machine.AnswerMailed(r.Context(), s.caller(r, core.TransportCookie), s.cookie(r, cookieMailed), in.Token)
		s.mailedIsUsed(w, r, err)
		err = s.proceed(w, r, "", sess, err)
	}
	if err == nil || core.IsCode(err, core.CodeNotFound) {
		return err
	}
	data := pages.MailedLogin{}
	if !core.IsCode(err, core.CodeWrong) {
		data, _ = s.mailedData(r)
		data.Code = f["token"]
	}
	return &formFailure{err: err, view: "mailed_login", screen: pages.Page{Data: data}, field: "token"}
}
