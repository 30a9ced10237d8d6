package core_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

// TestAnApprovalServesWhatItWasFor: another login, the session, another action and the next epoch get nothing of it (D02, D12).
func TestAnApprovalServesWhatItWasFor(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	l, sent := p.asks(b)
	otherLogin := p.begin()
	w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number))
	named := core.Response{Kind: core.KindPush, Value: sent.Prompt}
	for name, r := range map[string]core.Response{"its own newest": {Kind: core.KindPush}, "by its id": named, "with its browser": {Kind: core.KindPush, Authenticator: b.ID}} {
		if _, err := w.Answer(w.ctx, caller, otherLogin, r); !core.IsCode(err, core.CodeWrongState) {
			t.Errorf("another login, %s: %v", name, err)
		}
		if _, err := w.SignIn(w.ctx, caller, core.Beginning{Login: "ann"}, ownersPassword, r); !core.IsCode(err, core.CodeWrong) {
			t.Errorf("all in one, %s: %v", name, err)
		}
	}
	if _, err := w.Elevate(w.ctx, p.holding(), p.again(), named); err == nil {
		t.Error("a sign-in elevates a session")
	}
	_, err := w.Answer(w.ctx, caller, l, named)
	w.check(err)
}

// TestAnActionIsConfirmedByItsOwnPrompt: what the bound browser said is what is done (E-rows of actions; C09).
func TestAnActionIsConfirmedByItsOwnPrompt(t *testing.T) {
	const action, another = "Send 5 € to Bo", "Send 500 € to Mallory"
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	approve := func(action string) core.Session {
		t.Helper()
		s := p.again()
		sent, err := w.ChallengeSession(w.ctx, p.holding(), s, b.ID, action)
		w.check(err)
		prompts, err := w.sees(b)
		w.check(err)
		if len(prompts) != 1 || prompts[0].Action != action || (prompts[0].Purpose == core.PromptAction) != (action != "") {
			t.Fatalf("%+v", prompts)
		}
		w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number))
		return s
	}
	r := core.Response{Kind: core.KindPush}
	s := approve(action)
	if _, err := w.ConfirmAction(w.ctx, p.holding(), s, another, r); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("another action: %v", err)
	}
	if _, err := w.Elevate(w.ctx, p.holding(), s, r); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("the session elevated by an action's: %v", err)
	}
	_, err := w.ConfirmAction(w.ctx, p.holding(), s, action, r)
	w.check(err)
	if _, err := w.ConfirmAction(w.ctx, p.holding(), s, action, r); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("twice: %v", err)
	}
	w.clock.Add(time.Hour)
	p.signIn()
	p.holding()
	s = approve("")
	if _, err := w.ConfirmAction(w.ctx, p.holding(), s, action, r); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("an action by what elevates: %v", err)
	}
	p.session, err = w.Elevate(w.ctx, p.holding(), s, r)
	w.check(err)
	if !slices.Contains(p.session.AMR(), "swk") {
		t.Error(p.session.AMR())
	}
	if _, err := w.ChallengeSession(w.ctx, p.holding(), p.again(), b.ID, "two\nlines"); !core.IsCode(err, core.CodeInvalid) {
		t.Errorf("an action that can't be read: %v", err)
	}
}

// TestPromptsDieWithTheEpoch: what was asked before a change is not approved after it, nor used.
func TestPromptsDieWithTheEpoch(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	_, sent := p.asks(b)
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true}))
	if err := w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("approved: %v", err)
	}
	if prompts, err := w.sees(b); err != nil || len(prompts) != 0 {
		t.Errorf("it may be enabled again, and is not to be forgotten: %+v, %v", prompts, err)
	}
	w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{}))
	if err := w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("approved after it was enabled again: %v", err)
	}
}

// TestTheEpochIsLookedAtAgain: a change that comes between the look and the deed undoes the deed (C09).
func TestTheEpochIsLookedAtAgain(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	_, sent := p.asks(b)
	m := w.overtaken(func() { w.check(w.SetDisabled(w.ctx, caller, p.session.AccountID(), core.Disabling{Disabled: true})) })
	_, err := m.AnswerPrompt(w.ctx, caller, core.PromptAnswer{
		Authenticator: b.ID, Prompt: sent.Prompt, Decision: core.DecisionApprove, Number: sent.Number,
		Signature: b.Answer(sent.Prompt, core.DecisionApprove, sent.Number),
	})
	if !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("approved: %v", err)
	}
}

// TestOneApprovalOneSession: of many requests with one approval, one gets a session or a confirmation (C09).
func TestOneApprovalOneSession(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	l, sent := p.asks(b)
	w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number))
	count := func(once func() error) (n int64) {
		var won atomic.Int64
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				if once() == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		return won.Load()
	}
	if n := count(func() error { _, err := p.finish(l); return err }); n != 1 {
		t.Errorf("%d sessions", n)
	}
	s := p.again()
	c := p.holding()
	asked, err := w.ChallengeSession(w.ctx, c, s, b.ID, "Send 5 €")
	w.check(err)
	w.check(w.replies(b, asked.Prompt, core.DecisionApprove, asked.Number))
	n := count(func() error {
		_, err := w.ConfirmAction(w.ctx, c, s, "Send 5 €", core.Response{Kind: core.KindPush})
		return err
	})
	if n != 1 {
		t.Errorf("%d confirmations", n)
	}
}

// TestPromptsAreLimited: whoever has the password can't wear the owner down, nor use up what the owner may ask (D11).
func TestPromptsAreLimited(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	known := core.Caller{Transport: core.TransportCookie}
	known.Known = w.KnownCookie(known, p.signIn())
	asked := 0
	for range 100 { // a new login each, within five minutes
		_, err := w.Challenge(w.ctx, caller, p.begin(), b.ID)
		var e *core.Error
		switch {
		case err == nil:
			asked++
		case !errors.As(err, &e) || e.Code != core.CodeThrottled || e.RetryAfter <= 0:
			t.Fatal(err)
		}
		w.clock.Add(time.Second)
	}
	if asked != 3 {
		t.Errorf("%d prompts in two minutes", asked)
	}
	l := p.begin()
	sent, err := w.Challenge(w.ctx, known, l, b.ID)
	if err != nil {
		t.Fatalf("the owner, from a browser that signed in before: %v", err)
	}
	w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number))
	_, err = p.finish(l)
	w.check(err)
	_, err = w.ChallengeSession(w.ctx, p.holding(), p.signIn(), b.ID, "")
	w.check(err)
	for range 24 * 60 {
		w.clock.Add(time.Minute)
		if _, err := w.Challenge(w.ctx, caller, p.begin(), b.ID); err == nil {
			asked++
		}
	}
	if asked > 20 { // ten at once, and ten as the day goes
		t.Errorf("%d prompts in a day", asked)
	}
}

// TestAskedTwice: a page that is loaded twice leaves the prompt that its owner reads; a later one ends it.
func TestAskedTwice(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b, second := w.enrol("ann"), newBrowser(), newBrowser()
	p.addBrowser(b)
	p.addBrowser(second)
	l, first := p.asks(b)
	var e *core.Error
	if _, err := w.Challenge(w.ctx, caller, l, b.ID); !errors.As(err, &e) || e.Code != core.CodeThrottled || e.RetryAfter != 30*time.Second {
		t.Errorf("at once: %v", err)
	}
	w.clock.Add(10 * time.Second)
	again, err := w.Challenge(w.ctx, caller, l, second.ID)
	w.check(err)
	if err := w.replies(b, first.Prompt, core.DecisionApprove, first.Number); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("the older one: %v", err)
	}
	w.check(w.replies(second, again.Prompt, core.DecisionApprove, again.Number))
	_, err = p.finish(l)
	w.check(err)
}

func TestBrowsersAreFew(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p := w.enrol("ann")
	for range 4 {
		p.addBrowser(newBrowser())
	}
	e := p.elevated()
	var begun []core.Binding
	for range 2 {
		in, err := w.Bind(w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindPush})
		w.check(err)
		begun = append(begun, in)
	}
	errs := ""
	for _, in := range begun {
		_, err := w.Confirm(w.ctx, p.holding(), e, in.ID, newBrowser().Enrol(in.ID, in.Push.Challenge))
		errs += fmt.Sprint(err == nil, " ")
		p.again()
		e = p.elevated()
	}
	if errs != "true false " {
		t.Error(errs)
	}
	if _, err := w.Bind(w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindPush}); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("a sixth: %v", err)
	}
}

// TestSubscriptionsAreFew: whoever holds a bound browser can't fill the database with where its messages go, one
// subscription after another (D13).
func TestSubscriptionsAreFew(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b, other := w.enrol("ann"), newBrowser(), newBrowser()
	p.addBrowser(b)
	p.addBrowser(other)
	subscribe := func(b *virtual.Browser) error {
		t.Helper()
		raw, _, err := w.AskBrowser(w.ctx, b.ID)
		w.check(err)
		challenge := base64.RawURLEncoding.EncodeToString(raw)
		in := core.Subscribing{Authenticator: b.ID, Challenge: challenge, Subscription: someSubscription, Signature: b.Subscribe(challenge, someSubscription)}
		return w.Subscribe(w.ctx, caller, in)
	}
	taken := 0
	var last error
	for range 30 {
		if last = subscribe(b); last == nil {
			taken++
		}
	}
	var e *core.Error
	if taken != 10 || !errors.As(last, &e) || e.Code != core.CodeThrottled || e.RetryAfter <= 0 {
		t.Errorf("%d of 30 were taken, and the last was told %v", taken, last)
	}
	w.check(subscribe(other))
	w.clock.Add(time.Hour)
	w.check(subscribe(b))
}
