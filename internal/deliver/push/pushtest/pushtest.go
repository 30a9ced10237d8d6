// Package pushtest is a push service and its browsers, for tests: it takes messages as a strict one does, and decrypts them.
//
// Use [Start], give [Service.StandIn] to push.Options, and [Service.Subscribe] for a browser. Like package push it is for
// one message at a time; it delivers nothing to a real browser. It shares no code with what it checks.
//
// It asks for a [testing.TB], so that no program has it.
package pushtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver/push/internal/standin"
)

// Host is the name of the push service, as subscriptions have it.
const Host = "push.example.net"

// Service is a push service. It is safe for concurrent use.
type Service struct {
	clock   func() time.Time
	standIn *standin.Service
	conns   atomic.Int64

	mu       sync.Mutex
	browsers map[string]*Browser // by path
	answer   http.HandlerFunc
	refused  []string
}

// Start runs a push service until the test ends. The clock is what its tokens are checked by; nil is time.Now.
func Start(t testing.TB, clock func() time.Time) *Service {
	t.Helper()
	if clock == nil {
		clock = time.Now
	}
	s := &Service{clock: clock, browsers: map[string]*Browser{}}
	server := httptest.NewUnstartedServer(s)
	certificate, roots := certificate(t)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.conns.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	s.standIn = standin.New(Host, server.Listener.Addr().String(), roots)
	return s
}

// StandIn makes the push service of [Host] this one. It goes into push.Options.
func (s *Service) StandIn() *standin.Service { return s.standIn }

// Answer sets what answers a message that would have been taken; nil takes it.
func (s *Service) Answer(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = h
}

// Status answers messages with a status and headers, given as names and values in turn.
func Status(status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, "words of the push service's")
	}
}

// Stall answers messages with nothing until the other side hangs up. reached, if not nil, is called before that.
func Stall(reached func()) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		if reached != nil {
			reached()
		}
		<-r.Context().Done()
	}
}

// HangUp breaks the connection after the request.
func HangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Connections is how many there were.
func (s *Service) Connections() int { return int(s.conns.Load()) }

// Refused is why messages were not taken, for whoever wonders.
func (s *Service) Refused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.refused...)
}

// ServeHTTP takes a message or doesn't.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	browser, known := s.browsers[r.URL.Path]
	answer := s.answer
	s.mu.Unlock()
	if !known {
		s.refuse(w, http.StatusNotFound, "no subscription at "+r.URL.Path)
		return
	}
	m, status, why := s.read(r, browser)
	if why != "" {
		s.refuse(w, status, why)
		return
	}
	if answer != nil {
		browser.add(&browser.attempts, m)
		answer(w, r)
		return
	}
	browser.add(&browser.received, m)
	w.Header().Set("Location", "https://"+Host+"/message/1")
	w.WriteHeader(http.StatusCreated)
}

func (s *Service) refuse(w http.ResponseWriter, status int, why string) {
	s.mu.Lock()
	s.refused = append(s.refused, why)
	s.mu.Unlock()
	w.WriteHeader(status)
}

// certificate is one for [Host], and whom it comes from: itself.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: Host}, DNSNames: []string{Host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, roots
}
