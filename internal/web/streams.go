package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

// A stream tells a client of changes as they come (server-sent events, HTML Living Standard, 9.2). The machine is asked
// again and again: nothing in the database tells anybody of a change, and any process may have made it.
const (
	streamLife   = 5 * time.Minute  // then the client asks again, with a signature that is fresh
	streamLooks  = time.Second      // how often the machine is asked
	streamSilent = 20 * time.Second // then a comment keeps what is between from closing the connection
	streamWrites = 10 * time.Second // how long a client may take to read what is written

	streamsOfOne     = 3
	streamsOfAddress = 100 // as with failures: a house full of people may have one
	streamsOfAll     = 500
)

// streams counts what is open. It is safe for concurrent use.
type streams struct {
	mu  sync.Mutex
	all int
	of  map[string]int // by browser, and by client address

	stops map[*http.Server]<-chan struct{} // closed when the server is shut down
}

// stopOf is closed when the server that r came to is shut down, which would wait for what is open. It is nil where another
// kind of server than net/http's is in between.
func (s *streams) stopOf(r *http.Request) <-chan struct{} {
	srv, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stops[srv] == nil {
		stop := make(chan struct{})
		srv.RegisterOnShutdown(sync.OnceFunc(func() { close(stop) }))
		s.stops[srv] = stop
	}
	return s.stops[srv]
}

// enter counts one more; the error says that there are too many. Whoever gets it asks for answers without a stream.
func (s *streams) enter(id, address string) (leave func(), err error) {
	from := "from " + address
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.of[id] >= streamsOfOne, s.of[from] >= streamsOfAddress:
		return nil, &core.Error{Code: core.CodeThrottled, RetryAfter: streamSilent, Text: "push.too_many_streams"}
	case s.all >= streamsOfAll:
		return nil, &core.Error{Code: core.CodeUnavailable, RetryAfter: streamSilent}
	}
	s.all++
	s.of[id]++
	s.of[from]++
	return func() { s.leave(id, from) }, nil
}

func (s *streams) leave(keys ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	for _, key := range keys {
		if s.of[key]--; s.of[key] == 0 {
			delete(s.of, key)
		}
	}
}

// wantsEvents says whether the client asks for a stream rather than for one answer.
func wantsEvents(r *http.Request) bool {
	for accepted := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		media, _, _ := strings.Cut(accepted, ";")
		if strings.EqualFold(strings.TrimSpace(media), "text/event-stream") {
			return true
		}
	}
	return false
}

// stream writes what look finds, at once and when it has changed, until its time is over, the client leaves, the service
// stops or look fails. An error of the first look is the answer.
func (s *site) stream(w http.ResponseWriter, r *http.Request, id string, look func() (any, error)) error {
	stop := s.streams.stopOf(r) // before the client hears anything: a server that is being shut down calls nobody who asks later
	leave, err := s.streams.enter(id, clientAddress(r, s.TrustedProxies))
	if err != nil {
		return err
	}
	defer leave()
	first, err := look()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx holds answers back otherwise
	t := &told{w: w, control: http.NewResponseController(w)}
	if !t.tell(first) {
		return nil
	}
	over, ticks := time.NewTimer(streamLife), time.NewTicker(streamLooks)
	defer over.Stop()
	defer ticks.Stop()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-s.Ending:
			return nil
		case <-stop:
			return nil
		case <-over.C:
			return nil
		case <-ticks.C:
		}
		if now, err := look(); err != nil || !t.tell(now) {
			return nil // the client asks again, and gets to know why
		}
	}
}

// told is the client's side of a stream.
type told struct {
	w       http.ResponseWriter
	control *http.ResponseController
	last    []byte
	at      time.Time
}

// tell writes what is new, or now and then that nothing is; false when the client is gone.
func (t *told) tell(v any) bool {
	data, err := json.Marshal(v) // on one line
	if err != nil {
		return false
	}
	if t.last == nil || !bytes.Equal(data, t.last) {
		t.last = data
		return t.write("event: prompts\ndata: " + string(data) + "\n\n")
	}
	if time.Since(t.at) >= streamSilent {
		return t.write(": nothing new\n\n")
	}
	return true
}

func (t *told) write(text string) bool {
	t.at = time.Now()
	_ = t.control.SetWriteDeadline(t.at.Add(streamWrites)) // in place of the server's, which is for short answers
	if _, err := t.w.Write([]byte(text)); err != nil {
		return false
	}
	return t.control.Flush() == nil
}
