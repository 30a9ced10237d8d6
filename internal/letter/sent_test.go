package letter_test

import (
	"context"
	netmail "net/mail"
	"os"
	"path/filepath"
	"testing"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver/mail"
)

// TestSent: package mail takes every message, and a hostile name makes no header of its own.
func TestSent(t *testing.T) {
	dir := t.TempDir()
	sender, err := mail.Open("dir:"+dir, "Example <no-reply@example.org>")
	must(t, err)
	w := writer(t, "https://example.org/auth", "Example\r\nBcc: bo@example.com")
	all := messages()
	for name, m := range all {
		m.UserAgent = "x\r\nBcc: bo@example.com\r\n\r\n<a href='http://evil.example'>"
		if m.Name != "" {
			m.Name = m.UserAgent
		}
		out, err := w.Write(name, m)
		must(t, err)
		must(t, sender.Send(context.Background(), out))
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	must(t, err)
	if len(files) != len(all) {
		t.Fatalf("%d files of %d messages", len(files), len(all))
	}
	for _, name := range files {
		checkHeaders(t, name, all)
	}
}

func checkHeaders(t *testing.T, name string, all map[string]core.Message) {
	t.Helper()
	f, err := os.Open(name)
	must(t, err)
	defer f.Close()
	msg, err := netmail.ReadMessage(f)
	must(t, err)
	if to := msg.Header["To"]; len(to) != 1 || to[0] != "<ann@example.com>" && to[0] != "<"+all["help"].To+">" {
		t.Errorf("%s: to %q", name, to)
	}
	for _, header := range []string{"Bcc", "Cc"} {
		if got, ok := msg.Header[header]; ok {
			t.Errorf("%s: %s: %q", name, header, got)
		}
	}
}
