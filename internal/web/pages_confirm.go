package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// confirmData is what the page shows on which somebody proves themself again.
type confirmData struct {
	offerData
	Password bool // nothing else is bound
	ReturnTo string
}

func (s *site) pageConfirm(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	q := r.URL.Query()
	sc, err := s.confirmScreen(r, sess, form{"return_to": q.Get("return_to"), "with": q.Get("with")})
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "confirm", sc)
}

func (s *site) confirmScreen(r *http.Request, sess core.Session, f form) (screen, error) {
	sc, err := s.screenFor(r, sess)
	if err != nil {
		return screen{}, err
	}
	offers, err := s.Machine.ElevationOffer(r.Context(), sess)
	if err != nil {
		return screen{}, err
	}
	data := confirmData{ReturnTo: s.returnOr(f["return_to"], "/account")}
	if len(offers) == 1 && offers[0].Kind == core.KindPassword {
		data.Password = true
	} else {
		data.offerData = offered(offers, f["with"], f["authenticator"])
	}
	sc.Data = data
	return sc, nil
}

func (s *site) postConfirm(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, field := codeResponse(f), "code"
	if !f.has("code") {
		in, field = core.Response{Kind: core.KindPassword, Value: f["password"]}, "password"
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
		err = rewordCode(err, sc.Data.(confirmData).offerData)
	}
	return &formFailure{err: err, view: "confirm", screen: sc, field: field}
}
