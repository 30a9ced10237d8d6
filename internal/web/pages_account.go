package web

import (
	"cmp"
	"net/http"
	"time"

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
	Browsers      int        // that are trusted
	TrustFor      string     // "" where none is trusted any more
	Events        []eventRow // the latest
	Waiting       core.WaitingAddress
	Reset         time.Time // when a pending reset is due; zero where there is none
	Due           *dueData  // a second step will be needed; nil where none will
	Language      string    // the account's, or else that of the page
	Recovering    bool      // a recovery code led here, and no authenticator was set up since

	AllowsPasskeys bool
	PasskeysOnly   bool   // no code is enough, so that none is offered
	Signals        string // for the browser's keeper of passkeys, as JSON; "" for an account that never had one
}

// FewCodes says whether new recovery codes are due.
func (d accountData) FewCodes() bool {
	return !d.PasskeysOnly && len(d.Authenticator) > 0 && d.Recovery.Remaining <= fewCodes
}

// CodeMailed says whether there is an address whose message has a code to enter here.
func (d accountData) CodeMailed() bool {
	return d.Waiting.Email != "" || d.Account.Email != "" && !d.Account.EmailConfirmed
}

// screenFor begins the screen of a page for somebody who is signed in.
func (s *site) screenFor(r *http.Request, sess core.Session) (screen, error) {
	a, err := s.Machine.Account(r.Context(), sess)
	if err != nil {
		return screen{}, err
	}
	return screen{Who: a.Shown()}, nil
}

func (s *site) pageAccount(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	data := accountData{TrustFor: s.trustFor(r), Due: s.dueIn(sess), AllowsPasskeys: s.allowsPasskeys(), Language: cmp.Or(sess.Language(), s.in(r).Tag())}
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
	if data.Recovering, err = s.Machine.Recovering(r.Context(), sess); err != nil {
		return err
	}
	if data.Waiting, err = s.Machine.WaitingAddress(r.Context(), sess); err != nil {
		return err
	}
	if data.Reset, err = s.Machine.PendingReset(r.Context(), sess); err != nil {
		return err
	}
	if err := s.countClients(r, sess, &data); err != nil {
		return err
	}
	if data.PasskeysOnly, _, err = s.Machine.PasskeysOnly(r.Context(), sess); err != nil {
		return err
	}
	if data.Signals, err = s.signals(r, sess, data.Account.Shown()); err != nil {
		return err
	}
	if data.Events, _, err = s.activity(r, sess, 0); err != nil {
		return err
	}
	data.Events = data.Events[:min(fewEvents, len(data.Events))]
	sc := screen{Who: data.Account.Shown(), Wide: true, Notice: s.notice(w, r), Data: data}
	return s.render(w, r, http.StatusOK, "account", sc)
}

func (s *site) countClients(r *http.Request, sess core.Session, data *accountData) error {
	sessions, err := s.Machine.Sessions(r.Context(), sess)
	if err != nil {
		return err
	}
	browsers, err := s.Machine.Browsers(r.Context(), sess)
	data.Sessions, data.Browsers = len(sessions), len(browsers)
	return err
}
