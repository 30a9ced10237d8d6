package e2e

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// letter is one message as whoever gets it reads it.
type letter struct {
	id, to, subject string
	text            string
	path            string // that the link leads to, below the public URL
	token           string // of the link, or ""
	code            string // or ""
}

var (
	linkLine = regexp.MustCompile(`(?m)^https?://\S+\?token=\S+$`)
	codeLine = regexp.MustCompile(`(?m)^    ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}|[0-9]{6})$`)
)

// readLetter decodes a message as a mail program does.
func readLetter(raw []byte) (letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return letter{}, err
	}
	l := letter{id: m.Header.Get("Message-Id")}
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return letter{}, err
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 {
		return letter{}, fmt.Errorf("a message to %v: %v", to, err)
	}
	l.to = to[0].Address
	if l.text, err = plainPart(m); err != nil {
		return letter{}, err
	}
	if found := codeLine.FindStringSubmatch(l.text); found != nil {
		l.code = found[1]
	}
	link, err := url.Parse(linkLine.FindString(l.text))
	if err != nil {
		return letter{}, err
	}
	l.path, l.token = link.Path, link.Query().Get("token")
	return l, nil
}

func plainPart(m *mail.Message) (string, error) {
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return "", fmt.Errorf("a message of %q: %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart() // the other reader hides how it was encoded
		if err != nil {
			return "", fmt.Errorf("a message without plain text: %w", err)
		}
		if kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind != "text/plain" {
			continue
		}
		var body io.Reader = part
		switch how := part.Header.Get("Content-Transfer-Encoding"); how {
		case "7bit", "8bit":
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		default:
			return "", fmt.Errorf("a plain text in %q", how)
		}
		text, err := io.ReadAll(body)
		return strings.ReplaceAll(string(text), "\r\n", "\n"), err
	}
}

// mailbox is where the messages of an estate arrive, whoever they are for.
type mailbox struct {
	list func() ([]letter, error)
}

// inDirectory reads what mail=dir:PATH writes. A file is there completely or not at all.
func inDirectory(dir string) *mailbox {
	read := map[string]letter{}
	var mu sync.Mutex
	return &mailbox{func() ([]letter, error) {
		mu.Lock()
		defer mu.Unlock()
		names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
		if err != nil {
			return nil, err
		}
		var all []letter
		for _, name := range names {
			l, known := read[name]
			if !known {
				raw, err := os.ReadFile(name)
				if err != nil {
					return nil, err
				}
				if l, err = readLetter(raw); err != nil {
					return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
				}
				read[name] = l
			}
			all = append(all, l)
		}
		return all, nil
	}}
}

// letters are those to an address whose subject ends so.
func (b *mailbox) letters(t testing.TB, to, subject string) []letter {
	t.Helper()
	all, err := b.list()
	ok(t, err)
	var found []letter
	for _, l := range all {
		if l.to == to && strings.HasSuffix(l.subject, ": "+subject) {
			found = append(found, l)
		}
	}
	return found
}

// await is the newest of them, once there are n.
func (b *mailbox) await(t testing.TB, to, subject string, n int) letter {
	t.Helper()
	deadline := time.Now().Add(mailPatience)
	for {
		if found := b.letters(t, to, subject); len(found) >= n {
			return found[len(found)-1]
		}
		if time.Now().After(deadline) {
			all, err := b.list()
			t.Fatalf("no %q came to %s in %v; what came: %v, %v", subject, to, mailPatience, subjects(all), err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// mailPatience is more than a message waits whose first two attempts failed while the server was down.
const mailPatience = 45 * time.Second

func subjects(all []letter) (out []string) {
	for _, l := range all {
		out = append(out, l.to+" "+l.subject)
	}
	return out
}

// The subjects of messages, behind the name of the service.
const (
	mailConfirm       = "Confirm your email address"
	mailTaken         = "You have an account already"
	mailNobody        = "There is no account with this address"
	mailReset         = "Set a new password"
	mailSignIn        = "Sign in"
	mailResetDone     = "Your password was reset"
	mailConfirmNew    = "Confirm your new email address"
	mailChanged       = "Your email address was changed"
	mailUndone        = "The change of your email address was taken back"
	mailNewBrowser    = "A sign-in from a new browser"
	mailRescue        = "Your code for signing in"
	mailStolen        = "A trusted browser is no longer trusted"
	mailResetAsked    = "Your second step is going to be reset"
	mailResetOrdered  = "A reset of your second step was ordered"
	mailReleased      = "Your second step was reset"
	mailResetCanceled = "The reset of your second step was cancelled"
	mailDeleted       = "Your account was deleted"
)
