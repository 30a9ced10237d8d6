package web

import (
	"errors"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) lostScreen(r *http.Request, l core.Login) (pages.Page, error) {
	offer, err := s.verifyData(r, l, form{})
	if err != nil {
		return pages.Page{}, err
	}
	ways, err := s.Machine.WaysBack(r.Context(), l)
	return pages.Page{Data: pages.Lost{Verify: offer, WaysBack: pages.WaysBack(ways)}}, err
}

func (s *site) pageLost(w http.ResponseWriter, r *http.Request, l core.Login) error {
	sc, err := s.lostScreen(r, l)
	var bind *core.BindNeeded
	if errors.As(err, &bind) {
		redirect(w, s.path("/login/setup"))
		return nil
	}
	if err != nil {
		return err
	}
	sc.Notice = s.notice(w, r)
	return s.render(w, r, http.StatusOK, "lost", sc)
}

// postLostReset begins a reset, and says until when it waits. It answers with a page: only this login may know.
func (s *site) postLostReset(w http.ResponseWriter, r *http.Request, l core.Login) error {
	if _, err := s.Machine.AskReset(r.Context(), s.caller(r, core.TransportCookie), l); err != nil {
		return s.lostFailed(r, l, err)
	}
	sc, err := s.lostScreen(r, l)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "lost", sc)
}

// postLostHelp asks whoever runs the service for help.
func (s *site) postLostHelp(w http.ResponseWriter, r *http.Request, l core.Login) error {
	if err := s.Machine.AskSupport(r.Context(), s.caller(r, core.TransportCookie), l); err != nil {
		return s.lostFailed(r, l, err)
	}
	s.redirectSaying(w, s.path("/login/lost"), noticeHelpAsked)
	return nil
}

func (s *site) lostFailed(r *http.Request, l core.Login, err error) error {
	sc, lost := s.lostScreen(r, l)
	if lost != nil || core.IsCode(err, core.CodeLoginExpired) {
		return err
	}
	return &formFailure{err: err, view: "lost", screen: sc}
}

func (s *site) pageCancelReset(w http.ResponseWriter, r *http.Request) error {
	return s.linkPage(w, r, "cancel_reset", core.PurposeCancelReset)
}

// postCancelReset cancels a reset with the link of one of its messages.
func (s *site) postCancelReset(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	in, err := s.mailedOf(r, f)
	if err == nil {
		err = s.Machine.CancelReset(r.Context(), s.caller(r, core.TransportCookie), in)
	}
	if err != nil {
		return s.linkFailed(r, f, err, "cancel_reset", core.PurposeCancelReset)
	}
	s.dropSent(w, r, cookieTicket)
	s.redirectSaying(w, s.path("/login"), noticeResetCancelled)
	return nil
}

// pageBindAnew is where the link leads that comes after a reset. The sign-in takes it along.
func (s *site) pageBindAnew(w http.ResponseWriter, r *http.Request) error {
	err := s.linkPage(w, r, "bind_anew", core.PurposeBindAnew)
	var dead *formFailure
	if errors.As(err, &dead) { // a sign-in takes cookies: there is no form for who keeps none
		return &formFailure{err: withoutField(dead.err), view: dead.view, screen: dead.screen}
	}
	return err
}

// postCancelOwnReset cancels the reset of the account that is signed in.
func (s *site) postCancelOwnReset(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	if err := s.Machine.CancelOwnReset(r.Context(), s.caller(r, core.TransportCookie), sess); err != nil {
		return err
	}
	s.redirectSaying(w, s.path("/account"), noticeResetCancelled)
	return nil
}
