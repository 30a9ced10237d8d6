package web_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// lifeRequest is the id in the path, and the body, of an operation of an account's life. It is such that it succeeds
// with the right proof; what needs none happens to an account of its own.
func (k *cast) lifeRequest(operation, id string, c credential) (_ string, body values) {
	k.w.t.Helper()
	fresh := fmt.Sprintf("somebody%d@example.org", k.w.people)
	switch operation {
	case "POST /recovery":
		body = values{"login": k.owner.name}
	case "POST /recovery/reset":
		body = values{"token": k.w.resetToken(k.w.bystander()), "password": "quite another password"}
	case "POST /email/confirm":
		body = values{"token": k.w.confirmToken(fresh)}
	case "POST /email/undo":
		body = values{"token": k.w.undoToken(fresh)}
	case "POST /reset/cancel":
		body = values{"token": k.w.cancelToken(k.w.holder())}
	case "POST /login/challenge":
		body = values{"authenticator": "email"}
	case "POST /login/passkey":
		body = values{}
	case "POST /login/passkey/response":
		response, token := k.passkeyAnswer(true)
		body = values{"response": response, "transport": "bearer", "token": token}
	case "POST /login/mailed":
		body = values{"login": k.owner.name}
	case "POST /login/mailed/response":
		program := k.w.program()
		code, token := program.askMailed(k.w.bystander())
		body = values{"response": code, "transport": "bearer", "token": token}
	case "GET /login/prompt", "GET /session/prompt":
		k.asked(c, strings.TrimPrefix(operation, "GET "))
	case "POST /push/challenge":
		body = values{"authenticator": k.approver.ID}
	case "POST /push/prompts":
		challenge := k.approver.challenge()
		body = values{"authenticator": k.approver.ID, "challenge": challenge, "signature": k.approver.Open(challenge)}
	case "POST /push/answer":
		b, asked := k.w.askedBrowser()
		body = b.answerTo(asked.text("prompt"), "approve", asked.text("number"))
	case "PUT /push/subscription":
		challenge := k.approver.challenge()
		body = values{
			"authenticator": k.approver.ID, "challenge": challenge, "signature": k.approver.Subscribe(challenge, ""), "subscription": nil,
		}
	case "PUT /language":
		body = values{"language": "en"}
	case "PUT /passkeys-only":
		body = values{"passkeys_only": false}
	case "POST /session/confirmations":
		body = values{"action": "Send money", "kind": "totp", "response": k.owner.unusedCode()}
	case "POST /session/confirmations/redeem":
		body = values{"action": "Send money", "confirmation": k.confirmation(c)}
	case "PUT /email":
		body = values{"email": fresh}
	case "DELETE /browsers/{id}":
		id = k.trusted()
	}
	return id, body
}

// bystander is an account with a confirmed address and nothing else.
func (w *world) bystander() *person {
	w.t.Helper()
	c := w.browser()
	p := c.register()
	c.giveAddress(p)
	return p
}

// holder is a bystander with a code app: somebody who can lose it.
func (w *world) holder() *person {
	w.t.Helper()
	c := w.browser()
	p := c.register()
	c.giveAddress(p)
	c.bind(p)
	return p
}

// giveAddress gives p, whom c is signed in as, a confirmed address.
func (c *client) giveAddress(p *person) {
	c.w.t.Helper()
	p.email = p.name + "@example.org"
	if c.w.table != nil {
		c.w.table.mail(p.id, p.email)
		return
	}
	c.elevate(p)
	c.send("PUT", "/email", values{"email": p.email}).want(c, 202)
	token := c.w.tokenOf(c.w.mail(core.MailChangeAddress, p.email))
	c.send("POST", "/email/confirm", values{"token": token}).want(c, 204)
}

// resetToken is what p is mailed who forgot the password.
func (w *world) resetToken(p *person) string {
	w.t.Helper()
	c := w.browser()
	c.send("POST", "/recovery", values{"login": p.name}).want(c, 202)
	return w.tokenOf(w.mail(core.MailResetPassword, p.email))
}

// confirmToken is what somebody is mailed who registers with an address.
func (w *world) confirmToken(email string) string {
	w.t.Helper()
	c := w.browser()
	a := c.send("POST", "/accounts", values{"email": email, "password": goodPassword})
	if a.status != 201 && a.status != 202 {
		w.t.Fatalf("registering: %d %s", a.status, a.body)
	}
	return w.tokenOf(w.mail(core.MailConfirmAddress, email))
}

// undoToken is what the old address is mailed when it was changed.
func (w *world) undoToken(next string) string {
	w.t.Helper()
	c := w.browser()
	p := c.register()
	c.giveAddress(p)
	old := p.email
	c.send("PUT", "/email", values{"email": "new-" + next}).want(c, 202)
	c.send("POST", "/email/confirm", values{"token": w.tokenOf(w.mail(core.MailChangeAddress, "new-"+next))}).want(c, 204)
	return w.tokenOf(w.mail(core.MailAddressChanged, old))
}

// cancelToken is what p is mailed when support orders a reset.
func (w *world) cancelToken(p *person) string {
	w.t.Helper()
	_, err := w.machine.ResetAuthenticators(w.t.Context(), core.Caller{}, p.id, core.Order{Reason: "lost the phone", Wait: 72 * time.Hour})
	must(w.t, err)
	return w.tokenOf(w.mail(core.MailResetOrdered, p.email))
}

// confirmation is one that the session of a credential made; of a session at all, where the credential has none.
func (k *cast) confirmation(c credential) string {
	k.w.t.Helper()
	by := k.observer
	if c.stage != "" && c.stage != stageLogin && c.stage != stageMustBind {
		by = k.actor(c.stage, c.bearer)
	}
	body := values{"action": "Send money", "kind": "totp", "response": k.owner.code()}
	return by.send("POST", "/session/confirmations", body).want(by, 201).text("confirmation")
}

// trusted is the id of a browser that the owner trusts.
func (k *cast) trusted() string {
	k.w.t.Helper()
	list := k.observer.send("GET", "/browsers", nil).want(k.observer, 200)
	if list.get("browsers", 0) == nil {
		k.w.trust(k.owner)
		list = k.observer.send("GET", "/browsers", nil).want(k.observer, 200)
	}
	return list.text("browsers", 0, "id")
}

// trust is a browser that p signed in with, and trusts.
func (w *world) trust(p *person) *client {
	w.t.Helper()
	c := w.browser()
	c.give(p).want(c, 202)
	c.send("POST", "/login/response", values{"kind": "totp", "response": p.code(), "trust_browser": true}).want(c, 201)
	return c
}
