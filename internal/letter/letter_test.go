package letter_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/mail"
	"github.com/sallyport/sallyport/internal/letter"
)

func write(t testing.TB, w *letter.Writer, m core.Message) mail.Message {
	t.Helper()
	out, err := w.Write("0198-id", m)
	must(t, err)
	return out
}

// TestGolden shows each message as it is read: testdata has them all.
func TestGolden(t *testing.T) {
	w := writer(t, "https://example.org/auth", "Example")
	var expected []string
	for name, m := range messages() {
		out := write(t, w, m)
		golden(t, name+".txt", "To: "+out.To+"\nSubject: "+out.Subject+"\n\n"+out.Text)
		golden(t, name+".html", out.HTML)
		expected = append(expected, name+".txt", name+".html")
	}
	files, err := filepath.Glob("testdata/*.*")
	must(t, err)
	for _, f := range files {
		if !slices.Contains(expected, filepath.Base(f)) {
			t.Errorf("%s is of no message", f)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), written anew by go test -update:\n%s", name, diff)
	}
}

// TestEveryKindHasWords reads core's source: a kind that is added there needs words here.
func TestEveryKindHasWords(t *testing.T) {
	listed := core.MessageKinds()
	for _, kind := range kindsInSource(t) {
		if !strings.HasPrefix(kind, "request.") && kind != string(core.TextCode) && kind != string(core.PushPrompt) && !slices.Contains(listed, core.MessageKind(kind)) {
			t.Errorf("core.MessageKinds lacks %q", kind)
		}
	}
	written := messages()
	for _, wording := range letter.Wordings() {
		if _, ok := written[string(wording)]; !ok {
			t.Errorf("no test writes %q", wording)
		}
	}
	w := writer(t, "https://example.org", "Example")
	for name, m := range written {
		if out := write(t, w, m); out.Subject == "" || out.Text == "" || out.HTML == "" || out.To != m.To || !out.Date.Equal(m.At) || out.ID != "0198-id" {
			t.Errorf("%s: something is missing: %+v", name, out)
		}
	}
}

// kindsInSource lists core's constants of the type MessageKind.
func kindsInSource(t *testing.T) (kinds []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../core/messages.go", nil, 0)
	must(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "MessageKind" {
			kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			must(t, err)
			kinds = append(kinds, kind)
		}
		return true
	})
	if len(kinds) < 30 {
		t.Fatalf("only %d kinds found in core", len(kinds))
	}
	return kinds
}

// TestTexts: each text of messages is there and is used.
func TestTexts(t *testing.T) {
	have, asked := texts(t).In("").Keys(), map[string]bool{}
	w := writer(t, "https://example.org", "Example")
	w.Tell(func(key string) { asked[key] = true })
	for _, m := range messages() {
		write(t, w, m)
	}
	for _, m := range textMessages() {
		_, err := w.Text("id", m)
		must(t, err)
	}
	for _, m := range prompts() {
		_, err := w.Push(m)
		must(t, err)
	}
	for key := range asked {
		if !slices.Contains(have, key) {
			t.Errorf("the text %q is missing", key)
		}
	}
	for _, key := range have {
		if strings.HasPrefix(key, "mail.") && !asked[key] {
			t.Errorf("the text %q is used nowhere", key)
		}
	}
}

var hrefs = regexp.MustCompile(`href="([^"]*)"`)

// TestLinks: every link is one of the public URL, whatever its path, and stands alone in the text part.
func TestLinks(t *testing.T) {
	for _, public := range []string{"https://example.org", "https://example.org/auth", "https://example.org/auth/", "http://localhost:8080/a/b"} {
		w, base := writer(t, public, "Example"), strings.TrimRight(public, "/")
		for name, m := range messages() {
			out := write(t, w, m)
			if m.Link != "" && (!strings.Contains(out.Text, "\n"+base+m.Link+"\n") || strings.Count(html.UnescapeString(out.HTML), base+m.Link) != 2) {
				t.Errorf("%s: the link is not in both parts:\n%s", name, out.Text)
			}
			for _, found := range hrefs.FindAllStringSubmatch(out.HTML, -1) {
				if href := html.UnescapeString(found[1]); href != base && !strings.HasPrefix(href, base+"/") {
					t.Errorf("%s: a link to %q", name, href)
				}
			}
			for _, line := range strings.Split(out.Text, "\n") {
				if strings.Contains(line, "://") && line != base && !strings.HasPrefix(line, base+"/") {
					t.Errorf("%s: a line with an address and something else: %q", name, line)
				}
			}
		}
	}
}

// TestTextPart: its lines are short but for what is copied whole, and none is one that a mailbox file takes for the next message.
func TestTextPart(t *testing.T) {
	w := writer(t, "https://example.org/auth", strings.Repeat("Example Ltd ", 8))
	for name, m := range messages() {
		for _, line := range strings.Split(write(t, w, m).Text, "\n") {
			whole := strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "sallyport account ")
			if utf8.RuneCountInString(line) > 78 && !whole || strings.HasPrefix(line, "From ") || strings.HasSuffix(line, " ") {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

// TestSecretsStayOutOfTheSubject, where lists of messages and notifications show them.
func TestSecretsStayOutOfTheSubject(t *testing.T) {
	w := writer(t, "https://example.org", "Example")
	for name, m := range messages() {
		out := write(t, w, m)
		if !strings.HasPrefix(out.Subject, "Example: ") || strings.ContainsAny(out.Subject, "0123456789?/") || strings.Contains(out.Subject, m.Name) && m.Name != "" {
			t.Errorf("%s: subject %q", name, out.Subject)
		}
		if m.Code != "" && (strings.Count(out.Text, m.Code) != 1 || strings.Count(out.HTML, m.Code) != 1) {
			t.Errorf("%s: the code is not there once", name)
		}
	}
}

// TestWhatIsNotKnown is said, not left out.
func TestWhatIsNotKnown(t *testing.T) {
	w := writer(t, "https://example.org", "Example")
	out := write(t, w, message(core.MailNewBrowser, func(m *core.Message) { byNobody(m); m.Name = "" }))
	for _, want := range []string{"Account: not known\n", "When:    3 March 2026, 14:05 UTC\n", "From:    not known\n", "With:    not known\n"} {
		if !strings.Contains(out.Text, want) {
			t.Errorf("%q is missing in\n%s", want, out.Text)
		}
	}
	strange := write(t, w, message(core.MailNewBrowser, func(m *core.Message) { m.Address = "@unix http://evil.example" }))
	if strings.Contains(strange.Text+strange.HTML, "evil") || !strings.Contains(strange.Text, "From:    not known\n") {
		t.Errorf("an address that is none is shown:\n%s", strange.Text)
	}
}

func TestCodesInGroups(t *testing.T) {
	w := writer(t, "https://example.org", "Example")
	out := write(t, w, message(core.MailRescueCode, func(m *core.Message) { m.Code = "8K3MQ0ZT5WXA7RN" }))
	if !strings.Contains(out.Text, "\n    8K3M-Q0ZT-5WXA-7RN\n") {
		t.Error(out.Text)
	}
}

// TestRefused: a message that lacks what it needs, or has what would be lost, is never sent, nor tried again.
func TestRefused(t *testing.T) {
	w := writer(t, "https://example.org", "Example")
	const secret = "very-secret"
	cases := map[string]core.Message{
		"an unknown kind": message("other", nil),
		"a request":       message("request.recovery", nil),
		"no kind":         message("", nil),
		"no time":         message(core.MailBound, func(m *core.Message) { m.At = time.Time{} }),
		"no link":         message(core.MailResetDone, nil),
		"a link too many": message(core.MailBound, linked("/login", time.Hour)),
		"a code too many": message(core.MailBound, func(m *core.Message) { m.Code = "8K3M" }),
		"no code":         message(core.MailConfirmAddress, linked("/verify-email", time.Hour)),
		"no end":          message(core.MailResetDone, func(m *core.Message) { m.Link, m.ExpiresAt = "/a?token="+secret, time.Time{} }),
		"no date":         message(core.MailResetAsked, func(m *core.Message) { cancellable("")(m); m.Args["due"] = "soon" }),
		"a code of signs": message(core.MailRescueCode, func(m *core.Message) { m.Code = secret + "\n" }),
	}
	for _, link := range []string{
		"//evil.example/", "https://evil.example/", "@evil.example", ".evil.example/", "/a\r\nBcc: x", "/a b", `/\evil.example`,
		"/../x", "/a?next=//evil.example", "/a#b", `/a"b`, "/ä", "/" + strings.Repeat("a", 600),
	} {
		cases["the link "+link] = message(core.MailResetDone, func(m *core.Message) { m.Link = link })
	}
	for name, m := range cases {
		out, err := w.Write("id", m)
		var failed *deliver.Error
		if !errors.As(err, &failed) || failed.Fault != deliver.Permanent || out != (mail.Message{}) {
			t.Errorf("%s: %v, %v", name, out, err)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error tells a secret: %v", name, err)
		}
	}
}

func TestNewRefusesWhatIsNoPublicURL(t *testing.T) {
	if _, err := letter.New(texts(t), nil, "Example"); err == nil {
		t.Error("made without a public URL")
	}
}
