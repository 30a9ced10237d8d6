package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

var errNotFound error = &core.Error{Code: core.CodeNotFound}

// formFailure is an error that a person can mend on the page that it came from.
type formFailure struct {
	err    error
	view   string     // shown again,
	screen pages.Page // with what may be kept of what was typed
	field  string     // where the error belongs when it names no field itself
}

// Error is that of the cause.
func (f *formFailure) Error() string { return f.err.Error() }

// Unwrap is the cause.
func (f *formFailure) Unwrap() error { return f.err }

// failPage answers a page's request with what went wrong: it leads to where the person can go on, shows
// the form again, or says it in one sentence.
func (s *site) failPage(w http.ResponseWriter, r *http.Request, err error, e *core.Error) {
	if to, leads := s.leadOn(w, r, e); leads {
		redirect(w, to)
		return
	}
	var form *formFailure
	if errors.As(err, &form) && e.Code != core.CodeInternal {
		sc := form.screen
		sc.Error, sc.Field = s.in(r).ofError(e), form.fieldOf(e)
		for _, also := range e.Also {
			sc.Also = append(sc.Also, pages.Fault{Field: form.fieldOf(also), Says: s.in(r).ofError(also)})
		}
		failed := s.render(w, r, formStatus(e.Code), form.view, sc)
		if failed == nil {
			return
		}
		s.Log.ErrorContext(r.Context(), "a form could not be shown again", "page", form.view, "request", requestID(r), "error", failed)
	}
	s.errorPage(w, r, e)
}

// leadOn is where an error only means that something else comes first.
func (s *site) leadOn(w http.ResponseWriter, r *http.Request, e *core.Error) (to string, leads bool) {
	switch {
	case e.Code == core.CodeNotSignedIn:
		return s.signInFirst(r), true
	case e.Code == core.CodeElevationNeeded:
		return s.pathBack("/account/confirm", s.comeBackTo(r)), true
	case e.Code == core.CodeLoginExpired:
		return s.loginOver(w, r), true
	case e.Code == core.CodeWrongState && e.Text == "login.second_next" && strings.HasPrefix(r.URL.Path, s.path("/login/")):
		return s.path("/login/verify"), true
	}
	return "", false
}

// signInFirst leads to the sign-in page. A browser that refuses cookies would go round in circles without a word.
func (s *site) signInFirst(r *http.Request) string {
	to := s.pathBack("/login", s.comeBackTo(r))
	if r.Method == http.MethodGet && s.refusesCookies(r) {
		return withoutCookie(to)
	}
	return to
}

// loginOver leads away from a login in progress that is none any more.
func (s *site) loginOver(w http.ResponseWriter, r *http.Request) string {
	if s.cookie(r, cookieLogin) == "" {
		if s.cookie(r, cookieSession) != "" {
			return s.sentAgain(w, r)
		}
		if s.refusesCookies(r) {
			return withoutCookie(s.path("/login"))
		}
	}
	s.dropCookie(w, cookieLogin)
	if !cameFromElsewhere(r) {
		s.leaveNotice(w, noticeTimedOut)
	}
	return s.path("/login")
}

// sentAgain is where a form of the sign-in leads that is sent again; the account page asks for more than a cookie.
func (s *site) sentAgain(w http.ResponseWriter, r *http.Request) string {
	if r.Method == http.MethodPost && r.URL.Path == s.path("/login/setup") {
		s.leaveNotice(w, noticeCodesShown)
	}
	return s.path("/account")
}

// refusesCookies holds for what follows a sign-in whose cookie did not come back: our own page led here, and there is
// no cookie of ours at all. Who signed out, or whose sign-in timed out, has others that stay.
func (s *site) refusesCookies(r *http.Request) bool {
	for _, name := range []string{cookieLogin, cookieSession, cookieBrowser, cookieKnown, cookieTicket, cookieTyped, cookieNotice} {
		if len(r.CookiesNamed(s.cookieName(name))) > 0 {
			return false
		}
	}
	return r.Header.Get("Sec-Fetch-Site") == "same-origin"
}

// cameFromElsewhere says whether another site's link led here: what it made happen is not worth a word.
func cameFromElsewhere(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// comeBackTo is the page to return to once what is missing was given: this one, or for a form the page
// that it stands on.
func (s *site) comeBackTo(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	_, path, _ := strings.Cut(r.Pattern, " ")
	for _, rt := range s.routes {
		if rt.face == facePage && rt.pattern == "GET "+strings.TrimPrefix(path, s.prefix) {
			return r.URL.EscapedPath()
		}
	}
	return s.path("/account")
}

// pathBack is a page's path with the place to return to afterwards.
func (s *site) pathBack(page, back string) string {
	if back, ok := safeReturn(back); ok {
		return s.path(page) + "?return_to=" + url.QueryEscape(back)
	}
	return s.path(page)
}

// fieldOf is the id of the input that e is about; JSON calls what answers a challenge a response, whatever
// it is.
func (f *formFailure) fieldOf(e *core.Error) string {
	if e.Field == "" || e.Field == "response" {
		return f.field
	}
	return e.Field
}

// formStatus is statusOf but for what a person can correct: to a browser that is a form shown again.
func formStatus(code core.Code) int {
	switch code {
	case core.CodeWrong, core.CodeAlreadyUsed, core.CodeClockDrift, core.CodeTaken:
		return http.StatusUnprocessableEntity
	}
	return statusOf(code)
}

// errorPage says what went wrong and leads back.
func (s *site) errorPage(w http.ResponseWriter, r *http.Request, e *core.Error) {
	// Only where the link leads depends on the cookie: whether it is any good is asked there.
	data := pages.Error{Sentence: s.in(r).ofError(e), SignedIn: s.cookie(r, cookieSession) != "", Code: string(e.Code)}
	if e == errElsewhere {
		data.Elsewhere = s.wayElsewhere(r)
	}
	switch e.Code {
	case core.CodeInternal:
		data.RequestID = requestID(r)
	case core.CodeAAL2Needed:
		data.ReturnTo = applicationPage(r)
	}
	if err := s.render(w, r, statusOf(e.Code), "error", pages.Page{Data: data}); err != nil {
		s.Log.ErrorContext(r.Context(), "the error page failed", "request", requestID(r), "error", err)
		http.Error(w, data.Sentence, statusOf(e.Code))
	}
}

// withoutField is an error on a page that has no such field.
func withoutField(err error) error {
	var e *core.Error
	if !errors.As(err, &e) {
		return err
	}
	said := *e
	said.Field = ""
	return &said
}
