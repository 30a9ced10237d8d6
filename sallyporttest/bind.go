package sallyporttest

import "testing"

// Bind sets up an authenticator for somebody who has an account. Their sessions end, as with every change of what opens an
// account: sign in afterwards.
func (s *Service) Bind(t testing.TB, p *Person, a Authenticator) {
	t.Helper()
	s.Clock.busy.Lock()
	defer s.Clock.busy.Unlock()
	l := s.signIn(t, p, nil)
	s.bind(t, l.program, p, a, l.last)
}

// bind sets it up for who is signed in, or can't be before, and returns what became of the login.
func (s *Service) bind(t testing.TB, c *program, p *Person, a Authenticator, before answer) answer {
	t.Helper()
	path := "/authenticators"
	if before.is("must_bind") {
		path = "/login/authenticators"
	}
	q, begun := c.beginBinding(t, p, a, path)
	done := c.call(t, "POST", path+"/"+begun.ID+"/confirm", values{"response": a.confirm(t, q, begun)})
	if len(done.RecoveryCodes) > 0 {
		p.RecoveryCodes = done.RecoveryCodes
	}
	p.Authenticators = append(p.Authenticators, a)
	if path == "/authenticators" {
		a.bound(done.Authenticator.ID)
		return before
	}
	p.ID = done.Session.Account.ID
	a.bound(c.call(t, "GET", "/authenticators", nil).Authenticators[0].ID)
	return done
}

// beginBinding asks for what is to be confirmed then. Somebody who had to wait for it may have to sign in again, or to confirm
// that it is them.
func (c *program) beginBinding(t testing.TB, p *Person, a Authenticator, path string) (question, answer) {
	t.Helper()
	for again := 0; ; again++ {
		q := c.asked(t, "", "")
		begun := c.once(t, "POST", path, a.offer(t, p))
		switch begun.Code {
		case "":
			return q, begun
		case "throttled":
			c.service.Clock.wait(begun)
		case "elevation_needed":
			c.elevate(t, p, nil)
		case "not_signed_in", "login_expired":
			c.service.signIn(t, p, []SignInOption{In(c.client)})
		default:
			again = patience
		}
		if again >= patience {
			t.Fatalf("sallyporttest: %s can't set up %s: %s", p.login(), a.Kind(), begun.text)
		}
	}
}
