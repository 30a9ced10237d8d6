package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// client speaks JSON to one server, and carries tokens as bearers.
type client struct {
	base    string
	http    *http.Client
	proxied bool // every request comes from an address of its own
}

// object is what goes out and comes back.
type object map[string]any

func (o object) text(key string) string {
	s, _ := o[key].(string)
	return s
}

// reply is an answer: its status, and its body if that was JSON.
type reply struct {
	status  int
	body    object
	wait    string // Retry-After
	cookies []*http.Cookie
}

// cookie is the value that the answer sets a cookie to, or "".
func (r reply) cookie(name string) string {
	for _, c := range r.cookies {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// code is the error's, or "".
func (r reply) code() string { return r.body.text("code") }

func (r reply) String() string {
	return fmt.Sprintf("%d %s %s", r.status, r.code(), r.body.text("detail"))
}

// api is a client for a server. Its connections may be as many as a race needs.
func api(s *server) *client {
	return &client{base: "http://" + s.address + "/api/v1", http: &http.Client{
		Timeout: 60 * time.Second,
		Transport: &http.Transport{
			MaxIdleConns: 2048, MaxIdleConnsPerHost: 2048, DisableCompression: true,
		},
	}}
}

// try sends one request; token may be "".
func (c *client) try(method, path, token string, body object) (reply, error) {
	return c.send(method, path, token, nil, body)
}

// send is try with cookies, by their names.
func (c *client) send(method, path, token string, cookies map[string]string, body object) (reply, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return reply{}, err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, c.base+path, content)
	if err != nil {
		return reply{}, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for name, value := range cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if c.proxied {
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", rand.N(256), rand.N(256), rand.N(256)))
	}
	res, err := c.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}, err
	}
	out := reply{status: res.StatusCode, wait: res.Header.Get("Retry-After"), cookies: res.Cookies()}
	if len(text) > 0 {
		err = json.Unmarshal(text, &out.body)
	}
	return out, err
}

// call is try for requests that have to be answered with the status wanted.
func (c *client) call(t testing.TB, want int, method, path, token string, body object) object {
	t.Helper()
	got, err := c.try(method, path, token, body)
	ok(t, err)
	if got.status != want {
		t.Fatalf("%s %s: %v, want %d", method, path, got, want)
	}
	return got.body
}

// respond is the body that answers a login or an elevation.
func respond(kind, response string) object { return object{"kind": kind, "response": response} }
