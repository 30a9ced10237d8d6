package mail_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/sallyport/sallyport/internal/deliver/mail"
)

const longLink = "https://id.example.org/some/where/verify-email?token=YEAqDmBCq_Kx-2ZVvVxT8aLhHkq3h1mXZ7rIYbWkQ0E&more=" +
	"0123456789012345678901234567890123456789"

// Whoever reads a message's file, or searches through it, finds links that a browser opens.
func TestLinksSurviveInAFile(t *testing.T) {
	for name, test := range map[string]struct{ text, encoding string }{
		"ASCII":     {"Hello,\n\n" + longLink + "\n.\nFrom here\n", "7bit"},
		"not ASCII": {"Grüße,\n\n" + longLink + "\n", "8bit"},
		"long line": {strings.Repeat("x", 999) + "\n" + longLink + "\n", "quoted-printable"},
	} {
		m := message()
		m.Text = test.text
		raw := inDir(t, m)
		if got := parse(t, raw).parts["text/plain; charset=UTF-8"]; got != test.text {
			t.Errorf("%s: %q", name, got)
		}
		if !bytes.Contains(raw, []byte("Content-Transfer-Encoding: "+test.encoding+"\r\nContent-Type: text/plain")) {
			t.Errorf("%s is not sent as %s:\n%s", name, test.encoding, raw)
		}
		if whole := bytes.Contains(raw, []byte("\r\n"+longLink+"\r\n")); whole != (test.encoding != "quoted-printable") {
			t.Errorf("%s: the link is whole: %v\n%s", name, whole, raw)
		}
		for line := range bytes.Lines(raw) {
			if len(line) > 998 {
				t.Errorf("%s: a line of %d bytes", name, len(line))
			}
		}
	}
}

// Over SMTP nothing but ASCII goes, whatever the server is able to take: a next one may not be.
func TestNothingButASCIIOverSMTP(t *testing.T) {
	s := &sink{}
	addr := s.serve(t, false, func(*smtp.Server) {})
	sender := open(t, mail.Options{}, "smtp://"+addr+"?tls=none")
	for i, test := range []struct {
		text  string
		whole bool
	}{{"Hello,\n\n" + longLink + "\n.\n..\n", true}, {"Grüße,\n\n" + longLink + "\n.\n", false}} {
		m := message()
		m.Text = test.text
		if err := sender.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		raw := []byte(s.all()[i].raw)
		if bytes.ContainsFunc(raw, func(r rune) bool { return r > '~' }) {
			t.Errorf("more than ASCII:\n%s", raw)
		}
		if got := parse(t, raw).parts["text/plain; charset=UTF-8"]; got != test.text {
			t.Errorf("%q came as %q", test.text, got)
		}
		if whole := bytes.Contains(raw, []byte(longLink)); whole != test.whole {
			t.Errorf("the link is whole: %v\n%s", whole, raw)
		}
	}
}
