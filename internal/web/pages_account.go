package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// fewCodes is how many recovery codes are so few that the page says it aloud.
const fewCodes = 3

// accountData is what the account page shows.
type accountData struct {
	Account       core.Account
	Authenticator []core.AuthenticatorInfo
	Recovery      core.RecoveryCodes
	Sessions      int
}

// FewCodes says whether new recovery codes are due.
func (d accountData) FewCodes() bool {
	return len(d.Authenticator) > 0 && d.Recovery.Remaining <= fewCodes
}

// screenFor begins the screen of a page for somebody who is signed in.
func (s *site) screenFor(r *http.Request, sess core.Session) (screen, error) {
	a, err := s.Machine.Account(r.Context(), sess)
	if err != nil {
		return screen{}, err
	}
	return screen{Who: nameOf(a)}, nil
}

// nameOf is what an account's owner knows it by.
func nameOf(a core.Account) string {
	switch {
	case a.Username != "":
		return a.Username
	case a.Email != "":
		return a.Email
	}
	return a.ID
}

func (s *site) pageAccount(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	var data accountData
	var err error
	if data.Account, err = s.Machine.Account(r.Context(), sess); err != nil {
		return err
	}
	if data.Authenticator, err = s.Machine.Authenticators(r.Context(), sess); err != nil {
		return err
	}
	if data.Recovery, err = s.Machine.RecoveryCodes(r.Context(), sess); err != nil {
		return err
	}
	sessions, err := s.Machine.Sessions(r.Context(), sess)
	if err != nil {
		return err
	}
	data.Sessions = len(sessions)
	sc := screen{Who: nameOf(data.Account), Wide: true, Notice: s.notice(r), Data: data}
	return s.render(w, http.StatusOK, "account", sc)
}
