// Package text sends one text message to one telephone number: through Twilio, through a signed webhook, into a directory,
// or to standard error.
//
// Use [Open] with the settings text, text_from and text_secret, and [Check] to find all mistakes in them without
// connecting anywhere; [Shown] is what may be printed of the first. Errors of [Sender.Send] are [*deliver.Error] and say
// whether to try again; package deliver does. It is not for deciding who may be sent to, nor what it costs: that was decided
// when the message was put into the outbox. A gateway of another kind is one more [Sender].
//
// It trusts TLS to know whom it talks to, and them with what they are given. It doesn't trust what they answer: of that, it
// reads a status, one number, and how long to wait, in bounded time and length, and follows no redirect.
package text

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/drop"
)

// Message is one text message to one number.
type Message struct {
	// ID is the outbox's, the same for each attempt: 1 to 100 ASCII letters, digits, "-" and "_".
	ID string
	// To is the recipient's number in E.164 form, as package phone returns it.
	To string
	// Body is the text: 1 to 1,600 characters, in lines that end in "\n". Package letter keeps to one segment.
	Body string
	// Date is when the message was written, the same for each attempt.
	Date time.Time
	// ExpiresAt is when the message is of no use any more. A gateway is told not to deliver it later.
	ExpiresAt time.Time
}

// Sender sends text messages. It is safe for concurrent use.
type Sender interface {
	// Send returns nil once the message is on its way, or an [*deliver.Error] that holds no more of the number than its last
	// three digits, and nothing of the text or of a secret. It returns soon after ctx ended.
	Send(ctx context.Context, m Message) error
}

// Options are what tests and embedding programs may choose. The zero value is for production.
type Options struct {
	// Stderr is where "stderr" writes. Default: os.Stderr.
	Stderr io.Writer
	// RootCAs are whom gateways' certificates have to come from. Default: the system's.
	RootCAs *x509.CertPool
	// Timeouts are how long a gateway may take.
	Timeouts Timeouts
	// Clock gives the time. Default: time.Now.
	Clock func() time.Time
	// TwilioURL is where Twilio's API is: https, or http on a loopback host. No setting changes it.
	// Default: https://api.twilio.com.
	TwilioURL string
}

// Timeouts are how long a gateway may take. What ends sooner is the context of [Sender.Send].
type Timeouts struct {
	Dial   time.Duration // to be reached, and once more for TLS. Default: 10 seconds
	Answer time.Duration // for the answer, and once more to say why it refuses. Default: 30 seconds
}

func (o Options) withDefaults() Options {
	if o.Stderr == nil {
		o.Stderr = os.Stderr
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Timeouts.Dial <= 0 {
		o.Timeouts.Dial = 10 * time.Second
	}
	if o.Timeouts.Answer <= 0 {
		o.Timeouts.Answer = 30 * time.Second
	}
	if o.TwilioURL == "" {
		o.TwilioURL = "https://api.twilio.com"
	}
	return o
}

// Open returns what sends according to the settings text, text_from and text_secret: "stderr", "dir:PATH",
// "twilio:ACCOUNT_SID" or "webhook:URL"; the last two need the secret, and Twilio the sender. The directory is made, with
// mode 0700, if only it is missing; no gateway is contacted. Mistakes are [deliver.Mistakes].
func Open(spec, from, secret string) (Sender, error) { return Options{}.Open(spec, from, secret) }

// Open is [Open] with options.
func (o Options) Open(spec, from, secret string) (Sender, error) {
	set, wrong := parse(spec, from, secret)
	if len(wrong) > 0 {
		return nil, wrong
	}
	o = o.withDefaults()
	switch set.kind {
	case kindStderr:
		return &stderrSender{to: o.Stderr}, nil
	case kindDir:
		dir, err := drop.Open(set.dir)
		if err != nil {
			return nil, deliver.Mistakes{{Key: keyText, Value: spec, Reason: err.Error(), Cure: "Make the directory, or name another"}}
		}
		return &dirSender{dir: dir}, nil
	case kindTwilio:
		return newTwilio(set, o)
	default:
		return newWebhook(set, o), nil
	}
}

const (
	maxID   = 100  // bytes
	maxBody = 1600 // characters; Twilio takes no more
)

// checked returns why a message may not be sent anywhere, or nil: errors here are ours, and permanent.
func (m Message) checked() error {
	refuse := func(why string) error {
		return &deliver.Error{Fault: deliver.Permanent, Err: fmt.Errorf("text message refused: %s", why)}
	}
	switch {
	case !isE164(m.To):
		return refuse("its recipient is not one number")
	case m.ID == "" || len(m.ID) > maxID || !only(m.ID, letters+digits+"-_"):
		return refuse("its id is not one")
	case m.Date.Year() < 2000 || m.ExpiresAt.IsZero():
		return refuse("it has no date or no end")
	case !utf8.ValidString(m.Body) || utf8.RuneCountInString(m.Body) > maxBody:
		return refuse("it is too long or no text")
	case strings.TrimSpace(m.Body) == "" || strings.ContainsFunc(m.Body, unfit):
		return refuse("it is empty or has characters that are not seen")
	}
	return nil
}

func unfit(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

func only(s, allowed string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(allowed, r) })
}

// isE164 reports a plus sign and 7 to 15 digits (ITU-T E.164, 6.2).
func isE164(s string) bool {
	number, international := strings.CutPrefix(s, "+")
	return international && len(number) >= 7 && len(number) <= 15 && only(number, digits) && number[0] != '0'
}

// hint is what may be said of a number.
func hint(to string) string { return "…" + to[len(to)-3:] }
