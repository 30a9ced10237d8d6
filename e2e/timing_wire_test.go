package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// wire is one connection that stays open: what is timed on it is the answer, and not a handshake.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
	read bytes.Buffer // all that came since the last request
}

func dial(t testing.TB, address string) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	ok(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	w := &wire{conn: conn}
	w.in = bufio.NewReader(io.TeeReader(conn, &w.read))
	return w
}

// ask sends one request, and returns the answer as it came: with every header, and in their order.
func (w *wire) ask(t testing.TB, request []byte) (answer string, took time.Duration) {
	t.Helper()
	w.read.Reset()
	begun := time.Now()
	_, err := w.conn.Write(request)
	ok(t, err)
	res, err := http.ReadResponse(w.in, nil)
	ok(t, err)
	_, err = io.Copy(io.Discard, res.Body)
	took = time.Since(begun)
	ok(t, err)
	return w.read.String(), took
}

// made are the parts of an answer that differ from one to the next: dates, ids, tokens, the values of cookies, and
// what was typed. Instead of each stands its length, but where a login or a token is of any.
var made = regexp.MustCompile(`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]{8} GMT` +
	`|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|[A-Z2-7]{26}|"token":"[\w.-]{43}"|p[a-z2-7]{16}`)

// cookieValue is what stands between a cookie's name and its attributes.
var cookieValue = regexp.MustCompile(`(?m)^(Set-Cookie: [\w-]+=)[^;\r]+`)

func masked(answer string) string {
	answer = made.ReplaceAllStringFunc(answer, func(s string) string { return fmt.Sprintf("<%d>", len(s)) })
	return cookieValue.ReplaceAllString(answer, "$1<made>")
}

// passersby gives each hundred requests the address of another client: one address has 300 failures a minute.
type passersby struct{ requests atomic.Int64 }

func (c *passersby) address() string {
	n := c.requests.Add(1) / 100
	return fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)
}

// RoundTrip sends a request as the next client's.
func (c *passersby) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", c.address())
	return http.DefaultTransport.RoundTrip(r)
}

// json is a POST of the API, ready to be written.
func (h *target) json(path string, body object) []byte {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // of strings alone
	}
	return h.post("/api/v1"+path, "application/json", string(text))
}

// form is the same of a page.
func (h *target) form(path string, fields ...string) []byte {
	values := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		values.Set(pair[0], pair[1])
	}
	return h.post(path, "application/x-www-form-urlencoded", values.Encode())
}

func (h *target) post(path, kind, body string) []byte {
	return []byte(strings.Join([]string{
		"POST " + path + " HTTP/1.1", "Host: " + h.address, "User-Agent: timing", "X-Forwarded-For: " + h.from.address(),
		"Content-Type: " + kind, fmt.Sprintf("Content-Length: %d", len(body)), "", body,
	}, "\r\n"))
}
