package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/message"
)

// messengers are those that a world has.
func (in setup) messengers() []core.Messenger {
	if !in.codes {
		return nil
	}
	asTyped := func(typed string) (string, error) { // packages names and phone have the rules
		if typed == "" {
			return "", &core.Error{Code: core.CodeInvalid, Field: "number", Text: "field.missing"}
		}
		return typed, nil
	}
	return []core.Messenger{
		message.Codes{Of: core.KindEmail, Read: asTyped, Shown: message.MailboxHint},
		message.Codes{Of: core.KindSMS, Read: asTyped, Shown: func(n string) string { return "…" + n[max(0, len(n)-3):] }},
	}
}

// sentCode is the newest code that went to an address or number.
func (w *world) sentCode(kind core.MessageKind, to string) string {
	w.t.Helper()
	return w.mail(kind, to).Code
}

// bindSent binds a mailbox or telephone as the first authenticator of a new account, and signs in with it.
func (w *world) bindSent(body values, kind core.MessageKind, to string) (*client, *person) {
	w.t.Helper()
	c := w.browser()
	p := c.register()
	b := c.send("POST", "/login/authenticators", body).want(c, http.StatusCreated)
	if b.text("to") != to || b.get("secret") != nil || b.get("again_at") == nil {
		w.t.Fatalf("binding: %s", b.body)
	}
	again := "/login/authenticators/" + b.text("id") + "/challenge"
	if a := c.send("POST", again, nil).problem(c, http.StatusTooManyRequests, "throttled"); a.header.Get("Retry-After") != "30" {
		w.t.Errorf("again in %q seconds", a.header.Get("Retry-After"))
	}
	w.clock.Advance(30 * time.Second)
	c.send("POST", again, nil).want(c, http.StatusAccepted)
	confirm := "/login/authenticators/" + b.text("id") + "/confirm"
	a := c.send("POST", confirm, values{"response": w.sentCode(kind, to)}).want(c, http.StatusCreated)
	if a.get("recovery_codes") != nil {
		w.t.Errorf("a code that is sent brought recovery codes: %s", a.body)
	}
	return c, p
}

// The whole of it over JSON: bind, sign in, prove anew, and what each is worth.
func TestCodesThatAreSent(t *testing.T) {
	for _, test := range []struct {
		body values
		kind core.MessageKind
		to   string
		hint string
		aal  float64
	}{
		{values{"kind": "email", "address": "ana@example.org"}, core.MailCode, "ana@example.org", "a…@example.org", 1},
		{values{"kind": "sms", "number": "+4930123456"}, core.TextCode, "+4930123456", "…456", 2},
	} {
		w := newWorld(t, setup{policy: core.PolicyRequired, codes: true})
		_, p := w.bindSent(test.body, test.kind, test.to)
		c := w.browser()
		more := c.give(p).want(c, http.StatusAccepted)
		if more.text("offer", 0, "hint") != test.hint || more.text("offer", 0, "kind") != test.body["kind"] {
			t.Errorf("offer: %s", more.body)
		}
		id := more.text("offer", 0, "id")
		code := w.sentCode(test.kind, test.to) // nothing else could answer, so that it was sent at once
		c.send("POST", "/login/challenge", values{"authenticator": id}).problem(c, http.StatusTooManyRequests, "throttled")
		a := c.send("POST", "/login/response", values{"kind": test.body["kind"], "authenticator": id, "response": code}).want(c, 201)
		if a.get("session", "aal") != test.aal {
			t.Errorf("signed in: %s", a.body)
		}
		c.send("POST", "/session/elevate", values{"kind": test.body["kind"], "response": code}).problem(c, 409, "wrong_state")
		sent := c.send("POST", "/session/challenge", values{"authenticator": id}).want(c, http.StatusAccepted)
		if sent.text("hint") != test.hint {
			t.Errorf("sent: %s", sent.body)
		}
		up := c.send("POST", "/session/elevate", values{"kind": test.body["kind"], "response": w.sentCode(test.kind, test.to)}).want(c, 200)
		if up.get("session", "aal") != test.aal || up.get("session", "elevated_until") == nil {
			t.Errorf("elevated: %s", up.body)
		}
		w.clock.Advance(59 * time.Minute)
		c.send("POST", "/session/challenge", values{"authenticator": id}).want(c, http.StatusAccepted)
		c.send("POST", "/session/elevate", values{"kind": test.body["kind"], "response": w.sentCode(test.kind, test.to)}).want(c, 200)
		further := c.send("POST", "/authenticators", values{"kind": "sms", "number": "+4930999999"}).want(c, http.StatusCreated)
		w.clock.Advance(30 * time.Second)
		c.send("POST", "/authenticators/"+further.text("id")+"/challenge", nil).want(c, http.StatusAccepted)
		if list := c.send("GET", "/authenticators", nil); list.text("authenticators", 0, "hint") != test.hint {
			t.Errorf("list: %s", list.body)
		}
	}
}

// Before a right password, and for another's authenticator, nothing is sent.
func TestNothingIsSentToStrangers(t *testing.T) {
	w := newWorld(t, setup{policy: core.PolicyRequired, codes: true})
	_, p := w.bindSent(values{"kind": "sms", "number": "+4930123456"}, core.TextCode, "+4930123456")
	more := w.browser().give(p)
	_, mallory := w.bindSent(values{"kind": "email", "address": "mallory@example.org"}, core.MailCode, "mallory@example.org")
	w.deliver()
	before := len(w.sent)
	c := w.browser()
	c.send("POST", "/login", values{"login": p.name, "password": "a wrong password"}).problem(c, 401, "wrong")
	c.give(mallory).want(c, http.StatusAccepted)
	c.send("POST", "/login/challenge", values{"authenticator": more.text("offer", 0, "id")}).problem(c, 404, "not_found")
	w.deliver()
	for _, m := range w.sent[before:] {
		if m.To == "+4930123456" {
			t.Errorf("sent: %+v", m)
		}
	}
}

// A kind that the operator did not allow can't be bound, nor one that the policy finds too weak.
func TestKindsThatMayBeBound(t *testing.T) {
	w := newWorld(t, setup{})
	c, p := w.owner()
	c.elevate(p)
	c.send("POST", "/authenticators", values{"kind": "email", "address": "ana@example.org"}).problem(c, 422, "invalid")
	strict := newWorld(t, setup{policy: core.PolicyAAL2, codes: true})
	c = strict.browser()
	c.register()
	c.send("POST", "/login/authenticators", values{"kind": "email", "address": "ana@example.org"}).problem(c, 422, "invalid")
}
