package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// An application that keeps its accounts itself hands over what its own form was given.

// Refusal is why a sign-in was refused, in words for whom it was refused to.
type Refusal struct {
	Code       core.Code
	Status     int
	Text       string
	RetryAfter time.Duration // 0: not known
}

// Error is the code.
func (r *Refusal) Error() string { return "sign-in refused: " + string(r.Code) }

// PasswordProved answers the request whose password the application found right: with the next step, or signed in. What
// another site's page sent, and what is no POST, it refuses.
func (p *Site) PasswordProved(w http.ResponseWriter, r *http.Request, account string) {
	s := p.site
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.passwordProved(w, r, account); err != nil {
			s.fail(w, r, facePage, err)
		}
	})
	s.securityHeaders(s.survive(s.oneCredential(s.crossOrigins.Handler(answer)))).ServeHTTP(w, r)
}

func (s *site) passwordProved(w http.ResponseWriter, r *http.Request, account string) error {
	if err := onlyPost(r); err != nil {
		return err
	}
	back, _ := safeReturn(r.FormValue("return_to"))
	in := core.Beginning{Remember: r.PostFormValue("remember") != "", ReturnTo: back, Link: s.cookie(r, cookieTicket)}
	sess, err := s.Machine.PasswordProved(r.Context(), s.caller(r, core.TransportCookie), account, in)
	return s.proceed(w, r, "", sess, err)
}

// Fail answers a request that the application got wrong: it is logged, and shown as one sentence.
func (p *Site) Fail(w http.ResponseWriter, r *http.Request, err error) {
	s := p.site
	s.securityHeaders(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, facePage, err)
	})).ServeHTTP(w, r)
}

// onlyPost refuses what other sites can make a browser send (RFC 9110, 9.2.1: GET is safe).
func onlyPost(r *http.Request) error {
	if r.Method == http.MethodPost {
		return nil
	}
	return &core.Error{Code: codeMethod, Text: "method.others", Args: []any{http.MethodPost}}
}

// SignIn is the sign-in form of an application's own page: what [site.postLogin] does, but for a refusal, which the page
// shows. Nothing was written then.
func (p *Site) SignIn(w http.ResponseWriter, r *http.Request, login, password string) error {
	s := p.site
	r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, rand.Text()))
	if err := onlyPost(r); err != nil {
		return s.refusal(r, err)
	}
	if s.crossOrigins.Check(r) != nil {
		return s.refusal(r, errCrossOrigin)
	}
	f := form{"login": login, "password": password, "return_to": r.FormValue("return_to")}
	for _, name := range []string{"code", "remember", "trust_browser"} { // a page's address may be another site's link, and ticks nothing
		f[name] = r.PostFormValue(name)
	}
	sess, err := s.firstAnswer(r, f)
	if err != nil && !leadsOn(err) {
		return s.refusal(r, core.Reword(err, core.CodeWrong, s.wrongLogin()))
	}
	s.securityHeaders(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.proceed(w, r, login, sess, err); err != nil {
			s.fail(w, r, facePage, err)
		}
	})).ServeHTTP(w, r)
	return nil
}

// leadsOn says whether an error of the machine is a step on the way in.
func leadsOn(err error) bool {
	var more *core.MoreNeeded
	var bind *core.BindNeeded
	var confirm *core.ConfirmNeeded
	return errors.As(err, &more) || errors.As(err, &bind) || errors.As(err, &confirm)
}

func (s *site) refusal(r *http.Request, err error) error {
	e := s.asError(r, err)
	return &Refusal{Code: e.Code, Status: formStatus(e.Code), Text: s.in(r).ofError(e), RetryAfter: e.RetryAfter}
}

// CredentialChanged ends what rested on an account's old password or address. A session of the account that the request
// brings goes on, with a new cookie.
func (p *Site) CredentialChanged(w http.ResponseWriter, r *http.Request, account string) error {
	t := core.TransportCookie
	if _, sent := bearer(r); sent {
		t = core.TransportBearer
	}
	sess, goesOn, err := p.site.Machine.CredentialChanged(r.Context(), p.site.caller(r, t), account)
	if err == nil && goesOn {
		p.site.handOverSession(w, r, sess)
	}
	return err
}
