package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

type newAuthenticatorBody struct {
	Kind    core.Kind `json:"kind"`
	Label   string    `json:"label"`
	Address string    `json:"address"` // email
	Number  string    `json:"number"`  // sms
	URI     string    `json:"uri"`     // hotp
}

func (s *site) readNewAuthenticator(r *http.Request) (core.NewAuthenticator, error) {
	var in newAuthenticatorBody
	if err := readJSON(r, &in); err != nil {
		return core.NewAuthenticator{}, err
	}
	if in.Kind == "" {
		return core.NewAuthenticator{}, missing("kind")
	}
	out := core.NewAuthenticator(in)
	s.nameBrowser(r, &out)
	return out, nil
}

type confirmationBody struct {
	Response *answerText `json:"response"`
}

// readConfirmation reads which pending binding is meant, and the code that proves it.
func readConfirmation(r *http.Request) (id, code string, err error) {
	if id, err = pathID(r); err != nil {
		return "", "", err
	}
	var in confirmationBody
	if err := readJSON(r, &in); err != nil {
		return "", "", err
	}
	if in.Response == nil {
		return "", "", missing("response")
	}
	return id, string(*in.Response), nil
}

func answerBinding(w http.ResponseWriter, b core.Binding) error {
	view, err := viewBinding(b)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, view)
}

// apiAuthenticators lists what is bound.
func (s *site) apiAuthenticators(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	all, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return err
	}
	known, err := s.Machine.KnownPasskeys(r.Context(), sess)
	if err != nil {
		return err
	}
	only, _, err := s.Machine.PasskeysOnly(r.Context(), sess)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, authenticatorsAnswer{
		Authenticators: viewAuthenticators(all), Passkeys: viewPasskeys(known), PasskeysOnly: only,
	})
}

// apiBind begins the binding of a further authenticator.
func (s *site) apiBind(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	in, err := s.readNewAuthenticator(r)
	if err != nil {
		return err
	}
	binding, err := s.Machine.Bind(r.Context(), s.caller(r, e.Session().Transport()), e, in)
	if err != nil {
		return err
	}
	return answerBinding(w, binding)
}

// apiConfirm binds it.
func (s *site) apiConfirm(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	id, code, err := readConfirmation(r)
	if err != nil {
		return err
	}
	t := e.Session().Transport()
	bound, err := s.Machine.Confirm(r.Context(), s.bindingCaller(r, t), e, id, code)
	if err != nil {
		return err
	}
	s.keepMade(w, r, t, bound)
	return writeJSON(w, http.StatusOK, viewBound(bound))
}

type changeBody struct {
	Label     *string `json:"label"`
	Favourite *bool   `json:"favourite"`
}

// apiChange gives an authenticator another label, where "" takes it away, and has it offered first or not.
func (s *site) apiChange(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	var in changeBody
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if in.Label == nil && in.Favourite == nil {
		return missing("label")
	}
	c := s.caller(r, sess.Transport())
	if in.Label != nil {
		if err := s.Machine.Rename(r.Context(), c, sess, id, *in.Label); err != nil {
			return err
		}
	}
	if in.Favourite != nil {
		if err := s.Machine.SetFavourite(r.Context(), c, sess, id, *in.Favourite); err != nil {
			return err
		}
	}
	return noContent(w)
}

// apiUnbind removes an authenticator.
func (s *site) apiUnbind(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	if err := readNothing(r); err != nil {
		return err
	}
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Machine.Unbind(r.Context(), s.caller(r, e.Session().Transport()), e, id); err != nil {
		return err
	}
	return noContent(w)
}
