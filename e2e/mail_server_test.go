package e2e

import (
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The credentials that the mail server asks for.
const (
	mailUser     = "sallyport"
	mailPassword = "q5WnT0zr-mail-canary"
)

// weather is what the mail server is like.
type weather int

const (
	fine     weather = iota
	down             // nobody listens
	slow             // it accepts connections, and says nothing
	refusing         // 550 to every recipient
	dropping         // it takes the message, and hangs up without a word
)

func (w weather) String() string {
	return [...]string{"fine", "down", "slow", "refusing", "dropping"}[w]
}

// postOffice is a whole mail server in this process, which can be in trouble.
type postOffice struct {
	address string

	mu       sync.Mutex
	weather  weather
	server   *smtp.Server
	got      []letter
	refused  int    // recipients
	dropped  int    // messages
	accepted func() // called when a message was taken, before the answer; or nil
}

// opened starts a mail server that ends with the test.
func opened(t testing.TB) *postOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	p := &postOffice{address: l.Addr().String()}
	p.open(l)
	t.Cleanup(func() { p.become(t, down) })
	return p
}

func (p *postOffice) open(l net.Listener) {
	s := smtp.NewServer(p)
	s.Domain, s.AllowInsecureAuth, s.ErrorLog = "localhost", true, log.New(io.Discard, "", 0)
	p.server = s
	go func() { _ = s.Serve(&stallable{l, p}) }()
}

// setting is what the program is told of it.
func (p *postOffice) setting() string {
	return "smtp://" + mailUser + ":" + mailPassword + "@" + p.address + "?tls=none"
}

// become changes the weather. Connections that stand end: what a server does when it starts again.
func (p *postOffice) become(t testing.TB, w weather) {
	t.Helper()
	p.mu.Lock()
	before, server := p.weather, p.server
	p.weather = w
	p.mu.Unlock()
	if before == w {
		return
	}
	if before != down {
		_ = server.Close()
	}
	if w == down {
		return
	}
	l, err := net.Listen("tcp", p.address)
	ok(t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open(l)
}

func (p *postOffice) now() weather {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.weather
}

// stallable keeps connections from being answered while the server is slow.
type stallable struct {
	net.Listener
	office *postOffice
}

func (s *stallable) Accept() (net.Conn, error) {
	for {
		conn, err := s.Listener.Accept()
		if err != nil || s.office.now() != slow {
			return conn, err
		}
		s.office.hold(conn)
	}
}

// hold keeps a connection open, and silent, until the weather changes.
func (p *postOffice) hold(conn net.Conn) {
	go func() {
		for p.now() == slow {
			time.Sleep(20 * time.Millisecond)
		}
		_ = conn.Close()
	}()
}

// box is all that was taken, duplicates included.
func (p *postOffice) box() *mailbox {
	return &mailbox{func() ([]letter, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		return append([]letter(nil), p.got...), nil
	}}
}

// NewSession is what go-smtp asks of a server; it and the rest of this file speak for one connection.
func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &counter{office: p, conn: c}, nil
}

type counter struct {
	office *postOffice
	conn   *smtp.Conn
	known  bool
}

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != mailUser || password != mailPassword {
			return smtp.ErrAuthFailed
		}
		c.known = true
		return nil
	}), nil
}

func (c *counter) Mail(string, *smtp.MailOptions) error {
	if !c.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (c *counter) Rcpt(string, *smtp.RcptOptions) error {
	if c.office.now() != refusing {
		return nil
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.refused++
	return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox here"}
}

func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := readLetter(raw)
	if err != nil {
		return errors.Join(errors.New("not a message"), err)
	}
	c.office.mu.Lock()
	c.office.got = append(c.office.got, l)
	dropped, accepted := c.office.weather == dropping, c.office.accepted
	if dropped {
		c.office.dropped++
	}
	c.office.mu.Unlock()
	if accepted != nil {
		accepted()
	}
	if dropped {
		return c.conn.Conn().Close()
	}
	return nil
}

func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }
