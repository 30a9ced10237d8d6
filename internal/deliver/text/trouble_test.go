package text_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

func TestNobodyThere(t *testing.T) {
	l := listen(t)
	l.Close()
	o := text.Options{TwilioURL: "http://" + l.Addr().String()}
	err := open(t, o, "twilio:"+sid, number, token).Send(t.Context(), message())
	if faultOf(t, err) != deliver.Unavailable || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
	tellsNothing(t, err)
}

// read takes a whole request.
func read(c net.Conn) bool {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

// answers says something after a whole request, and hangs up.
func answers(raw string) func(net.Conn) {
	return func(c net.Conn) {
		if read(c) {
			io.WriteString(c, raw)
		}
	}
}

// TestBrokenAnswers: once a request was taken, only an answer tells what became of it; its status is enough.
func TestBrokenAnswers(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		sent bool
		want deliver.Fault
	}{
		{"", false, deliver.Unsure},
		{"HTTP/1.1 2", false, deliver.Unsure},
		{"HTTP/1.1 201 Created\r\nContent-Type: appl", false, deliver.Unsure},
		{"HTTP/1.1 +4915112345678 " + body + "\r\n\r\n", false, deliver.Unsure},
		{"SSH-2.0-+4915112345678\r\n", false, deliver.Unsure},
		{"HTTP/1.1 201 Created\r\nX: " + strings.Repeat("x", 10<<20) + "\r\n\r\n", false, deliver.Unsure},
		{strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100_000), false, deliver.Unsure},
		{"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{", true, 0},
		{"HTTP/1.1 201 Created\r\nContent-Length: 10000000\r\n\r\n" + strings.Repeat("x", 10<<20), true, 0},
		{"HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{", false, deliver.Permanent},
		{"HTTP/1.1 400 Bad Request\r\n\r\n" + strings.Repeat("x", 10<<20), false, deliver.Permanent},
		{"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n", false, deliver.Unavailable},
		{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", false, deliver.Permanent},
	} {
		o := text.Options{TwilioURL: raw(t, answers(tt.raw))}
		err := open(t, o, "twilio:"+sid, number, token).Send(t.Context(), message())
		if tt.sent {
			if err != nil {
				t.Errorf("%.60q: %v", tt.raw, err)
			}
			continue
		}
		if faultOf(t, err) != tt.want {
			t.Errorf("%.60q: %v is %v, want %v", tt.raw, err, deliver.FaultOf(err), tt.want)
		}
		tellsNothing(t, err)
	}
}

// TestEndlessAnswers: a gateway can fill neither memory nor time.
func TestEndlessAnswers(t *testing.T) {
	for _, tt := range []struct {
		first string
		want  deliver.Fault
	}{
		{"HTTP/1.1 400 Bad Request\r\n\r\n", deliver.Permanent},
		{"HTTP/1.1 503 Busy\r\n\r\n", deliver.Unavailable},
		{"HTTP/1.1 201 Created\r\nX: ", deliver.Unsure},
		{"", deliver.Unsure},
	} {
		at := raw(t, func(c net.Conn) {
			read(c)
			for more := tt.first; ; more = strings.Repeat("x", 64<<10) {
				if _, err := io.WriteString(c, more); err != nil {
					return
				}
			}
		})
		began := time.Now()
		err := open(t, text.Options{TwilioURL: at}, "twilio:"+sid, number, token).Send(t.Context(), message())
		if took := time.Since(began); faultOf(t, err) != tt.want || took > 5*time.Second {
			t.Errorf("%q: %v is %v, want %v, after %v", tt.first, err, deliver.FaultOf(err), tt.want, took)
		}
	}
}

// stages are where a gateway stops, and what that means when patience ends.
var stages = []struct {
	name     string
	tls      bool
	converse func(c net.Conn, reached func())
	want     deliver.Fault
	sent     bool
}{
	{"TLS", true, func(c net.Conn, reached func()) { reached(); io.Copy(io.Discard, c) }, deliver.Unavailable, false},
	{"before the answer", false, func(c net.Conn, reached func()) { read(c); reached(); io.Copy(io.Discard, c) }, deliver.Unsure, false},
	{"within its headers", false, func(c net.Conn, reached func()) {
		read(c)
		io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-")
		reached()
		io.Copy(io.Discard, c)
	}, deliver.Unsure, false},
	{"within a refusal", false, func(c net.Conn, reached func()) {
		read(c)
		io.WriteString(c, "HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n{")
		reached()
		io.Copy(io.Discard, c)
	}, deliver.Unavailable, false},
	{"within an acceptance", false, func(c net.Conn, reached func()) {
		read(c)
		io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
		reached()
		io.Copy(io.Discard, c)
	}, 0, true},
}

// TestTimeouts: wherever a gateway stops, patience ends.
func TestTimeouts(t *testing.T) {
	for _, stage := range stages {
		limits := text.Timeouts{Dial: 10 * time.Second, Answer: 100 * time.Millisecond}
		if stage.tls {
			limits = text.Timeouts{Dial: 100 * time.Millisecond, Answer: 10 * time.Second}
		}
		if stage.sent {
			limits = text.Timeouts{} // its status is enough
		}
		at := raw(t, func(c net.Conn) { stage.converse(c, func() {}) })
		if stage.tls {
			at = strings.Replace(at, "http", "https", 1)
		}
		began := time.Now()
		err := open(t, text.Options{TwilioURL: at, Timeouts: limits}, "twilio:"+sid, number, token).Send(t.Context(), message())
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: took %v", stage.name, took)
		}
		if stage.sent != (err == nil) || err != nil && deliver.FaultOf(err) != stage.want {
			t.Errorf("%s: %v is %v, want %v", stage.name, err, deliver.FaultOf(err), stage.want)
		}
	}
}

// TestStalling: wherever a gateway stops, the end of the context ends the attempt, and it is not the gateway's fault.
func TestStalling(t *testing.T) {
	for _, stage := range stages {
		ctx, cancel := context.WithCancel(t.Context())
		at := raw(t, func(c net.Conn) { stage.converse(c, cancel) })
		if stage.tls {
			at = strings.Replace(at, "http", "https", 1)
		}
		want := stage.want
		if stage.tls {
			want = deliver.Temporary
		}
		began := time.Now()
		err := open(t, text.Options{TwilioURL: at}, "twilio:"+sid, number, token).Send(ctx, message())
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: took %v", stage.name, took)
		}
		switch {
		case stage.name == "within a refusal" || stage.name == "within an acceptance":
			// Whether the answer or the end was first is chance; neither may say that it was sent when it wasn't.
			if fault := deliver.FaultOf(err); err != nil && fault != want && fault != deliver.Unsure || err == nil && !stage.sent {
				t.Errorf("%s: %v is %v", stage.name, err, fault)
			}
		case err == nil || deliver.FaultOf(err) != want:
			t.Errorf("%s: %v is %v, want %v", stage.name, err, deliver.FaultOf(err), want)
		}
	}
}

func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &twilio{}
	for name, sender := range map[string]text.Sender{
		"twilio": open(t, text.Options{TwilioURL: serve(t, s)}, "twilio:"+sid, number, token),
		"stderr": open(t, text.Options{Stderr: io.Discard}, "stderr", "", ""),
		"dir":    open(t, text.Options{}, "dir:"+t.TempDir(), "", ""),
	} {
		if err := sender.Send(ctx, message()); faultOf(t, err) != deliver.Temporary || len(s.got()) > 0 {
			t.Errorf("%s: %v, sent %v", name, err, s.got())
		}
	}
}

// TestRedirectsAreNotFollowed: neither number nor text nor token go where an answer wants them.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var asked atomic.Int32
	elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	for _, status := range []int{301, 302, 303, 307, 308} {
		err := viaTwilio(t, says(status, map[string]string{"Location": elsewhere}, ""), text.Timeouts{})
		if faultOf(t, err) != deliver.Permanent || asked.Load() > 0 {
			t.Errorf("%d: %v, followed %d times", status, err, asked.Load())
		}
	}
}

// TestNoProxy: the environment decides nothing about where codes go.
func TestNoProxy(t *testing.T) {
	answerNames(t, [4]byte{127, 0, 0, 1})
	s := &twilio{}
	at := strings.Replace(serve(t, s), "127.0.0.1", "gateway.localhost", 1)
	must(t, open(t, text.Options{TwilioURL: at}, "twilio:"+sid, number, token).Send(t.Context(), message()))
	if n := environment.count(); n > 0 || len(s.got()) != 1 {
		t.Errorf("%d connections to the proxy, %d messages", n, len(s.got()))
	}
}

// TestUnprotectedOnlyToThisMachine: settings are checked by name, but names mean what their servers say.
func TestUnprotectedOnlyToThisMachine(t *testing.T) {
	answerNames(t, [4]byte{192, 0, 2, 1})
	for _, sender := range []text.Sender{
		open(t, text.Options{TwilioURL: "http://gateway.localhost:80"}, "twilio:"+sid, number, token),
		open(t, text.Options{}, "webhook:http://gateway.localhost:80/x", "", key),
	} {
		if err := sender.Send(t.Context(), message()); faultOf(t, err) != deliver.Unavailable || !strings.Contains(err.Error(), "another machine") {
			t.Error(err)
		}
	}
}

// TestNothingIsTriedAgainHere: that is the outbox's business, which counts.
func TestNothingIsTriedAgainHere(t *testing.T) {
	for _, answer := range []http.HandlerFunc{
		problem(500, 20500), problem(429, 20429), problem(504, 0),
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		s := &twilio{answer: answer}
		err := open(t, text.Options{TwilioURL: serve(t, s)}, "twilio:"+sid, number, token).Send(t.Context(), message())
		if err == nil || len(s.got()) != 1 {
			t.Errorf("%v after %d requests", err, len(s.got()))
		}
	}
}
