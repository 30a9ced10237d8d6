package push_test

import (
	"context"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
)

const (
	contact = "mailto:operator@example.org"
	text    = `{"number": "not in here", "client": "Firefox on Linux"}`
)

var now = time.Date(2026, 3, 1, 12, 30, 0, 5, time.FixedZone("", 3600))

func clock() time.Time { return now }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// site is a sender and the push service that stands in for the one of its subscriptions.
type site struct {
	*push.Sender
	service *pushtest.Service
}

func newSite(t testing.TB, o push.Options) site {
	t.Helper()
	service := pushtest.Start(t, clock)
	o.Clock = clock
	if o.StandIn == nil {
		o.StandIn = service.StandIn()
	}
	sender, err := o.New(push.Settings{Key: newKey(t), Contact: contact})
	must(t, err)
	return site{sender, service}
}

func (s site) subscribe(t testing.TB) (*pushtest.Browser, push.Message) {
	t.Helper()
	browser := s.service.Subscribe(t, s.PublicKey())
	return browser, message(t, browser.JSON())
}

func message(t testing.TB, raw []byte) push.Message {
	t.Helper()
	to, err := push.ParseSubscription(raw)
	must(t, err)
	return push.Message{To: to, Body: []byte(text), Topic: "sign-in_1", ExpiresAt: now.Add(2 * time.Minute)}
}

// tellsNothing: an error holds neither the subscription nor the message, nor the other side's words.
func tellsNothing(t testing.TB, m push.Message, err error) {
	t.Helper()
	if err == nil {
		return
	}
	_, path, _ := strings.Cut(m.To.Endpoint(), m.To.Host())
	for _, secret := range []string{path, "not in here", "words of the push service"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q is in: %v", secret, err)
		}
	}
}

// faultOf fails where nothing failed.
func faultOf(t testing.TB, err error) deliver.Fault {
	t.Helper()
	if err == nil {
		t.Error("sent")
	}
	return deliver.FaultOf(err)
}

// counting listens, and counts who comes.
type counting struct {
	net.Listener
	asked atomic.Int32
}

func listen(t testing.TB, address string) *counting {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skip(err) // such as no IPv6
	}
	c := &counting{Listener: l}
	var done sync.WaitGroup
	done.Go(c.serve)
	t.Cleanup(func() { l.Close(); done.Wait() })
	return c
}

func (c *counting) serve() {
	for {
		conn, err := c.Accept()
		if err != nil {
			return
		}
		c.asked.Add(1)
		conn.Close()
	}
}

// names answers for every name, by its first label, for as long as the test runs: with addresses of both versions.
func names(t *testing.T, answer func(label string, six bool) []net.IP) {
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
			_, _ = l.WriteTo(nameAnswer(b[:n], answer), from)
		}
	}()
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("udp", l.LocalAddr().String())
	}}
	t.Cleanup(func() { net.DefaultResolver = before; l.Close(); <-done })
}

// nameAnswer is the answer to a question of one name (RFC 1035, 4.1).
func nameAnswer(question []byte, answer func(string, bool) []net.IP) []byte {
	const header = 12
	end := header
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5
	out := append([]byte{question[0], question[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question[header:end]...)
	kind := question[end-3] // 1: A, 28: AAAA
	if kind != 1 && kind != 28 {
		return out
	}
	label := string(question[header+1 : header+1+int(question[header])])
	for _, ip := range answer(label, kind == 28) {
		if kind == 1 {
			ip = ip.To4()
		}
		out[7]++
		out = append(out, 0xC0, header, 0, kind, 0, 1, 0, 0, 0, 0, 0, byte(len(ip)))
		out = append(out, ip...)
	}
	return out
}

// The environment is read once, by whoever asks for a proxy first.
var environment = &counting{}

func TestMain(m *testing.M) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	log.SetOutput(io.Discard)
	environment.Listener = l
	go environment.serve()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		os.Setenv(name, "http://"+l.Addr().String())
	}
	os.Unsetenv("NO_PROXY")
	os.Exit(m.Run())
}
