package web

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

func (s *site) pageDelete(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	a, err := s.Machine.Account(r.Context(), e.Session())
	if err != nil {
		return err
	}
	data := pages.Delete{Email: a.Email, Kept: s.in(r).lasting(s.Machine.EventsKept())}
	return s.render(w, r, http.StatusOK, "delete", pages.Page{Who: a.Shown(), Data: data})
}

// postDelete deletes the account, and with it what this browser has of it.
func (s *site) postDelete(w http.ResponseWriter, r *http.Request, e core.Elevated) error {
	if err := s.Machine.DeleteAccount(r.Context(), s.caller(r, core.TransportCookie), e); err != nil {
		return err
	}
	s.forget(w, r, e.Session())
	s.dropSent(w, r, cookieBrowser)
	s.dropSent(w, r, cookieTyped)
	s.redirectSaying(w, s.path("/login"), noticeAccountDeleted)
	return nil
}

// The file of one's data: what is kept, in words that other programs read.
type (
	dataFile struct {
		At             string              `json:"made_at"`
		Account        dataAccount         `json:"account"`
		EmailWaiting   *waitingAddressView `json:"email_waiting,omitempty"`
		ResetDue       string              `json:"reset_due,omitempty"`
		Groups         []string            `json:"groups"`
		Authenticators []dataAuthenticator `json:"authenticators"`
		RecoveryCodes  dataCodes           `json:"recovery_codes"`
		Sessions       []dataClient        `json:"sessions"`
		Browsers       []dataClient        `json:"trusted_browsers"`
		Events         []dataEvent         `json:"events"`
	}
	dataAccount struct {
		ID             string `json:"id"`
		Username       string `json:"username,omitempty"`
		Email          string `json:"email,omitempty"`
		EmailConfirmed bool   `json:"email_confirmed"`
		CreatedAt      string `json:"created_at,omitempty"`
		Language       string `json:"language,omitempty"`
	}
	dataAuthenticator struct {
		ID         string    `json:"id"`
		Kind       core.Kind `json:"kind"`
		Label      string    `json:"label"`
		CreatedAt  string    `json:"created_at"`
		LastUsedAt string    `json:"last_used_at,omitempty"`
	}
	dataCodes struct {
		Remaining int    `json:"remaining"`
		CreatedAt string `json:"created_at,omitempty"`
	}
	dataClient struct {
		ID         string `json:"id"`
		Address    string `json:"address,omitempty"`
		UserAgent  string `json:"user_agent,omitempty"`
		BegunAt    string `json:"begun_at"`
		LastSeenAt string `json:"last_seen_at"`
	}
	dataEvent struct {
		At            string `json:"at"`
		Event         string `json:"event"`
		Outcome       string `json:"outcome"`
		Authenticator string `json:"authenticator,omitempty"`
		Address       string `json:"address,omitempty"`
		UserAgent     string `json:"user_agent,omitempty"`
		Detail        string `json:"detail,omitempty"`
	}
)

// pageData is the file with everything that is kept about an account, for its owner. Nothing in it opens anything.
func (s *site) pageData(w http.ResponseWriter, r *http.Request, sess core.Session) error {
	d, err := s.Machine.Data(r.Context(), sess)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(fileOf(d), "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(s.Issuer, "account.json")+`"`)
	_, _ = w.Write(append(body, '\n')) // an error is a client that went away
	return nil
}

func fileOf(d core.Data) dataFile {
	out := dataFile{
		At: instant(d.At), EmailWaiting: viewWaiting(d.Waiting), ResetDue: instant(d.ResetDue), Groups: append([]string{}, d.Groups...),
		Account: dataAccount{
			ID: d.Account.ID, Username: d.Account.Username, Email: d.Account.Email,
			EmailConfirmed: d.Account.EmailConfirmed, CreatedAt: instant(d.Account.CreatedAt),
			Language: d.Language,
		},
		RecoveryCodes:  dataCodes{Remaining: d.RecoveryCodes.Remaining, CreatedAt: instant(d.RecoveryCodes.CreatedAt)},
		Authenticators: []dataAuthenticator{}, Sessions: []dataClient{}, Browsers: []dataClient{}, Events: []dataEvent{},
	}
	for _, a := range d.Authenticators {
		out.Authenticators = append(out.Authenticators, dataAuthenticator{a.ID, a.Kind, a.Label, instant(a.CreatedAt), instant(a.LastUsedAt)})
	}
	for _, b := range d.Sessions {
		out.Sessions = append(out.Sessions, dataClient{b.ID, b.Address, b.UserAgent, instant(b.SignedInAt), instant(b.LastSeenAt)})
	}
	for _, b := range d.Browsers {
		out.Browsers = append(out.Browsers, dataClient{b.ID, b.Address, b.UserAgent, instant(b.CreatedAt), instant(b.LastUsedAt)})
	}
	for _, e := range d.Events {
		out.Events = append(out.Events, dataEvent{instant(e.At), e.Kind, e.Outcome, e.Authenticator, e.Address, e.UserAgent, e.Detail})
	}
	return out
}

// instant is a time for programs; "" for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
