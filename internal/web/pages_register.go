package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// registerData is what the page for new accounts shows.
type registerData struct {
	Username, Email string
	ReturnTo        string
	Least           int // characters of a password
}

func (s *site) pageRegister(w http.ResponseWriter, r *http.Request) error {
	if !s.RegistrationOpen {
		return s.registrationClosed(w)
	}
	data := s.registerData(form{"return_to": r.URL.Query().Get("return_to")})
	return s.render(w, http.StatusOK, "register", screen{Data: data})
}

func (s *site) registerData(f form) registerData {
	back, _ := safeReturn(f["return_to"])
	return registerData{Username: f["username"], Email: f["email"], ReturnTo: back, Least: s.Machine.MinPassword()}
}

func (s *site) registrationClosed(w http.ResponseWriter) error {
	return s.render(w, http.StatusForbidden, "closed", screen{})
}

func (s *site) postRegister(w http.ResponseWriter, r *http.Request) error {
	if !s.RegistrationOpen {
		return s.registrationClosed(w)
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	back, _ := safeReturn(f["return_to"])
	sess, err := s.Machine.Register(r.Context(), s.caller(r, core.TransportCookie), core.Registration{
		Username: f["username"], Email: f["email"], Password: f["password"], ReturnTo: back,
	})
	if err := s.proceed(w, r, sess, err); err != nil {
		return &formFailure{err: err, view: "register", screen: screen{Data: s.registerData(f)}, field: "username"}
	}
	return nil
}
