package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// The cookies, by their names without the prefix __Host-.
const (
	cookieLogin    = "sallyport_login"
	cookieSession  = "sallyport_session"
	cookieBrowser  = "sallyport_browser"
	cookieKnown    = "sallyport_known"
	cookiePasskey  = "sallyport_passkey"  // whom a sign-in with a passkey alone was begun by
	cookieMailed   = "sallyport_mailed"   // what a mailed sign-in was asked for with
	cookieTicket   = "sallyport_ticket"   // the token of a mailed link, between two pages
	cookieTyped    = "sallyport_name"     // the name that was typed, while a sign-in goes on
	cookieLast     = "sallyport_last"     // the authenticators that were used in this browser: an order, and no proof
	cookieOffered  = "sallyport_offered"  // a passkey was offered here
	cookieApproves = "sallyport_approves" // this browser has a key that approves: no proof
	cookieLanguage = "sallyport_language" // the language that was chosen on a page: an order, and no proof
	cookieNotice   = "sallyport_notice"   // what the next page says about the step before
)

// knownFor is how long a browser is remembered as one that signed in before.
const knownFor = 400 * 24 * time.Hour // the longest that browsers keep a cookie

// cookieName has __Host- wherever the scheme allows it: a sibling domain can't plant such a cookie.
func (s *site) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie for maxAge, or for the browser's session when that is zero.
func (s *site) setCookie(w http.ResponseWriter, name, value string, maxAge time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: int(maxAge.Seconds()),
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (s *site) dropCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Path: "/", MaxAge: -1,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// dropSent drops a cookie that the request brought.
func (s *site) dropSent(w http.ResponseWriter, r *http.Request, name string) {
	if len(r.CookiesNamed(s.cookieName(name))) > 0 {
		s.dropCookie(w, name)
	}
}

// cookie reads a cookie; "" when there is none, or more than one of that name: somebody planted one.
func (s *site) cookie(r *http.Request, name string) string {
	found := r.CookiesNamed(s.cookieName(name))
	if len(found) != 1 {
		return ""
	}
	return found[0].Value
}

// bearer reads the token of an Authorization header; sent says whether there is such a header at all.
func bearer(r *http.Request) (token string, sent bool) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", false
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return "", true
	}
	return strings.TrimSpace(token), true
}

// token is what the request brings for a proof, and how. Pages know cookies only.
func (s *site) token(r *http.Request, f face, cookie string) (core.Transport, string) {
	if token, sent := bearer(r); sent && f == faceJSON {
		return core.TransportBearer, token
	}
	return core.TransportCookie, s.cookie(r, cookie)
}

var errTwoCredentials error = &core.Error{Code: core.CodeInvalid, Field: "Authorization", Text: "credentials.both"}

// bringsTwo holds for a request with a bearer token and a cookie: which of the two was meant is not ours to guess.
func (s *site) bringsTwo(r *http.Request) bool {
	_, sent := bearer(r)
	return sent && (len(r.CookiesNamed(s.cookieName(cookieLogin))) > 0 || len(r.CookiesNamed(s.cookieName(cookieSession))) > 0)
}

// oneCredential refuses a request that brings two.
func (s *site) oneCredential(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.bringsTwo(r) {
			s.fail(w, r, s.faceOf(r), errTwoCredentials)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// handOver gives the client what an answer made: the cookie of a new session or login, or with bearer the
// token, which the JSON answer carries.
func (s *site) handOverSession(w http.ResponseWriter, r *http.Request, sess core.Session) (token string) {
	token, made := sess.NewToken()
	if !made {
		return ""
	}
	if sess.Transport() == core.TransportBearer {
		return token
	}
	var maxAge time.Duration
	if sess.Remembered() {
		maxAge = sess.ExpiresAt().Sub(sess.SignedInAt())
	}
	s.setCookie(w, cookieSession, token, maxAge)
	s.setCookie(w, cookieKnown, s.Machine.KnownCookie(s.caller(r, core.TransportCookie), sess), knownFor)
	if browser, until, trusted := sess.NewBrowser(); trusted {
		s.setCookie(w, cookieBrowser, browser, until.Sub(sess.SignedInAt()))
	}
	s.keepLast(w, r, core.TransportCookie, sess.Used())
	s.dropSent(w, r, cookieLogin)
	s.dropSent(w, r, cookieTyped)
	return ""
}

// handOverLogin is handOverSession for a login in progress.
func (s *site) handOverLogin(w http.ResponseWriter, l core.Login) (token string) {
	token, made := l.NewToken()
	if !made {
		return ""
	}
	if l.Transport() == core.TransportBearer {
		return token
	}
	s.setCookie(w, cookieLogin, token, 10*time.Minute)
	return ""
}

// binder reads what an answer has to come with: a browser's cookie of that name, or the token that a client returns.
func (s *site) binder(r *http.Request, t core.Transport, name, token string) string {
	if t == core.TransportCookie {
		return s.cookie(r, name)
	}
	return token
}

// handOverBinder gives the client what [site.binder] reads.
func (s *site) handOverBinder(w http.ResponseWriter, t core.Transport, name, binder string, keep time.Duration) (token string) {
	if t == core.TransportBearer {
		return binder
	}
	s.setCookie(w, name, binder, keep)
	return ""
}
