package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/web"
)

// heard is a stream that is open.
type heard struct {
	t     *testing.T
	res   *http.Response
	lines *bufio.Reader
}

// serve is the world behind a server that is as impatient as the real one, and more.
func (w *world) serve() *httptest.Server {
	w.t.Helper()
	srv := httptest.NewUnstartedServer(w.handler)
	srv.Config.WriteTimeout, srv.Config.ReadTimeout = 1200*time.Millisecond, 1200*time.Millisecond
	srv.Start()
	w.t.Cleanup(srv.Close)
	return srv
}

func (b *approver) listen(srv *httptest.Server) heard {
	b.w.t.Helper()
	body, err := json.Marshal(b.opens())
	must(b.w.t, err)
	r, err := http.NewRequestWithContext(b.w.t.Context(), "POST", srv.URL+b.w.public.Path+"/api/v1/push/prompts", strings.NewReader(string(body)))
	must(b.w.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	res, err := srv.Client().Do(r)
	must(b.w.t, err)
	b.w.t.Cleanup(func() { res.Body.Close() })
	return heard{t: b.w.t, res: res, lines: bufio.NewReader(res.Body)}
}

// event reads the next one's data.
func (h heard) event() string {
	h.t.Helper()
	for {
		line, err := h.lines.ReadString('\n')
		if err != nil {
			h.t.Fatalf("no further event: %v", err)
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			return data
		}
	}
}

// A stream says what waits, and what changes, for longer than the server's time for short answers, and nothing in between.
func TestStreamTellsOfChanges(t *testing.T) {
	w := newWorld(t, setup{push: true})
	_, p, b := w.browserOwner()
	h := b.listen(w.serve())
	if h.res.StatusCode != 200 || h.res.Header.Get("Content-Type") != "text/event-stream" || h.res.Header.Get("X-Accel-Buffering") != "no" ||
		h.res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", h.res.StatusCode, h.res.Header)
	}
	if got := h.event(); got != "{\"prompts\":[]}\n" {
		t.Errorf("at first: %s", got)
	}
	time.Sleep(2500 * time.Millisecond) // longer than the server's timeouts
	login := w.browser()
	login.give(p)
	asked := login.asksBrowser("/login/challenge", b.ID)
	if got := h.event(); !strings.Contains(got, asked.text("prompt")) || strings.Contains(got, asked.text("number")) {
		t.Errorf("after it was asked: %s", got)
	}
	b.send("POST", "/answer", b.answerTo(asked.text("prompt"), "decline", ""))
	if got := h.event(); got != "{\"prompts\":[]}\n" {
		t.Errorf("after it was declined: %s", got)
	}
}

// Streams end with the service, and once the browser is bound no more.
func TestStreamEnds(t *testing.T) {
	w := newWorld(t, setup{push: true})
	c, _, b := w.browserOwner()
	srv := w.serve()
	over := func(h heard) {
		t.Helper()
		h.event()
		began := time.Now()
		if _, err := io.ReadAll(h.lines); err != nil || time.Since(began) > 5*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	}
	removed := b.listen(srv)
	c.send("DELETE", "/authenticators/"+b.ID, nil).want(c, http.StatusNoContent)
	over(removed)
	c.bindBrowser(b)
	last := b.listen(srv)
	close(w.ending)
	over(last)
}

// Shutting a server down does not wait for streams, whoever's handler it serves them with.
func TestStreamEndsWithServer(t *testing.T) {
	w := newWorld(t, setup{push: true})
	_, _, b := w.browserOwner()
	first, second := w.serve(), w.serve()
	h, other := b.listen(first), b.listen(second)
	h.event()
	other.event()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	must(t, first.Config.Shutdown(ctx))
	if _, err := io.ReadAll(h.lines); err != nil {
		t.Errorf("the stream broke off: %v", err)
	}
	b.listen(second).event() // the other server goes on
}

// Of one browser three streams are open at a time; one that ends makes room.
func TestStreamsAreFew(t *testing.T) {
	w := newWorld(t, setup{push: true})
	c, _, b := w.browserOwner()
	other := w.approver()
	c.bindBrowser(other)
	srv := w.serve()
	var open []heard
	for range 3 {
		open = append(open, b.listen(srv))
		open[len(open)-1].event()
	}
	fourth := b.listen(srv)
	if fourth.res.StatusCode != http.StatusTooManyRequests || fourth.res.Header.Get("Retry-After") == "" {
		t.Errorf("a fourth stream: %d %v", fourth.res.StatusCode, fourth.res.Header)
	}
	other.listen(srv).event()
	must(t, open[0].res.Body.Close())
	for deadline := time.Now().Add(5 * time.Second); b.listen(srv).res.StatusCode != http.StatusOK; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a stream whose client has left still counts")
		}
	}
}

// All together are bounded, too, and those of one address: somebody with browsers enough of their own must not take the
// place of everybody's (F07).
func TestStreamsOfAll(t *testing.T) {
	s := web.NewStreams()
	var leave func()
	for i := range 5 {
		open, last, err := s.Open(101, strconv.Itoa(i))
		if leave = last; open != 100 || !core.IsCode(err, core.CodeThrottled) {
			t.Fatalf("address %d has %d streams, and the next is told %v", i, open, err)
		}
	}
	if open, _, err := s.Open(1, "6"); open != 0 || !core.IsCode(err, core.CodeUnavailable) {
		t.Errorf("one more than there may be is told %v", err)
	}
	leave()
	if open, _, err := s.Open(1, "4"); open != 1 {
		t.Errorf("what left makes no room: %v", err)
	}
}
