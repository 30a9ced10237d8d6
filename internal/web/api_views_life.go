package web

import (
	"net/http"
	"strconv"

	"github.com/sallyport/sallyport/internal/browser"
	"github.com/sallyport/sallyport/internal/core"
)

// agentView is what a client said of itself. It proves nothing.
type agentView struct {
	UserAgent string `json:"user_agent"`
	Browser   string `json:"browser,omitempty"` // read from user_agent, where that is known
	System    string `json:"system,omitempty"`
}

func viewAgent(sent string) agentView {
	name, system := browser.Read(sent)
	return agentView{UserAgent: sent, Browser: name, System: system}
}

type browserLine struct {
	ID         string `json:"id"`
	Address    string `json:"address"`
	CreatedAt  string `json:"created_at"`
	LastUsedAt string `json:"last_used_at"`
	ExpiresAt  string `json:"expires_at"`
	Current    bool   `json:"current"` // the one that asks
	agentView
}

type browsersAnswer struct {
	Browsers []browserLine `json:"browsers"`
}

func viewBrowser(b core.BrowserInfo, current string) browserLine {
	return browserLine{
		ID: b.ID, Address: b.Address, CreatedAt: stamp(b.CreatedAt), LastUsedAt: stamp(b.LastUsedAt),
		ExpiresAt: stamp(b.ExpiresAt), Current: b.ID == current, agentView: viewAgent(b.UserAgent),
	}
}

type eventView struct {
	Seq           int64  `json:"seq"` // its place in the account's events, from 1
	At            string `json:"at"`
	Event         string `json:"event"`
	Outcome       string `json:"outcome"` // "ok", or the code of what went wrong
	Authenticator string `json:"authenticator,omitempty"`
	Session       string `json:"session,omitempty"`
	Detail        string `json:"detail,omitempty"`
	Address       string `json:"address"`
	agentView
}

type eventsAnswer struct {
	Events []eventView `json:"events"`
	Next   int64       `json:"next,omitempty"` // give it as before for those that came earlier
}

func viewEvents(all []core.Event) []eventView {
	out := []eventView{}
	for _, e := range all {
		out = append(out, eventView{
			Seq: e.Seq, At: stamp(e.At), Event: e.Kind, Outcome: e.Outcome, Authenticator: e.Authenticator,
			Session: e.Session, Detail: e.Detail, Address: e.Address, agentView: viewAgent(e.UserAgent),
		})
	}
	return out
}

// dataAnswer is what the service keeps about an account. Nothing in it opens anything.
type dataAnswer struct {
	Account        ownAccountView      `json:"account"`
	EmailWaiting   *waitingAddressView `json:"email_waiting,omitempty"`
	ResetDue       string              `json:"reset_due,omitempty"`
	Groups         []string            `json:"groups"`
	Authenticators []authenticatorView `json:"authenticators"`
	RecoveryCodes  recoveryCodesView   `json:"recovery_codes"`
	Sessions       []sessionLine       `json:"sessions"`
	Browsers       []browserLine       `json:"browsers"`
	Events         []eventView         `json:"events"`
	At             string              `json:"at"`
}

type ownAccountView struct {
	accountView
	CreatedAt string `json:"created_at,omitempty"`
	Language  string `json:"language"` // "" while none was chosen
}

// viewData is all that is kept about an account, as programs read it.
func (s *site) viewData(r *http.Request, d core.Data) dataAnswer {
	return dataAnswer{
		Account:      ownAccountView{viewAccount(d.Account), stamp(d.Account.CreatedAt), d.Language},
		EmailWaiting: viewWaiting(d.Waiting), ResetDue: stamp(d.ResetDue),
		Groups: append([]string{}, d.Groups...), Authenticators: viewAuthenticators(d.Authenticators),
		RecoveryCodes: recoveryCodesView{Remaining: d.RecoveryCodes.Remaining, CreatedAt: stamp(d.RecoveryCodes.CreatedAt)},
		Sessions:      viewSessions(d.Sessions), Browsers: s.viewBrowsers(r, d.Browsers),
		Events: viewEvents(d.Events), At: stamp(d.At),
	}
}

func viewAuthenticators(all []core.AuthenticatorInfo) []authenticatorView {
	out := []authenticatorView{}
	for _, a := range all {
		out = append(out, viewAuthenticator(a))
	}
	return out
}

func viewSessions(all []core.SessionInfo) []sessionLine {
	out := []sessionLine{}
	for _, one := range all {
		out = append(out, viewSessionLine(one))
	}
	return out
}

func (s *site) viewBrowsers(r *http.Request, all []core.BrowserInfo) []browserLine {
	current := s.trustedBrowser(r)
	out := []browserLine{}
	for _, b := range all {
		out = append(out, viewBrowser(b, current))
	}
	return out
}

// eventsBefore reads where a list of events goes on; 0 begins one.
func eventsBefore(r *http.Request) (int64, error) {
	query := r.URL.Query()
	for name := range query {
		if name != "before" { // mistyped, it would begin the list anew for ever
			return 0, &core.Error{Code: core.CodeInvalid, Field: cut(name, 64), Text: "events.query"}
		}
	}
	sent := query["before"]
	if len(sent) == 0 {
		return 0, nil
	}
	n, err := strconv.ParseInt(sent[0], 10, 64)
	if err != nil || n < 1 || len(sent) > 1 {
		return 0, &core.Error{Code: core.CodeInvalid, Field: "before", Text: "events.before"}
	}
	return n, nil
}
