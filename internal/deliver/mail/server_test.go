package mail_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// sink is a whole mail server in this process, which takes everything.
type sink struct {
	mechanisms map[string]func(*sink) sasl.Server

	mu  sync.Mutex
	got []received
	who string // signed in
}

type received struct {
	from string
	to   []string
	raw  string
	who  string
	tls  bool
	utf8 bool
}

const (
	user     = "ann"
	password = "s3cret: @/ü"
	userinfo = "ann:s3cret%3A%20%40%2F%C3%BC"
)

func (s *sink) all() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.got
}

func (s *sink) signIn(name, pass string) error {
	if name != user || pass != password {
		return smtp.ErrAuthFailed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.who = name
	return nil
}

func plain(s *sink) sasl.Server {
	return sasl.NewPlainServer(func(_, name, pass string) error { return s.signIn(name, pass) })
}

// login is the mechanism LOGIN, which asks for name and password.
type login struct {
	*sink
	name *string
}

func newLogin(s *sink) sasl.Server { return &login{sink: s} }

func (l *login) Next(response []byte) ([]byte, bool, error) {
	switch {
	case response == nil:
		return []byte("Username:"), false, nil
	case l.name == nil:
		name := string(response)
		l.name = &name
		return []byte("Password:"), false, nil
	}
	return nil, true, l.signIn(*l.name, string(response))
}

// NewSession, Mail, Rcpt and the others are what go-smtp asks of a server.
func (s *sink) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{sink: s, conn: c}, nil }

type session struct {
	*sink
	conn *smtp.Conn
	now  received
}

func (s *session) AuthMechanisms() []string {
	var names []string
	for name := range s.mechanisms {
		names = append(names, name)
	}
	return names
}

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	begin := s.mechanisms[mechanism]
	if begin == nil {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return begin(s.sink), nil
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	_, secured := s.conn.TLSConnectionState()
	s.now = received{from: from, tls: secured, utf8: o.UTF8}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.now.to = append(s.now.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.raw, s.now.who = string(raw), s.who
	s.got = append(s.got, s.now)
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// serve starts the sink and returns its address; setup may change the server.
func (s *sink) serve(t *testing.T, direct bool, setup func(*smtp.Server)) string {
	t.Helper()
	srv := smtp.NewServer(s)
	srv.Domain = "localhost"
	srv.ErrorLog = log.New(io.Discard, "", 0)
	setup(srv)
	l := listen(t)
	if direct {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { srv.Close(); <-done })
	return l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// authority issues certificates for the names given.
func authority(t *testing.T, names ...string) (*x509.CertPool, *tls.Config) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caRaw, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	must(err)
	ca, err = x509.ParseCertificate(caRaw)
	must(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	raw, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	must(err)
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return pool, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}}
}

// talk is what a bad server says: to the connection (""), to each command by its verb, when content begins ("content"),
// and to its end ("."). It hangs up where there is no answer.
type talk func(verb string) (reply string, answers bool)

// polite is what a good one says.
func polite(verb string) (string, bool) {
	switch verb {
	case "":
		return "220 localhost", true
	case "EHLO":
		return "250-localhost\r\n250 AUTH PLAIN", true
	case "AUTH":
		return "235 welcome", true
	case "DATA":
		return "354 go on", true
	case "content":
		return "", true
	case "QUIT":
		return "221 bye", true
	}
	return "250 ok", true
}

// except is polite but for one verb.
func except(verb string, do func() (string, bool)) talk {
	return func(v string) (string, bool) {
		if v == verb {
			return do()
		}
		return polite(v)
	}
}

// serve starts a bad server, without TLS, and returns its spec, with credentials in it, and the verbs it heard.
func (say talk) serve(t *testing.T) (spec string, heard func() []string) {
	t.Helper()
	var mu sync.Mutex
	var verbs []string
	note := func(verb string) {
		mu.Lock()
		defer mu.Unlock()
		verbs = append(verbs, verb)
	}
	l := listen(t)
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { defer c.Close(); say.converse(c, note) })
		}
	})
	t.Cleanup(func() { l.Close(); conns.Wait() })
	return "smtp://" + userinfo + "@" + l.Addr().String() + "?tls=none", func() []string {
		mu.Lock()
		defer mu.Unlock()
		return verbs
	}
}

func (say talk) converse(c net.Conn, note func(string)) {
	r := bufio.NewReaderSize(c, 16)
	for verb := ""; ; {
		reply, answers := say(verb)
		if !answers {
			return
		}
		if reply != "" {
			if _, err := io.WriteString(c, reply+"\r\n"); err != nil {
				return
			}
		}
		if verb == "DATA" && strings.HasPrefix(reply, "354") {
			verb = "content"
			continue
		}
		line, err := r.ReadString('\n')
		for verb == "content" && err == nil && line != ".\r\n" {
			line, err = r.ReadString('\n')
		}
		if err != nil {
			return
		}
		verb, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		note(verb)
	}
}

// answerNames makes every name lead to one address, for as long as the test runs.
func answerNames(t *testing.T, ip [4]byte) {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
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
	isA := question[end-3] == 1
	answer := append([]byte{question[0], question[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question[header:end]...)
	if isA {
		answer[7] = 1
		answer = append(answer, 0xC0, header, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		answer = append(answer, ip[:]...)
	}
	return answer
}
