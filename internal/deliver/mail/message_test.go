package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
)

const from = "Example <no-reply@example.org>"

func message() mail.Message {
	return mail.Message{
		ID: "0198-abc_D", To: "ann@example.com", Subject: "Confirm your address",
		Text: "Hello,\n\nFollow https://example.org/verify-email?token=abc=def\n.\n..\nÜ\n",
		HTML: "<p>Hello,</p>\n<p><a href=\"https://example.org/verify-email?token=abc=def\">Confirm</a> Ü</p>\n",
		Date: time.Date(2026, 3, 1, 12, 30, 0, 5, time.FixedZone("", 3600)),
	}
}

func open(t testing.TB, o mail.Options, spec string) mail.Sender {
	t.Helper()
	s, err := o.Open(spec, from)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parsed is a message as a mail program reads it.
type parsed struct {
	header netmail.Header
	parts  map[string]string // by content type
}

func parse(t testing.TB, raw []byte) parsed {
	t.Helper()
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	p := parsed{header: msg.Header, parts: map[string]string{}}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "multipart/alternative" {
		p.parts[kind] = body(t, msg.Body, msg.Header.Get("Content-Transfer-Encoding"))
		return p
	}
	for r := multipart.NewReader(msg.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return p
		}
		if err != nil {
			t.Fatal(err)
		}
		p.parts[part.Header.Get("Content-Type")] = body(t, part, part.Header.Get("Content-Transfer-Encoding"))
	}
}

func body(t testing.TB, r io.Reader, encoding string) string {
	t.Helper()
	switch encoding {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "7bit", "8bit":
	default:
		t.Errorf("encoding %q", encoding)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "\r\n", "\n")
}

// inDir sends to a new directory and returns the one file there.
func inDir(t testing.TB, m mail.Message) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := open(t, mail.Options{}, "dir:"+dir).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return onlyFile(t, dir)
}

func onlyFile(t testing.TB, dir string) []byte {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestMessage(t *testing.T) {
	m := message()
	p := parse(t, inDir(t, m))
	for key, want := range map[string]string{
		"From": `"Example" <no-reply@example.org>`, "To": "<ann@example.com>", "Subject": m.Subject,
		"Message-Id": "<0198-abc_D@example.org>", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
		"Date": "Sun, 01 Mar 2026 11:30:00 +0000",
	} {
		if got := p.header[key]; len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if len(p.header) != 8 {
		t.Errorf("headers: %v", p.header)
	}
	if p.parts["text/plain; charset=UTF-8"] != m.Text || p.parts["text/html; charset=UTF-8"] != m.HTML || len(p.parts) != 2 {
		t.Errorf("parts: %q", p.parts)
	}
	m.HTML = ""
	p = parse(t, inDir(t, m))
	if p.parts["text/plain"] != m.Text || len(p.parts) != 1 {
		t.Errorf("parts without HTML: %q", p.parts)
	}
}

func TestLongAndForeignSubjects(t *testing.T) {
	for subject, want := range map[string]string{
		"Größe und 大きさ":                  "Größe und 大きさ",
		"one\r\nBcc: eve@example.org":    "one Bcc: eve@example.org",
		"=?utf-8?q?Bcc:_eve?=":           "= ?utf-8?q?Bcc:_eve?=",
		"a\u2028b\u202Ec\x00d \t e":      "a b c d e",
		strings.Repeat("ü", 200):         strings.Repeat("ü", 125) + "…",
		strings.Repeat("long words ", 9): strings.TrimSpace(strings.Repeat("long words ", 9)),
	} {
		m := message()
		m.Subject = subject
		raw := inDir(t, m)
		got, err := new(mime.WordDecoder).DecodeHeader(parse(t, raw).header.Get("Subject"))
		if err != nil || got != want {
			t.Errorf("%q came as %q, %v", subject, got, err)
		}
		for line := range bytes.Lines(raw) {
			if len(line) > 100 {
				t.Errorf("%q: a line of %d bytes", subject, len(line))
			}
		}
	}
}

func TestRefused(t *testing.T) {
	tests := map[string]func(*mail.Message){
		"no text":    func(m *mail.Message) { m.Text = " \n" },
		"no subject": func(m *mail.Message) { m.Subject = "\r\n" },
		"no date":    func(m *mail.Message) { m.Date = time.Time{} },
		"large":      func(m *mail.Message) { m.Text = strings.Repeat("x", 2<<20) },
	}
	for _, to := range []string{
		"", "ann", "ann@example.com,eve@example.org", "ann@example.com, eve@example.org", "Ann <ann@example.com>", "<ann@example.com>",
		"ann@example.com\r\nBcc: eve@example.org", "ann@example.com\n", " ann@example.com", "ann@example.com eve@example.org",
		`"ann eve"@example.com`, "ann@[192.0.2.1]", "ann@example.com;eve@example.org", "a@b@example.com", "ann@example.com\x00", "ａnn@example.com",
		"ann(c)@example.com", "group:ann@example.com;",
	} {
		tests["to "+to] = func(m *mail.Message) { m.To = to }
	}
	for _, id := range []string{"", "a b", "../x", "a/b", "a\r\nb", ".x", "x.", "a..b", "ü", "<x>", strings.Repeat("x", 101)} {
		tests["id "+id] = func(m *mail.Message) { m.ID = id }
	}
	var out bytes.Buffer
	dir := t.TempDir()
	senders := []mail.Sender{open(t, mail.Options{Stderr: &out}, "stderr"), open(t, mail.Options{}, "dir:"+dir), open(t, mail.Options{}, "smtp://127.0.0.1:1?tls=none")}
	for name, spoil := range tests {
		m := message()
		spoil(&m)
		for i, s := range senders {
			err := s.Send(t.Context(), m)
			if deliver.FaultOf(err) != deliver.Permanent {
				t.Errorf("%s: sender %d says %v", name, i, err)
			} else if strings.Contains(err.Error(), "@") {
				t.Errorf("%s: %v names the recipient", name, err)
			}
		}
	}
	if files, _ := os.ReadDir(dir); out.Len() > 0 || len(files) > 0 {
		t.Errorf("written: %q, %v", out.String(), files)
	}
}

func TestStderr(t *testing.T) {
	var out countingWriter
	m := message()
	m.Subject, m.Text = "Hi\x1b[2J", "Go to https://example.org/x\x1b[31m\r\n"
	if err := open(t, mail.Options{Stderr: &out}, "stderr").Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if want := "\nTo: ann@example.com\nSubject: Hi [2J\n\nGo to https://example.org/x[31m\n\n\n"; out.String() != want || out.writes != 1 {
		t.Errorf("%d writes of %q, want %q", out.writes, out.String(), want)
	}
	err := open(t, mail.Options{Stderr: brokenWriter{}}, "stderr").Send(t.Context(), message())
	if deliver.FaultOf(err) != deliver.Unavailable {
		t.Errorf("a broken terminal: %v", err)
	}
}

type countingWriter struct {
	bytes.Buffer
	writes int
}

func (w *countingWriter) Write(p []byte) (int, error) { w.writes++; return w.Buffer.Write(p) }

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	s := open(t, mail.Options{}, "dir:"+dir)
	later, earlier := message(), message()
	earlier.ID, earlier.Date = "zzz", later.Date.Add(-time.Nanosecond)
	for _, m := range []mail.Message{later, earlier, later} { // a second attempt is no second file
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	files, err := os.ReadDir(dir)
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
		got = append(got, f.Name())
	}
	want := []string{"20260301T113000.000000004Z-zzz.eml", "20260301T113000.000000005Z-0198-abc_D.eml"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("files %v, %v", got, err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v", info.Mode(), err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Send(ended, message()); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), message()); deliver.FaultOf(err) != deliver.Unavailable || strings.Contains(err.Error(), "ann@") {
		t.Errorf("without its directory: %v", err)
	}
}

func TestDirThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below"), filepath.Join(t.TempDir(), "a", "b")} {
		var wrong deliver.Mistakes
		s, err := mail.Open("dir:"+dir, from)
		if !errors.As(err, &wrong) || s != nil {
			t.Errorf("%s: %v, %v", dir, s, err)
		}
	}
}

// FuzzMessage: whatever the texts are, there is one set of headers, and one recipient, the one that was asked for.
func FuzzMessage(f *testing.F) {
	f.Add("ann@example.com", "Hello", "text", "<p>html</p>")
	f.Add("ann@example.com\r\nBcc: eve@example.org", "x\r\nBcc: eve@example.org\r\n\r\nbody", "\r\n.\r\nMAIL FROM:<eve>", "--=_sallyport_=--\r\n")
	f.Add("ann@example.com,eve@example.org", "=?utf-8?q?=0D=0ABcc:_eve=40example.org?=", "--=_sallyport_=\r\nBcc: x\r\n", "")
	f.Add("\"ann\"@example.com", strings.Repeat("ü ", 200), strings.Repeat("é", 2000), "\xff\x00")
	f.Add("jürgen@example.com", " \u2028 ", "\u202E", "\r")
	f.Fuzz(func(t *testing.T, to, subject, text, html string) {
		dir := t.TempDir()
		m := mail.Message{ID: "x", To: to, Subject: subject, Text: text, HTML: html, Date: message().Date}
		if err := open(t, mail.Options{}, "dir:"+dir).Send(t.Context(), m); err != nil {
			if files, _ := os.ReadDir(dir); deliver.FaultOf(err) != deliver.Permanent || len(files) > 0 {
				t.Fatalf("%v, but %d files", err, len(files))
			}
			return
		}
		raw := onlyFile(t, dir)
		p := parse(t, raw)
		if list, err := p.header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != to {
			t.Errorf("To: %v, %v", list, err)
		}
		for key, values := range p.header {
			known := []string{"From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding"}
			if !slices.Contains(known, key) || len(values) != 1 {
				t.Errorf("header %s: %q", key, values)
			}
		}
		if bytes.Count(raw, []byte("\n")) != bytes.Count(raw, []byte("\r\n")) || bytes.Count(raw, []byte("\r")) != bytes.Count(raw, []byte("\r\n")) {
			t.Error("a bare CR or LF")
		}
		if want := 1 + min(1, len(html)); len(p.parts) > want {
			t.Errorf("%d parts: %q", len(p.parts), p.parts)
		}
		for line := range bytes.Lines(raw) {
			if len(line) > 998 { // RFC 5322, 2.1.1
				t.Errorf("a line of %d bytes", len(line))
			}
		}
	})
}
