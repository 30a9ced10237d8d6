package sallyporttest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sallyporttest"
)

// Whatever an application's settings are, somebody registers and signs in.
func TestEverySetting(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]sallyport.Config{
		"registration closed":   {Registration: "closed"},
		"by invitation":         {Registration: "invite", EmailVerification: "required", SecondFactor: "required"},
		"address confirmed":     {EmailVerification: "required"},
		"and two factors":       {EmailVerification: "required", SecondFactor: "aal2"},
		"and a passkey":         {EmailVerification: "required", SecondFactor: "passkey"},
		"one form":              {LoginForm: "combined"},
		"one form, two factors": {LoginForm: "combined", SecondFactor: "required", EmailVerification: "required"},
		"no prefix":             {PublicURL: "https://example.org"},
		"a long prefix":         {PublicURL: "http://localhost:8080/a/b-c/"},
		"other codes":           {TOTPAlgorithm: "sha256", TOTPDigits: 8},
		"secrets apart":         {SecretsDatabase: "secrets.db"},
		"production":            {Mail: "smtp://mail.example.org:587?tls=starttls", MailFrom: "x@example.org", Database: "postgres://db.example.org/x", BreachedPasswords: "https://breached.example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, cfg)
			for _, name := range []string{"ana", "bob@example.com"} {
				if cfg.SecondFactor != "passkey" {
					p := s.NewPerson(t, name, &sallyporttest.CodeApp{})
					is := name + " aal2 pwd,otp,mfa"
					want(t, see(t, s.SignIn(t, p), s.URL+"/in"), is)
					want(t, see(t, s.SignIn(t, p, sallyporttest.Remembered(), sallyporttest.With(p.RecoveryCode(t))), s.URL+"/in"), is)
				}
				other := s.NewPerson(t, "x"+name, &sallyporttest.Passkey{})
				if got := see(t, s.SignIn(t, other), s.URL+"/in"); !strings.HasPrefix(got, "x"+name+" aal2 ") {
					t.Error(got)
				}
				nothing := s.NewPerson(t, "y"+name) // but what is required
				s.Bind(t, nothing, &sallyporttest.Passkey{})
				s.SignIn(t, nothing, sallyporttest.With(nothing.Authenticators[len(nothing.Authenticators)-1]))
			}
			if strings.HasPrefix(cfg.PublicURL, "https:") != strings.HasPrefix(s.URL, "https:") {
				t.Error(s.URL)
			}
		})
	}
}

func TestWithoutPassword(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{Passwordless: true})
	key := &sallyporttest.Passkey{}
	ana := s.NewPerson(t, "ana@example.com", key)
	want(t, see(t, s.SignIn(t, ana, sallyporttest.WithoutPassword()), s.URL+"/in"), "ana@example.com aal2 pop,mfa")
	bob := s.NewPerson(t, "bob@example.com")
	want(t, see(t, s.SignIn(t, bob, sallyporttest.WithoutPassword()), s.URL+"/in"), "bob@example.com aal1")
	cleo := s.NewPerson(t, "cleo@example.com", &sallyporttest.CodeApp{}, key) // a key keeps passkeys of several people
	want(t, see(t, s.SignIn(t, cleo, sallyporttest.WithoutPassword()), s.URL+"/in"), "cleo@example.com aal1 otp")
}

// A key is what its fields say.
func TestPasskeyFields(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{PasskeysDeviceBound: true})
	if said := fails(t, func(t testing.TB) { s.NewPerson(t, "ana", &sallyporttest.Passkey{}) }); !strings.Contains(said, "copied") {
		t.Error(said)
	}
	key := &sallyporttest.Passkey{Unverified: true, DeviceBound: true}
	bob := s.NewPerson(t, "bob", key)
	s.SignIn(t, bob)
	if said := fails(t, func(t testing.TB) { s.SignIn(t, bob, sallyporttest.WithoutPassword()) }); !strings.Contains(said, "bob") {
		t.Error(said)
	}
}

func TestTrustedBrowser(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	ana := s.NewPerson(t, "ana", &sallyporttest.CodeApp{})
	c := s.SignIn(t, ana, sallyporttest.TrustingBrowser())
	s.Clock.Advance(48 * time.Hour)
	want(t, see(t, c, s.URL+"/in"), "303 /auth/login")
	l := s.BeginSignIn(t, ana, sallyporttest.In(c))
	if !l.SignedIn() || l.Client != c {
		t.Error("the browser is not trusted")
	}
	want(t, see(t, c, s.URL+"/in"), "ana aal1 pwd")
	if l := s.BeginSignIn(t, ana); l.SignedIn() {
		t.Error("another browser is")
	}
}

func TestGroupsAndAddresses(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{})
	ana := &sallyporttest.Person{Username: "ana", Email: "boss@example.com", Unconfirmed: true, Password: "a long quiet river at night"}
	s.Register(t, ana)
	c := s.SignIn(t, ana)
	want(t, see(t, c, s.URL+"/email"), "boss@example.com false")
	want(t, see(t, c, s.URL+"/groups"), "[]")
	s.SetGroups(t, ana, "staff", "editors")
	want(t, see(t, c, s.URL+"/groups"), "[editors staff]")
	bob := s.NewPerson(t, "bob@example.com")
	want(t, see(t, s.SignIn(t, bob), s.URL+"/email"), "bob@example.com true")
}

// Who can't sign in yet is not taken for signed in.
func TestNotSignedIn(t *testing.T) {
	t.Parallel()
	s := open(t, sallyport.Config{EmailVerification: "required"})
	ana := &sallyporttest.Person{Username: "ana", Email: "ana@example.com", Unconfirmed: true}
	s.Register(t, ana)
	if said := fails(t, func(t testing.TB) { s.SignIn(t, ana) }); !strings.Contains(said, "confirm_address") {
		t.Error(said)
	}
	required := open(t, sallyport.Config{SecondFactor: "required"})
	bob := required.NewPerson(t, "bob")
	bob.Authenticators = nil
	if said := fails(t, func(t testing.TB) { required.SignIn(t, bob) }); !strings.Contains(said, "[totp recovery_code]") {
		t.Error(said)
	}
}

// A mistake of the application's is found before anything is opened.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]sallyport.Config{
		"PublicURL":    {PublicURL: "http://example.org"},
		"SecondFactor": {SecondFactor: "always"},
		"Config.Clock": {Clock: time.Now},
		"Mailer":       {Mail: "dir:/tmp/x", Mailer: &sallyporttest.Mailbox{}},
	} {
		if said := fails(t, func(t testing.TB) { sallyporttest.Open(t, cfg) }); !strings.Contains(said, name) {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// ownMailer is an application's: it fails at first.
type ownMailer struct{ calls []string }

func (m *ownMailer) SendMail(_ context.Context, mail sallyport.Mail) error {
	m.calls = append(m.calls, mail.ID)
	if len(m.calls) == 1 {
		return errors.New("down")
	}
	return nil
}

// An application's own Mailer is called, and what it could not send is in no mailbox.
func TestOwnMailer(t *testing.T) {
	t.Parallel()
	own := &ownMailer{}
	s := open(t, sallyport.Config{Mailer: own})
	s.Register(t, &sallyporttest.Person{Email: "ana@example.com", Unconfirmed: true})
	s.Mail.None(t, "ana@example.com", "")
	s.Clock.Advance(time.Hour) // by then it is tried again
	m := s.Mail.Next(t, "ana@example.com", "Confirm")
	if len(own.calls) != 2 || own.calls[0] != m.ID || own.calls[1] != m.ID {
		t.Errorf("%v, %s", own.calls, m.ID)
	}
}

func TestServeNothing(t *testing.T) {
	t.Parallel()
	s := sallyporttest.Open(t, sallyport.Config{})
	s.Serve(http.NotFoundHandler())
	if said := fails(t, func(t testing.TB) { s.NewPerson(t, "ana") }); !strings.Contains(said, "PublicURL") {
		t.Error(said)
	}
}

// What a Config says beside a PublicURL that was left out is held to /auth, where the Gate is in the test.
func TestConfigIsHeldToWhereTheGateIs(t *testing.T) {
	s := sallyporttest.Open(t, sallyport.Config{Home: "/"})
	s.SignIn(t, s.NewPerson(t, "ana"))
}

// nobody is a table of accounts with nobody in it.
type nobody struct{}

func (nobody) AccountByLogin(context.Context, string) (sallyport.Account, error) {
	return sallyport.Account{}, sallyport.ErrNoAccount
}

func (nobody) AccountByID(context.Context, string) (sallyport.Account, error) {
	return sallyport.Account{}, sallyport.ErrNoAccount
}

func (nobody) CheckPassword(context.Context, string, string) (bool, error) { return false, nil }

// Accounts that the application keeps are made by the application, and a test is told how.
func TestNewPersonWithAccountsElsewhere(t *testing.T) {
	s := sallyporttest.Open(t, sallyport.Config{Accounts: nobody{}})
	if said := fails(t, func(t testing.TB) { s.NewPerson(t, "ana") }); !strings.Contains(said, "Service.Bind") {
		t.Errorf("a test is told %q", said)
	}
}
