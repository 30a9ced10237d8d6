package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// ticketFor is how long a browser keeps the token of a mailed link.
const ticketFor = 15 * time.Minute

// takeTicket moves the token of a mailed link out of the address, which histories and logs keep, into a cookie for the
// pages that come next. Nothing is used up: who follows links may be a mail scanner. It says whether it has answered.
func (s *site) takeTicket(w http.ResponseWriter, r *http.Request) (answered bool) {
	q := r.URL.Query()
	if !q.Has("token") {
		return false
	}
	if token := q.Get("token"); isTicket(token) {
		s.setCookie(w, cookieTicket, token, ticketFor)
	} else {
		s.dropCookie(w, cookieTicket)
	}
	redirect(w, r.URL.EscapedPath())
	return true
}

// isTicket says whether a token may be one, before it goes into a cookie.
func isTicket(token string) bool {
	const symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return token != "" && len(token) <= 64 && strings.Trim(token, symbols) == ""
}

// ticketOf is what a request brings of a message: what its form has, a code, a link or a link's token, or else the
// cookie of a link that was followed.
func (s *site) ticketOf(r *http.Request, f form) string {
	typed := strings.TrimSpace(f["token"])
	if typed == "" {
		return s.cookie(r, cookieTicket)
	}
	if u, err := url.Parse(typed); err == nil && u.Query().Has("token") {
		return u.Query().Get("token")
	}
	return typed
}

// mailedOf is ticketOf for the machine.
func (s *site) mailedOf(r *http.Request, f form) (core.Mailed, error) {
	in := core.Mailed{Token: s.ticketOf(r, f), Login: f["login"]}
	if in.Token == "" {
		return in, &core.Error{Code: core.CodeInvalid, Field: "token", Text: "mailed.missing"}
	}
	return in, nil
}

// linkScreen looks at the link that came along, without using it up. dead is why it is none; nil when none came.
func (s *site) linkScreen(r *http.Request, f form, purposes ...core.Purpose) (sc pages.Page, dead error) {
	sc, data := pages.Page{}, pages.MailedLink{Login: f["login"], AskLogin: true, Least: s.Machine.MinPassword()}
	if slices.Contains(purposes, core.PurposeConfirmAddress) {
		// Where that fails the page asks for a name, as it does when nobody is signed in.
		if to, err := s.Machine.Addressee(r.Context(), s.caller(r, core.TransportCookie)); err == nil {
			sc.Who, data.AskLogin, data.Mailed = to.Shown, to.Shown == "", to.Mailed
		}
	}
	if data.Login == "" {
		data.Login = s.typedName(r)
	}
	token := s.ticketOf(r, f)
	for i := 0; i < len(purposes) && token != "" && data.Token == ""; i++ {
		var info core.TicketInfo
		if info, dead = s.Machine.LookAt(r.Context(), purposes[i], core.Mailed{Token: token}); dead == nil {
			data.Token, data.MailedTicket, data.Least = token, ticketInfoOf(info), info.Least
		}
	}
	sc.Data = data
	return sc, dead
}

// linkPage is where a mailed link leads. Nothing happens before its button is pressed.
func (s *site) linkPage(w http.ResponseWriter, r *http.Request, view string, purposes ...core.Purpose) error {
	if s.takeTicket(w, r) {
		return nil
	}
	sc, dead := s.linkScreen(r, form{}, purposes...)
	if dead != nil {
		s.dropCookie(w, cookieTicket)
		return &formFailure{err: dead, view: view, screen: sc, field: "token"}
	}
	sc.Notice = s.notice(w, r)
	return s.render(w, r, http.StatusOK, view, sc)
}

// linkFailed shows such a page again. What was typed is kept while it is good.
func (s *site) linkFailed(r *http.Request, f form, err error, view string, purposes ...core.Purpose) error {
	sc, _ := s.linkScreen(r, f, purposes...)
	data := sc.Data.(pages.MailedLink)
	if !core.IsCode(err, core.CodeWrong) {
		data.Code = f["token"]
	}
	sc.Data = data
	return &formFailure{err: err, view: view, screen: sc, field: "token"}
}
