package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/sallyport/sallyport/internal/deliver"
)

// smtpSender hands messages to a mail server (RFC 5321, 6409), with a connection for each.
type smtpSender struct {
	server   server
	from     *netmail.Address
	tls      *tls.Config
	timeouts Timeouts
}

func newSMTP(srv server, from *netmail.Address, o Options) *smtpSender {
	return &smtpSender{
		server: srv, from: from, timeouts: o.Timeouts.withDefaults(),
		tls: &tls.Config{ServerName: srv.host, RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
	}
}

// Format writes the sender for people, whatever the verb, without user and password.
func (s *smtpSender) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.server.shown()) }

// LogValue is what log/slog writes: the same as Format.
func (s *smtpSender) LogValue() slog.Value { return slog.StringValue(s.server.shown()) }

// Send returns nil once the server took responsibility for the message (RFC 5321, 4.2.5).
func (s *smtpSender) Send(ctx context.Context, m Message) error {
	m, err := m.checked()
	if err != nil {
		return err
	}
	raw, err := m.encoded(s.from, sevenBit)
	if err != nil {
		return err
	}
	x := &exchange{smtpSender: s, ctx: ctx}
	defer x.close()
	if err := x.connect(); err != nil {
		return err
	}
	return x.send(m.To, raw)
}

// exchange is one connection to the server.
type exchange struct {
	*smtpSender
	ctx    context.Context
	conn   *boundedConn
	client *smtp.Client
	stop   func() bool // no longer closes the connection with ctx
}

func (x *exchange) close() {
	if x.conn == nil {
		return
	}
	x.stop()
	x.conn.Close() // ends what is left of the exchange; what it says changes nothing
}

// step is one command and its answer, in limited time.
func (x *exchange) step(p phase, limit time.Duration, do func() error) error {
	if err := x.conn.SetDeadline(time.Now().Add(limit)); err != nil {
		return x.failed(p, err)
	}
	if err := do(); err != nil {
		return x.failed(p, err)
	}
	return nil
}

// errNotASCII is permanent: this server will not learn it.
var errNotASCII = errors.New("the server takes no addresses with letters beyond ASCII (RFC 6531)")

// send is the mail transaction (RFC 5321, 3.3).
func (x *exchange) send(to string, raw []byte) error {
	international := !isASCII(to) || !isASCII(x.from.Address)
	if able, _ := x.client.Extension("SMTPUTF8"); international && !able {
		return &deliver.Error{Fault: deliver.Permanent, Err: errNotASCII}
	}
	x.client.SkipSMTPUTF8(!international) // asked for needlessly, it makes a next server refuse
	if err := x.step(phaseMail, x.timeouts.Command, func() error { return x.client.Mail("<" + x.from.Address + ">") }); err != nil {
		return err
	}
	if err := x.step(phaseRcpt, x.timeouts.Command, func() error { return x.client.Rcpt("<" + to + ">") }); err != nil {
		return err
	}
	if err := x.data(raw); err != nil {
		return err
	}
	// The message is the server's now, so that nothing that follows is a failure.
	_ = x.step(phaseQuit, min(x.timeouts.Command, 2*time.Second), x.client.Quit)
	return nil
}

// data sends the content. Up to its final dot the server can't have taken it; from then on, only an answer tells.
func (x *exchange) data(raw []byte) error {
	var content interface {
		Write([]byte) (int, error)
		Close() error
	}
	err := x.step(phaseData, x.timeouts.Command, func() (err error) {
		content, err = x.client.Data()
		return err
	})
	if err != nil {
		return err
	}
	err = x.step(phaseContent, x.timeouts.Data, func() error {
		_, err := content.Write(raw)
		return err
	})
	if err != nil {
		return err
	}
	return x.step(phaseEnd, x.timeouts.Data, content.Close)
}

func isASCII(s string) bool {
	for _, r := range s {
		if r > 0x7F {
			return false
		}
	}
	return true
}
