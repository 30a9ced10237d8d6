package sallyporttest

import (
	"strings"
	"sync"
	"testing"

	"github.com/sallyport/sallyport"
)

// identity is the id that an authenticator got when it was bound.
type identity struct {
	mu sync.Mutex
	id string
}

func (i *identity) bound(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.id = id
}

// or is the id, or of what was bound by the application's own pages what the Gate offers.
func (i *identity) or(t testing.TB, q question, kind string) string {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.id == "" {
		i.id = q.find(t, kind)
	}
	return i.id
}

// sent is a code that arrives somewhere: with the password already, where nothing else could answer, or else once it is asked for.
func (i *identity) sent(t testing.TB, q question, kind, where string, arrived func(testing.TB, question) (string, bool)) (string, answer) {
	t.Helper()
	code, came := arrived(t, q)
	if !came {
		if asked := q.ask(t, i.or(t, q, kind)); asked.Code != "" {
			return "", asked
		}
		if code, came = arrived(t, q); !came {
			t.Fatalf("sallyporttest: no code was sent to %s", where)
		}
	}
	return code, answer{}
}

// Phone is a telephone that gets codes in text messages. [sallyport.Config.Authenticators] has to name sms, and SMSCountries its
// country.
type Phone struct {
	Number string // in E.164 form: +12025550123
	identity
}

// Kind is "sms".
func (*Phone) Kind() string { return "sms" }

func (p *Phone) offer(t testing.TB, _ *Person) values {
	t.Helper()
	if p.Number == "" {
		t.Fatal("sallyporttest: a Phone without a Number")
	}
	return values{"kind": "sms", "number": p.Number}
}

func (p *Phone) confirm(t testing.TB, q question, _ answer) string {
	t.Helper()
	code, _ := p.arrived(t, q)
	return code
}

func (p *Phone) respond(t testing.TB, q question) (string, answer) {
	t.Helper()
	return p.sent(t, q, p.Kind(), p.Number, p.arrived)
}

func (p *Phone) arrived(t testing.TB, q question) (code string, came bool) {
	t.Helper()
	q.program.service.send(t)
	m, came := q.program.service.Texts.box.next(q.texts, func(m sallyport.Text) bool { return m.To == p.Number && codeOfText(m) != "" })
	return codeOfText(m), came
}

// MailCodes are codes that are mailed as a second step. [sallyport.Config.Authenticators] has to name email.
type MailCodes struct {
	Address string // where they go; "" is the person's own address
	identity
}

// Kind is "email".
func (*MailCodes) Kind() string { return "email" }

func (m *MailCodes) offer(t testing.TB, p *Person) values {
	t.Helper()
	if m.Address == "" {
		m.Address = p.Email
	}
	if m.Address == "" {
		t.Fatalf("sallyporttest: MailCodes without an Address, for %s, who has no Email", p.login())
	}
	return values{"kind": "email", "address": m.Address}
}

func (m *MailCodes) confirm(t testing.TB, q question, _ answer) string {
	t.Helper()
	code, _ := m.arrived(t, q)
	return code
}

func (m *MailCodes) respond(t testing.TB, q question) (string, answer) {
	t.Helper()
	return m.sent(t, q, m.Kind(), m.Address, m.arrived)
}

func (m *MailCodes) arrived(t testing.TB, q question) (code string, came bool) {
	t.Helper()
	q.program.service.send(t)
	got, came := q.program.service.Mail.box.next(q.mails, func(got sallyport.Mail) bool {
		return strings.EqualFold(got.To, m.Address) && len(codeOf(got)) == 6
	})
	return codeOf(got), came
}
