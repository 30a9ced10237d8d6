package sallyporttest

import (
	"net/http"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

// Approver is a browser that is bound to approve what another one asks for. Nothing is pushed to it: it looks what is asked.
type Approver struct {
	mu      sync.Mutex
	service *Service // nil until it is bound
	browser virtual.Browser
	asked   string // the prompt that the kit asked last
}

// Kind is "push".
func (*Approver) Kind() string { return "push" }

func (*Approver) offer(testing.TB, *Person) values {
	return values{"kind": "push", "label": "other browser"}
}

func (a *Approver) confirm(_ testing.TB, q question, begun answer) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.service = q.program.service
	a.browser = virtual.Browser{Origin: a.service.URL}
	return a.browser.Enrol(begun.ID, begun.Push.Challenge)
}

func (a *Approver) bound(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.browser.ID = id
}

// respond asks, and approves.
func (a *Approver) respond(t testing.TB, q question) (string, answer) {
	t.Helper()
	asked := a.ask(t, q)
	if asked.Code != "" {
		return "", asked
	}
	a.Approve(t, asked.Number)
	return asked.Prompt, answer{}
}

func (a *Approver) ask(t testing.TB, q question) answer {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	got := q.ask(t, a.browser.ID)
	a.asked = got.Prompt
	return got
}

// Approve approves the newest question, with the number that whoever asked is shown: [Login.Ask] returns it.
func (a *Approver) Approve(t testing.TB, number string) {
	t.Helper()
	a.decide(t, "approve", number)
}

// Decline declines the newest question.
func (a *Approver) Decline(t testing.TB) {
	t.Helper()
	a.decide(t, "decline", "")
}

// NotMe says of the newest question that somebody else asked it: everything of the account ends.
func (a *Approver) NotMe(t testing.TB) {
	t.Helper()
	a.decide(t, "not_me", "")
}

func (a *Approver) decide(t testing.TB, decision, number string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.service == nil {
		t.Fatal("sallyporttest: a browser that nobody bound: Bind it")
	}
	p := &program{service: a.service, client: &http.Client{Transport: a.service.transport}}
	me := a.browser.ID
	challenge := p.call(t, "POST", "/push/challenge", values{"authenticator": me}).Challenge
	all := p.call(t, "POST", "/push/prompts", values{"authenticator": me, "challenge": challenge, "signature": a.browser.Open(challenge)})
	if len(all.Prompts) == 0 {
		t.Fatal("sallyporttest: this browser is not asked anything")
	}
	newest := all.Prompts[len(all.Prompts)-1].ID
	for _, one := range all.Prompts { // of those that were asked while the clock stood still, none is newer than the others
		if one.ID == a.asked {
			newest = a.asked
		}
	}
	body := values{"authenticator": me, "prompt": newest, "decision": decision, "signature": a.browser.Answer(newest, decision, number)}
	if number != "" {
		body["number"] = number
	}
	p.call(t, "POST", "/push/answer", body)
}
