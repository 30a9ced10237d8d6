package sallyporttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
)

// values is a JSON object.
type values map[string]any

// answer is what the JSON API answers: as much of it as is needed here, problems included.
type answer struct {
	Status json.RawMessage `json:"status"` // a word, or the number of a problem

	Offer          []offer         `json:"offer"`
	Kinds          []string        `json:"kinds"`
	ID             string          `json:"id"`
	URI            string          `json:"uri"`
	Options        json.RawMessage `json:"options"`
	Prompt         string          `json:"prompt"`
	Number         string          `json:"number"`
	Challenge      string          `json:"challenge"`
	RecoveryCodes  []string        `json:"recovery_codes"`
	Confirmation   string          `json:"confirmation"`
	Authenticator  offer           `json:"authenticator"`
	Authenticators []offer         `json:"authenticators"`
	Prompts        []struct {
		ID string `json:"id"`
	} `json:"prompts"`
	Push struct {
		Challenge string `json:"challenge"`
	} `json:"push"`
	Session struct {
		Account struct {
			ID string `json:"id"`
		} `json:"account"`
	} `json:"session"`

	Code       string `json:"code"`
	Detail     string `json:"detail"`
	RetryAfter int    `json:"retry_after"` // seconds
	text       string // all of it
}

type offer struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
}

// is says whether the status is this word.
func (a answer) is(status string) bool { return string(a.Status) == `"`+status+`"` }

// refused is the error that a problem is; nil for what is none.
func (a answer) refused() error {
	if a.Code == "" {
		return nil
	}
	status, _ := strconv.Atoi(string(a.Status)) // a problem's is a number
	return &sallyport.Error{
		Code: sallyport.Code(a.Code), Text: a.Detail, Status: status, RetryAfter: time.Duration(a.RetryAfter) * time.Second,
	}
}

// program speaks JSON, for a browser.
type program struct {
	service *Service
	client  *http.Client
}

// call fails the test unless it is answered as asked.
func (p *program) call(t testing.TB, method, path string, body values) answer {
	t.Helper()
	a := p.try(t, method, path, body)
	if a.Code != "" {
		t.Fatalf("sallyporttest: %s %s: %s", method, path, a.text)
	}
	return a
}

// patience is how often something is asked again.
const patience = 5

// try is call for what may be refused.
func (p *program) try(t testing.TB, method, path string, body values) answer {
	t.Helper()
	return p.patiently(func() answer { return p.once(t, method, path, body) })
}

// patiently asks again where the Gate says that it has to be waited, and moves the clock on instead of waiting.
func (p *program) patiently(ask func() answer) answer {
	for again := 0; ; again++ {
		a := ask()
		if a.Code != "throttled" || again == patience {
			return a
		}
		p.service.Clock.wait(a)
	}
}

func (p *program) once(t testing.TB, method, path string, body values) answer {
	t.Helper()
	a, err := p.send(t, method, path, body)
	if err != nil {
		t.Fatalf("sallyporttest: %s %s: %v", method, path, err)
	}
	return a
}

func (p *program) send(t testing.TB, method, path string, body values) (a answer, err error) {
	var raw []byte
	if body != nil {
		if raw, err = json.Marshal(body); err != nil {
			return a, err
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), method, p.service.api+path, bytes.NewReader(raw))
	if err != nil {
		return a, err
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := p.client.Do(r)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || len(got) == 0 {
		return a, err
	}
	a.text = string(got)
	if err := json.Unmarshal(got, &a); err != nil || (a.Code == "") != (res.StatusCode < 400) {
		return a, fmt.Errorf("is the Gate served below the path of its PublicURL? It is answered: %s: %.200s", res.Status, got)
	}
	return a, nil
}
