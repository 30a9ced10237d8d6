package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/wneessen/go-mail/smtp"

	"github.com/sallyport/sallyport/internal/endpoint"
)

// connect leads up to the point where messages can be sent: reached, greeted, protected, signed in.
func (x *exchange) connect() error {
	if err := x.dial(); err != nil {
		return err
	}
	conn := net.Conn(x.conn)
	if x.server.tls == tlsDirect {
		secured := tls.Client(x.conn, x.tls)
		if err := x.step(phaseTLS, x.timeouts.Dial, func() error { return secured.HandshakeContext(x.ctx) }); err != nil {
			return err
		}
		conn = secured
	}
	if err := x.greet(conn); err != nil {
		return err
	}
	if x.server.tls == tlsStart {
		if able, _ := x.client.Extension("STARTTLS"); !able {
			return x.failed(phaseTLS, errors.New("the server does not offer STARTTLS, and nothing is sent without"))
		}
		if err := x.step(phaseTLS, x.timeouts.Command, func() error { return x.client.StartTLS(x.tls) }); err != nil {
			return err
		}
	}
	return x.signIn()
}

// dial reaches the server. From then on, the end of the context closes the connection, whatever is under way.
func (x *exchange) dial() error {
	dialer := &net.Dialer{Timeout: x.timeouts.Dial}
	if x.server.tls == tlsNone {
		dialer.Control = endpoint.DialLoopback
	}
	conn, err := dialer.DialContext(x.ctx, "tcp", net.JoinHostPort(x.server.host, x.server.port))
	if err != nil {
		return x.failed(phaseDial, err)
	}
	x.conn = &boundedConn{Conn: conn, left: maxSaid}
	x.stop = context.AfterFunc(x.ctx, func() { conn.Close() })
	return nil
}

// greet waits for the server's greeting and returns it.
func (x *exchange) greet(conn net.Conn) error {
	err := x.step(phaseGreeting, x.timeouts.Command, func() (err error) {
		x.client, err = smtp.NewClient(conn, x.server.host)
		return err
	})
	if err != nil {
		return err
	}
	return x.step(phaseHello, x.timeouts.Command, func() error { return x.client.Hello(ownName(x.conn.LocalAddr())) })
}

// ownName is the machine's name where it is one that others may know, or its address (RFC 5321, 4.1.4).
func ownName(local net.Addr) string {
	name, err := os.Hostname()
	inName := func(r rune) bool {
		return r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	if err == nil && strings.Contains(name, ".") && strings.TrimFunc(name, inName) == "" {
		return name
	}
	at, err := netip.ParseAddrPort(local.String())
	switch {
	case err != nil:
		return "localhost"
	case at.Addr().Unmap().Is4():
		return "[" + at.Addr().Unmap().String() + "]"
	}
	return "[IPv6:" + at.Addr().WithZone("").String() + "]"
}

// signIn proves who we are, with the best mechanism that the server offers: one that doesn't show it the password first.
func (x *exchange) signIn() error {
	srv := x.server
	if srv.user == "" {
		return nil
	}
	_, offered := x.client.Extension("AUTH")
	mechanisms := " " + strings.ToUpper(offered) + " "
	var auth smtp.Auth
	switch {
	case strings.Contains(mechanisms, " SCRAM-SHA-256 "):
		auth = boundedScram{smtp.ScramSHA256Auth(srv.user, srv.password)}
	case strings.Contains(mechanisms, " PLAIN "):
		auth = smtp.PlainAuth("", srv.user, srv.password, srv.host, srv.tls == tlsNone)
	case strings.Contains(mechanisms, " LOGIN "):
		auth = smtp.LoginAuth(srv.user, srv.password, srv.host, srv.tls == tlsNone)
	default:
		return x.failed(phaseAuth, errors.New("the server offers none of SCRAM-SHA-256, PLAIN and LOGIN"))
	}
	return x.step(phaseAuth, x.timeouts.Command, func() error { return x.client.Auth(auth) })
}

// maxSaid is how many bytes a server may say in one exchange; certificates and a long list of extensions take some 20,000.
const maxSaid = 256 << 10

// boundedConn ends a server that never ends: what it says is kept in memory up to the end of a line.
type boundedConn struct {
	net.Conn
	left int // only the exchange's goroutine reads
}

var errSaysTooMuch = errors.New("the server says too much")

// Read is [net.Conn.Read], until so many bytes were read.
func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errSaysTooMuch
	}
	n, err := c.Conn.Read(p)
	c.left -= n
	return n, err
}
