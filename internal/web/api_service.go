package web

import (
	"net/http"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
)

// serviceAnswer is what anybody may know who is about to sign in: the pages show the same.
type serviceAnswer struct {
	Issuer           string      `json:"issuer"`
	RegistrationOpen bool        `json:"registration_open"`
	PasswordMin      int         `json:"password_min"` // characters
	LoginForm        string      `json:"login_form"`
	Mailed           bool        `json:"mailed"` // a mailed code may stand in for the password
	Kinds            []core.Kind `json:"kinds"`
	TrustBrowser     int         `json:"trust_browser_seconds,omitempty"`
}

// apiService says what a page needs to know before anybody signs in.
func (s *site) apiService(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, serviceAnswer{
		Issuer: s.Issuer, RegistrationOpen: s.RegistrationOpen, PasswordMin: s.Machine.MinPassword(), LoginForm: s.LoginForm,
		Mailed: s.Machine.Passwordless(), Kinds: slices.Clone(s.Machine.Kinds()), TrustBrowser: seconds(s.Machine.TrustBrowserFor()),
	})
}
