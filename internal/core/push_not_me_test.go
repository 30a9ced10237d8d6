package core_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// TestNotMe: whoever asked had the password. It opens nothing any more, and the owner is mailed the way on (D11).
func TestNotMe(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.confirmed("ann"), newBrowser()
	p.addBrowser(b)
	w.post()
	l, sent := p.asks(b)
	out, err := w.reply(b, sent.Prompt, core.DecisionNotMe, "")
	w.check(err)
	if !out.Mailed {
		t.Error("nothing was mailed")
	}
	mail := w.mail(core.MailNotMe)
	if _, err := p.finish(l); err == nil {
		t.Error("the login goes on")
	}
	if _, err := w.SessionFrom(w.ctx, core.TransportBearer, p.token); err == nil {
		t.Error("the session goes on")
	}
	if err := w.replies(b, sent.Prompt, core.DecisionNotMe, ""); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("said twice: %v", err)
	}
	q, c := w.confirmed("bo"), newBrowser()
	q.addBrowser(c)
	_, sent = q.asks(c)
	w.check(w.replies(c, sent.Prompt, core.DecisionNotMe, ""))
	if err := q.password(ownersPassword); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("a password that was shut: %v", err)
	}
	w.check(w.ResetPassword(w.ctx, caller, core.Mailed{Token: linkToken(w, mail)}, "another password of ann's"))
	if err := p.password(ownersPassword); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("the password: %v", err)
	}
	kinds := map[string]bool{}
	w.check(w.Flush(w.ctx))
	events, err := w.store.Events(w.ctx, p.session.AccountID(), 0, 50)
	w.check(err)
	for _, e := range events {
		kinds[e.Kind+" "+e.Outcome] = true
	}
	if !kinds["push.asked ok"] || !kinds["push.not_me ok"] {
		t.Error(kinds)
	}
}

// TestNotMeWithoutAnAddress: nobody is shut out by shutting a password that nothing could replace.
func TestNotMeWithoutAnAddress(t *testing.T) {
	for _, address := range []string{"", "ann@example.org"} {
		w := newWorld(t, core.PolicyOptional).withPush()
		p, b := w.enrolAs(core.Registration{Username: "ann", Email: address, Password: ownersPassword}), newBrowser()
		p.addBrowser(b)
		w.post()
		l, sent := p.asks(b)
		out, err := w.reply(b, sent.Prompt, core.DecisionNotMe, "")
		w.check(err)
		if out.Mailed {
			t.Error("nobody proved to have the mailbox")
		}
		if _, err := p.finish(l); err == nil {
			t.Error("the login goes on")
		}
		if _, err := w.SessionFrom(w.ctx, core.TransportBearer, p.token); err == nil {
			t.Error("the session goes on")
		}
		p.signIn()
		told := 0
		for _, m := range w.post() {
			if m.Kind == core.MailNotMe && m.Link == "" && m.Code == "" {
				told++
			}
		}
		if want := map[string]int{"": 0, "ann@example.org": 1}[address]; told != want {
			t.Errorf("%q was told %d times", address, told)
		}
	}
}

// TestNotMeComesLate: whoever finds the prompt when it is over still says so; not after something changed.
func TestNotMeComesLate(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.confirmed("ann"), newBrowser()
	p.addBrowser(b)
	_, sent := p.asks(b)
	w.clock.Add(30 * time.Minute)
	w.check(w.replies(b, sent.Prompt, core.DecisionNotMe, ""))

	q, c := w.confirmed("bo"), newBrowser()
	q.addBrowser(c)
	_, sent = q.asks(c)
	q.addBrowser(newBrowser())
	if err := w.replies(c, sent.Prompt, core.DecisionNotMe, ""); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("of an epoch before: %v", err)
	}
	_, sent = q.asks(c)
	w.clock.Add(64 * time.Minute)
	if err := w.replies(c, sent.Prompt, core.DecisionNotMe, ""); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("an hour later: %v", err)
	}
}

// TestSubscriptions: where messages go is the browser's own to say, and is forgotten with it.
func TestSubscriptions(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	b.Subscription = someSubscription
	p.addBrowser(b)
	other := newBrowser()
	p.addBrowser(other)
	w.post()
	ask := func() string {
		t.Helper()
		challenge, _, err := w.AskBrowser(w.ctx, b.ID)
		w.check(err)
		return base64.RawURLEncoding.EncodeToString(challenge)
	}
	subscription := func() string {
		t.Helper()
		row, err := w.store.PushBrowser(w.ctx, b.ID)
		w.check(err)
		if row == nil || row.Subscription == "" {
			return ""
		}
		text, err := w.cfg.Secrets.Get(w.ctx, row.Account, core.SubscriptionSecrets, row.Subscription)
		w.check(err)
		return string(text)
	}
	_, sent := p.asks(b)
	if msg := w.mail(core.PushPrompt); string(msg.Push.Subscription) != someSubscription || msg.Push.Prompt.ID != sent.Prompt || msg.Browser != b.ID {
		t.Errorf("%+v", msg)
	}
	const next = `{"endpoint":"https://push.example/two"}`
	challenge := ask()
	in := core.Subscribing{Authenticator: b.ID, Challenge: challenge, Subscription: next, Signature: b.Subscribe(challenge, next)}
	for name, wrong := range map[string]core.Subscribing{
		"another's signature":  {Authenticator: b.ID, Challenge: challenge, Subscription: next, Signature: other.Subscribe(challenge, next)},
		"another subscription": {Authenticator: b.ID, Challenge: challenge, Subscription: someSubscription, Signature: in.Signature},
		"signed to open":       {Authenticator: b.ID, Challenge: challenge, Subscription: next, Signature: b.Open(challenge)},
		"another challenge":    {Authenticator: b.ID, Challenge: ask(), Subscription: next, Signature: in.Signature},
		"another browser's":    {Authenticator: other.ID, Challenge: challenge, Subscription: next, Signature: other.Subscribe(challenge, next)},
		"not to be used":       {Authenticator: b.ID, Challenge: challenge, Subscription: "{}", Signature: b.Subscribe(challenge, "{}")},
	} {
		if err := w.Subscribe(w.ctx, caller, wrong); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	w.check(w.Subscribe(w.ctx, caller, in))
	if got := subscription(); got != next {
		t.Errorf("it is %s", got)
	}
	if err := w.Subscribe(w.ctx, caller, in); !core.IsCode(err, core.CodeAlreadyUsed) {
		t.Errorf("sent twice: %v", err)
	}
	account := p.session.AccountID()
	w.check(w.SubscriptionGone(w.ctx, account, b.ID, []byte(someSubscription))) // an older one
	w.check(w.SubscriptionGone(w.ctx, "somebody else", b.ID, []byte(next)))
	if got := subscription(); got != next {
		t.Errorf("it is %s", got)
	}
	w.check(w.SubscriptionGone(w.ctx, account, b.ID, []byte(next)))
	if got := subscription(); got != "" {
		t.Errorf("it is %s", got)
	}
	w.clock.Add(time.Hour)
	w.post()
	p.asks(b)
	if sent := w.post(); len(sent) != 0 {
		t.Errorf("sent to nowhere: %+v", sent)
	}
	if prompts, err := w.sees(b); err != nil || len(prompts) != 1 {
		t.Errorf("its page shows %+v, %v", prompts, err)
	}
}

// kept counts what is forgotten of secrets.
type kept struct {
	core.Secrets
	deleted map[string]bool
}

func (k kept) Delete(ctx context.Context, account, id string) error {
	k.deleted[id] = true
	return k.Secrets.Delete(ctx, account, id)
}

// TestSubscriptionsAreForgotten: a removed browser leaves neither its key nor where it was reached.
func TestSubscriptionsAreForgotten(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	secrets := kept{w.cfg.Secrets, map[string]bool{}}
	w.cfg.Secrets = secrets
	w.Machine = w.restart()
	p, b := w.enrol("ann"), newBrowser()
	b.Subscription = someSubscription
	bound := p.addBrowser(b)
	row, err := w.store.PushBrowser(w.ctx, b.ID)
	w.check(err)
	w.check(w.Unbind(w.ctx, p.holding(), p.elevated(), b.ID))
	if !secrets.deleted[bound.Authenticator.SecretID] || !secrets.deleted[row.Subscription] {
		t.Errorf("left over: %s, %s of %v", bound.Authenticator.SecretID, row.Subscription, secrets.deleted)
	}
}

// TestMessagesAreForWhoWaits: a prompt that is over is no message any more.
func TestMessagesAreForWhoWaits(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	b.Subscription = someSubscription
	p.addBrowser(b)
	w.post()
	for name, end := range map[string]func(core.Login, core.Sent){
		"answered": func(_ core.Login, sent core.Sent) { w.check(w.replies(b, sent.Prompt, core.DecisionDecline, "")) },
		"left":     func(l core.Login, _ core.Sent) { w.check(w.Cancel(w.ctx, l)) },
		"expired":  func(core.Login, core.Sent) { w.clock.Add(3 * time.Minute) },
	} {
		l, sent := p.asks(b)
		end(l, sent)
		if out := w.post(); len(out) != 0 {
			t.Errorf("%s: %+v", name, out)
		}
		if prompts, err := w.sees(b); err != nil || len(prompts) != 0 {
			t.Errorf("%s: %+v, %v", name, prompts, err)
		}
	}
}

// TestWhoOpensPrompts: nobody without the key sees what a browser is asked, nor with a challenge of another or an old one.
func TestWhoOpensPrompts(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b, other := w.enrol("ann"), newBrowser(), newBrowser()
	p.addBrowser(b)
	p.addBrowser(other)
	raw, ends, err := w.AskBrowser(w.ctx, b.ID)
	w.check(err)
	challenge := base64.RawURLEncoding.EncodeToString(raw)
	if !ends.Equal(w.clock.Now().Add(5 * time.Minute)) {
		t.Error(ends)
	}
	theirs, _, err := w.AskBrowser(w.ctx, other.ID)
	w.check(err)
	foreign := base64.RawURLEncoding.EncodeToString(theirs)
	open := func(challenge, signature string) error {
		_, err := w.BoundBrowserFrom(w.ctx, caller, b.ID, challenge, signature)
		return err
	}
	for name, err := range map[string]error{
		"no signature":        open(challenge, ""),
		"another's":           open(challenge, other.Open(challenge)),
		"another's challenge": open(foreign, b.Open(foreign)),
		"no challenge":        open("", b.Open("")),
		"no base64":           open("#", b.Open("#")),
		"another purpose":     open(challenge, b.Subscribe(challenge, "")),
	} {
		if err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	w.check(open(challenge, b.Open(challenge)))
	w.clock.Add(5 * time.Minute)
	if err := open(challenge, b.Open(challenge)); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("too late: %v", err)
	}
	for _, nobody := range []string{"", "NOBODY", fmt.Sprintf("%026d", 7)} {
		if _, _, err := w.AskBrowser(w.ctx, nobody); !core.IsCode(err, core.CodeNotFound) {
			t.Errorf("%q: %v", nobody, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("the zero value was used")
		}
	}()
	w.Prompts(w.ctx, core.BoundBrowser{}) //nolint:errcheck // it panics
}

// TestNotMeWhoReadsTheMail: whoever asked proved the mailbox and no password. Shutting that would send them the new one.
func TestNotMeWhoReadsTheMail(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	w.cfg.Passwordless = true
	w.Machine = w.restart()
	p, b := w.confirmed("ann"), newBrowser()
	p.addBrowser(b)
	w.post()
	sent, err := w.Challenge(w.ctx, caller, w.mailedLogin("ann"), b.ID)
	w.check(err)
	out, err := w.reply(b, sent.Prompt, core.DecisionNotMe, "")
	w.check(err)
	if msg := w.mail(core.MailNotMe); out.Mailed || msg.Link != "" || msg.Code != "" {
		t.Errorf("%+v, %+v", out, msg)
	}
	if _, err := w.SessionFrom(w.ctx, core.TransportBearer, p.token); err == nil {
		t.Error("the session goes on")
	}
	p.signIn() // with the password
}
