package sallyporttest

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
)

// patience is how long a test waits for a message, in real time: they are sent beside requests.
const patience = 10 * time.Second

// inbox is what was sent and not looked at yet, in its order.
type inbox[M any] struct {
	mu      sync.Mutex
	ids     map[string]bool
	waiting []M
}

// take keeps a message; one that is sent again is the same.
func (b *inbox[M]) take(id string, m M) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ids == nil {
		b.ids = map[string]bool{}
	}
	if !b.ids[id] {
		b.ids[id] = true
		b.waiting = append(b.waiting, m)
	}
}

// next removes the first that is wanted, and waits for it if there is none yet.
func (b *inbox[M]) next(wanted func(M) bool) (m M, found bool) {
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		b.mu.Lock()
		if i := slices.IndexFunc(b.waiting, wanted); i >= 0 {
			m = b.waiting[i]
			b.waiting = slices.Delete(b.waiting, i, i+1)
			b.mu.Unlock()
			return m, true
		}
		b.mu.Unlock()
		if time.Now().After(end) {
			return m, false
		}
	}
}

// Mailbox is everybody's mail. It is a [sallyport.Mailer], and safe for concurrent use. The zero value is empty.
type Mailbox struct{ inbox[sallyport.Mail] }

// SendMail keeps a message.
func (b *Mailbox) SendMail(_ context.Context, m sallyport.Mail) error {
	b.take(m.ID, m)
	return nil
}

// Next returns the next message to an address whose subject holds some words, and takes it out. It waits for one, up to 10
// seconds, and then fails the test.
func (b *Mailbox) Next(t testing.TB, to, subject string) sallyport.Mail {
	t.Helper()
	m, found := b.next(func(m sallyport.Mail) bool { return m.To == to && strings.Contains(m.Subject, subject) })
	if !found {
		t.Fatalf("sallyporttest: no mail to %s about %q", to, subject)
	}
	return m
}

// Link returns the first link of a message, and fails the test when there is none.
func Link(t testing.TB, m sallyport.Mail) string {
	t.Helper()
	link := regexp.MustCompile(`(?m)^https?://\S+$`).FindString(m.Text)
	if link == "" {
		t.Fatalf("sallyporttest: no link in the mail %q", m.Subject)
	}
	return link
}

// Code returns the code that stands on a line of its own in a message, and fails the test when there is none.
func Code(t testing.TB, m sallyport.Mail) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^\s*((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}|[0-9]{6})\s*$`).FindStringSubmatch(m.Text)
	if found == nil {
		t.Fatalf("sallyporttest: no code in the mail %q", m.Subject)
	}
	return found[1]
}

// Texts are everybody's text messages. It is a [sallyport.Texter], and safe for concurrent use. The zero value is empty.
type Texts struct{ inbox[sallyport.Text] }

// SendText keeps a message.
func (b *Texts) SendText(_ context.Context, m sallyport.Text) error {
	b.take(m.ID, m)
	return nil
}

// Code returns the code of the next text message to a number, in E.164 form, and takes the message out. It waits for one, up
// to 10 seconds, and then fails the test.
func (b *Texts) Code(t testing.TB, to string) string {
	t.Helper()
	code := regexp.MustCompile(`#([0-9]{6})\s*$`) // the line that browsers read
	m, found := b.next(func(m sallyport.Text) bool { return m.To == to && code.MatchString(m.Body) })
	if !found {
		t.Fatalf("sallyporttest: no text message with a code to %s", to)
	}
	return code.FindStringSubmatch(m.Body)[1]
}
