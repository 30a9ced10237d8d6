package text_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

const (
	sid    = "AC0123456789abcdef0123456789abcdef"
	mg     = "MG0123456789abcdef0123456789abcdef"
	token  = "s3cret-token-of-twilio"
	number = "+12025550123"
	key    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	body   = "123456 is your Example code.\n\n@example.org #123456"
)

var now = time.Date(2026, 3, 1, 12, 30, 0, 5, time.FixedZone("", 3600))

func message() text.Message {
	return text.Message{ID: "0198-abc_D", To: "+4915112345678", Body: body, Date: now, ExpiresAt: now.Add(10 * time.Minute)}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, o text.Options, spec, from, secret string) text.Sender {
	t.Helper()
	o.Clock = func() time.Time { return now }
	s, err := o.Open(spec, from, secret)
	must(t, err)
	return s
}

// twilio is what a request to Twilio has to be, and what it is answered.
type twilio struct {
	answer http.HandlerFunc

	mu    sync.Mutex
	forms []url.Values
}

func (s *twilio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	switch {
	case r.Method != "POST" || r.URL.Path != "/2010-04-01/Accounts/"+sid+"/Messages.json" || r.URL.RawQuery != "":
		http.Error(w, `{"code": 20404, "message": "not found", "status": 404}`, http.StatusNotFound)
		return
	case user != sid || password != token:
		http.Error(w, `{"code": 20003, "message": "Authenticate", "status": 401}`, http.StatusUnauthorized)
		return
	case r.ParseForm() != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || !r.Close:
		http.Error(w, `{"code": 20001, "message": "no form, or a connection that is kept", "status": 400}`, http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.forms = append(s.forms, r.PostForm)
	s.mu.Unlock()
	if s.answer != nil {
		s.answer(w, r)
		return
	}
	w.WriteHeader(http.StatusCreated)
	io.WriteString(w, `{"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued", "error_code": null}`)
}

func (s *twilio) got() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forms
}

// serve starts a server whose connections are all gone when the test ends.
func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return srv.URL
}

// viaTwilio sends one message through a fake of Twilio's.
func viaTwilio(t testing.TB, answer http.HandlerFunc, limits text.Timeouts) error {
	t.Helper()
	o := text.Options{TwilioURL: serve(t, &twilio{answer: answer}), Timeouts: limits}
	return open(t, o, "twilio:"+sid, number, token).Send(t.Context(), message())
}

func says(status int, header map[string]string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func problem(status, code int) http.HandlerFunc {
	told := strconv.Quote("The 'To' number +4915112345678 is not one: " + body + token)
	return says(status, nil, fmt.Sprintf(`{"code": %d, "message": %s, "status": %d}`, code, told, status))
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// raw starts a server that is less than HTTP, and returns its URL. Its connections end with the test at the latest.
func raw(t testing.TB, converse func(net.Conn)) string {
	t.Helper()
	l := listen(t)
	ended := make(chan struct{})
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { <-ended; c.Close() })
			conns.Go(func() { defer c.Close(); converse(c) })
		}
	})
	t.Cleanup(func() { l.Close(); close(ended); conns.Wait() })
	return "http://" + l.Addr().String()
}

// answerNames makes every name lead to one address, for as long as the test runs.
func answerNames(t *testing.T, ip [4]byte) {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b := make([]byte, 512); ; {
			n, from, err := l.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = l.WriteTo(nameAnswer(b[:n], ip), from)
		}
	}()
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("udp", l.LocalAddr().String())
	}}
	t.Cleanup(func() { net.DefaultResolver = before; l.Close(); <-done })
}

// nameAnswer is the answer to a question of one name (RFC 1035, 4.1): an address of version 4, and none of version 6.
func nameAnswer(question []byte, ip [4]byte) []byte {
	const header = 12
	end := header + bytes.IndexByte(question[header:], 0) + 5
	answer := append([]byte{question[0], question[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question[header:end]...)
	if isA := question[end-3] == 1; isA {
		answer[7] = 1
		answer = append(answer, 0xC0, header, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		answer = append(answer, ip[:]...)
	}
	return answer
}

// proxy counts what would have gone through a proxy of the environment.
type proxy struct {
	net.Listener
	mu    sync.Mutex
	asked int
}

func (p *proxy) serve() {
	for {
		c, err := p.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.asked++
		p.mu.Unlock()
		c.Close()
	}
}

func (p *proxy) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// The environment is read once, by whoever asks for a proxy first.
var environment = &proxy{}

func TestMain(m *testing.M) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	environment.Listener = l
	go environment.serve()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		os.Setenv(name, "http://"+l.Addr().String())
	}
	os.Unsetenv("NO_PROXY")
	os.Exit(m.Run())
}

// faultOf fails where nothing failed.
func faultOf(t testing.TB, err error) deliver.Fault {
	t.Helper()
	if err == nil {
		t.Error("sent")
	}
	return deliver.FaultOf(err)
}
