package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// withPush asks for the form of a page on which a bound browser is asked.
const withPush = string(core.KindPush)

// promptData is what the pages show that ask a bound browser: a button at first, then the number that is typed there.
type promptData struct {
	State     core.PromptState // "" where nothing was asked
	ID        string
	Browser   string // the id of the one that was asked
	Number    string
	ExpiresAt time.Time
	Page      string // where the number is typed, as people read it

	Offers              []core.Offer // the browsers that may be asked
	Action, Ask, SendTo string       // the paths of the answer, of the state, and of a further question
	Hidden              map[string]string
	TrustFor            string // as in offerData
	Trust               bool
}

// Open says whether the prompt may still be gone on with.
func (d promptData) Open() bool {
	return d.State == core.PromptWaiting || d.State == core.PromptApproved
}

// Several says whether there is a browser to choose.
func (d promptData) Several() bool { return len(d.Offers) > 1 }

// Named is the browser that the button asks, where its owner gave it a name; of several, each button has its own.
func (d promptData) Named() []core.Offer {
	if d.Several() {
		return nil
	}
	return named(d.Offers)
}

// Asked is the name of the browser that was asked; "" where it has none.
func (d promptData) Asked() string {
	for _, o := range d.Offers {
		if o.ID == d.Browser {
			return o.Label
		}
	}
	return ""
}

// Class is how the buttons look that ask.
func (d promptData) Class() string {
	switch {
	case d.Open():
		return "link"
	case d.Several():
		return "quiet"
	}
	return ""
}

// Shown is the number as it is read at a glance.
func (d promptData) Shown() string {
	half := len(d.Number) / 2
	return d.Number[:half] + " " + d.Number[half:]
}

// Spelled is the number as it is read aloud.
func (d promptData) Spelled() string { return strings.Join(strings.Split(d.Number, ""), " ") }

// fill puts in what became of the prompt that was asked last; without one, nothing.
func (d *promptData) fill(p core.Prompted, err error) error {
	if core.IsCode(err, core.CodeNotFound) {
		return nil
	}
	d.State, d.ID, d.Browser, d.Number, d.ExpiresAt = p.State, p.ID, p.Authenticator, p.Number, p.ExpiresAt
	return err
}

// pushPage is the address of the page on which bound browsers approve, without its scheme where everybody's adds it.
func (s *site) pushPage() string { return strings.TrimPrefix(s.publicly("/push"), "https://") }

// publicly is a path as an address.
func (s *site) publicly(path string) string {
	return s.PublicURL.Scheme + "://" + s.PublicURL.Host + s.path(path)
}

// verifyPrompt asks what became of the prompt of a login, where the page is about one. A prompt that is open makes it so.
func (s *site) verifyPrompt(r *http.Request, l core.Login, d *offerData, with string) error {
	if len(d.Browsers) == 0 || with != "" && !d.ByPush {
		return nil
	}
	p := promptData{
		Page: s.pushPage(), Offers: d.Browsers, TrustFor: d.TrustFor, Trust: d.Trust,
		Action: s.path("/login/verify"), Ask: s.path("/api/v1/login/prompt"), SendTo: s.path("/login/challenge"),
	}
	if err := p.fill(s.Machine.Prompt(r.Context(), l)); err != nil {
		return err
	}
	if d.ByPush = d.ByPush || p.Open(); d.ByPush {
		d.askPrompt(p)
	}
	return nil
}

// askPrompt makes the page one about bound browsers, and about nothing else.
func (o *offerData) askPrompt(p promptData) {
	o.Prompt, o.ByPush, o.ByPasskey, o.ByRecovery, o.ByPair, o.BySent, o.SendFirst = &p, true, false, false, false, nil, nil
}

// confirmPrompt is verifyPrompt for somebody signed in. One that was asked for something else is not gone on with here: the
// page is about the one that its address names.
func (s *site) confirmPrompt(r *http.Request, sess core.Session, d *confirmData, asked string) error {
	if !d.ByPush {
		return nil
	}
	p := promptData{
		Page: s.pushPage(), Offers: d.Browsers,
		Action: s.path("/account/confirm"), Ask: s.path("/api/v1/session/prompt"), SendTo: s.path("/account/confirm/challenge"),
		Hidden: map[string]string{"return_to": d.ReturnTo, "action": d.Action},
	}
	latest, err := s.Machine.PromptSession(r.Context(), sess)
	if err == nil && latest.ID != asked {
		err = &core.Error{Code: core.CodeNotFound}
	}
	if err := p.fill(latest, err); err != nil {
		return err
	}
	d.askPrompt(p)
	return nil
}
