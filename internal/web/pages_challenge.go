package web

import (
	"net/http"
	"net/url"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// postChallenge sends a code for the login's second step: to one of what is bound, or the rescue code in its place.
func (s *site) postChallenge(w http.ResponseWriter, r *http.Request, l core.Login) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	c, id := s.caller(r, core.TransportCookie), f["authenticator"]
	if id == withMail {
		if _, err := s.Machine.SendRescueCode(r.Context(), c, l); err != nil {
			return s.lostFailed(r, l, err)
		}
	} else {
		sent, err := s.Machine.Challenge(r.Context(), c, l, id)
		if err != nil {
			return s.notSent(r, l, id, err)
		}
		if sent.Kind == core.KindPush {
			id = withPush
		}
	}
	redirect(w, s.path("/login/verify")+"?with="+url.QueryEscape(id))
	return nil
}

// notSent shows the page for a code with why none was sent. One that was sent before may be typed there.
func (s *site) notSent(r *http.Request, l core.Login, id string, err error) error {
	if core.IsCode(err, core.CodeLoginExpired) || core.IsCode(err, core.CodeNotFound) {
		return err
	}
	data, lost := s.verifyData(r, l, form{"with": id})
	if lost != nil {
		return err
	}
	return &formFailure{err: err, view: "verify", screen: pages.Page{Data: data}}
}

// postConfirmChallenge is postChallenge for somebody signed in who has to prove themself again.
func (s *site) postConfirmChallenge(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if f.has("action") {
		if err := checkAsked(f); err != nil {
			return err
		}
	}
	id := f["authenticator"]
	sent, err := s.Machine.ChallengeSession(r.Context(), s.caller(r, core.TransportCookie), sess, id, f["action"])
	if err != nil {
		f["with"] = id
		sc, lost := s.confirmScreen(r, sess, f)
		if lost != nil || core.IsCode(err, core.CodeNotFound) {
			return err
		}
		return &formFailure{err: err, view: "confirm", screen: sc}
	}
	q := url.Values{"with": {id}, "return_to": {s.returnOr(f["return_to"], "/account")}}
	for _, name := range []string{"action", "cancel_to"} {
		if f.has(name) {
			q.Set(name, f[name])
		}
	}
	if sent.Kind == core.KindPush {
		q.Set("with", withPush)
		q.Set("prompt", sent.Prompt)
	}
	redirect(w, s.path("/account/confirm")+"?"+q.Encode())
	return nil
}

// postResendFirst sends the code of a first authenticator that is being set up again.
func (s *site) postResendFirst(w http.ResponseWriter, r *http.Request, b core.MustBind) error {
	pending, err := s.Machine.PendingFirst(r.Context(), b)
	if err == nil {
		_, err = s.Machine.ResendFirst(r.Context(), s.caller(r, core.TransportCookie), b, pending.ID)
	}
	if err != nil && !core.IsCode(err, core.CodeNotFound) {
		data, drawn := s.firstData(r, b, pending)
		if drawn != nil {
			return err
		}
		return &formFailure{err: err, view: "setup", screen: pages.Page{Data: data}}
	}
	redirect(w, s.path("/login/setup"))
	return nil
}

// postResend is the same for a further one.
func (s *site) postResend(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if _, err := s.Machine.Resend(r.Context(), s.caller(r, core.TransportCookie), e, id); err != nil {
		sc, lost := s.pendingScreen(r, e, f["return_to"])
		if lost != nil {
			return err
		}
		return &formFailure{err: err, view: "setup", screen: sc}
	}
	redirect(w, s.pathBack(pendingPath(id), f["return_to"]))
	return nil
}
