package core_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/push"
	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

const someSubscription = `{"endpoint":"https://push.example/one","keys":{"p256dh":"x","auth":"y"}}`

// anySubscription sends nothing, and takes what has an endpoint.
type anySubscription struct{}

func (anySubscription) ServerKey() string { return "server key" }
func (anySubscription) Takes(s string) error {
	if !strings.Contains(s, "endpoint") {
		return errors.New("no endpoint")
	}
	return nil
}

// withPush lets browsers be bound.
func (w *world) withPush() *world {
	w.t.Helper()
	public, err := url.Parse(passkeyOrigin)
	w.check(err)
	w.cfg.Approvals, err = push.New(public, anySubscription{})
	w.check(err)
	w.Machine = w.restart()
	return w
}

func newBrowser() *virtual.Browser { return &virtual.Browser{Origin: passkeyOrigin} }

// addBrowser binds one.
func (p *person) addBrowser(b *virtual.Browser) core.Bound {
	p.w.t.Helper()
	e := p.elevated()
	begun, err := p.w.Bind(p.w.ctx, p.holding(), e, core.NewAuthenticator{Kind: core.KindPush, Label: "laptop"})
	p.w.check(err)
	bound, err := p.w.Confirm(p.w.ctx, p.holding(), e, begun.ID, b.Enrol(begun.ID, begun.Push.Challenge))
	p.w.check(err)
	b.ID = bound.Authenticator.ID
	return bound
}

// asks begins a login, and asks a browser.
func (p *person) asks(b *virtual.Browser) (core.Login, core.Sent) {
	p.w.t.Helper()
	l := p.begin()
	sent, err := p.w.Challenge(p.w.ctx, caller, l, b.ID)
	p.w.check(err)
	return l, sent
}

// replies answers a prompt with what a browser's key signs.
func (w *world) replies(b *virtual.Browser, prompt, decision, number string) error {
	_, err := w.reply(b, prompt, decision, number)
	return err
}

func (w *world) reply(b *virtual.Browser, prompt, decision, number string) (core.PromptOutcome, error) {
	return w.AnswerPrompt(w.ctx, caller, core.PromptAnswer{
		Authenticator: b.ID, Prompt: prompt, Decision: decision, Number: number, Signature: b.Answer(prompt, decision, number),
	})
}

// sees opens a bound browser's prompts.
func (w *world) sees(b *virtual.Browser) ([]core.PromptShown, error) {
	w.t.Helper()
	challenge, _, err := w.AskBrowser(w.ctx, b.ID)
	if err != nil {
		return nil, err
	}
	text := base64.RawURLEncoding.EncodeToString(challenge)
	proof, err := w.BoundBrowserFrom(w.ctx, caller, b.ID, text, b.Open(text))
	if err != nil {
		return nil, err
	}
	return w.Prompts(w.ctx, proof)
}

func (p *person) finish(l core.Login) (core.Session, error) {
	return p.w.Answer(p.w.ctx, caller, l, core.Response{Kind: core.KindPush})
}

// other is a number that is not the one.
func other(number string) string {
	if number == "000000" {
		return "000001"
	}
	return "000000"
}

func TestPush(t *testing.T) {
	w := newWorld(t, core.PolicyAAL2).withPush()
	p, b := w.enrol("ann"), newBrowser()
	if bound := p.addBrowser(b); len(bound.RecoveryCodes) != 0 || bound.Authenticator.Label != "laptop" {
		t.Errorf("the second one: %+v", bound)
	}
	l, sent := p.asks(b)
	if sent.Kind != core.KindPush || len(sent.Number) != 6 || sent.Prompt == "" || !sent.ExpiresAt.Equal(w.clock.Now().Add(3*time.Minute)) {
		t.Fatalf("asked: %+v", sent)
	}
	shown, err := w.Prompt(w.ctx, l)
	w.check(err)
	if want := (core.Prompted{ID: sent.Prompt, Authenticator: b.ID, State: core.PromptWaiting, Number: sent.Number, ExpiresAt: sent.ExpiresAt}); shown != want {
		t.Errorf("%+v, want %+v", shown, want)
	}
	var e *core.Error
	if _, err := p.finish(l); !errors.As(err, &e) || e.Code != core.CodeWrongState || e.Text != "push.waiting" || e.RetryAfter != 2*time.Second {
		t.Errorf("before it was answered: %v", err)
	}
	prompts, err := w.sees(b)
	w.check(err)
	if len(prompts) != 1 || prompts[0].ID != sent.Prompt || prompts[0].Purpose != core.PromptSignIn || prompts[0].Account != "ann" {
		t.Fatalf("shown: %+v", prompts)
	}
	w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number))
	if shown, err := w.Prompt(w.ctx, l); err != nil || shown.State != core.PromptApproved || shown.Number != "" {
		t.Errorf("%+v, %v", shown, err)
	}
	s, err := p.finish(l)
	w.check(err)
	if got := fmt.Sprint(s.Level(), s.AMR()); got != "2 [pwd swk mfa]" {
		t.Error(got)
	}
	if _, err := p.finish(l); !core.IsCode(err, core.CodeWrongState) && !core.IsCode(err, core.CodeLoginExpired) {
		t.Errorf("twice: %v", err)
	}
}

// TestTheFirstBrowserBringsRecoveryCodes: a bound browser is enough where AAL2 is wanted, and nothing resists phishing about it.
func TestTheFirstBrowserBringsRecoveryCodes(t *testing.T) {
	w := newWorld(t, core.PolicyAAL2).withPush()
	_, err := w.Register(w.ctx, caller, core.Registration{Username: "ann", Password: ownersPassword})
	var bind *core.BindNeeded
	if !errors.As(err, &bind) {
		t.Fatal(err)
	}
	begun, err := w.BindFirst(w.ctx, caller, bind.MustBind, core.NewAuthenticator{Kind: core.KindPush})
	w.check(err)
	if begun.Push == nil || begun.Push.ServerKey != "server key" || !begun.ExpiresAt.Equal(w.clock.Now().Add(5*time.Minute)) {
		t.Errorf("%+v", begun)
	}
	b := newBrowser()
	s, bound, err := w.ConfirmFirst(w.ctx, caller, bind.MustBind, begun.ID, b.Enrol(begun.ID, begun.Push.Challenge), "")
	w.check(err)
	if s.Level() != core.AAL2 || len(bound.RecoveryCodes) != 10 {
		t.Errorf("%d, %d codes", s.Level(), len(bound.RecoveryCodes))
	}
}

// TestPushIsNoPasskey: where only what resists phishing is enough, no browser is asked.
func TestPushIsNoPasskey(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush().withPasskeys()
	p, b, key := w.enrol("ann"), newBrowser(), newPhone()
	p.addBrowser(b)
	p.addPasskey(key)
	l := p.begin()
	sent, err := w.Challenge(w.ctx, caller, l, b.ID)
	w.check(err)
	w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number))
	w.cfg.Rule.Policy = core.PolicyPasskey
	w.Machine = w.restart()
	if _, err := p.finish(l); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("an approval from before: %v", err)
	}
	if _, err := w.Challenge(w.ctx, caller, p.begin(), b.ID); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("asked: %v", err)
	}
}

// TestNothingAnswersForABrowser: a key answers its own prompts, and none of another browser or account (D12).
func TestNothingAnswersForABrowser(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b, second := w.enrol("ann"), newBrowser(), newBrowser()
	p.addBrowser(b)
	p.addBrowser(second)
	mallory, theirs := w.enrol("mallory"), newBrowser()
	mallory.addBrowser(theirs)
	l, sent := p.asks(b)
	signed := func(by *virtual.Browser, as string) core.PromptAnswer {
		id := by.ID
		by.ID = as
		defer func() { by.ID = id }()
		return core.PromptAnswer{
			Authenticator: as, Prompt: sent.Prompt, Decision: core.DecisionApprove, Number: sent.Number,
			Signature: by.Answer(sent.Prompt, core.DecisionApprove, sent.Number),
		}
	}
	for name, a := range map[string]core.PromptAnswer{
		"another account's": signed(theirs, theirs.ID), "another account's as this": signed(theirs, b.ID),
		"another browser": signed(second, second.ID), "another browser as this": signed(second, b.ID),
		"no key at all":    {Authenticator: b.ID, Prompt: sent.Prompt, Decision: core.DecisionApprove, Number: sent.Number},
		"one that is none": signed(b, "NOBODY"),
	} {
		if _, err := w.AnswerPrompt(w.ctx, caller, a); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	for name, other := range map[string]*virtual.Browser{"the account's other one": second, "mallory's": theirs} {
		if prompts, err := w.sees(other); err != nil || len(prompts) != 0 {
			t.Errorf("%s sees %+v, %v", name, prompts, err)
		}
	}
	if _, err := p.finish(l); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("signed in: %v", err)
	}
	w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number)) // and none of it cost an attempt
	_, err := p.finish(l)
	w.check(err)
}

// TestAnswersAreNotReplayed: an answer is good once, for one prompt, and not after its browser was removed (D12).
func TestAnswersAreNotReplayed(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	l, sent := p.asks(b)
	captured := core.PromptAnswer{
		Authenticator: b.ID, Prompt: sent.Prompt, Decision: core.DecisionApprove, Number: sent.Number,
		Signature: b.Answer(sent.Prompt, core.DecisionApprove, sent.Number),
	}
	_, err := w.AnswerPrompt(w.ctx, caller, captured)
	w.check(err)
	if _, err := w.AnswerPrompt(w.ctx, caller, captured); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("twice: %v", err)
	}
	_, err = p.finish(l)
	w.check(err)
	l2, again := p.asks(b)
	captured.Prompt = again.Prompt
	if _, err := w.AnswerPrompt(w.ctx, caller, captured); !core.IsCode(err, core.CodeWrong) {
		t.Errorf("for the next prompt: %v", err)
	}
	if _, err := w.AnswerPrompt(w.ctx, caller, core.PromptAnswer{
		Authenticator: b.ID, Prompt: sent.Prompt, Decision: core.DecisionApprove, Number: sent.Number, Signature: captured.Signature,
	}); err == nil {
		t.Error("after it was used: taken")
	}
	w.check(w.Unbind(w.ctx, p.holding(), p.elevated(), b.ID))
	if err := w.replies(b, again.Prompt, core.DecisionApprove, again.Number); !core.IsCode(err, core.CodeNotFound) {
		t.Errorf("after it was removed: %v", err)
	}
	if _, err := p.finish(l2); err == nil {
		t.Error("signed in with a browser that is gone")
	}
}

// TestWrongNumbers: the number has to come over; the third wrong one ends the prompt (D10).
func TestWrongNumbers(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	l, sent := p.asks(b)
	for _, shape := range []string{"", "12345", "1234567", "12345a", "٠٠٠٠٠٠", sent.Number[:3] + " " + sent.Number[3:]} {
		if err := w.replies(b, sent.Prompt, core.DecisionApprove, shape); !core.IsCode(err, core.CodeInvalid) {
			t.Errorf("%q: %v", shape, err)
		}
	}
	for n := range 3 {
		var e *core.Error
		err := w.replies(b, sent.Prompt, core.DecisionApprove, other(sent.Number))
		if !errors.As(err, &e) || e.Code != core.CodeWrong || (n < 2) != (e.Tries != nil && e.Tries.Left == 2-n) {
			t.Errorf("wrong number %d: %+v", n+1, err)
		}
		w.clock.Add(time.Second)
	}
	if err := w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("the right one after three wrong ones: %v", err)
	}
	var e *core.Error
	if _, err := p.finish(l); !errors.As(err, &e) || e.Code != core.CodeWrong || e.Text != "push.ended" {
		t.Errorf("signed in: %v", err)
	}
	if shown, err := w.Prompt(w.ctx, l); err != nil || shown.State != core.PromptEnded || shown.Number != "" {
		t.Errorf("%+v, %v", shown, err)
	}
}

// TestTheNumberStaysOut: nothing that goes to the bound browser, and nothing that is stored, has it.
func TestTheNumberStaysOut(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	b.Subscription = someSubscription
	p.addBrowser(b)
	w.post()
	l, sent := p.asks(b)
	prompts, err := w.sees(b)
	w.check(err)
	msg := w.mail(core.PushPrompt)
	row, err := w.store.Prompt(w.ctx, p.session.AccountID(), sent.Prompt)
	w.check(err)
	for what, text := range map[string]string{"prompts": fmt.Sprintf("%+v", prompts), "message": fmt.Sprintf("%+v %+v", msg, *msg.Push), "row": fmt.Sprintf("%+v", *row)} {
		if strings.Contains(strings.ReplaceAll(text, b.ID, ""), sent.Number) {
			t.Errorf("%s: %s", what, text)
		}
	}
	numbers := map[string]bool{sent.Number: true}
	for range 2 {
		w.clock.Add(5 * time.Minute)
		again, err := w.Challenge(w.ctx, caller, l, b.ID)
		if core.IsCode(err, core.CodeLoginExpired) || core.IsCode(err, core.CodeThrottled) {
			break
		}
		w.check(err)
		numbers[again.Number] = true
	}
	if len(numbers) < 2 {
		t.Error("each prompt has the same number")
	}
}

func TestDecline(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	l, sent := p.asks(b)
	w.check(w.replies(b, sent.Prompt, core.DecisionDecline, ""))
	if err := w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number); !core.IsCode(err, core.CodeWrongState) {
		t.Errorf("approved after it was declined: %v", err)
	}
	var e *core.Error
	if _, err := p.finish(l); !errors.As(err, &e) || e.Text != "push.declined" {
		t.Errorf("signed in: %v", err)
	}
	_, err := w.Challenge(w.ctx, caller, l, b.ID) // and may be asked again, without a wait
	w.check(err)
}

// TestPromptsExpire: after three minutes nothing is approved, and what was approved serves nothing.
func TestPromptsExpire(t *testing.T) {
	w := newWorld(t, core.PolicyOptional).withPush()
	p, b := w.enrol("ann"), newBrowser()
	p.addBrowser(b)
	for _, approves := range []bool{false, true} {
		l, sent := p.asks(b)
		if approves {
			w.check(w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number))
		}
		w.clock.Add(3 * time.Minute)
		if err := w.replies(b, sent.Prompt, core.DecisionApprove, sent.Number); !core.IsCode(err, core.CodeWrongState) {
			t.Errorf("approved: %v", err)
		}
		var e *core.Error
		if _, err := p.finish(l); !errors.As(err, &e) || e.Text != "push.expired" {
			t.Errorf("signed in: %v", err)
		}
	}
}
