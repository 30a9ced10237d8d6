package web

import (
	"cmp"
	"net/http"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// fewCodes is how many recovery codes are so few that the page says it aloud.
const fewCodes = 3

// screenFor begins the screen of a page for somebody who is signed in.
func (s *site) screenFor(r *http.Request, sess core.Session) (pages.Page, error) {
	beside, err := s.Machine.Beside(r.Context(), sess)
	return pages.Page{Who: beside.Account.Shown()}, err
}

func (s *site) pageAccount(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	data := pages.Account{TrustFor: s.trustFor(r), Due: s.dueIn(sess), AllowsPasskeys: s.allowsPasskeys(), Language: cmp.Or(sess.Language(), s.in(r).Tag())}
	beside, err := s.Machine.Beside(r.Context(), sess)
	if err != nil {
		return err
	}
	a := beside.Account
	all, err := s.Machine.Authenticators(r.Context(), sess)
	if err != nil {
		return err
	}
	codes, err := s.Machine.RecoveryCodes(r.Context(), sess)
	if err != nil {
		return err
	}
	data.Address, data.Authenticators, data.Recovery = addressOf(a), rowsOf(all), pages.RecoveryCodes(codes)
	data.Reset = beside.ResetDue
	if data.Recovering, err = s.Machine.Recovering(r.Context(), sess); err != nil {
		return err
	}
	waiting, err := s.Machine.WaitingAddress(r.Context(), sess)
	if err != nil {
		return err
	}
	data.Waiting = pages.WaitingAddress(waiting)
	if err := s.countClients(r, sess, &data); err != nil {
		return err
	}
	if data.PasskeysOnly, _, err = s.Machine.PasskeysOnly(r.Context(), sess); err != nil {
		return err
	}
	if data.Signals, err = s.signals(r, sess, a.Shown()); err != nil {
		return err
	}
	data.FewCodes = !data.PasskeysOnly && len(all) > 0 && codes.Remaining <= fewCodes
	if data.Events, _, err = s.activity(r, sess, 0); err != nil {
		return err
	}
	data.Events = data.Events[:min(fewEvents, len(data.Events))]
	sc := pages.Page{Who: a.Shown(), Wide: true, Notice: s.notice(w, r), Data: data}
	return s.render(w, r, http.StatusOK, "account", sc)
}

func (s *site) countClients(r *http.Request, sess core.Session, data *pages.Account) error {
	sessions, err := s.Machine.Sessions(r.Context(), sess)
	if err != nil {
		return err
	}
	browsers, err := s.Machine.Browsers(r.Context(), sess)
	data.Sessions, data.Browsers = len(sessions), len(browsers)
	return err
}
