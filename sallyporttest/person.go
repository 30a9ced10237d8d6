package sallyporttest

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/core"
)

// Person is somebody with an account: one that [Service.NewPerson] or [Service.Register] made, or that the application did, where a
// test fills in name and password. What is "" or nil they don't have. It is for one goroutine at a time.
type Person struct {
	ID       string // of the account
	Username string
	Email    string
	Password string // "" before it is registered: a good one is chosen

	// Unconfirmed says that nobody proves that the mailbox of Email is theirs.
	Unconfirmed bool
	// Authenticators are what they have beside the password. The first is what they use, unless a test says otherwise.
	Authenticators []Authenticator
	// RecoveryCodes are those that were not used, as they were shown.
	RecoveryCodes []string
}

// goodPassword is long enough where no second factor is enforced, and nobody's own words.
const goodPassword = "correct horse battery staple"

// login is the name that they sign in with.
func (p *Person) login() string {
	if p.Username != "" {
		return p.Username
	}
	return p.Email
}

// first is what they use; nil when they have but a password.
func (p *Person) first() Authenticator {
	if len(p.Authenticators) == 0 {
		return nil
	}
	return p.Authenticators[0]
}

// NewPerson registers somebody by a username, or by an email address, which is confirmed then, and binds what they have beside a
// password. Who is given nothing has nothing; where a second factor is required, it is a [CodeApp], or a [Passkey] if only
// that is enough.
//
// With [sallyport.Config.Accounts] the application makes accounts: a test fills in a [Person] for one, and [Service.Bind] gives it authenticators.
// Where an address has to be confirmed, somebody with a username has USERNAME@example.com. Where registration is closed or
// needs an invitation, they are invited.
func (s *Service) NewPerson(t testing.TB, name string, has ...Authenticator) *Person {
	t.Helper()
	p := &Person{Username: name}
	if strings.Contains(name, "@") {
		p.Username, p.Email = "", name
	}
	s.Register(t, p, has...)
	return p
}

// Register is [Service.NewPerson] for somebody whose Username, Email, Password and Unconfirmed a test fills in; one of the names is
// needed.
func (s *Service) Register(t testing.TB, p *Person, has ...Authenticator) {
	t.Helper()
	if s.elsewhere {
		t.Fatalf("sallyporttest: %s is not registered: with Config.Accounts the application makes accounts. Make one there, tell of it with "+
			"&Person{Username: ..., Password: ...}, and give it authenticators with Service.Bind", p.login())
	}
	s.Clock.busy.Lock()
	defer s.Clock.busy.Unlock()
	if p.Password == "" {
		p.Password = goodPassword
	}
	c := &program{service: s, client: s.Client()}
	a := s.register(t, c, p)
	if a.is("confirm_address") && p.Email == "" { // an address is needed, and it was not known before
		t.Fatalf("sallyporttest: %s has no address to confirm", p.login())
	}
	if p.Email != "" && !p.Unconfirmed {
		s.confirmAddress(t, c, p)
	}
	if !a.is("signed_in") && p.Email != "" && !p.Unconfirmed { // a session goes on, and nothing else does
		a = c.call(t, "POST", "/login", values{"login": p.login(), "password": p.Password})
	}
	p.ID = a.Session.Account.ID
	if a.is("must_bind") && len(has) == 0 {
		has = []Authenticator{required(t, a.Kinds)}
	}
	for _, one := range has {
		a = s.bind(t, c, p, one, a)
	}
}

// register asks for the account.
func (s *Service) register(t testing.TB, c *program, p *Person) answer {
	t.Helper()
	body := func() values {
		v := values{"username": p.Username, "email": p.Email, "password": p.Password}
		if s.invites {
			v["invitation"] = s.invitation(t)
		}
		return v
	}
	a := c.try(t, "POST", "/accounts", body())
	if a.Code == "invalid" && p.Email == "" { // one has to be given here
		p.Email = p.Username + "@example.com"
		a = c.try(t, "POST", "/accounts", body())
	}
	if a.Code != "" {
		t.Fatalf("sallyporttest: %s is not registered: %s", p.login(), a.text)
	}
	return a
}

// invitation is one that an administrator made.
func (s *Service) invitation(t testing.TB) (token string) {
	t.Helper()
	link, err := s.house.Machine.Invite(t.Context(), core.Caller{}, "", nil)
	if err != nil {
		t.Fatal("sallyporttest: ", err)
	}
	return tokenOf(t, link)
}

// confirmAddress proves that the mailbox is theirs, with what was mailed there.
func (s *Service) confirmAddress(t testing.TB, c *program, p *Person) {
	t.Helper()
	s.send(t)
	m, found := s.Mail.box.next(0, func(m sallyport.Mail) bool {
		return strings.EqualFold(m.To, p.Email) && strings.Contains(m.Text, "/verify-email?token=")
	})
	if !found {
		t.Fatalf("sallyporttest: nothing was mailed to %s that confirms the address", p.Email)
	}
	c.call(t, "POST", "/email/confirm", values{"token": tokenOf(t, Link(t, m))})
}

func tokenOf(t testing.TB, link string) string {
	t.Helper()
	_, token, found := strings.Cut(link, "?token=")
	if !found {
		t.Fatalf("sallyporttest: a link without a token: %s", link)
	}
	return token
}

// required is an authenticator of the first kind that is enough.
func required(t testing.TB, kinds []string) Authenticator {
	t.Helper()
	for _, one := range []Authenticator{&CodeApp{}, &Passkey{}, &HardwareToken{}, &Approver{}, &MailCodes{}} {
		if slices.Contains(kinds, one.Kind()) {
			return one
		}
	}
	t.Fatalf("sallyporttest: say what to bind: one of %v is required", kinds)
	return nil
}

// SetGroups makes somebody a member of these groups and no others, as an administrator does. With
// [sallyport.Config.Accounts] the application says who is in which: set them there.
func (s *Service) SetGroups(t testing.TB, p *Person, groups ...string) {
	t.Helper()
	if s.elsewhere {
		t.Fatalf("sallyporttest: the groups of %s are not set: with Config.Accounts the application says who is in which. Set them there, "+
			"so that its AccountByID returns them as Account.Groups", p.login())
	}
	if err := s.house.Machine.SetGroups(t.Context(), core.Caller{}, p.ID, groups); err != nil {
		t.Fatal("sallyporttest: ", err)
	}
}
