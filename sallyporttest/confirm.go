package sallyporttest

import (
	"net/http"
	"testing"
)

// Confirm confirms, in a browser that [Service.SignIn] returned, that it is them, as an application asks for behind
// [sallyport.Gate.RequireRecent]: with the given authenticator, or else the first that they have, or else the password.
func (s *Service) Confirm(t testing.TB, client *http.Client, p *Person, with ...Authenticator) {
	t.Helper()
	c := &program{service: s, client: client}
	s.Clock.busy.Lock()
	defer s.Clock.busy.Unlock()
	c.elevate(t, p, with)
}

// ConfirmAction confirms one action, in the very words that the application uses, likewise, and returns what the application wants
// to see behind [sallyport.Gate.RequireConfirmed]: in the header Sallyport-Confirmation, or as the parameter confirmation.
func (s *Service) ConfirmAction(t testing.TB, client *http.Client, p *Person, action string, with ...Authenticator) (confirmation string) {
	t.Helper()
	c := &program{service: s, client: client}
	s.Clock.busy.Lock()
	defer s.Clock.busy.Unlock()
	return c.prove(t, p, with, "/session/confirmations", action).Confirmation
}

func (c *program) elevate(t testing.TB, p *Person, with []Authenticator) {
	t.Helper()
	c.prove(t, p, with, "/session/elevate", "")
}

func (c *program) prove(t testing.TB, p *Person, with []Authenticator, path, action string) answer {
	t.Helper()
	a := c.patiently(func() answer {
		proof, refused := c.proof(t, p, with, action)
		if refused.Code != "" {
			return refused
		}
		return c.once(t, "POST", path, proof)
	})
	if a.Code != "" {
		t.Fatalf("sallyporttest: %s does not confirm: %s", p.login(), a.text)
	}
	return a
}

// proof is what somebody proves themself with again.
func (c *program) proof(t testing.TB, p *Person, with []Authenticator, action string) (proof values, refused answer) {
	t.Helper()
	proof = values{"kind": "password", "response": p.Password}
	a := p.first()
	if len(with) > 0 {
		a = with[0]
	}
	if a != nil {
		q := c.asked(t, "/session/challenge", "/session/elevate")
		q.action = action
		response, refused := a.respond(t, q)
		if refused.Code != "" {
			return nil, refused
		}
		proof = values{"kind": a.Kind(), "response": response}
	}
	if action != "" {
		proof["action"] = action
	}
	return proof, answer{}
}
