package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// Elsewhere is where an embedding application, which keeps the accounts itself, has its pages about them. Both are paths on the
// host of the public URL, or URLs.
type Elsewhere struct {
	AccountPage      string // where who is signed in changes password and address; never ""
	RegistrationPage string // where people make an account; "" is not offered
	ForgottenPage    string // where people replace a password that they forgot; "" is not offered
	LoginPage        string // where people sign in; "" is the page here
}

// onlyHere are the routes of what an application does itself that keeps its accounts.
func onlyHere() []string {
	return []string{
		"GET /register", "POST /register",
		"GET /recover", "POST /recover", "GET /recover/reset", "POST /recover/reset",
		"GET /verify-email", "POST /verify-email",
		"GET /account/email", "POST /account/email", "POST /account/email/cancel",
		"GET /account/email/undo", "POST /account/email/undo",
		"GET /account/password", "POST /account/password",
		"GET /account/delete", "POST /account/delete",

		"POST /api/v1/accounts", "POST /api/v1/recovery", "POST /api/v1/recovery/reset",
		"POST /api/v1/email/confirm", "POST /api/v1/email/undo", "PUT /api/v1/email", "DELETE /api/v1/email/waiting",
		"PUT /api/v1/password", "DELETE /api/v1/account",
	}
}

// IsElsewhere says whether a page, by its path below the prefix, only says that the application has one, where that keeps the accounts.
func IsElsewhere(path string) bool { return slices.Contains(onlyHere(), "GET "+path) }

// withoutOnlyHere has, for accounts that are elsewhere, one answer to those routes: to everybody, whatever they hold.
func (s *site) withoutOnlyHere(all []route) []route {
	if s.Elsewhere == nil {
		return all
	}
	absent := onlyHere()
	for i, r := range all {
		if slices.Contains(absent, r.pattern) {
			all[i] = s.public(r.face, r.pattern, notHere)
		}
	}
	return all
}

func notHere(http.ResponseWriter, *http.Request) error { return errElsewhere }

var errElsewhere = &core.Error{Code: core.CodeNotFound, Text: "accounts.elsewhere"}

// elsewhere is where the application has its pages; all of them are "" where accounts are kept here.
func (s *site) elsewhere() Elsewhere {
	if s.Elsewhere == nil {
		return Elsewhere{}
	}
	return *s.Elsewhere
}

// wayElsewhere is the link to the application's page in place of one that is not here; nil where it has none to offer.
func (s *site) wayElsewhere(r *http.Request) *pages.Way {
	at, c := s.elsewhere(), s.in(r)
	way := &pages.Way{Path: at.AccountPage, Says: c.text("account.change")}
	switch path := strings.TrimPrefix(r.URL.Path, s.prefix); {
	case path == "/register":
		way = &pages.Way{Path: at.RegistrationPage, Says: c.text("register.link")}
	case strings.HasPrefix(path, "/recover"):
		way = &pages.Way{Path: at.ForgottenPage, Says: c.text("login.forgot")}
	}
	if way.Path == "" {
		return nil
	}
	return way
}

// loginElsewhere leads to the application's own sign-in page, where it has one, and says whether it did.
func (s *site) loginElsewhere(w http.ResponseWriter, back string) bool {
	if s.Elsewhere == nil || s.Elsewhere.LoginPage == "" {
		return false
	}
	to := s.Elsewhere.LoginPage
	if back, kept := safeReturn(back); kept {
		to = withParameter(to, "return_to", back)
	}
	redirect(w, to)
	return true
}
