package sallyporttest

import (
	"context"
	"regexp"
	"testing"

	"github.com/sallyport/sallyport"
)

// Texts are everybody's text messages. It is a [sallyport.Texter], and safe for concurrent use. Who looks into it has
// [Service.CatchUp] done first, as with [Mailbox].
type Texts struct{ box box[sallyport.Text] }

// SendText keeps a message.
func (b *Texts) SendText(_ context.Context, m sallyport.Text) error {
	b.box.take(m.ID, m)
	return nil
}

// Next returns the oldest message to a number, in E.164 form, that was not returned before. Without one it fails the test.
func (b *Texts) Next(t testing.TB, to string) sallyport.Text {
	t.Helper()
	b.box.catchUp(t)
	m, found := b.box.next(0, toNumber(to))
	if !found {
		t.Fatalf("sallyporttest: no text message to %s", to)
	}
	return m
}

// Code is [Texts.Next] for a message with a code, and returns the code.
func (b *Texts) Code(t testing.TB, to string) string {
	t.Helper()
	m := b.Next(t, to)
	code := codeOfText(m)
	if code == "" {
		t.Fatalf("sallyporttest: no code in the text message to %s: %s", to, m.Body)
	}
	return code
}

// None fails the test when [Texts.Next] would return a message.
func (b *Texts) None(t testing.TB, to string) {
	t.Helper()
	b.box.catchUp(t)
	if m, found := b.box.peek(toNumber(to)); found {
		t.Fatalf("sallyporttest: there is a text message to %s: %s", m.To, m.Body)
	}
}

// All returns every message so far, in the order in which they were sent.
func (b *Texts) All(t testing.TB) []sallyport.Text {
	t.Helper()
	return b.box.all(t)
}

func toNumber(to string) func(sallyport.Text) bool {
	return func(m sallyport.Text) bool { return m.To == to }
}

// codeOfText is the code in the line that browsers read, or "".
func codeOfText(m sallyport.Text) string {
	found := regexp.MustCompile(`#([0-9]{6})\s*$`).FindStringSubmatch(m.Body)
	if found == nil {
		return ""
	}
	return found[1]
}
