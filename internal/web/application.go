package web

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// An application's own handlers stand beside the pages, behind the same sessions.

// codeConfirmationNeeded is what a program hears whose request brings no confirmation of what it would do.
const codeConfirmationNeeded core.Code = "confirmation_needed"

// confirmationHeader is where a program puts the confirmation; browsers bring it in the address or in a form.
const confirmationHeader = "Sallyport-Confirmation"

// Need is what a request has to bring before an application's handler sees it, beside a session. The zero value is nothing.
type Need struct {
	AAL2   bool
	Within time.Duration                       // its holder proved themself anew within that; 0: needs not
	Action func(*http.Request) (string, error) // what this very request does has to be confirmed, in these words; nil: needs not
}

// Admitted is what a guard found. Only [Site.Guard] and [Site.Admit] make one.
type Admitted struct {
	Session core.Session
	Account core.Account
	Action  string // what was confirmed for this request, or ""

	site  *site
	token string // that the request brought
}

type admittedKey struct{}

// AdmittedFrom is what the innermost guard before a handler found; false where there is none.
func AdmittedFrom(ctx context.Context) (Admitted, bool) {
	a, ok := ctx.Value(admittedKey{}).(Admitted)
	return a, ok
}

// Guard serves next for requests that bring what is needed. A browser is led to the page on which what is missing is given,
// and back; a program gets a problem document.
func (h *Site) Guard(need Need, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := h.site.admit(r, need)
		if err == nil && need.Action != nil {
			r = a.with(r) // whose it is belongs to what a request does
			a.Action, err = h.site.redeem(r, a.Session, need.Action)
		}
		if err != nil {
			h.site.turnAway(w, r, need, a, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store") // nobody sees it with the back button after a sign-out; next may know better
		next.ServeHTTP(w, a.with(r))
	})
}

// with is r for what stands behind the guard.
func (a Admitted) with(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), admittedKey{}, a))
}

// Admit finds who sent the request, and answers nothing. The error is a [*core.Error] of CodeNotSignedIn for nobody.
func (h *Site) Admit(r *http.Request) (Admitted, error) { return h.site.admit(r, Need{}) }

func (s *site) admit(r *http.Request, need Need) (Admitted, error) {
	a, err := s.admitted(r)
	if err != nil {
		return Admitted{}, err
	}
	if need.AAL2 && a.Session.Level() < core.AAL2 {
		return a, &core.Error{Code: core.CodeAAL2Needed}
	}
	if need.Within > 0 && !s.Machine.ProvedWithin(a.Session, need.Within) {
		return a, &core.Error{Code: core.CodeElevationNeeded}
	}
	return a, nil
}

// admitted is who sent the request: whom its token names. A guard of the same site may have found them already, by the same
// token and no other: what stands between the two may have made a request of its own in the context of the first, and may
// have changed its method.
func (s *site) admitted(r *http.Request) (Admitted, error) {
	if s.bringsTwo(r) {
		return Admitted{}, errTwoCredentials
	}
	if _, sent := bearer(r); !sent && s.isForeign(r) { // nothing but a cookie is sent by a browser that another site told to
		return Admitted{}, errCrossOrigin
	}
	transport, token := s.token(r, faceJSON, cookieSession) // a face that knows both kinds
	if a, found := AdmittedFrom(r.Context()); found && a.site == s && a.token == token && a.Session.Transport() == transport {
		return a, nil
	}
	sess, err := s.sessionOf(r, faceJSON)
	if err != nil {
		return Admitted{}, err
	}
	found, err := s.Machine.Beside(r.Context(), sess)
	return Admitted{Session: sess, Account: found.Account, site: s, token: token}, err
}

// isForeign says whether another origin's page caused a request that may change something. The handshake of a WebSocket is a GET,
// and any page may begin one, with the cookies of its sibling domains and no preflight; what comes over it may be anything (RFC 6455, 10.2).
func (s *site) isForeign(r *http.Request) bool {
	if r.Header.Get("Upgrade") != "" {
		r = r.WithContext(r.Context())
		r.Method = http.MethodPost
	}
	return s.crossOrigins.Check(r) != nil
}

// redeem uses up the confirmation that the request brings, for the very words of what it does.
func (s *site) redeem(r *http.Request, sess core.Session, words func(*http.Request) (string, error)) (action string, err error) {
	if action, err = words(r); err != nil {
		if errors.Is(err, sql.ErrNoRows) || errors.Is(err, fs.ErrNotExist) {
			return "", errNotFound
		}
		return "", err
	}
	if err := core.CheckAction(action); err != nil {
		return "", errors.New("web: an application's action has no words that a person can read: " + strconv.Quote(action))
	}
	needed := &core.Error{Code: codeConfirmationNeeded, Text: "error.confirmation_needed", Args: []any{action}}
	token := confirmationOf(r)
	if token == "" {
		return "", needed
	}
	err = s.Machine.RedeemAction(r.Context(), s.caller(r, sess.Transport()), sess, action, token)
	if core.IsCode(err, core.CodeNotFound) {
		needed.Text = "action.not_confirmed"
		return "", needed
	}
	return action, err
}

// confirmationOf reads nothing of a body but a short form.
func confirmationOf(r *http.Request) string {
	if token := r.Header.Get(confirmationHeader); token != "" {
		return token
	}
	if token := r.URL.Query().Get(confirmationParameter); token != "" {
		return token
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "application/x-www-form-urlencoded" {
		return r.PostFormValue(confirmationParameter)
	}
	return ""
}

// turnAway answers a request that did not bring what is needed, from who was found all the same.
func (s *site) turnAway(w http.ResponseWriter, r *http.Request, need Need, a Admitted, err error) {
	s.securityHeaders(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !wantsPage(r) {
			s.fail(w, r, faceJSON, err)
			return
		}
		if to, leads := s.leadToNeed(r, need, a, err); leads {
			redirect(w, to)
			return
		}
		s.errorPage(w, r, s.asError(r, err))
	})).ServeHTTP(w, r)
}

// leadToNeed is the page on which a person gives what is missing.
func (s *site) leadToNeed(r *http.Request, need Need, a Admitted, err error) (to string, leads bool) {
	var e *core.Error
	if !errors.As(err, &e) {
		return "", false
	}
	page, q := "/account/confirm", url.Values{"return_to": {applicationPage(r)}}
	switch e.Code {
	case core.CodeNotSignedIn:
		page = "/login"
	case core.CodeAAL2Needed:
		if !s.canReachAAL2(r, a.Session) {
			return "", false
		}
	case core.CodeElevationNeeded:
		q.Set("max_age", strconv.Itoa(max(1, int(need.Within.Seconds()))))
	case codeConfirmationNeeded:
		// Back to what was asked for, a form's target too: with the page of the form nobody would redeem it.
		q.Set("return_to", withoutParameter(localPath(r.RequestURI), confirmationParameter))
		q.Set("action", toConfirm(e))
		q.Set("cancel_to", s.cancelTo(r))
	default:
		return "", false
	}
	return s.path(page) + "?" + q.Encode(), true
}

// cancelTo is where who does not confirm is led: to the page that they came from, or else to the application's first. What they were on the
// way to would ask again.
func (s *site) cancelTo(r *http.Request) string {
	to := cmp.Or(s.Home, "/")
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host && from.EscapedPath() != r.URL.EscapedPath() {
		to = from.RequestURI()
	}
	return localPath(to)
}

// canReachAAL2 says whether confirming helps: whoever has nothing to confirm with has to set it up first.
func (s *site) canReachAAL2(r *http.Request, sess core.Session) bool {
	can, err := s.Machine.CanReachAAL2(r.Context(), s.caller(r, sess.Transport()), sess)
	return err == nil && can
}

// wantsPage tells a person's browser that goes to a page from a program, and from a script that fetches.
func wantsPage(r *http.Request) bool {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// applicationPage is where to come back to: this page, or for a form the page that it stands on, if the browser says which.
// The request's own target is read, since what routes requests may have cut the path. An address that is too long, or that
// could be read as another host, is given up for the application's first page.
func applicationPage(r *http.Request) string {
	page := r.RequestURI
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		page = "/"
		if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
			page = from.RequestURI()
		}
	}
	return localPath(page)
}

func localPath(to string) string {
	if to, ok := safeReturn(to); ok {
		return to
	}
	return "/"
}
