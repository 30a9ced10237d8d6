package push_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
	"github.com/sallyport/sallyport/internal/deliver/push/internal/standin"
	"github.com/sallyport/sallyport/internal/deliver/push/pushtest"
)

func TestSend(t *testing.T) {
	s := newSite(t, push.Options{})
	browser, m := s.subscribe(t)
	other, _ := s.subscribe(t)
	must(t, s.Send(t.Context(), m))
	must(t, s.Takes(m.To))
	m.Topic, m.ExpiresAt = "", now.Add(1500*time.Millisecond)
	must(t, s.Send(t.Context(), m))
	want := pushtest.Message{
		Body: []byte(text), Length: 86 + 1024 + 16, TTL: 120, Urgency: "high", Topic: "sign-in_1",
		Audience: "https://push.example.net", Contact: contact, Expires: now.Add(12 * time.Hour).Unix(),
	}
	second := want
	second.TTL, second.Topic = 1, ""
	if diff := cmp.Diff([]pushtest.Message{want, second}, browser.Received()); diff != "" || len(other.Received()) > 0 {
		t.Errorf("(-want +got):\n%s\nrefused: %q", diff, s.service.Refused())
	}
	if n := s.service.Connections(); n != 2 {
		t.Errorf("%d connections for 2 messages", n)
	}
}

// TestRefusedHere: nothing that is wrong reaches the push service.
func TestRefusedHere(t *testing.T) {
	s := newSite(t, push.Options{})
	for name, change := range map[string]func(*push.Message){
		"no subscription":    func(m *push.Message) { m.To = push.Subscription{} },
		"no body":            func(m *push.Message) { m.Body = nil },
		"too long":           func(m *push.Message) { m.Body = make([]byte, push.MaxBody+1) },
		"a long topic":       func(m *push.Message) { m.Topic = strings.Repeat("x", 33) },
		"a topic of words":   func(m *push.Message) { m.Topic = "a b" },
		"headers in it":      func(m *push.Message) { m.Topic = "a\r\nX: y" },
		"no end":             func(m *push.Message) { m.ExpiresAt = time.Time{} },
		"expired":            func(m *push.Message) { m.ExpiresAt = now },
		"less than a second": func(m *push.Message) { m.ExpiresAt = now.Add(999 * time.Millisecond) },
	} {
		_, m := s.subscribe(t)
		change(&m)
		if err := s.Send(t.Context(), m); faultOf(t, err) != deliver.Permanent {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := s.service.Connections(); n > 0 {
		t.Errorf("%d connections", n)
	}
}

// TestSendAsksWhoIsAllowed: a subscription may be older than the list.
func TestSendAsksWhoIsAllowed(t *testing.T) {
	service := pushtest.Start(t, clock)
	key := newKey(t)
	sender, err := push.Options{Clock: clock, StandIn: service.StandIn()}.New(push.Settings{Key: key, Contact: contact, Hosts: []string{"push.example.com"}})
	must(t, err)
	var invalid *push.Invalid
	err = sender.Send(t.Context(), message(t, service.Subscribe(t, key.Public()).JSON()))
	if faultOf(t, err) != deliver.Permanent || !errors.As(err, &invalid) || service.Connections() > 0 {
		t.Errorf("%v, %d connections", err, service.Connections())
	}
}

func TestOutcomes(t *testing.T) {
	const gone = -1
	s := newSite(t, push.Options{})
	for status, want := range map[int]deliver.Fault{
		404: gone, 410: gone,
		400: deliver.Permanent, 401: deliver.Permanent, 403: deliver.Permanent, 405: deliver.Permanent, 413: deliver.Permanent, 301: deliver.Permanent, 304: deliver.Permanent,
		408: deliver.Temporary, 425: deliver.Temporary, 429: deliver.Temporary, 500: deliver.Temporary, 501: deliver.Temporary, 503: deliver.Temporary, 507: deliver.Temporary,
		502: deliver.Unsure, 504: deliver.Unsure,
	} {
		browser, m := s.subscribe(t)
		s.service.Answer(pushtest.Status(status, "Retry-After", "30"))
		err := s.Send(t.Context(), m)
		var failed *deliver.Error
		var left *push.Gone
		if !errors.As(err, &failed) || len(browser.Attempts()) != 1 {
			t.Fatalf("%d: %v; refused: %q", status, err, s.service.Refused())
		}
		isGone := errors.As(err, &left)
		switch {
		case want == gone && (!isGone || left.Status != status || left.Host != pushtest.Host || failed.Fault != deliver.Permanent):
			t.Errorf("%d: %+v", status, failed)
		case want != gone && (isGone || failed.Fault != want || failed.RetryAfter != 30*time.Second):
			t.Errorf("%d: %+v, want %v", status, failed, want)
		}
		tellsNothing(t, m, err)
	}
	for _, status := range []int{200, 201, 202, 204} {
		_, m := s.subscribe(t)
		s.service.Answer(pushtest.Status(status))
		must(t, s.Send(t.Context(), m))
	}
}

func TestGone(t *testing.T) {
	s := newSite(t, push.Options{})
	browser, m := s.subscribe(t)
	must(t, s.Send(t.Context(), m))
	browser.Unsubscribe()
	var gone *push.Gone
	if err := s.Send(t.Context(), m); !errors.As(err, &gone) || gone.Status != 404 || len(browser.Received()) != 1 {
		t.Errorf("%v", err)
	}
}

// TestAnotherKey: a subscription takes messages of the key that it was made for.
func TestAnotherKey(t *testing.T) {
	s := newSite(t, push.Options{})
	browser := s.service.Subscribe(t, newKey(t).Public())
	m := message(t, browser.JSON())
	if err := s.Send(t.Context(), m); faultOf(t, err) != deliver.Permanent || !strings.Contains(err.Error(), "403: the subscription is for another key") {
		t.Error(err)
	}
}

// TestRedirectsAreNotFollowed: neither inside nor to another subscription at the same push service.
func TestRedirectsAreNotFollowed(t *testing.T) {
	inside := listen(t, "127.0.0.1:0")
	s := newSite(t, push.Options{})
	other, to := s.subscribe(t)
	for _, location := range []string{to.To.Endpoint(), "https://" + inside.Addr().String() + "/x", "http://" + inside.Addr().String() + "/x"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			_, m := s.subscribe(t)
			before := s.service.Connections()
			s.service.Answer(pushtest.Status(status, "Location", location))
			if err := s.Send(t.Context(), m); faultOf(t, err) != deliver.Permanent || s.service.Connections() != before+1 {
				t.Errorf("%d: %v, %d connections", status, err, s.service.Connections()-before)
			}
		}
	}
	if n := inside.asked.Load(); n > 0 || len(other.Attempts())+len(other.Received()) > 0 {
		t.Errorf("followed %d times to the inside, %d times to another", n, len(other.Attempts()))
	}
}

// TestNoProxy: a proxy would dial for us.
func TestNoProxy(t *testing.T) {
	s := newSite(t, push.Options{})
	browser, m := s.subscribe(t)
	err := s.Send(t.Context(), m)
	if n := environment.asked.Load(); err != nil || n > 0 || len(browser.Received()) != 1 {
		t.Errorf("%v, %d connections to the proxy, %d messages", err, n, len(browser.Received()))
	}
}

// raw makes a handler that says something else than an answer, and hangs up.
func raw(write func(io.Writer)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer c.Close()
		write(c)
	}
}

func endless(first string) http.HandlerFunc {
	return raw(func(w io.Writer) {
		for more := first; ; more = strings.Repeat("x", 64<<10) {
			if _, err := io.WriteString(w, more); err != nil {
				return
			}
		}
	})
}

// TestBrokenAnswers: the status is enough, nothing fills memory or time, and without an answer nobody knows.
func TestBrokenAnswers(t *testing.T) {
	s := newSite(t, push.Options{})
	const sent = -1
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   deliver.Fault
	}{
		"hangs up":          {pushtest.HangUp, deliver.Unsure},
		"half a status":     {raw(func(w io.Writer) { io.WriteString(w, "HTTP/1.1 2") }), deliver.Unsure},
		"another protocol":  {raw(func(w io.Writer) { io.WriteString(w, "SSH-2.0-words of the push service\r\n") }), deliver.Unsure},
		"taken, endless":    {endless("HTTP/1.1 201 Created\r\n\r\n"), sent},
		"refused, endless":  {endless("HTTP/1.1 400 Bad Request\r\n\r\n"), deliver.Permanent},
		"endless headers":   {endless("HTTP/1.1 201 Created\r\nX: "), deliver.Unsure},
		"endless 1xx":       {raw(func(w io.Writer) { io.WriteString(w, strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100_000)) }), deliver.Unsure},
		"shorter than told": {raw(func(w io.Writer) { io.WriteString(w, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{") }), sent},
		"another connection": {raw(func(w io.Writer) {
			io.WriteString(w, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
		}), deliver.Permanent},
	} {
		browser, m := s.subscribe(t)
		s.service.Answer(tt.answer)
		began := time.Now()
		err := s.Send(t.Context(), m)
		if took := time.Since(began); took > 5*time.Second || len(browser.Attempts()) != 1 {
			t.Errorf("%s: took %v and %d requests", name, took, len(browser.Attempts()))
		}
		if tt.want == sent && err != nil || tt.want != sent && faultOf(t, err) != tt.want {
			t.Errorf("%s: %v is %v, want %v", name, err, deliver.FaultOf(err), tt.want)
		}
		tellsNothing(t, m, err)
	}
}

// TestStalling: wherever a push service stops, patience ends, or the context does.
func TestStalling(t *testing.T) {
	limits := push.Timeouts{Answer: 100 * time.Millisecond}
	s := newSite(t, push.Options{Timeouts: limits})
	_, m := s.subscribe(t)
	s.service.Answer(pushtest.Stall(nil))
	if err := s.Send(t.Context(), m); faultOf(t, err) != deliver.Unsure || !strings.Contains(err.Error(), "no answer in time") {
		t.Error(err)
	}
	s = newSite(t, push.Options{})
	_, m = s.subscribe(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.service.Answer(pushtest.Stall(cancel))
	if err := s.Send(ctx, m); faultOf(t, err) != deliver.Unsure {
		t.Error(err)
	}
	if err := s.Send(ctx, m); faultOf(t, err) != deliver.Temporary {
		t.Errorf("after the context ended: %v", err)
	}
}

// TestSilence: who takes a connection and says nothing, not even TLS.
func TestSilence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	s := newSite(t, push.Options{
		StandIn: standin.New(pushtest.Host, l.Addr().String(), nil), Timeouts: push.Timeouts{Dial: 100 * time.Millisecond},
	})
	_, m := s.subscribe(t)
	began := time.Now()
	err = s.Send(t.Context(), m)
	if took := time.Since(began); faultOf(t, err) != deliver.Temporary || !strings.Contains(err.Error(), "connecting") || took > 5*time.Second {
		t.Errorf("%v after %v", err, took)
	}
	l.Close()
	if err := s.Send(t.Context(), m); faultOf(t, err) != deliver.Temporary || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}

// TestOnlyKnownCertificates: that a test's push service is known is the test's doing.
func TestOnlyKnownCertificates(t *testing.T) {
	s := newSite(t, push.Options{})
	at := s.service.StandIn().Address()
	for _, in := range []*standin.Service{standin.New(pushtest.Host, at, nil), standin.New("push.example.com", at, s.service.StandIn().Roots())} {
		sender := newSite(t, push.Options{StandIn: in})
		browser := s.service.Subscribe(t, sender.PublicKey())
		m := message(t, browser.At("https://"+in.Host()+"/x"))
		err := sender.Send(t.Context(), m)
		if faultOf(t, err) != deliver.Temporary || !strings.Contains(err.Error(), "certificate") || len(s.service.Refused()) > 0 {
			t.Errorf("%v, refused %v", err, s.service.Refused())
		}
		tellsNothing(t, m, err)
	}
}
