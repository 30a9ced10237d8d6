package pages

import (
	"strings"
	"time"
)

// The states of a [Prompt].
const (
	PromptWaiting  = "waiting"  // the number is shown
	PromptApproved = "approved" // the form of the page may be sent
	PromptDeclined = "declined"
	PromptEnded    = "ended" // it expired, or another took its place
)

// Prompt is what pages show that ask a bound browser: a button at first, then the number that is typed there.
type Prompt struct {
	State     string // one of those above; "" where nothing was asked
	ID        string
	Browser   string // the id of the browser that was asked
	Number    string // six digits
	ExpiresAt time.Time
	Page      string // the address of the page where the number is typed, as people read it

	Offers   []Offer           // the browsers that may be asked
	Action   string            // the path that the answer goes to,
	Ask      string            // that of the state,
	SendTo   string            // and that of a further question
	Hidden   map[string]string // what forms send besides
	TrustFor string            // as in [Verify]
	Trust    bool              // likewise
}

// Open says whether the prompt may still be gone on with.
func (p Prompt) Open() bool { return p.State == PromptWaiting || p.State == PromptApproved }

// Several says whether there is a browser to choose.
func (p Prompt) Several() bool { return len(p.Offers) > 1 }

// Named is the browser that the button asks, where its owner named it; of several, each button has its own.
func (p Prompt) Named() []Offer {
	if p.Several() {
		return nil
	}
	return named(p.Offers)
}

// Asked is the name of the browser that was asked; "" where it has none.
func (p Prompt) Asked() string {
	for _, o := range p.Offers {
		if o.ID == p.Browser {
			return o.Label
		}
	}
	return ""
}

// Class is the class of the buttons that ask.
func (p Prompt) Class() string {
	switch {
	case p.Open():
		return "link"
	case p.Several():
		return "quiet"
	}
	return ""
}

// Shown is the number as it is read at a glance.
func (p Prompt) Shown() string {
	half := len(p.Number) / 2
	return p.Number[:half] + " " + p.Number[half:]
}

// Spelled is the number as it is read aloud.
func (p Prompt) Spelled() string { return strings.Join(strings.Split(p.Number, ""), " ") }

// Push is the page "push", on which a bound browser approves. It knows no account.
type Push struct {
	ServerKey string // the service's public key for Web Push (RFC 8292)
	Elsewhere bool   // people are told by the application, and not by their browser
}
