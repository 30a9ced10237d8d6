package letter_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/letter"
)

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"ann":                            "ann",
		"ann.lee":                        "ann. lee",
		"http://evil.example/":           "http: / / evil. example/",
		"www.evil.example":               "www. evil. example",
		"evil。com":                       "evil。 com",
		"javascript:alert(1)":            "javascript: alert(1)",
		`\\evil\share`:                   `\ \ evil\ share`,
		"ann.lee@example.co.uk":          "ann.lee@example.co.uk",
		"www.evil.com@example.org":       "www. evil. com@example. org",
		"evil.com/@example.org":          "evil. com/ @example. org",
		"ann@example.org, bo@evil.com":   "ann@example. org, bo@evil. com",
		"a@b@evil.com":                   "a@b@evil. com",
		"<a href=x>":                     "<a href=x>",
		"a\r\nBcc: bo@example.com":       "a Bcc: bo@example. com",
		"a\u202Egpj.exe\u2066b\u200Bc":   "agpj. exebc",
		"می\u200Cخواهم":                  "می\u200Cخواهم",
		"\xff\x00a":                      "\uFFFD a",
		"see  the\ttab\u2028and\u00A0it": "see the tab and it",
		"":                               "",
	} {
		if got := letter.Inert(in, 100); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := letter.Inert(strings.Repeat("ü", 10), 4); got != "üüüü…" {
		t.Errorf("shortened to %q", got)
	}
}

func TestWrap(t *testing.T) {
	long := strings.Repeat("x", 100)
	if got, want := letter.Wrap("a "+long+" b", "  "), "  a\n  "+long+"\n  b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, line := range strings.Split(letter.Wrap(strings.Repeat("𝒳", 1500), "    "), "\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

// pieces are what attacks are made of.
func pieces() []string {
	return []string{
		"<a href=\"http://evil.example/\">", "<script>alert(1)</script>", "http://evil.example/x?y=1", "https:evil.example", "www.evil.example",
		"evil.com", "EVIL.COM", "//evil.example", `\\evil.com\x`, "mailto:x@evil.com", "ann@evil.com", "evil。com", "\r\nBcc: bo@example.com\r\n\r\n", "\n.\n",
		"\u202E", "\u2066", "\u200B", "\u2060", "\x00", "\x1b[31m", "\xff", "'", "\"", "<!--", "-->", "</style>", "</title>", "&lt;", "&#46;", "{0}", "{1}",
		"{{.}}", "javascript:alert(1)", "=?utf-8?q?x?=", "From ", "%0d%0a", " ", "ann", "ü", "مرحبا", "日本",
	}
}

func hostile() *rapid.Generator[string] {
	made := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces()), 1, 6).Draw(t, "pieces"), "")
	})
	return rapid.OneOf(made, rapid.String(), rapid.SampledFrom(pieces()))
}

var (
	tags = regexp.MustCompile(`<[^>]*>`)
	// linkable is what mail programs make links of: what has a scheme or begins with www, and names of domains.
	linkable = regexp.MustCompile(`(?i)[a-z][a-z0-9+-]*:/|[\\/]{2}\S|\bwww[.。．｡]\S|[\pL\pN_-][.。．｡][\pL][\pL\pN-]`)
	address  = regexp.MustCompile(`[\pL\pM\pN._%+-]+@[\pL\pM\pN.-]+`)
)

// TestHostileText: whatever people choose, HTML has the same tags and the text part the same addresses as ever, and
// nothing else that a mail program makes a link of.
func TestHostileText(t *testing.T) {
	const public = "https://login.example.org/auth"
	w, all := writer(t, public, "Example"), messages()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		m := all[rapid.SampledFrom(names).Draw(t, "message")]
		before, err := w.Write("id", m)
		if err != nil {
			t.Fatal(err)
		}
		after, err := w.Write("id", poisoned(t, m))
		if err != nil {
			t.Fatal(err)
		}
		if was, is := tags.FindAllString(before.HTML, -1), tags.FindAllString(after.HTML, -1); !slices.Equal(was, is) {
			t.Fatalf("other tags:\n%s", after.HTML)
		}
		if before.Subject != after.Subject {
			t.Fatalf("another subject: %q", after.Subject)
		}
		shown := tags.ReplaceAllString(after.HTML[strings.Index(after.HTML, "<body>"):], "\n")
		for _, line := range slices.Concat(strings.Split(after.Text, "\n"), strings.Split(shown, "\n")) {
			checkLine(t, public, line)
		}
		if strings.Contains(after.Text, "\nFrom ") {
			t.Fatalf("a line that begins another message in a mailbox file:\n%s", after.Text)
		}
		if was, is := addresses(before.Text), addresses(after.Text); !slices.Equal(was, is) {
			t.Fatalf("other addresses: %q, not %q", is, was)
		}
	})
}

// poisoned keeps which details there are, and changes what is in them.
func poisoned(t *rapid.T, m core.Message) core.Message {
	if m.Name != "" {
		m.Name = hostile().Draw(t, "name")
		if m.Kind == core.MailInvitation && m.Name == "" {
			m.Name = "x" // without a name it is another message
		}
	}
	m.UserAgent = hostile().Draw(t, "user agent")
	m.Address = hostile().Draw(t, "address")
	args := map[string]string{}
	for k, v := range m.Args {
		args[k] = v
	}
	for _, k := range []string{"reason", "new"} {
		if args[k] != "" {
			args[k] = "." + hostile().Draw(t, k)
		}
	}
	m.Args = args
	return m
}

func checkLine(t *rapid.T, public, line string) {
	if len(line) > 998 {
		t.Fatalf("a line of %d bytes: %q", len(line), line)
	}
	if strings.ContainsFunc(line, func(r rune) bool {
		return unicode.IsControl(r) || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
	}) {
		t.Fatalf("a control character: %q", line)
	}
	line = strings.TrimSpace(line)
	if line == public || strings.HasPrefix(line, public+"/") {
		return
	}
	if found := linkable.FindString(address.ReplaceAllString(line, "")); found != "" {
		t.Fatalf("%q can become a link in %q", found, line)
	}
}

func addresses(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return !strings.Contains(line, "://") })
}

// TestHostileService: the operator's name for the service is escaped like anything else.
func TestHostileService(t *testing.T) {
	all := messages()
	rapid.Check(t, func(t *rapid.T) {
		plainly, strange := writerFor(t, "Example"), writerFor(t, "x"+hostile().Draw(t, "issuer"))
		m := all["reset_password"]
		before, err := plainly.Write("id", m)
		if err != nil {
			t.Fatal(err)
		}
		after, err := strange.Write("id", m)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(tags.FindAllString(before.HTML, -1), tags.FindAllString(after.HTML, -1)) {
			t.Fatalf("other tags:\n%s", after.HTML)
		}
		if strings.ContainsFunc(after.Subject, unicode.IsControl) || strings.Contains(after.Subject, m.Code) {
			t.Fatalf("subject %q", after.Subject)
		}
		if was, is := strings.Count(before.Text, "\n\n"), strings.Count(after.Text, "\n\n"); was != is {
			t.Fatalf("%d paragraphs, not %d:\n%s", is, was, after.Text)
		}
	})
}

func catalogueFor(t *rapid.T) *catalogue.Set {
	texts, err := all()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func writerFor(t *rapid.T, issuer string) *letter.Writer {
	w, err := letter.New(catalogueFor(t), &url.URL{Scheme: "https", Host: "example.org"}, issuer)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
