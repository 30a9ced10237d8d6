package e2e

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// Messages are held to what pages are held to: the rules of accessibility, in light and in dark, on a small phone, and
// nothing from elsewhere.
func TestMailsAreReadable(t *testing.T) {
	h := newHome(t)
	p := h.guarded(t) // which confirms an address
	c := api(h.server)
	c.call(t, 202, "POST", "/recovery", "", object{"login": p.name})
	c.call(t, 202, "POST", "/login/reset", p.logins(t, []*client{c}, 1)[0], nil)
	in := inspect(t, h.server, axeSource(t), true)
	for _, subject := range []string{mailConfirmNew, mailReset, mailResetAsked} {
		h.box.await(t, p.address(), subject, 1)
	}
	files, err := filepath.Glob(filepath.Join(h.cmd.Dir, "mail", "*.eml"))
	ok(t, err)
	for _, file := range files {
		subject, page := htmlPart(t, file)
		in.do(chromedp.Navigate("data:text/html;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(page)))
		in.look("mail " + subject)
	}
}

// htmlPart is the subject of a message, and what a mail program shows of it.
func htmlPart(t testing.TB, file string) (subject string, page []byte) {
	t.Helper()
	f, err := os.Open(file)
	ok(t, err)
	defer f.Close() //nolint:errcheck // it is only read
	m, err := mail.ReadMessage(f)
	ok(t, err)
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	ok(t, err)
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		ok(t, err)
		if kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind != "text/html" {
			continue
		}
		page, err = io.ReadAll(quotedprintable.NewReader(part))
		ok(t, err)
		return m.Header.Get("Subject"), page
	}
}
