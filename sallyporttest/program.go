package sallyporttest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

// values is a JSON object.
type values map[string]any

// answer is what the JSON API answers: as much of it as is needed here.
type answer struct {
	Status        string   `json:"status"`
	Token         string   `json:"token"`
	ID            string   `json:"id"`
	URI           string   `json:"uri"`
	RecoveryCodes []string `json:"recovery_codes"`
	Confirmation  string   `json:"confirmation"`
	Session       struct {
		Account struct {
			ID string `json:"id"`
		} `json:"account"`
	} `json:"session"`
}

// program speaks JSON: for a browser that keeps cookies, or with a token of its own.
type program struct {
	service *Service
	client  *http.Client
	token   string
	answer  answer // the last
}

// program returns one with a token.
func (s *Service) program() *program { return &program{service: s, client: &http.Client{}} }

// call fails the test unless it is answered as asked.
func (p *program) call(t testing.TB, method, path string, body values) answer {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, p.service.URL+p.service.prefix+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	res, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 400 {
		t.Fatalf("sallyporttest: %s %s: %s: %s %v", method, path, res.Status, got, err)
	}
	p.answer = answer{}
	if len(got) > 0 {
		if err := json.Unmarshal(got, &p.answer); err != nil {
			t.Fatalf("sallyporttest: %s %s: %v", method, path, err)
		}
	}
	if p.answer.Token != "" {
		p.token = p.answer.Token
	}
	return p.answer
}
