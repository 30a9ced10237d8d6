package sallyporttest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// SignInOption says how [Service.SignIn] or [Service.BeginSignIn] signs somebody in.
type SignInOption func(*howToSignIn)

type howToSignIn struct {
	with       Authenticator
	in         *http.Client
	remember   bool
	trust      bool
	noPassword bool
}

// With signs in with this authenticator, or recovery code, in place of the first that the person has.
func With(a Authenticator) SignInOption { return func(h *howToSignIn) { h.with = a } }

// In signs in in this browser, which may be one that a person trusted before.
func In(client *http.Client) SignInOption { return func(h *howToSignIn) { h.in = client } }

// Remembered keeps the session for longer than the browser is open.
func Remembered() SignInOption { return func(h *howToSignIn) { h.remember = true } }

// TrustingBrowser has the browser trusted: [In] it, no second factor is asked for at the next sign-in.
func TrustingBrowser() SignInOption { return func(h *howToSignIn) { h.trust = true } }

// WithoutPassword signs in with a passkey alone, or, when the person uses no [Passkey], with a code that is mailed in place of the
// password.
func WithoutPassword() SignInOption { return func(h *howToSignIn) { h.noPassword = true } }

// SignIn signs somebody in, in a browser of its own, with the password and what they have beside it: with a [CodeApp], the session
// is at AAL2. It is at the place of a person who did it all, and was not asked to confirm anything since.
func (s *Service) SignIn(t testing.TB, p *Person, how ...SignInOption) *http.Client {
	t.Helper()
	s.Clock.busy.Lock()
	defer s.Clock.busy.Unlock()
	l := s.signIn(t, p, how)
	if l.last.is("must_bind") {
		t.Fatalf("sallyporttest: %s has to have a second factor, and has none: Bind one", p.login())
	}
	if !l.SignedIn() {
		t.Fatalf("sallyporttest: %s is not signed in: %s", p.login(), l.last.text)
	}
	return l.Client
}

// signIn goes as far as somebody gets with what they have. Where it had to be waited for so long that the login was over, it begins
// again.
func (s *Service) signIn(t testing.TB, p *Person, how []SignInOption) *Login {
	t.Helper()
	for again := 0; ; again++ {
		l := s.begin(t, p, how)
		if !l.last.is("more_needed") {
			return l
		}
		if l.how.with == nil {
			t.Fatalf("sallyporttest: %s is asked for %v and has nothing of the kind here: Bind it", p.login(), l.Offered())
		}
		switch refused := l.answer(t, l.how.with); {
		case refused.Code == "":
			return l
		case refused.Code != "login_expired" || again == 3:
			t.Fatalf("sallyporttest: %s is not signed in: %s", p.login(), refused.text)
		}
	}
}

// Login is a sign-in of which the password was given, for tests that look at its steps. It is for one goroutine at a time.
type Login struct {
	Client *http.Client // the browser

	program *program
	person  *Person
	how     howToSignIn
	asked   question
	last    answer
}

// BeginSignIn gives somebody's name and password, and nothing more. With the form that takes everything at once there is no such
// step.
func (s *Service) BeginSignIn(t testing.TB, p *Person, how ...SignInOption) *Login {
	t.Helper()
	if s.combined {
		t.Fatal("sallyporttest: with LoginForm combined, a sign-in is one step: use SignIn")
	}
	s.Clock.busy.Lock()
	defer s.Clock.busy.Unlock()
	return s.begin(t, p, how)
}

func (s *Service) begin(t testing.TB, p *Person, options []SignInOption) *Login {
	t.Helper()
	l := &Login{person: p, how: howToSignIn{with: p.first(), in: s.Client()}}
	for _, set := range options {
		set(&l.how)
	}
	l.Client = l.how.in
	l.program = &program{service: s, client: l.Client}
	l.asked = l.program.asked(t, "/login/challenge", "/login")
	switch key, ok := l.how.with.(*Passkey); {
	case ok && (l.how.noPassword || s.combined):
		l.last = l.passkeyAlone(t, key)
	case l.how.noPassword:
		l.last = l.mailedCode(t)
	default:
		l.last = l.program.patiently(func() answer { return l.password(t) })
	}
	if l.last.Code != "" {
		t.Fatalf("sallyporttest: %s is not signed in: %s", p.login(), l.last.text)
	}
	if id := l.last.Session.Account.ID; id != "" {
		p.ID = id
	}
	return l
}

// password gives name and password, and what else one form asks for.
func (l *Login) password(t testing.TB) answer {
	t.Helper()
	body := values{"login": l.person.login(), "password": l.person.Password, "remember": l.how.remember}
	if l.program.service.combined && l.how.with != nil {
		response, refused := l.how.with.respond(t, l.asked)
		if refused.Code != "" {
			return refused
		}
		body["kind"], body["response"], body["trust_browser"] = l.how.with.Kind(), response, l.how.trust
	}
	return l.program.once(t, "POST", "/login", body)
}

func (l *Login) passkeyAlone(t testing.TB, key *Passkey) answer {
	t.Helper()
	asked := l.program.call(t, "POST", "/login/passkey", values{})
	response := key.get(t, l.program.service, asked)
	return l.program.try(t, "POST", "/login/passkey/response", values{"response": response, "remember": l.how.remember})
}

// mailedCode gives what was mailed in place of a password.
func (l *Login) mailedCode(t testing.TB) answer {
	t.Helper()
	s := l.program.service
	l.program.call(t, "POST", "/login/mailed", values{"login": l.person.login(), "remember": l.how.remember})
	s.send(t)
	m, found := s.Mail.box.next(l.asked.mails, func(m sallyport.Mail) bool {
		return strings.EqualFold(m.To, l.person.Email) && strings.Contains(m.Text, "/login/mailed?token=")
	})
	if !found {
		t.Fatalf("sallyporttest: no code that signs in was mailed to %s", l.person.Email)
	}
	return l.program.try(t, "POST", "/login/mailed/response", values{"response": Code(t, m)})
}

// SignedIn says whether nothing more is needed.
func (l *Login) SignedIn() bool { return l.last.is("signed_in") }

// Offered are the kinds of authenticators, and recovery codes, that the Gate asks for, in its order: none once somebody is signed in.
func (l *Login) Offered() (kinds []string) {
	for _, o := range l.last.Offer {
		kinds = append(kinds, o.Kind)
	}
	return kinds
}

// Ask has a code sent to a [Phone] or a mailbox, or asks an [Approver], which is given the number that is returned then.
func (l *Login) Ask(t testing.TB, a Authenticator) (number string) {
	t.Helper()
	var asked answer
	switch a := a.(type) {
	case *Approver:
		asked = a.ask(t, l.asked)
	case *Phone:
		asked = l.asked.ask(t, a.or(t, l.asked, a.Kind()))
	case *MailCodes:
		asked = l.asked.ask(t, a.or(t, l.asked, a.Kind()))
	default:
		t.Fatalf("sallyporttest: nothing is asked of %s beforehand", a.Kind())
	}
	if asked.Code != "" {
		t.Fatalf("sallyporttest: %s is not asked: %s", a.Kind(), asked.text)
	}
	return asked.Number
}

// Answer gives the second factor. When it is refused, the test fails.
func (l *Login) Answer(t testing.TB, a Authenticator) {
	t.Helper()
	l.program.service.Clock.busy.Lock()
	defer l.program.service.Clock.busy.Unlock()
	if refused := l.answer(t, a); refused.Code != "" {
		t.Fatalf("sallyporttest: %s is not signed in: %s", l.person.login(), refused.text)
	}
}

func (l *Login) answer(t testing.TB, a Authenticator) answer {
	t.Helper()
	return l.program.patiently(func() answer {
		response, refused := a.respond(t, l.asked)
		if refused.Code != "" {
			return refused
		}
		return l.respond(t, a.Kind(), response)
	})
}

// Try answers as a kind of authenticator what a test made up, such as a wrong code. The error is the [*sallyport.Error] with
// which the Gate refuses, or nil: then it counts.
func (l *Login) Try(t testing.TB, kind, response string) error {
	t.Helper()
	return l.respond(t, kind, response).refused()
}

func (l *Login) respond(t testing.TB, kind, response string) answer {
	t.Helper()
	got := l.program.once(t, "POST", "/login/response", values{"kind": kind, "response": response, "trust_browser": l.how.trust})
	if got.Code == "" {
		l.last = got
	}
	return got
}
