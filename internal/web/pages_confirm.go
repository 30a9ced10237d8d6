package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// confirmData is what the page shows on which somebody proves themself again.
type confirmData struct {
	offerData
	Password bool // nothing else is bound
	ReturnTo string
	Action   string // what an application wants to be confirmed, or ""

	Application bool   // it is asked for by a page of the application's, about which nothing is known here
	Left        int    // recovery codes, where one is asked for
	Cancel      string // where who does not want to is led
}

// sendData is a button that sends a code, on the page on which somebody proves themself again.
type sendData struct {
	Offer                  core.Offer
	Says, ReturnTo, Action string
	Class                  string
	Wait                   int // seconds until it does
}

// Send is the button for one of what codes are sent to; says is a key of the catalogue.
func (d confirmData) Send(o core.Offer, says string) sendData {
	return sendData{Offer: o, Says: says, ReturnTo: d.ReturnTo, Action: d.Action, Class: "link"}
}

// Again is the button that sends another one.
func (d confirmData) Again(o core.Offer) sendData {
	send := d.Send(o, "verify.mail_again")
	send.Wait = d.Wait
	return send
}

// First is the button for what the page is about, where there is no field yet.
func (d confirmData) First(o core.Offer) sendData {
	send := d.Send(o, "verify.send_to")
	send.Class = ""
	return send
}

// Back is what the other forms of the page are asked for with. It is written as a query already.
func (d confirmData) Back() template.URL {
	q := "return_to=" + url.QueryEscape(d.ReturnTo)
	if d.Action != "" {
		q += "&action=" + url.QueryEscape(d.Action)
	}
	return template.URL(q)
}

func (s *site) pageConfirm(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	q := r.URL.Query()
	f := form{"return_to": q.Get("return_to"), "with": q.Get("with"), "prompt": q.Get("prompt")}
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

func (s *site) confirmScreen(r *http.Request, sess core.Session, f form) (screen, error) {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return screen{}, err
	}
	offers, err := s.Machine.ElevationOffer(r.Context(), s.caller(r, core.TransportCookie), sess)
	if err != nil {
		return screen{}, err
	}
	data := confirmData{ReturnTo: s.returnOr(f["return_to"], "/account"), Action: f["action"], Cancel: s.path("/account")}
	data.Application = !strings.HasPrefix(data.ReturnTo, s.path("/account"))
	if back, offered := s.leavesOffer(data.ReturnTo); offered {
		data.Cancel = back
	} else if data.Action != "" {
		data.Cancel = data.ReturnTo
	}
	if len(offers) == 1 && offers[0].Kind == core.KindPassword {
		data.Password = true
	} else {
		with, err := s.confirmWith(r, sess, f["with"])
		if err != nil {
			return screen{}, err
		}
		data.offerData = offered(offers, with, f["authenticator"])
		data.Passkey = s.confirmPasskey(r, data)
		if err := s.confirmPrompt(r, sess, &data, f["prompt"]); err != nil {
			return screen{}, err
		}
	}
	if err := s.confirmCosts(r, sess, &data); err != nil {
		return screen{}, err
	}
	sc.Data = data
	return sc, nil
}

// confirmCosts fills in what an answer costs: a recovery code of so many, or a wait for another code.
func (s *site) confirmCosts(r *http.Request, sess core.Session, data *confirmData) error {
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
		err = reword(err, core.CodeWrong, "password.wrong")
	} else {
		data := sc.Data.(confirmData).offerData
		err, field = rewordCode(err, data), data.field()
	}
	return &formFailure{err: err, view: "confirm", screen: sc, field: field}
}
