package web_test

import (
	"net/http"

	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

// anyService takes every subscription, and sends nothing.
type anyService struct{}

func (anyService) ServerKey() string  { return "BAAAAAAA" }
func (anyService) Takes(string) error { return nil }

// approver is a browser that is or can be bound. It keeps no cookies.
type approver struct {
	virtual.Browser
	w *world
}

func (w *world) approver() *approver {
	return &approver{Browser: virtual.Browser{Origin: w.public.Scheme + "://" + w.public.Host}, w: w}
}

func (b *approver) send(method, path string, body values) answer {
	b.w.t.Helper()
	return b.w.send(b.w.jsonRequest(method, "/push"+path, body))
}

func (b *approver) challenge() string {
	b.w.t.Helper()
	a := b.send("POST", "/challenge", values{"authenticator": b.ID})
	if a.status != http.StatusOK {
		b.w.t.Fatalf("no challenge: %d %s", a.status, a.body)
	}
	return a.text("challenge")
}

// opens is a request that shows the prompts.
func (b *approver) opens() values {
	b.w.t.Helper()
	challenge := b.challenge()
	return values{"authenticator": b.ID, "challenge": challenge, "signature": b.Open(challenge)}
}

// answerTo is an answer to a prompt.
func (b *approver) answerTo(prompt, decision, number string) values {
	body := values{"authenticator": b.ID, "prompt": prompt, "decision": decision, "signature": b.Answer(prompt, decision, number)}
	if number != "" {
		body["number"] = number
	}
	return body
}

// subscribes says where messages reach it from now on.
func (b *approver) subscribes(subscription string, sent any) answer {
	b.w.t.Helper()
	challenge := b.challenge()
	return b.send("PUT", "/subscription", values{
		"authenticator": b.ID, "challenge": challenge, "signature": b.Subscribe(challenge, subscription), "subscription": sent,
	})
}

// bindBrowser binds one with an elevated client.
func (c *client) bindBrowser(b *approver) {
	c.w.t.Helper()
	begun := c.send("POST", "/authenticators", values{"kind": "push"}).want(c, http.StatusCreated)
	made := b.Enrol(begun.text("id"), begun.text("push", "challenge"))
	done := c.send("POST", "/authenticators/"+begun.text("id")+"/confirm", values{"response": made}).want(c, http.StatusOK)
	b.ID = done.text("authenticator", "id")
}

// browserOwner is somebody with a code app and a browser that approves.
func (w *world) browserOwner() (*client, *person, *approver) {
	w.t.Helper()
	c, p := w.owner()
	b := w.approver()
	c.elevate(p)
	c.bindBrowser(b)
	return c, p, b
}

// asksBrowser asks a bound browser, in a login or a session.
func (c *client) asksBrowser(path, id string) answer {
	c.w.t.Helper()
	return c.send("POST", path, values{"authenticator": id}).want(c, http.StatusOK)
}

// askedBrowser is somebody's bound browser that a login of theirs asks.
func (w *world) askedBrowser() (*approver, answer) {
	w.t.Helper()
	_, p, b := w.browserOwner()
	login := w.browser()
	login.give(p)
	return b, login.asksBrowser("/login/challenge", b.ID)
}

// walkPush shows each success of the operations that are about bound browsers.
func (w *world) walkPush() {
	w.t.Helper()
	c, p, b := w.browserOwner()
	login := w.browser()
	login.give(p)
	asked := login.asksBrowser("/login/challenge", b.ID)
	b.send("POST", "/prompts", b.opens())
	login.send("GET", "/login/prompt", nil)
	b.send("POST", "/answer", b.answerTo(asked.text("prompt"), "approve", asked.text("number")))
	login.send("POST", "/login/response", values{"kind": "push", "response": ""}).want(login, http.StatusCreated)
	c.asksBrowser("/session/challenge", b.ID)
	c.send("GET", "/session/prompt", nil)
	b.subscribes("", nil)
	b.send("POST", "/answer", b.answerTo(c.send("GET", "/session/prompt", nil).text("prompt"), "not_me", ""))
}
