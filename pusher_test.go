package sallyport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/factor/push/virtual"
	"github.com/sallyport/sallyport/sallyporttest"
)

// channel is a Pusher that keeps what it is given.
type channel struct {
	pushed chan sallyport.Push
	fails  func() error
}

func (c channel) SendPush(_ context.Context, p sallyport.Push) error {
	c.pushed <- p
	if c.fails != nil {
		return c.fails()
	}
	return nil
}

// approving is somebody with a bound browser, and a gate that tells it through a channel of the application's.
type approving struct {
	*sallyporttest.Service
	channel channel
	who     *sallyporttest.Person
	browser *virtual.Browser
}

func (a approving) call(t *testing.T, method, path, token string, body, out any) {
	t.Helper()
	if got := sendJSON(t, http.DefaultClient, method, a.URL+"/auth/api/v1"+path, token, body, out); got >= 300 {
		t.Fatalf("%s %s: %d", method, path, got)
	}
}

// approves binds a browser, with a subscription or "".
func approves(t *testing.T, cfg sallyport.Config, fails func() error, subscription string) approving {
	t.Helper()
	a := approving{channel: channel{make(chan sallyport.Push, 10), fails}}
	cfg.Pusher = a.channel
	a.Service = sallyporttest.Open(t, cfg)
	a.who = a.NewPerson(t, "ana")
	var in struct{ Token, ID string }
	a.call(t, "POST", "/login", "", object{"login": "ana", "password": a.who.Password, "transport": "bearer"}, &in)
	a.call(t, "POST", "/session/elevate", in.Token, object{"kind": "password", "response": a.who.Password}, &in)
	var made struct {
		ID   string
		Push struct {
			Challenge string
			ServerKey string `json:"server_key"`
		}
	}
	a.call(t, "POST", "/authenticators", in.Token, object{"kind": "push", "label": "phone"}, &made)
	if made.Push.ServerKey != "" {
		t.Errorf("browsers are asked to subscribe with %q", made.Push.ServerKey)
	}
	a.browser = &virtual.Browser{Origin: a.URL, Subscription: subscription}
	enrolled := json.RawMessage(a.browser.Enrol(made.ID, made.Push.Challenge))
	var bound struct{ Authenticator struct{ ID string } }
	a.call(t, "POST", "/authenticators/"+made.ID+"/confirm", in.Token, object{"response": string(enrolled)}, &bound)
	a.browser.ID = bound.Authenticator.ID
	return a
}

// asks signs in as far as the prompt.
func (a approving) asks(t *testing.T) (token, prompt, number string) {
	t.Helper()
	var in struct{ Token string }
	a.call(t, "POST", "/login", "", object{"login": "ana", "password": a.who.Password, "transport": "bearer"}, &in)
	var asked struct{ Prompt, Number string }
	a.call(t, "POST", "/login/challenge", in.Token, object{"authenticator": a.browser.ID}, &asked)
	return in.Token, asked.Prompt, asked.Number
}

// told is the next that the channel is given.
func (a approving) told(t *testing.T) sallyport.Push {
	t.Helper()
	select {
	case p := <-a.channel.pushed:
		return p
	case <-time.After(10 * time.Second):
		t.Fatal("the channel is told nothing")
		return sallyport.Push{}
	}
}

// TestPusher: a prompt for a browser that takes no notifications reaches the application's own channel, without the number,
// and whoever answers in the browser's place signs somebody in. Nothing is sent through Web Push, nor could be.
func TestPusher(t *testing.T) {
	a := approves(t, sallyport.Config{Issuer: "Bank"}, nil, "")
	token, prompt, number := a.asks(t)
	p := a.told(t)
	if p.ID != prompt || p.Account != a.who.ID || p.Authenticator != a.browser.ID || p.Title != "Is this you, signing in to Bank?" ||
		!strings.HasPrefix(p.Body, "ana, ") || p.URL != a.URL+"/auth/push" || !p.ExpiresAt.After(a.Clock.Now()) || p.Subscription != nil {
		t.Errorf("%+v", p)
	}
	if said := fmt.Sprint(p); len(number) != 6 || strings.Contains(said, number) {
		t.Errorf("the number %q is in %s", number, said)
	}
	page := get(t, a.Client(), p.URL)
	if !strings.Contains(page, "Bank tells you in a way of its own") {
		t.Errorf("the page says\n%s", page)
	}
	a.call(t, "POST", "/push/answer", "", object{
		"authenticator": p.Authenticator, "prompt": p.ID, "decision": "approve", "number": number, "signature": a.browser.Answer(p.ID, "approve", number),
	}, nil)
	var in struct{ Status string }
	a.call(t, "POST", "/login/response", token, object{"kind": "push", "response": prompt}, &in)
	if in.Status != "signed_in" {
		t.Errorf("approved, and %q", in.Status)
	}
	select {
	case again := <-a.channel.pushed:
		t.Errorf("told once more: %+v", again)
	default:
	}
}

func get(t *testing.T, c *http.Client, from string) string {
	t.Helper()
	status, _, page := visit(t, c, "GET", from)
	if status != http.StatusOK {
		t.Errorf("%s: %d", from, status)
	}
	return page
}

// TestPusherGetsSubscriptions that a program brought with the key that it made.
func TestPusherGetsSubscriptions(t *testing.T) {
	const brought = `{"endpoint":"https://relay.example.net/ana","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`
	a := approves(t, sallyport.Config{}, nil, brought)
	a.asks(t)
	if p := a.told(t); string(p.Subscription) != brought {
		t.Errorf("the subscription is %s", p.Subscription)
	}
}

// final is an error of which trying again is of no use.
type final struct{ error }

func (final) Permanent() bool { return true }

// TestPusherFails: what fails is tried again, unless that is of no use; and the log has no endpoint.
func TestPusherFails(t *testing.T) {
	const endpoint = "https://relay.example.net/ana"
	const brought = `{"endpoint":"` + endpoint + `","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}`
	var mu sync.Mutex
	var fail error = errors.New("Post " + endpoint + ": busy")
	log := &locked{}
	a := approves(t, sallyport.Config{Log: slog.New(slog.NewTextHandler(log, nil))}, func() error {
		mu.Lock()
		defer mu.Unlock()
		was := fail
		fail = nil
		return was
	}, brought)
	a.asks(t)
	first := a.told(t)
	log.wait(t, "busy")
	a.Clock.Advance(40 * time.Second)
	a.CatchUp(t)
	if again := a.told(t); again.ID != first.ID {
		t.Errorf("tried again: %+v", again)
	}
	mu.Lock()
	fail = final{errors.New("no such telephone at " + endpoint)}
	mu.Unlock()
	a.asks(t)
	if second := a.told(t); second.ID == first.ID {
		t.Errorf("tried a third time: %+v", second)
	}
	log.wait(t, "it cannot be delivered")
	if said := log.String(); strings.Contains(said, endpoint) {
		t.Errorf("the endpoint is in the log:\n%s", said)
	}
}

// locked is a log that may be read while it is written.
type locked struct {
	mu sync.Mutex
	strings.Builder
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Builder.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Builder.String()
}

func (l *locked) wait(t *testing.T, says string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !strings.Contains(l.String(), says); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the log does not say %q:\n%s", says, l)
		}
	}
}

// TestPusherStandsAlone: settings of Web Push beside one would be of no effect.
func TestPusherStandsAlone(t *testing.T) {
	err := sallyport.Config{Pusher: channel{}, PushContact: "mailto:ops@example.org", PushHosts: []string{"fcm.googleapis.com", "*.push.apple.com"}}.Check()
	for _, says := range []string{
		`Config.PushContact "mailto:ops@example.org": is given beside a Pusher`, `Config.PushHosts "fcm.googleapis.com, *.push.apple.com": is given beside a Pusher`,
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v", err)
		}
	}
	if err := (sallyport.Config{Pusher: channel{}}).Check(); err != nil {
		t.Error(err)
	}
}
