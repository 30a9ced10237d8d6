package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) pageRegister(w http.ResponseWriter, r *http.Request) error {
	if s.RegistrationOpen { // said at once: later the cookie may as well be of another message, which is none of this page's
		if data, dead := s.registerData(r, form{"token": r.URL.Query().Get("token")}); dead != nil {
			return invitationDead(data, dead)
		}
	}
	if s.takeTicket(w, r) {
		return nil
	}
	data, dead := s.registerData(r, form{"return_to": r.URL.Query().Get("return_to"), "token": s.cookie(r, cookieTicket)})
	if s.RegistrationOpen || data.Token != "" {
		return s.render(w, r, http.StatusOK, "register", pages.Page{Data: data})
	}
	return s.registrationClosed(w, r, dead)
}

// registerData looks at the invitation that came along, without using it up. dead is why it is none.
func (s *site) registerData(r *http.Request, f form) (data pages.Register, dead error) {
	back, _ := safeReturn(f["return_to"])
	data = pages.Register{Username: f["username"], Email: f["email"], ReturnTo: back, Least: s.Machine.MinPassword(), EmailNeeded: s.Machine.EmailNeeded()}
	token := f["token"]
	if token == "" {
		return data, nil
	}
	info, dead := s.Machine.LookAt(r.Context(), core.PurposeInvitation, core.Mailed{Token: token})
	if dead != nil {
		return data, dead
	}
	data.Token = token
	if info.First {
		data.Group = core.AdminGroup
	}
	if !f.has("email") {
		data.Email = info.Email
	}
	return data, nil
}

// invitationDead says so beside the form, which may be sent without one: what the invitation would have given is not lost
// without a word.
func invitationDead(data pages.Register, dead error) error {
	return &formFailure{err: withoutField(dead), view: "register", screen: pages.Page{Data: data}}
}

// registrationClosed says so; dead is why the invitation that came along changes nothing, or nil. The browser keeps no
// dead one: it would be told of it again wherever it came from next.
func (s *site) registrationClosed(w http.ResponseWriter, r *http.Request, dead error) error {
	if dead != nil {
		s.dropSent(w, r, cookieTicket)
		return &formFailure{err: withoutField(dead), view: "closed"}
	}
	return s.render(w, r, http.StatusForbidden, "closed", pages.Page{})
}

func (s *site) postRegister(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if f["token"] == "" && !s.RegistrationOpen {
		f["token"] = s.cookie(r, cookieTicket)
	}
	data, dead := s.registerData(r, f)
	if !s.RegistrationOpen && data.Token == "" {
		return s.registrationClosed(w, r, dead)
	}
	if dead != nil {
		return invitationDead(data, dead)
	}
	sess, err := s.Machine.Register(r.Context(), s.caller(r, core.TransportCookie), core.Registration{
		Username: f["username"], Email: f["email"], Password: f["password"], ReturnTo: data.ReturnTo, Invitation: data.Token,
	})
	switch err.(type) {
	case nil, *core.MoreNeeded, *core.BindNeeded, *core.ConfirmNeeded: // there is an account: the invitation was used
		if data.Token != "" {
			s.dropSent(w, r, cookieTicket)
		}
	}
	name := f["username"]
	if name == "" {
		name = f["email"]
	}
	if err := s.proceed(w, r, name, sess, err); core.IsCode(err, core.CodeWrong) { // another request took the invitation
		return invitationDead(data, err)
	} else if err != nil {
		return &formFailure{err: err, view: "register", screen: pages.Page{Data: data}, field: "username"}
	}
	return nil
}
