package assembly

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
	"github.com/sallyport/sallyport/internal/factor/push/virtual"
)

const goodPassword = "correct horse battery"

// person is somebody with a bound browser.
type person struct {
	t       *testing.T
	house   *House
	name    string
	session core.Session
	browser *virtual.Browser
	pushed  *pushtest.Browser
}

func caller() core.Caller {
	return core.Caller{Transport: core.TransportBearer, Address: "203.0.113.7", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
}

// register makes an account whose session is elevated.
func register(t *testing.T, house *House, name string) *person {
	t.Helper()
	s, err := house.Machine.Register(t.Context(), caller(), core.Registration{Username: name, Email: name + "@example.org", Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = house.Machine.Elevate(t.Context(), caller(), s, core.Response{Kind: core.KindPassword, Value: goodPassword}); err != nil {
		t.Fatal(err)
	}
	return &person{t: t, house: house, name: name, session: s}
}

// bind binds a browser with that subscription; "" for none.
func (p *person) bind(subscription string) error {
	p.t.Helper()
	ctx, m := p.t.Context(), p.house.Machine
	e, err := m.ElevatedFrom(p.session)
	if err != nil {
		p.t.Fatal(err)
	}
	b, err := m.Bind(ctx, caller(), e, core.NewAuthenticator{Kind: core.KindPush, Label: "Chromium on Linux"})
	if err != nil {
		p.t.Fatal(err)
	}
	if b.Push.ServerKey != p.house.pushes.ServerKey() || b.Push.ServerKey == "" {
		p.t.Errorf("the browser is given %q to subscribe with", b.Push.ServerKey)
	}
	p.browser = &virtual.Browser{Origin: "http://localhost:8080", Subscription: subscription}
	bound, err := m.Confirm(ctx, caller(), e, b.ID, p.browser.Enrol(b.ID, b.Push.Challenge))
	p.browser.ID = bound.Authenticator.ID
	return err
}

// ask signs in elsewhere, as far as the prompt.
func (p *person) ask() (core.Login, core.Sent) {
	p.t.Helper()
	m := p.house.Machine
	_, err := m.Answer(p.t.Context(), caller(), m.Begin(caller(), core.Beginning{Login: p.name}), core.Response{Kind: core.KindPassword, Value: goodPassword})
	var more *core.MoreNeeded
	if !errors.As(err, &more) {
		p.t.Fatal(err)
	}
	sent, err := m.Challenge(p.t.Context(), caller(), more.Login, p.browser.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	return more.Login, sent
}

func (p *person) sendDue() {
	p.t.Helper()
	if _, err := p.house.SendDue(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// bound is somebody whose browser is reached through the service.
func bound(t *testing.T, house *House, service *pushtest.Service, name string) *person {
	t.Helper()
	p := register(t, house, name)
	p.pushed = service.Subscribe(t, house.pushes.ServerKey())
	if err := p.bind(string(p.pushed.JSON())); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestSignInByPush goes the whole way: a sign-in asks, the push service delivers what its browser alone decrypts, without
// the number, and who types the number there is in (security requirements D10, D14).
func TestSignInByPush(t *testing.T) {
	house, service, log := served(t)
	p := bound(t, house, service, "ana")
	login, sent := p.ask()
	p.sendDue()
	got := p.pushed.Received()
	if len(got) != 1 {
		t.Fatalf("%d messages; refused: %q", len(got), service.Refused())
	}
	var said struct{ Prompt, Authenticator, Title, Body string }
	if err := json.Unmarshal(got[0].Body, &said); err != nil {
		t.Fatal(err)
	}
	if said.Prompt != sent.Prompt || said.Authenticator != p.browser.ID || said.Title != "Is this you, signing in to Test?" ||
		said.Body != "ana, with Firefox on Linux, from 203.0.113.7. Open to answer." {
		t.Errorf("%s", got[0].Body)
	}
	for _, secret := range []string{sent.Number, sent.Number[:3] + " " + sent.Number[3:]} {
		if strings.Contains(string(got[0].Body), secret) {
			t.Errorf("the number %s is in %s", secret, got[0].Body)
		}
	}
	if strings.Contains(log.String(), "/push/") {
		t.Errorf("an endpoint is in the log:\n%s", log)
	}
	_, err := house.Machine.AnswerPrompt(t.Context(), caller(), core.PromptAnswer{
		Authenticator: p.browser.ID, Prompt: sent.Prompt, Decision: core.DecisionApprove, Number: sent.Number,
		Signature: p.browser.Answer(sent.Prompt, core.DecisionApprove, sent.Number),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := house.Machine.Answer(t.Context(), caller(), login, core.Response{Kind: core.KindPush, Value: sent.Prompt}); err != nil {
		t.Errorf("approved, and not in: %v", err)
	}
}

// TestSubscriptionsThatAreGone are forgotten, the browser is not: it is asked when it looks, and other ways go on (D14).
func TestSubscriptionsThatAreGone(t *testing.T) {
	house, service, _ := served(t)
	p := bound(t, house, service, "ana")
	p.pushed.Unsubscribe()
	p.ask()
	p.sendDue()
	row, err := house.Store.PushBrowser(t.Context(), p.browser.ID)
	if err != nil || row == nil || row.Subscription != "" {
		t.Fatalf("%+v, %v", row, err)
	}
	before := service.Connections()
	_, sent := p.ask()
	p.sendDue()
	if service.Connections() != before {
		t.Error("it is called again")
	}
	shown, err := house.Store.OpenPrompts(t.Context(), row.Account, row.Authenticator, time.Now())
	if err != nil || len(shown) == 0 || shown[len(shown)-1].ID != sent.Prompt {
		t.Errorf("its page shows %+v, %v", shown, err)
	}
}

// TestSubscriptionsInside are refused when they are bound, wherever they lead by what they say (D13).
func TestSubscriptionsInside(t *testing.T) {
	house, service, _ := served(t)
	for i, endpoint := range []string{"https://127.0.0.1/x", "https://169.254.169.254/x", "https://[::ffff:10.0.0.1]/x", "http://" + pushtest.Host + "/x"} {
		p := register(t, house, "person"+string(rune('a'+i)))
		var wrong *core.Error
		if err := p.bind(string(subscriptionAt(endpoint))); !errors.As(err, &wrong) || wrong.Code != core.CodeInvalid || wrong.Field != "subscription" {
			t.Errorf("%s: %v", endpoint, err)
		}
		if all, err := house.Machine.Authenticators(t.Context(), p.session); err != nil || len(all) != 0 {
			t.Errorf("%s: bound: %+v, %v", endpoint, all, err)
		}
	}
	if n := service.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestStalledPushesDontHoldMail: somebody's push service that never answers makes nobody's mail wait, however many of its
// messages are due.
func TestStalledPushesDontHoldMail(t *testing.T) {
	service := pushtest.Start(t, nil)
	cfg := pushing(t.TempDir())
	out := filepath.Join(t.TempDir(), "mail")
	cfg.Mail = "dir:" + out
	house := open(t, cfg, Options{Push: push.Options{StandIn: service.StandIn()}})
	var stalled atomic.Int64
	people := []*person{bound(t, house, service, "ana"), bound(t, house, service, "bob"), bound(t, house, service, "cleo")}
	people[0].sendDue() // what setting up causes
	service.Answer(pushtest.Stall(func() { stalled.Add(1) }))
	for _, p := range people {
		for range 3 {
			p.ask()
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { house.Run(ctx) })
	defer running.Wait()
	defer stop()
	until := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(5 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: not within 5 seconds", what)
			}
		}
	}
	until("pushes that stall", func() bool { return stalled.Load() == pushesAtOnce })
	before, err := filepath.Glob(filepath.Join(out, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Machine.Forgot(t.Context(), caller(), "ana"); err != nil {
		t.Fatal(err)
	}
	until("mail beside them", func() bool {
		now, err := filepath.Glob(filepath.Join(out, "*.eml"))
		return err == nil && len(now) > len(before)
	})
	if stalled.Load() != pushesAtOnce {
		t.Errorf("%d pushes under way", stalled.Load())
	}
}
