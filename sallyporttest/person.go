package sallyporttest

import (
	"net/http"
	"testing"
)

// Person is somebody with an account. What is "" or nil they don't have; a test may fill in one that the application made.
type Person struct {
	ID            string // of the account
	Username      string
	Email         string // given at registration, and confirmed
	Password      string
	App           *CodeApp
	RecoveryCodes []string // that were not used, as they were shown
}

// login is the name that they sign in with.
func (p *Person) login() string {
	if p.Username != "" {
		return p.Username
	}
	return p.Email
}

// goodPassword is long enough where no second factor is enforced, and nobody's own words.
const goodPassword = "correct horse battery staple"

// NewPerson registers somebody who signs in with a password and a code app.
func (s *Service) NewPerson(t testing.TB, username string) *Person {
	t.Helper()
	p := s.Register(t, username)
	if p.App == nil {
		s.AddApp(t, p)
	}
	return p
}

// Register registers somebody who has nothing but a password. Where a second factor is required, it comes with a code app.
func (s *Service) Register(t testing.TB, username string) *Person {
	t.Helper()
	p := &Person{Username: username, Password: goodPassword}
	c := s.program()
	a := c.call(t, "POST", "/accounts", values{"username": username, "password": goodPassword, "transport": "bearer"})
	if a.Status == "must_bind" {
		s.bindFirst(t, c, p)
		a = c.answer
	}
	p.ID = a.Session.Account.ID
	return p
}

// AddApp sets up a code app for somebody with a password and no second factor, and makes recovery codes.
func (s *Service) AddApp(t testing.TB, p *Person) {
	t.Helper()
	c := s.program()
	a := c.call(t, "POST", "/login", values{"login": p.login(), "password": p.Password, "transport": "bearer"})
	if a.Status == "must_bind" {
		s.bindFirst(t, c, p)
		return
	}
	c.call(t, "POST", "/session/elevate", values{"kind": "password", "response": p.Password})
	s.bind(t, c, p, "/authenticators")
}

// bindFirst binds the code app without which nobody gets in.
func (s *Service) bindFirst(t testing.TB, c *program, p *Person) {
	t.Helper()
	s.bind(t, c, p, "/login/authenticators")
}

func (s *Service) bind(t testing.TB, c *program, p *Person, path string) {
	t.Helper()
	made := c.call(t, "POST", path, values{"kind": "totp", "label": "phone"})
	p.App = s.NewCodeApp(t, made.URI)
	p.RecoveryCodes = c.call(t, "POST", path+"/"+made.ID+"/confirm", values{"response": p.App.Code(t)}).RecoveryCodes
}

// SignInOption changes how [Service.SignIn] signs somebody in.
type SignInOption func(values)

// Remembered keeps the session for longer than the browser is open.
func Remembered() SignInOption { return func(body values) { body["remember"] = true } }

// SignIn signs somebody in, in a browser of its own, with everything that they have: with a code app it comes back at AAL2.
// It is at the place of a person who typed it all, and has not been asked to confirm anything since.
func (s *Service) SignIn(t testing.TB, p *Person, how ...SignInOption) *http.Client {
	t.Helper()
	client := s.Client(t)
	c := &program{service: s, client: client}
	body := values{"login": p.login(), "password": p.Password}
	for _, set := range how {
		set(body)
	}
	a := c.call(t, "POST", "/login", body)
	if a.Status == "more_needed" {
		if p.App == nil {
			t.Fatalf("sallyporttest: %s is asked for a second factor and has no code app here", p.login())
		}
		a = c.call(t, "POST", "/login/response", values{"kind": "totp", "response": p.App.Code(t)})
	}
	if a.Status != "signed_in" {
		t.Fatalf("sallyporttest: %s is not signed in: %s", p.login(), a.Status)
	}
	return client
}

// Confirm confirms, in a browser that [Service.SignIn] returned, that it is them, as an application asks for behind
// RequireRecent: with a code, or with the password where they have no code app.
func (s *Service) Confirm(t testing.TB, client *http.Client, p *Person) {
	t.Helper()
	c := &program{service: s, client: client}
	c.call(t, "POST", "/session/elevate", p.proof(t))
}

// ConfirmAction confirms one action, in the very words that the application uses, and returns what the application wants
// to see behind RequireConfirmed.
func (s *Service) ConfirmAction(t testing.TB, client *http.Client, p *Person, action string) (confirmation string) {
	t.Helper()
	c := &program{service: s, client: client}
	proof := p.proof(t)
	proof["action"] = action
	return c.call(t, "POST", "/session/confirmations", proof).Confirmation
}

func (p *Person) proof(t testing.TB) values {
	t.Helper()
	if p.App == nil {
		return values{"kind": "password", "response": p.Password}
	}
	return values{"kind": "totp", "response": p.App.Code(t)}
}
