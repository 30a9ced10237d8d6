package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
)

// TestSeededAccountSignsIn signs seeded accounts in through the whole service: what is measured is the real way in.
func TestSeededAccountSignsIn(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	h, err := seedSQLite(ctx, dir, 3)
	if err != nil {
		t.Fatal(err)
	}
	gate, err := sallyport.Open(ctx, sallyport.Config{Database: h.database, KeyFile: h.keyFile})
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Close()
	server := httptest.NewServer(gate)
	defer server.Close()
	d := &door{process: &process{addr: server.Listener.Addr().String()}, house: h}
	tokens, err := d.sessions(h.accounts)
	if err != nil {
		t.Fatal(err)
	}
	c, err := dial(d.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if err := c.check(tokens[0]); err != nil {
		t.Error(err)
	}
	if err := c.check("nobody's"); err == nil {
		t.Error("a token that nobody was given passes as a session")
	}
	if _, err := d.signIn(c); err == nil {
		t.Error("a fourth of three accounts signed in")
	}
	if err := c.signInAgain(h); err == nil || !strings.Contains(err.Error(), "already_used") {
		t.Errorf("the same code again: %v", err)
	}
}

func (c *client) signInAgain(h house) error {
	_, err := c.signIn(h.login(0), h.key)
	return err
}

func TestClientReadsAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body))
	}))
	defer server.Close()
	c, err := dial(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for range 2 { // on one connection
		status, answer, err := c.do("POST", "/x", "t", []byte("{}"))
		if err != nil || status != http.StatusTeapot || string(answer) != "POST /x Bearer t {}" {
			t.Errorf("%d %q %v", status, answer, err)
		}
	}
}

func TestClientRefusesOddAnswers(t *testing.T) {
	for _, answer := range []string{
		"HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
		"OK\r\n",
		"",
	} {
		ours, theirs := net.Pipe()
		go func() {
			io.ReadAtLeast(theirs, make([]byte, 1024), 16)
			io.WriteString(theirs, answer)
			theirs.Close()
		}()
		c := newClient(ours, "example.org")
		if status, _, err := c.do("GET", "/", "", nil); err == nil {
			t.Errorf("%q was read as %d", answer, status)
		}
		c.close()
	}
}

func TestStatistics(t *testing.T) {
	for _, tt := range []struct {
		values    []float64
		want, p99 float64
	}{
		{nil, 0, 0},
		{[]float64{3}, 3, 3},
		{[]float64{9, 1}, 5, 9},
		{[]float64{9, 1, 2}, 2, 9},
	} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median(%v) = %v", tt.values, got)
		}
		if got := percentile(tt.values, 0.99); got != tt.p99 {
			t.Errorf("percentile(%v, 0.99) = %v", tt.values, got)
		}
	}
}

func TestDuelFindsTheSlower(t *testing.T) {
	wait := func(each time.Duration) func(int) {
		return func(n int) {
			for end := time.Now().Add(time.Duration(n) * each); time.Now().Before(end); {
			}
		}
	}
	if _, _, ratio := duel(wait(20*time.Microsecond), wait(10*time.Microsecond)); ratio < 1.5 || ratio > 2.5 {
		t.Errorf("twice the work has a ratio of %.2f", ratio)
	}
}

// TestCeilingIsLessWhatClientsTake holds the arithmetic that sign-ins are judged by.
func TestCeilingIsLessWhatClientsTake(t *testing.T) {
	c := crowd{clients: 2}
	c.add(
		load{wall: time.Second, done: 90, serverCPU: 90 * 22 * time.Millisecond},
		hashing{rate: 90, cpu: 20 * time.Millisecond}, hashing{rate: 110, cpu: 22 * time.Millisecond},
	)
	if c.ratios[0] != 0.9 || c.beyond[0] != 1 {
		t.Errorf("ratio %v of 0.9, beyond %v of 1", c.ratios, c.beyond)
	}
}

func TestTable(t *testing.T) {
	rows := []result{
		result{Name: "a", Ours: 120, Unit: "ns"}.against("peer", 240, 0.5).goal("at most 1.1", true),
		result{Name: "b", Ours: 2.5, Unit: "ms"}.goal("under 1 ms", false).note("why"),
		{Name: "c", Ours: 1, Unit: "s"},
	}
	var text bytes.Buffer
	if err := printTable(&text, rows); err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"name", "ours", "peer", "or", "limit", "ratio", "goal", "met", "note"},
		{"a", "120", "ns", "240", "ns", "peer", "0.50", "at", "most", "1.1", "met"},
		{"b", "2.50", "ms", "-", "-", "under", "1", "ms", "MISSED", "why"},
		{"c", "1", "s", "-", "-", "-", "-"},
	}
	for i, line := range strings.Split(strings.TrimSpace(text.String()), "\n") {
		if got := strings.Fields(line); strings.Join(got, " ") != strings.Join(want[i], " ") {
			t.Errorf("line %d is %q", i, got)
		}
	}
}

func TestRunChecksNames(t *testing.T) {
	if err := run(context.Background(), []string{"code"}, io.Discard, io.Discard); err == nil {
		t.Error("a benchmark that does not exist was run")
	}
	if chosen, err := choose([]string{"qr", "codes"}); err != nil || len(chosen) != 2 {
		t.Errorf("%d chosen, %v", len(chosen), err)
	}
}

// TestQRAsJSON runs a whole benchmark, the quickest.
func TestQRAsJSON(t *testing.T) {
	var out bytes.Buffer
	if err := run(context.Background(), []string{"-json", "qr"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var rows []result
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Ours <= 0 || r.Ratio <= 0 || r.PeerValue <= 0 {
			t.Errorf("nothing was measured: %+v", r)
		}
	}
	if len(rows) != 3 {
		t.Errorf("%d rows", len(rows))
	}
}
