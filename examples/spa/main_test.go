package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sallyporttest"
)

func serve(t *testing.T) *sallyporttest.Service {
	t.Helper()
	s := sallyporttest.Open(t, config())
	s.Serve(application(s.Gate))
	return s
}

// said is what the bank answers, as much of it as matters here.
type said struct {
	ID, Code, Field, Action string
	SentAt                  string `json:"sent_at"`
	Payments                []struct{ ID string }
}

// call asks the bank as the page does, with a confirmation or none.
func call(t *testing.T, s *sallyporttest.Service, c *http.Client, method, path, body, confirmation string) (int, said) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json") // as a script does: it is told, not led
	if confirmation != "" {
		r.Header.Set("Sallyport-Confirmation", confirmation)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var v said
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
	return res.StatusCode, v
}

// must ends the test unless the answer is the one.
func must(t *testing.T, status int, v said, want int, code string) said {
	t.Helper()
	if status != want || v.Code != code {
		t.Fatalf("%d %+v, want %d %s", status, v, want, code)
	}
	return v
}

const rent = `{"to": "Bob", "amount": "250.00"}`

// A payment is sent once, by its owner, who confirmed it and no other.
func TestPaymentsAreConfirmed(t *testing.T) {
	s := serve(t)
	ana, bob := s.NewPerson(t, "ana", &sallyporttest.CodeApp{}), s.NewPerson(t, "bob", &sallyporttest.CodeApp{})
	c, other := s.SignIn(t, ana), s.SignIn(t, bob)
	try := func(c *http.Client, path, body, confirmation string, want int, code string) said {
		t.Helper()
		status, v := call(t, s, c, "POST", path, body, confirmation)
		return must(t, status, v, want, code)
	}
	first := try(c, "/api/payments", rent, "", 201, "")
	second := try(c, "/api/payments", `{"to": "Bob", "amount": "2500.00"}`, "", 201, "")
	needed := try(c, "/api/payments/"+first.ID+"/send", "", "", 403, "confirmation_needed")
	if needed.Action != "Send 250.00 EUR to Bob" {
		t.Errorf("to confirm is %q", needed.Action)
	}
	token := s.ConfirmAction(t, c, ana, needed.Action)
	try(c, "/api/payments/"+second.ID+"/send", "", token, 403, "confirmation_needed")
	try(other, "/api/payments/"+first.ID+"/send", "", token, 404, "not_found")
	if sent := try(c, "/api/payments/"+first.ID+"/send", "", token, 200, ""); sent.SentAt == "" {
		t.Error("it was not sent")
	}
	try(c, "/api/payments/"+first.ID+"/send", "", token, 403, "confirmation_needed")
	try(c, "/api/payments/"+first.ID+"/send", "", s.ConfirmAction(t, c, ana, needed.Action), 409, "invalid")

	if status, v := call(t, s, other, "GET", "/api/payments", "", ""); status != 200 || len(v.Payments) != 0 {
		t.Errorf("somebody else sees %+v", v)
	}
	if _, v := call(t, s, c, "GET", "/api/payments", "", ""); len(v.Payments) != 2 {
		t.Errorf("their owner sees %+v", v)
	}
}

// A password alone enters payments, and sends none.
func TestPaymentsNeedTwoFactors(t *testing.T) {
	s := serve(t)
	c := s.SignIn(t, s.NewPerson(t, "ana"))
	status, v := call(t, s, c, "POST", "/api/payments", rent, "")
	p := must(t, status, v, 201, "")
	status, v = call(t, s, c, "POST", "/api/payments/"+p.ID+"/send", "", "")
	must(t, status, v, 403, "aal2_needed")
	status, v = call(t, s, s.Client(), "POST", "/api/payments", rent, "")
	must(t, status, v, 401, "not_signed_in")
}

func TestPaymentsThatAreNone(t *testing.T) {
	s := serve(t)
	c := s.SignIn(t, s.NewPerson(t, "ana", &sallyporttest.CodeApp{}))
	for body, field := range map[string]string{
		`{`: "", `{"to": "", "amount": "1.00"}`: "to", `{"to": "A\nB", "amount": "1.00"}`: "to",
		`{"to": "Bob", "amount": "0.00"}`: "amount", `{"to": "Bob", "amount": "-1.00"}`: "amount", `{"to": "Bob", "amount": "1.5"}`: "amount",
		`{"to": "Bob", "amount": "10000.01"}`: "amount", `{"to": "Bob", "amount": "+1.00"}`: "amount",
	} {
		status, v := call(t, s, c, "POST", "/api/payments", body, "")
		if must(t, status, v, 422, "invalid"); v.Field != field {
			t.Errorf("%s: the field is %q, want %q", body, v.Field, field)
		}
	}
}

// The page loads nothing from elsewhere, and its script is there with the gate's beside it.
func TestPage(t *testing.T) {
	s := serve(t)
	for path, want := range map[string]string{
		"/": `src="/app.js"`, "/app.js": `from "/auth/static/sallyport.js"`, "/auth/static/sallyport.js": "sallyport push v1",
	} {
		res, err := s.Client().Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %v, without %s", path, res.StatusCode, err, want)
		}
		if p := res.Header.Get("Content-Security-Policy"); !strings.Contains(p, "script-src 'self';") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: the policy is %s", path, p)
		}
	}
}
