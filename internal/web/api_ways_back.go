package web

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
)

// What leads on for somebody with the password who can use none of their authenticators.

type waysBackAnswer struct {
	ResetWaitSeconds int  `json:"reset_wait_seconds,omitempty"` // absent: no reset can be asked for
	RescueCode       bool `json:"rescue_code"`
	Support          bool `json:"support"`

	ResetDue string `json:"reset_due,omitempty"` // of the reset that was asked for
}

// apiWaysBack says what is possible.
func (s *site) apiWaysBack(w http.ResponseWriter, r *http.Request, l core.Login) error {
	ways, err := s.Machine.WaysBack(r.Context(), l)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, waysBackAnswer{
		ResetWaitSeconds: seconds(ways.Reset), RescueCode: ways.Rescue, Support: ways.Support, ResetDue: stamp(ways.Due),
	})
}

type resetAnswer struct {
	DueAt string `json:"due_at"`
}

// apiAskReset asks for every authenticator to be removed after a wait. Asking again changes nothing.
func (s *site) apiAskReset(w http.ResponseWriter, r *http.Request, l core.Login) error {
	if err := readNothing(r); err != nil {
		return err
	}
	due, err := s.Machine.AskReset(r.Context(), s.caller(r, l.Transport()), l)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusAccepted, resetAnswer{DueAt: stamp(due)})
}

// apiAskSupport asks whoever runs the service for help.
func (s *site) apiAskSupport(w http.ResponseWriter, r *http.Request, l core.Login) error {
	if err := readNothing(r); err != nil {
		return err
	}
	if err := s.Machine.AskSupport(r.Context(), s.caller(r, l.Transport()), l); err != nil {
		return err
	}
	return accepted(w)
}

// apiCancelReset ends a reset with the link of one of its messages.
func (s *site) apiCancelReset(w http.ResponseWriter, r *http.Request) error {
	in, err := readLink(r)
	if err != nil {
		return err
	}
	if err := s.Machine.CancelReset(r.Context(), s.anyone(r), in); err != nil {
		return err
	}
	return noContent(w)
}

// apiCancelOwnReset ends the reset of the account that is signed in.
func (s *site) apiCancelOwnReset(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := readNothing(r); err != nil {
		return err
	}
	if err := s.Machine.CancelOwnReset(r.Context(), s.caller(r, sess.Transport()), sess); err != nil {
		return err
	}
	return noContent(w)
}
