package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/textproto"
	"strings"

	"github.com/sallyport/sallyport/internal/deliver"
)

// phase is a part of an exchange, by the name that errors have for it.
type phase string

const (
	phaseDial     phase = "connecting"
	phaseTLS      phase = "TLS"
	phaseGreeting phase = "greeting"
	phaseHello    phase = "EHLO"
	phaseAuth     phase = "AUTH"
	phaseMail     phase = "MAIL"
	phaseRcpt     phase = "RCPT"
	phaseData     phase = "DATA"
	phaseContent  phase = "content"
	phaseEnd      phase = "end of content"
	phaseQuit     phase = "QUIT"
)

// failed says what went wrong in a phase, and what it means for the message. What the server said is made printable, and
// not wrapped, so that nothing else of it gets anywhere.
func (x *exchange) failed(p phase, err error) error {
	text := err.Error()
	var reply *textproto.Error
	switch {
	case errors.As(err, &reply):
		text = reply.Error()
	case x.ctx.Err() != nil:
		text = x.ctx.Err().Error()
	case errors.Is(err, io.EOF):
		text = "the server hung up"
	}
	text = deliver.Printable(x.server.withoutPassword(text))
	return &deliver.Error{Fault: faultOf(p, reply, x.ctx.Err()), Err: errors.New("SMTP " + string(p) + ": " + text)}
}

// faultOf reads an answer (RFC 5321, 4.2.1), or the lack of one. Whatever goes wrong before MAIL is no message's fault,
// a refused password included; neither is a server that shuts down (421) or wants a sign-in first (530).
func faultOf(p phase, reply *textproto.Error, ended error) deliver.Fault {
	aboutMessage := p == phaseMail || p == phaseRcpt || p == phaseData || p == phaseEnd
	switch {
	case reply != nil && aboutMessage && (reply.Code == 421 || reply.Code == 530):
		return deliver.Unavailable
	case reply != nil && aboutMessage && reply.Code/100 == 4:
		return deliver.Temporary
	case reply != nil && aboutMessage && reply.Code/100 == 5:
		return deliver.Permanent
	case p == phaseEnd:
		return deliver.Unsure
	case errors.Is(ended, context.Canceled):
		return deliver.Temporary // we stop; the server did nothing wrong
	}
	return deliver.Unavailable
}

// withoutPassword keeps a server that repeats what it was told from getting a password into a log.
func (s server) withoutPassword(text string) string {
	if s.password == "" {
		return text
	}
	encode := base64.StdEncoding.EncodeToString
	return strings.NewReplacer(
		encode([]byte("\x00"+s.user+"\x00"+s.password)), "[hidden]",
		encode([]byte(s.password)), "[hidden]",
		s.password, "[hidden]",
	).Replace(text)
}
