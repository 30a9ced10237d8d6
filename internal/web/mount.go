package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// face is how a route speaks.
type face int

const (
	facePage face = iota
	faceJSON
)

// The proofs that a route may ask for. They name the mounts in the route table and its tests; no code
// decides by them.
const (
	proofNothing  = "nothing"
	proofLogin    = "login"
	proofMustBind = "must_bind"
	proofSession  = "session"
	proofElevated = "elevated"
)

// route is one line of the route table. Only the mount methods below make one.
type route struct {
	pattern string // method and path below the prefix
	proof   string
	face    face
	serve   func(w http.ResponseWriter, r *http.Request) error
	site    *site
}

// ServeHTTP runs the handler and maps what it returns.
func (rt route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := rt.serve(w, r); err != nil {
		rt.site.fail(w, r, rt.face, err)
	}
}

// public mounts a handler that sees no proof.
func (s *site) public(f face, pattern string, h func(http.ResponseWriter, *http.Request) error) route {
	return route{pattern: pattern, proof: proofNothing, face: f, serve: h, site: s}
}

// login mounts a handler that sees a login in progress.
func (s *site) login(f face, pattern string, h func(http.ResponseWriter, *http.Request, core.Login) error) route {
	return route{pattern: pattern, proof: proofLogin, face: f, site: s, serve: func(w http.ResponseWriter, r *http.Request) error {
		l, err := s.loginOf(r, f)
		if err != nil {
			return err
		}
		return h(w, r, l)
	}}
}

// mustBind mounts a handler that sees a login which has to bind a first authenticator.
func (s *site) mustBind(f face, pattern string, h func(http.ResponseWriter, *http.Request, core.MustBind) error) route {
	return route{pattern: pattern, proof: proofMustBind, face: f, site: s, serve: func(w http.ResponseWriter, r *http.Request) error {
		l, err := s.loginOf(r, f)
		if err != nil {
			return err
		}
		b, err := s.Machine.MustBindFrom(r.Context(), l)
		if err != nil {
			return err
		}
		return h(w, r, b)
	}}
}

// session mounts a handler that sees a complete sign-in.
func (s *site) session(f face, pattern string, h func(http.ResponseWriter, *http.Request, core.Session) error) route {
	return route{pattern: pattern, proof: proofSession, face: f, site: s, serve: func(w http.ResponseWriter, r *http.Request) error {
		sess, err := s.sessionOf(r, f)
		if err != nil {
			return err
		}
		s.speakTo(r, sess)
		return h(w, r, sess)
	}}
}

// elevated mounts a handler that sees a session whose holder proved themself again just now.
func (s *site) elevated(f face, pattern string, h func(http.ResponseWriter, *http.Request, core.Elevated) error) route {
	return route{pattern: pattern, proof: proofElevated, face: f, site: s, serve: func(w http.ResponseWriter, r *http.Request) error {
		sess, err := s.sessionOf(r, f)
		if err != nil {
			return err
		}
		s.speakTo(r, sess)
		e, err := s.Machine.ElevatedFrom(sess)
		if err != nil {
			return err
		}
		return h(w, r, e)
	}}
}

// loginOf reads the login that the request carries a token of.
func (s *site) loginOf(r *http.Request, f face) (core.Login, error) {
	t, token := s.token(r, f, cookieLogin)
	return s.Machine.LoginFrom(r.Context(), t, token)
}

// sessionOf reads the session that the request carries a token of.
func (s *site) sessionOf(r *http.Request, f face) (core.Session, error) {
	t, token := s.token(r, f, cookieSession)
	return s.Machine.SessionFrom(r.Context(), t, token)
}
