package web

import (
	"net/http"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// notMeData is what the page shows that messages lead to when it was somebody else.
type notMeData struct {
	Account  core.Account
	Apps     int
	Sessions int
	Reset    time.Time           // when a reset is due that waits; zero where none does
	Waiting  core.WaitingAddress // a change of address that waits
}

// Others says whether there are sessions besides this one.
func (d notMeData) Others() bool { return d.Sessions > 1 }

// pageNotMe gathers what shuts somebody else out. It does nothing by being opened, and each step asks for what it
// always does.
func (s *site) pageNotMe(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	data, err := s.notMe(r, sess)
	if err != nil {
		return err
	}
	sc := screen{Who: data.Account.Shown(), Wide: true, Data: data}
	return s.render(w, r, http.StatusOK, "not_me", sc)
}

func (s *site) notMe(r *http.Request, sess core.Session) (data notMeData, err error) {
	if data.Account, err = s.Machine.Account(r.Context(), sess); err != nil {
		return data, err
	}
	if data.Reset, err = s.Machine.PendingReset(r.Context(), sess); err != nil {
		return data, err
	}
	if data.Waiting, err = s.Machine.WaitingAddress(r.Context(), sess); err != nil {
		return data, err
	}
	apps, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return data, err
	}
	sessions, err := s.Machine.Sessions(r.Context(), sess)
	if err != nil {
		return data, err
	}
	data.Apps, data.Sessions = len(apps), len(sessions)
	return data, nil
}
