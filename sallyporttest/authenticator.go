package sallyporttest

import (
	"testing"
)

// Authenticator is something that somebody proves themself with beside their password: a [CodeApp], a [HardwareToken], a [Passkey],
// a [Phone], [MailCodes], an [Approver], or one of [Person.RecoveryCode]. The zero value of each is ready for [Service.NewPerson] and
// [Service.Bind]. All are safe for concurrent use, and belong to one person; a Passkey to any number of them.
type Authenticator interface {
	// Kind is what the JSON API and [sallyport.Config.Authenticators] call it.
	Kind() string
	// offer is what a set-up begins with.
	offer(t testing.TB, p *Person) values
	// confirm answers what a set-up asks for then.
	confirm(t testing.TB, q question, begun answer) (response string)
	// bound is told the id that it got.
	bound(id string)
	// respond answers a question of a login or a session, or returns what the Gate refuses it with.
	respond(t testing.TB, q question) (response string, refused answer)
}

// question is what an authenticator is asked, and where.
type question struct {
	program *program
	path    string // asks an authenticator, or has a code sent
	action  string // what is to be confirmed, or ""
	offer   func() []offer
	mails   int // what was sent before any of this began
	texts   int
}

// asked is a question of a browser, about what was not sent yet.
func (p *program) asked(t testing.TB, path, offers string) question {
	s := p.service
	return question{
		program: p, path: path, mails: s.Mail.box.size(), texts: s.Texts.box.size(),
		offer: func() []offer {
			t.Helper()
			return p.call(t, "GET", offers, nil).Offer
		},
	}
}

// ask has a code sent, or a question asked of an authenticator, which may be refused.
func (q question) ask(t testing.TB, authenticator string) answer {
	t.Helper()
	body := values{"authenticator": authenticator}
	if q.action != "" {
		body["action"] = q.action
	}
	return q.program.try(t, "POST", q.path, body)
}

// find is the id of an authenticator of a kind that the Gate offers.
func (q question) find(t testing.TB, kind string) string {
	t.Helper()
	for _, o := range q.offer() {
		if o.Kind == kind {
			return o.ID
		}
	}
	t.Fatalf("sallyporttest: the Gate does not ask for %s here", kind)
	return ""
}

// recoveryCode is one of somebody's recovery codes.
type recoveryCode string

// RecoveryCode takes out the next of somebody's recovery codes, to sign in or to confirm with.
func (p *Person) RecoveryCode(t testing.TB) Authenticator {
	t.Helper()
	if len(p.RecoveryCodes) == 0 {
		t.Fatalf("sallyporttest: %s has no recovery code left", p.login())
	}
	code := p.RecoveryCodes[0]
	p.RecoveryCodes = p.RecoveryCodes[1:]
	return recoveryCode(code)
}

func (recoveryCode) Kind() string { return "recovery_code" }

func (recoveryCode) offer(t testing.TB, _ *Person) values {
	t.Helper()
	t.Fatal("sallyporttest: a recovery code is not set up by itself")
	return nil
}

func (recoveryCode) confirm(testing.TB, question, answer) string { return "" }

func (recoveryCode) bound(string) {}

func (c recoveryCode) respond(testing.TB, question) (string, answer) { return string(c), answer{} }
