package sallyport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/events"
)

// alarms is an Observer. What takes longer than a line of output belongs into a queue: people wait for it.
type alarms struct{}

func (alarms) Observe(_ context.Context, e events.Event) {
	switch e.Kind {
	case events.Registered:
		fmt.Println("welcome")
	case events.SignedIn:
		fmt.Println("signed in from", e.Address)
	case events.PasskeyCopied, events.BrowserStolen, events.PushNotMe:
		fmt.Println("call somebody:", e.Account, e.Kind)
	}
}

// An application hears of what happens to accounts.
func ExampleObserver() {
	cfg, cleanUp := example()
	defer cleanUp()
	cfg.Observer = alarms{}
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	signUp(gate, `{"username": "ana", "password": "a long quiet river at night"}`)
	// Output:
	// welcome
	// signed in from 192.0.2.1
}

// signUp makes an account, as a program does.
func signUp(gate *sallyport.Gate, body string) {
	request := httptest.NewRequest("POST", "http://localhost:8080/auth/api/v1/accounts", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	gate.ServeHTTP(httptest.NewRecorder(), request)
}

// relay sends mail and prompts through a service that takes JSON.
type relay struct{ url string }

func (r relay) SendMail(ctx context.Context, m sallyport.Mail) error { return r.post(ctx, m.ID, m) }

func (r relay) SendPush(ctx context.Context, p sallyport.Push) error { return r.post(ctx, p.ID, p) }

func (r relay) post(ctx context.Context, id string, message any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, "POST", r.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Idempotency-Key", id) // in rare cases a message comes twice
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err // it is tried again, later and later
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode < 300:
		return nil
	case answer.StatusCode == http.StatusUnprocessableEntity:
		return refused{answer.Status} // nobody has this address
	}
	return fmt.Errorf("the relay answered %s", answer.Status)
}

// refused is an error after which nothing is tried again.
type refused struct{ status string }

func (r refused) Error() string { return "the relay answered " + r.status }
func (refused) Permanent() bool { return true }

// relayed is such a service; it hands on what it was sent.
func relayed[M any]() (service *httptest.Server, came chan M) {
	came = make(chan M, 1)
	return httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m M
		if json.NewDecoder(r.Body).Decode(&m) == nil {
			came <- m
		}
	})), came
}

// Mail goes out through a service of the application's choice.
func ExampleMailer() {
	service, came := relayed[sallyport.Mail]()
	defer service.Close()
	cfg, cleanUp := example()
	defer cleanUp()
	cfg.Issuer, cfg.Mailer = "Bank", relay{service.URL}
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	signUp(gate, `{"email": "ana@example.org", "password": "a long quiet river at night"}`)
	m := <-came
	fmt.Println(m.To)
	fmt.Println(m.Subject)
	// Output:
	// ana@example.org
	// Bank: Confirm your email address
}

// What a bound browser is asked goes to the application's own app, which opens the page that answers. The Gate calls SendPush
// whenever somebody who signs in asks another browser.
func ExamplePusher() {
	service, came := relayed[sallyport.Push]()
	defer service.Close()
	cfg, cleanUp := example()
	defer cleanUp()
	cfg.Pusher = relay{service.URL}
	gate := sallyport.Must(sallyport.New(cfg))
	defer gate.Close()

	err := cfg.Pusher.SendPush(context.Background(), sallyport.Push{
		ID: "X7QK", Title: "Is this you, signing in to Bank?", Body: "ana, with Firefox on Linux, from 192.0.2.1. Open to answer.",
		URL: "http://localhost:8080/auth/push",
	})
	p := <-came
	fmt.Println(p.Title, err)
	fmt.Println(p.URL)
	// Output:
	// Is this you, signing in to Bank? <nil>
	// http://localhost:8080/auth/push
}
