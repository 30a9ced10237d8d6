package sallyporttest

import "testing"

// Bind sets up an authenticator for somebody who has an account. Their sessions end, as with every change of what opens an
// account: sign in afterwards.
func (s *Service) Bind(t testing.TB, p *Person, a Authenticator) {
	t.Helper()
	l := s.begin(t, p, nil)
	if !l.last.is("must_bind") {
		l.finish(t)
	}
	s.bind(t, l.program, p, a, l.last)
}

// bind sets it up for who is signed in, or can't be before, and returns what became of the login.
func (s *Service) bind(t testing.TB, c *program, p *Person, a Authenticator, before answer) answer {
	t.Helper()
	path := "/authenticators"
	if before.is("must_bind") {
		path = "/login/authenticators"
	}
	s.Clock.answering.Lock()
	defer s.Clock.answering.Unlock()
	q := c.asked(t, "", "")
	begun := c.try(t, "POST", path, a.offer(t, p))
	if begun.Code == "elevation_needed" {
		c.elevate(t, p, nil)
		q = c.asked(t, "", "")
		begun = c.try(t, "POST", path, a.offer(t, p))
	}
	if begun.Code != "" {
		t.Fatalf("sallyporttest: %s can't set up %s: %s", p.login(), a.Kind(), begun.text)
	}
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
