package sallyport

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
	"github.com/sallyport/sallyport/internal/deliver/text"
)

// Mailer sends email in place of what [Config.Mail] names: through an API, say. Implementations are safe for concurrent use.
//
// Messages wait in the database until SendMail returns nil, so that nobody's sign-in waits for a mail server and nothing is
// lost when the program ends: after an error a message is tried again, later and later, until it expires. An error that has
// a method Permanent() bool that returns true says that trying again is of no use. Errors are logged: they should hold
// no code, link or address. SendMail should return soon after ctx ends. In rare cases, such as a lost connection to the
// database, it is called twice for one message: [Mail.ID] tells.
type Mailer interface {
	SendMail(ctx context.Context, m Mail) error
}

// Mail is one message to one address, ready to be sent. It may hold codes and links that open accounts.
type Mail struct {
	ID      string    // the same for each attempt: up to 100 letters, digits, "-", "_" and "."
	To      string    // one bare address
	Subject string    // may hold any character: write it into a header with a library that encodes it
	Text    string    // for every mail program, in lines that end in "\n"
	HTML    string    // the same for those that show it
	Date    time.Time // when it was written
}

// Texter sends text messages in place of what [Config.Text] names. As [Mailer], otherwise; [Text.ID] tells repetitions.
type Texter interface {
	SendText(ctx context.Context, t Text) error
}

// Text is one text message to one telephone, ready to be sent. It may hold a code.
type Text struct {
	ID        string    // the same for each attempt: up to 100 letters, digits, "-" and "_"
	To        string    // in E.164 form: +12025550123
	Body      string    // up to 1,600 characters, in lines that end in "\n"; nothing may come before or after: browsers read the last line
	Date      time.Time // when it was written
	ExpiresAt time.Time // when it is of no use any more
}

// mailSender is a Mailer as the outbox wants it.
type mailSender struct{ to Mailer }

// Send sends one message.
func (s mailSender) Send(ctx context.Context, m mail.Message) error {
	return undelivered(s.to.SendMail(ctx, Mail(m)), m.To)
}

// textSender is a Texter as the outbox wants it.
type textSender struct{ to Texter }

// Send sends one message.
func (s textSender) Send(ctx context.Context, m text.Message) error {
	return undelivered(s.to.SendText(ctx, Text(m)), m.To)
}

// undelivered is an application's error as the outbox reads it, and without whom the message was for.
func undelivered(err error, to string) error {
	if err == nil {
		return nil
	}
	fault := deliver.Temporary
	var last interface{ Permanent() bool }
	if errors.As(err, &last) && last.Permanent() {
		fault = deliver.Permanent
	}
	return &deliver.Error{Fault: fault, Err: errors.New(strings.ReplaceAll(err.Error(), to, "..."))}
}
