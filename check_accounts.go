package sallyport

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/endpoint"
	"github.com/sallyport/sallyport/internal/web"
)

// checkAccounts checks what goes with an application's own accounts, and what doesn't: the application does that itself.
func (c Config) checkAccounts(public *url.URL, note func(*FieldError)) {
	if c.Accounts == nil {
		for _, f := range c.ownPages() {
			if f.value != "" {
				note(&FieldError{
					Field: f.field, Value: endpoint.HideCredentials(f.value), Reason: "is a page of an application that keeps its accounts itself",
					Cure: "Set Accounts too, or leave it out",
				})
			}
		}
		return
	}
	for _, f := range []struct{ field, value, usual string }{
		{"Registration", c.Registration, defaultRegistration}, {"EmailVerification", c.EmailVerification, defaultEmailVerification},
		{"BreachedPasswords", endpoint.HideCredentials(c.BreachedPasswords), ""}, {"SupportAddress", c.SupportAddress, ""},
	} {
		if f.value != f.usual {
			note(&FieldError{
				Field: f.field, Value: f.value, Reason: "does not go with Accounts, where the application makes accounts and sets passwords",
				Cure: "Leave it out",
			})
		}
	}
	if public == nil {
		return
	}
	for _, f := range c.ownPages() {
		at, wrong := pageOf(f.field, f.value, public)
		if wrong == nil && at != nil && leadsBack(f.field, at, public) {
			wrong = &FieldError{
				Field: f.field, Value: endpoint.HideCredentials(f.value), Reason: "is a page of the Gate's own, which would lead to itself for ever",
				Cure: "Give the application's page, or leave it out",
			}
		}
		note(wrong)
	}
}

// leadsBack says whether a page of the application's is one of the Gate's that leads to it.
func leadsBack(field string, at, public *url.URL) bool {
	below, isBelow := strings.CutPrefix(at.Path, public.Path)
	if at.Scheme != public.Scheme || withoutDefaultPort(at) != public.Host || !isBelow {
		return false
	}
	if field == "LoginPage" && slices.Contains([]string{"", "/", "/login", "/account"}, below) {
		return true
	}
	return web.IsElsewhere(below)
}

// ownPages are the fields about pages of an application that keeps its accounts.
func (c Config) ownPages() []struct{ field, value string } {
	return []struct{ field, value string }{
		{"AccountPage", c.AccountPage}, {"RegistrationPage", c.RegistrationPage}, {"ForgottenPage", c.ForgottenPage}, {"LoginPage", c.LoginPage},
	}
}

// pageOf reads the address of a page of the application's; nil where there is none.
func pageOf(field, value string, public *url.URL) (*url.URL, *FieldError) {
	if value == "" {
		return nil, nil
	}
	e := &FieldError{
		Field: field, Value: endpoint.HideCredentials(value), Reason: "is neither a path nor a URL of https",
		Cure: "Give the path of the application's page, such as /login",
	}
	u, err := url.Parse(value)
	if err != nil || strings.ContainsAny(value, "\\ \t\r\n") || strings.HasPrefix(value, "//") {
		return nil, e
	}
	to := public.ResolveReference(u)
	if u.Host == "" && !strings.HasPrefix(value, "/") || to.Scheme != public.Scheme && to.Scheme != "https" || !hostForm(to.Host) || to.User != nil {
		return nil, e
	}
	return to, nil
}

// elsewhere is where the application has its pages about accounts, as links on pages have it and as messages do; nil where the
// Gate keeps them. c was checked.
func (c Config) elsewhere(public *url.URL) (pages *web.Elsewhere, forgotten *url.URL) {
	if c.Accounts == nil {
		return nil, nil
	}
	pages = &web.Elsewhere{
		AccountPage: cmp.Or(c.AccountPage, "/"), RegistrationPage: c.RegistrationPage, ForgottenPage: c.ForgottenPage, LoginPage: c.LoginPage,
	}
	forgotten, _ = pageOf("ForgottenPage", cmp.Or(pages.ForgottenPage, pages.AccountPage), public)
	return pages, forgotten
}

// directory is the application's accounts as the machine wants them; nil where the Gate keeps them.
func (c Config) directory() core.Directory {
	if c.Accounts == nil {
		return nil
	}
	return directory{c.Accounts, c.Log}
}
