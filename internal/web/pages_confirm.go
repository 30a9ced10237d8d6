package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) pageConfirm(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	q := r.URL.Query()
	f := form{"return_to": q.Get("return_to"), "with": q.Get("with"), "prompt": q.Get("prompt"), "cancel_to": q.Get("cancel_to")}
	switch {
	case q.Has("action"):
		f["action"] = q.Get("action")
		if err := checkAsked(f); err != nil {
			return err
		}
	case q.Has("max_age"):
		fresh, err := s.provedWithin(sess, q.Get("max_age"))
		if err != nil {
			return err
		}
		if fresh {
			redirect(w, s.returnOr(f["return_to"], "/account"))
			return nil
		}
	}
	sc, err := s.confirmScreen(r, sess, f)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "confirm", sc)
}

// provedWithin says whether the holder of the session proved themself anew in the last so many seconds.
func (s *site) provedWithin(sess core.Session, age string) (bool, error) {
	seconds, err := strconv.ParseUint(age, 10, 31)
	if err != nil {
		return false, &core.Error{Code: core.CodeInvalid, Field: "max_age", Text: "confirm.max_age"}
	}
	return s.Machine.ProvedWithin(sess, time.Duration(seconds)*time.Second), nil
}

func (s *site) confirmScreen(r *http.Request, sess core.Session, f form) (pages.Page, error) {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return pages.Page{}, err
	}
	offers, err := s.Machine.ElevationOffer(r.Context(), s.caller(r, core.TransportCookie), sess)
	if err != nil {
		return pages.Page{}, err
	}
	data := pages.Confirm{ReturnTo: s.returnOr(f["return_to"], "/account"), Action: f["action"]}
	data.CancelTo, _ = safeReturn(f["cancel_to"])
	data.Application = !strings.HasPrefix(data.ReturnTo, s.path("/account"))
	data.Cancel = s.cancelOf(data)
	if len(offers) == 1 && offers[0].Kind == core.KindPassword {
		data.Password = true
	} else {
		with, err := s.confirmWith(r, sess, f["with"])
		if err != nil {
			return pages.Page{}, err
		}
		data.Verify = offered(offers, with, f["authenticator"])
		data.Passkey = s.confirmPasskey(r, data)
		if err := s.confirmPrompt(r, sess, &data, f["prompt"]); err != nil {
			return pages.Page{}, err
		}
	}
	if err := s.confirmCosts(r, sess, &data); err != nil {
		return pages.Page{}, err
	}
	sc.Data = data
	return sc, nil
}

// cancelOf is where the page leads who does not want to. What asked for the proof would only ask again, but for an application that led here
// by itself.
func (s *site) cancelOf(d pages.Confirm) string {
	if back, offered := s.leavesOffer(d.ReturnTo); offered {
		return back
	}
	switch {
	case d.CancelTo != "":
		return d.CancelTo
	case d.Action != "":
		return d.ReturnTo
	case d.Application:
		return s.home()
	}
	return s.path("/account")
}

// confirmCosts fills in what an answer costs: a recovery code of so many, or a wait for another code.
func (s *site) confirmCosts(r *http.Request, sess core.Session, data *pages.Confirm) error {
	if data.ByRecovery {
		have, err := s.Machine.RecoveryCodes(r.Context(), sess)
		data.Left = have.Remaining
		return err
	}
	if data.BySent == nil {
		return nil
	}
	again, err := s.Machine.AgainAtSession(r.Context(), sess, data.BySent.ID)
	data.Wait = s.until(again)
	return err
}

// confirmWith is what the page asks for first: a recovery code from somebody who signed in with one.
func (s *site) confirmWith(r *http.Request, sess core.Session, with string) (string, error) {
	if with != "" {
		return with, nil
	}
	recovering, err := s.Machine.Recovering(r.Context(), sess)
	if recovering {
		with = withRecovery
	}
	return with, err
}

func (s *site) postConfirm(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, field := codeResponse(f), "code"
	if !f.has("code") && f["with"] != withPasskey && f["with"] != withPush {
		in, field = core.Response{Kind: core.KindPassword, Value: f["password"]}, "password"
	}
	if f.has("action") {
		return s.confirmAction(w, r, sess, f, in, field)
	}
	up, err := s.Machine.Elevate(r.Context(), s.caller(r, core.TransportCookie), sess, in)
	if err != nil {
		return s.notConfirmed(r, sess, f, field, err)
	}
	s.handOverSession(w, r, up)
	redirect(w, s.returnOr(f["return_to"], "/account"))
	return nil
}

// notConfirmed shows the page again, with what may be answered now.
func (s *site) notConfirmed(r *http.Request, sess core.Session, f form, field string, err error) error {
	sc, lost := s.confirmScreen(r, sess, f)
	if lost != nil {
		return err
	}
	if field == "password" {
		err = core.Reword(err, core.CodeWrong, "password.wrong")
	} else {
		data := sc.Data.(pages.Confirm).Verify
		err, field = rewordCode(err, data), codeField(data)
	}
	return &formFailure{err: err, view: "confirm", screen: sc, field: field}
}
