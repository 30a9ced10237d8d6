package web

import (
	"net/http"
	"slices"

	"github.com/sallyport/sallyport/internal/core"
)

// Elsewhere is where an embedding application, which keeps the accounts itself, has its pages about them. Both are paths on the
// host of the public URL, or URLs.
type Elsewhere struct {
	AccountPage string // where people make an account, and change or replace its password and address; never ""
	Offered     bool   // the application named that page: it is offered to who can't sign in, too
	LoginPage   string // where people sign in; "" is the page here
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

// elsewhere is the page of the application's accounts; "" where they are kept here.
func (s *site) elsewhere() string {
	if s.Elsewhere == nil {
		return ""
	}
	return s.Elsewhere.AccountPage
}

// offeredElsewhere is that page for who can't sign in; "" where the application named none.
func (s *site) offeredElsewhere() string {
	if s.Elsewhere == nil || !s.Elsewhere.Offered {
		return ""
	}
	return s.Elsewhere.AccountPage
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
