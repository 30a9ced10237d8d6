package core_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

// asker does random things to an account that a bound browser guards, with what he holds.
type asker struct {
	w        *world
	r        *rand.Rand
	owner    *person
	laptop   *virtual.Browser // the owner's
	own      *virtual.Browser // his, of an account of his own
	password string
	logins   []core.Login
	numbers  []string            // that his logins showed him
	prompts  []string            // ids that he saw
	answers  []core.PromptAnswer // of the owner's browser, on their way
	session  core.Session        // of the owner's, stolen
}

// askers are armed by what they start with, and whether the owner's laptop is in his hands for a look, which shows the prompts.
var askers = map[string]func(*asker){
	"own browser":            func(a *asker) { a.password = "a guess at the password" },
	"password":               func(*asker) {},
	"password and the wire":  func(a *asker) { a.overhears() },
	"stolen session":         func(a *asker) { a.session = a.owner.signIn() },
	"session and the wire":   func(a *asker) { a.session = a.owner.signIn(); a.overhears() },
	"password of both doors": func(a *asker) { a.w.cfg.RescueCode = true; a.w.Machine = a.w.restart() },
}

func TestWalksAroundPush(t *testing.T) {
	for name, arm := range askers {
		for _, policy := range []core.Policy{core.PolicyOptional, core.PolicyAAL2} {
			t.Run(fmt.Sprintf("%s/%s", name, policy), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, policy).withPush()
				a := &asker{w: w, r: rand.New(rand.NewPCG(17, uint64(len(name)))), laptop: newBrowser(), own: newBrowser(), password: ownersPassword}
				a.owner = w.confirmed("owner")
				a.owner.addBrowser(a.laptop)
				w.confirmed("mallory").addBrowser(a.own)
				arm(a)
				for range 200 {
					moves := []func(){a.begin, a.asks, a.answers0, a.replays, a.finishes, a.elevates, a.looks, a.binds, a.ownerActs, a.wait}
					moves[a.r.IntN(len(moves))]()
				}
				a.ownerIsUnharmed()
			})
		}
	}
}

// overhears gives him answers of the owner's that were taken.
func (a *asker) overhears() {
	for _, decision := range []string{core.DecisionApprove, core.DecisionDecline} {
		l, sent := a.owner.asks(a.laptop)
		number := map[string]string{core.DecisionApprove: sent.Number}[decision]
		a.w.check(a.w.replies(a.laptop, sent.Prompt, decision, number))
		a.answers = append(a.answers, core.PromptAnswer{
			Authenticator: a.laptop.ID, Prompt: sent.Prompt, Decision: decision, Number: number, Signature: a.laptop.Answer(sent.Prompt, decision, number),
		})
		a.owner.finish(l) //nolint:errcheck // the declined one is refused
		a.w.clock.Add(time.Hour)
	}
}

func (a *asker) outcome(s core.Session, err error) {
	a.w.t.Helper()
	var more *core.MoreNeeded
	var bind *core.BindNeeded
	switch {
	case err == nil && s.AccountID() == a.owner.session.AccountID():
		a.w.t.Fatal("he is in")
	case errors.As(err, &bind):
		a.w.t.Fatal("he is asked to bind an authenticator")
	case errors.As(err, &more):
		a.logins = append(a.logins, more.Login)
	}
}

func (a *asker) begin() {
	l := a.w.Begin(caller, core.Beginning{Login: "owner"})
	a.outcome(a.w.Answer(a.w.ctx, caller, l, core.Response{Kind: core.KindPassword, Value: a.password}))
}

func (a *asker) login() (core.Login, bool) {
	if len(a.logins) == 0 {
		return core.Login{}, false
	}
	return a.logins[a.r.IntN(len(a.logins))], true
}

// asks has the owner's browser asked, and his own.
func (a *asker) asks() {
	ask := func(sent core.Sent, err error) {
		if err == nil {
			a.numbers, a.prompts = append(a.numbers, sent.Number), append(a.prompts, sent.Prompt)
		}
	}
	if l, any := a.login(); any {
		ask(a.w.Challenge(a.w.ctx, caller, l, a.laptop.ID))
		if _, err := a.w.Challenge(a.w.ctx, caller, l, a.own.ID); err == nil {
			a.w.t.Fatal("his own browser is asked for the owner's login")
		}
	}
	if a.session != (core.Session{}) {
		ask(a.w.ChallengeSession(a.w.ctx, caller, a.session, a.laptop.ID, []string{"", "Send 5 €"}[a.r.IntN(2)]))
	}
}

// answers0 answers what he asked, with his own key in every disguise.
func (a *asker) answers0() {
	for i := max(0, len(a.prompts)-3); i < len(a.prompts); i++ {
		for _, as := range []string{a.own.ID, a.laptop.ID} {
			by := *a.own
			by.ID = as
			_, err := a.w.AnswerPrompt(a.w.ctx, caller, core.PromptAnswer{
				Authenticator: as, Prompt: a.prompts[i], Decision: core.DecisionApprove, Number: a.numbers[i],
				Signature: by.Answer(a.prompts[i], core.DecisionApprove, a.numbers[i]),
			})
			if err == nil {
				a.w.t.Fatal("his key answered for the owner's browser")
			}
		}
	}
}

// replays sends what the owner's browser sent, as it was and for what he asked.
func (a *asker) replays() {
	for _, captured := range a.answers {
		for _, prompt := range append([]string{captured.Prompt}, a.prompts...) {
			captured.Prompt = prompt
			if _, err := a.w.AnswerPrompt(a.w.ctx, caller, captured); err == nil {
				a.w.t.Fatal("an answer was taken twice")
			}
		}
	}
}

func (a *asker) finishes() {
	id := ""
	if len(a.prompts) > 0 {
		id = a.prompts[a.r.IntN(len(a.prompts))]
	}
	for _, value := range []string{"", id} {
		r := core.Response{Kind: core.KindPush, Value: value, Authenticator: []string{"", a.laptop.ID, a.own.ID}[a.r.IntN(3)]}
		if l, any := a.login(); any {
			a.outcome(a.w.Answer(a.w.ctx, caller, l, r))
		}
		a.outcome(a.w.SignIn(a.w.ctx, caller, core.Beginning{Login: "owner"}, a.password, r))
	}
}

func (a *asker) elevates() {
	if a.session == (core.Session{}) {
		return
	}
	for _, value := range append(a.prompts, "") {
		r := core.Response{Kind: core.KindPush, Value: value}
		if _, err := a.w.Elevate(a.w.ctx, caller, a.session, r); err == nil {
			a.w.t.Fatal("he elevated a stolen session")
		}
		if _, err := a.w.ConfirmAction(a.w.ctx, caller, a.session, "Send 5 €", r); err == nil {
			a.w.t.Fatal("he confirmed an action in a stolen session")
		}
	}
}

// looks tries to see what the owner's browser is asked.
func (a *asker) looks() {
	challenge, _, err := a.w.AskBrowser(a.w.ctx, a.laptop.ID)
	a.w.check(err)
	text := base64.RawURLEncoding.EncodeToString(challenge)
	by := *a.own
	by.ID = a.laptop.ID
	if _, err := a.w.BoundBrowserFrom(a.w.ctx, caller, a.laptop.ID, text, by.Open(text)); err == nil {
		a.w.t.Fatal("he sees the owner's prompts")
	}
	err = a.w.Subscribe(a.w.ctx, caller, core.Subscribing{
		Authenticator: a.laptop.ID, Challenge: text, Subscription: someSubscription, Signature: by.Subscribe(text, someSubscription),
	})
	if err == nil {
		a.w.t.Fatal("the owner's prompts go to him")
	}
}

func (a *asker) binds() {
	if l, any := a.login(); any {
		if _, err := a.w.MustBindFrom(a.w.ctx, l); err == nil {
			a.w.t.Fatal("he may bind a browser")
		}
	}
}

// ownerActs signs the owner in from a browser that signed in before: nothing that he does keeps them out. They approve what
// they asked for themself, and decline everything else that they see.
func (a *asker) ownerActs() {
	a.w.clock.Add(3 * time.Hour)
	known := core.Caller{Transport: core.TransportCookie}
	known.Known = a.w.KnownCookie(known, a.owner.session)
	l := a.owner.begin()
	sent, err := a.w.Challenge(a.w.ctx, known, l, a.laptop.ID)
	if err != nil {
		a.w.t.Fatalf("the owner can't ask: %v", err)
	}
	prompts, err := a.w.sees(a.laptop)
	a.w.check(err)
	for _, p := range prompts {
		if p.ID != sent.Prompt {
			a.w.check(a.w.replies(a.laptop, p.ID, core.DecisionDecline, ""))
		}
	}
	a.w.check(a.w.replies(a.laptop, sent.Prompt, core.DecisionApprove, sent.Number))
	s, err := a.owner.finish(l)
	a.w.check(err)
	if a.session == (core.Session{}) {
		a.owner.session = s
	}
}

func (a *asker) wait() { a.w.clock.Add(time.Duration(a.r.IntN(400)) * time.Second) }

func (a *asker) ownerIsUnharmed() {
	a.ownerActs()
	all, err := a.w.store.Authenticators(a.w.ctx, a.owner.session.AccountID())
	a.w.check(err)
	if len(all) != 2 || all[1].ID != a.laptop.ID || all[1].Failures != 0 {
		a.w.t.Errorf("what is bound changed: %+v", all)
	}
}
