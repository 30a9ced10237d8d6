package sallyport

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/sallyport/sallyport/events"
	"github.com/sallyport/sallyport/internal/assembly"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
	"github.com/sallyport/sallyport/internal/deliver/push"
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

// Pusher tells people what a browser that they set up is asked to approve, in place of Web Push: through the application's own
// app on their telephone, say, or a service of the company's. It is told of each prompt, also for browsers that take no
// notifications; pages don't offer those then, no key for push services is made, and [Config.PushContact] and
// [Config.PushHosts] are refused. As [Mailer], otherwise; [Push.ID] tells repetitions. A prompt is of no use after three
// minutes.
type Pusher interface {
	SendPush(ctx context.Context, p Push) error
}

// Push is one question to one bound browser, ready to be shown. It never holds the number that answers it: who approves reads
// that on the page that asks, and types it where URL leads, or into a program that answers in the browser's place with
// POST /push/answer.
type Push struct {
	ID            string    // of the prompt: the same for each attempt
	Account       string    // as Session.AccountID
	Authenticator string    // the bound browser that is asked
	Title         string    // what is asked
	Body          string    // of which account, and from where; for an action, its words on a line before
	URL           string    // of the page in which the bound browser answers; it says nothing of the prompt, and opens nothing
	ExpiresAt     time.Time // when it is of no use any more
	// Subscription is the JSON of the PushSubscription that a program gave with the browser's key, or that the browser gave while
	// there was no Pusher; nil where there is none. Its endpoint is whatever somebody wrote: call none but hosts that you know.
	Subscription []byte
}

// Observer is told of each event, such as a sign-in, a wrong code or a change of password, once its transaction has
// committed: of none that was rolled back, of none twice, and of those of one account one after the other, in the order in which
// they were written. It can't change or refuse anything. Implementations are safe for concurrent use: events of different
// accounts come at once.
//
// What a request did is told in that request, before its answer: a slow Observer makes people wait, and should put events into a
// queue. What another request did to the same account at the same moment may come along. Refused attempts are told beside
// requests, as they are written, up to a fifth of a second later: no answer takes longer for an account that exists. When more
// than 10,000 of them wait for a slow Observer, further ones are dropped, with a line in the log. Events of work that goes on
// beside requests, such as a reset whose wait is over, are told there.
//
// ctx has the values of the request, but for refused attempts, and does not end with it: bound what you do. [Gate.Close] waits
// for an Observer that is at work. A panic is survived, and logged without its text. An Observer may use the Gate.
//
// It hears what its own Gate wrote. Other processes on the database, the commands of the sallyport program among them,
// have Observers of their own or none, and what was written right before a crash is told to nobody: the record that can
// be verified is the one in the database.
type Observer interface {
	Observe(ctx context.Context, e events.Event)
}

// observing is an Observer as core knows it.
func observing(o Observer) func(context.Context, core.Event) {
	return func(ctx context.Context, e core.Event) {
		o.Observe(ctx, events.Event{
			ID: e.ID, Account: e.Account, At: e.At.UTC(), Kind: events.Kind(e.Kind), Outcome: events.Outcome(e.Outcome),
			Authenticator: e.Authenticator, Session: e.Session, Address: e.Address, UserAgent: e.UserAgent, Detail: e.Detail,
		})
	}
}

// pushSender is a Pusher as the outbox wants it.
type pushSender struct{ to Pusher }

// Send sends one prompt. An endpoint is a secret of its browser's.
func (s pushSender) Send(ctx context.Context, p assembly.Prompt) error {
	endpoint := ""
	if to, err := push.ParseSubscription(p.Subscription); err == nil {
		endpoint = to.Endpoint()
	}
	return undelivered(s.to.SendPush(ctx, Push(p)), endpoint)
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

// undelivered is an application's error as the outbox reads it, and without whom the message was for, unless that is "".
func undelivered(err error, to string) error {
	if err == nil {
		return nil
	}
	fault := deliver.Temporary
	var last interface{ Permanent() bool }
	if errors.As(err, &last) && last.Permanent() {
		fault = deliver.Permanent
	}
	says := err.Error()
	if to != "" {
		says = strings.ReplaceAll(says, to, "...")
	}
	return &deliver.Error{Fault: fault, Err: errors.New(says)}
}
