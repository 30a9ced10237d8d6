package web

import (
	"net/http"
	"strings"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// withPush asks for the form of a page on which a bound browser is asked.
const withPush = string(core.KindPush)

// fill puts in what became of the prompt that was asked last; without one, nothing.
func fill(d *pages.Prompt, p core.Prompted, err error) error {
	if core.IsCode(err, core.CodeNotFound) {
		return nil
	}
	d.State, d.ID, d.Browser, d.Number, d.ExpiresAt = string(p.State), p.ID, p.Authenticator, p.Number, p.ExpiresAt
	return err
}

// pushPage is the address of the page on which bound browsers approve, without its scheme where everybody's adds it.
func (s *site) pushPage() string { return strings.TrimPrefix(s.publicly("/push"), "https://") }

// publicly is a path as an address.
func (s *site) publicly(path string) string {
	return s.PublicURL.Scheme + "://" + s.PublicURL.Host + s.path(path)
}

// verifyPrompt asks what became of the prompt of a login, where the page is about one. A prompt that is open makes it so.
func (s *site) verifyPrompt(r *http.Request, l core.Login, d *pages.Verify, with string) error {
	if len(d.Browsers) == 0 || with != "" && !d.ByPush {
		return nil
	}
	p := pages.Prompt{
		Page: s.pushPage(), Offers: d.Browsers, TrustFor: d.TrustFor, Trust: d.Trust,
		Action: s.path("/login/verify"), Ask: s.path("/api/v1/login/prompt"), SendTo: s.path("/login/challenge"),
	}
	asked, err := s.Machine.Prompt(r.Context(), l)
	if err := fill(&p, asked, err); err != nil {
		return err
	}
	if d.ByPush = d.ByPush || p.Open(); d.ByPush {
		askPrompt(d, p)
	}
	return nil
}

// askPrompt makes the page one about bound browsers, and about nothing else.
func askPrompt(v *pages.Verify, p pages.Prompt) {
	v.Prompt, v.ByPush, v.ByPasskey, v.ByRecovery, v.ByPair, v.BySent, v.SendFirst = &p, true, false, false, false, nil, nil
}

// confirmPrompt is verifyPrompt for somebody signed in. One that was asked for something else is not gone on with here: the
// page is about the one that its address names.
func (s *site) confirmPrompt(r *http.Request, sess core.Session, d *pages.Confirm, asked string) error {
	if !d.ByPush {
		return nil
	}
	p := pages.Prompt{
		Page: s.pushPage(), Offers: d.Browsers,
		Action: s.path("/account/confirm"), Ask: s.path("/api/v1/session/prompt"), SendTo: s.path("/account/confirm/challenge"),
		Hidden: map[string]string{"return_to": d.ReturnTo, "action": d.Action, "cancel_to": d.CancelTo},
	}
	latest, err := s.Machine.PromptSession(r.Context(), sess)
	if err == nil && latest.ID != asked {
		err = &core.Error{Code: core.CodeNotFound}
	}
	if err := fill(&p, latest, err); err != nil {
		return err
	}
	askPrompt(&d.Verify, p)
	return nil
}
