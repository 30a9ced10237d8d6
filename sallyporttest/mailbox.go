package sallyporttest

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// Mailbox is everybody's mail. It is a [sallyport.Mailer], so that an application can send its own mail here as well, and
// safe for concurrent use. Who looks into it has [Service.CatchUp] done first: what is not there then was not sent, and
// nobody waits for it.
type Mailbox struct{ box box[sallyport.Mail] }

// SendMail keeps a message.
func (b *Mailbox) SendMail(_ context.Context, m sallyport.Mail) error {
	b.box.take(m.ID, m)
	return nil
}

// Next returns the oldest message to an address that was not returned before and whose subject holds the given words, which may
// be none. Without one it fails the test.
func (b *Mailbox) Next(t testing.TB, to, subject string) sallyport.Mail {
	t.Helper()
	b.box.catchUp(t)
	m, found := b.box.next(0, about(to, subject))
	if !found {
		t.Fatalf("sallyporttest: no mail to %s about %q; there is:\n%s", to, subject, b.list(t))
	}
	return m
}

// None fails the test when [Mailbox.Next] would return a message.
func (b *Mailbox) None(t testing.TB, to, subject string) {
	t.Helper()
	b.box.catchUp(t)
	if m, found := b.box.peek(about(to, subject)); found {
		t.Fatalf("sallyporttest: there is a mail to %s: %s", m.To, m.Subject)
	}
}

// All returns every message so far, in the order in which they were sent.
func (b *Mailbox) All(t testing.TB) []sallyport.Mail {
	t.Helper()
	return b.box.all(t)
}

func about(to, subject string) func(sallyport.Mail) bool {
	return func(m sallyport.Mail) bool { return m.To == to && strings.Contains(m.Subject, subject) }
}

func (b *Mailbox) list(t testing.TB) string {
	t.Helper()
	var lines strings.Builder
	for _, m := range b.box.all(t) {
		fmt.Fprintf(&lines, "\tto %s: %s\n", m.To, m.Subject)
	}
	return lines.String()
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

// Code returns the code of a message, and fails the test when there is none.
func Code(t testing.TB, m sallyport.Mail) string {
	t.Helper()
	code := codeOf(m)
	if code == "" {
		t.Fatalf("sallyporttest: no code in the mail %q", m.Subject)
	}
	return code
}

// codeOf is the code that stands on a line of its own, or "".
func codeOf(m sallyport.Mail) string {
	found := regexp.MustCompile(`(?m)^\s*((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}|[0-9]{6})\s*$`).FindStringSubmatch(m.Text)
	if found == nil {
		return ""
	}
	return found[1]
}
