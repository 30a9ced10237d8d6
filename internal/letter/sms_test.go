package letter_test

import (
	"errors"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/text"
	"github.com/sallyport/sallyport/internal/letter"
)

// textMessages are one of each wording.
func textMessages() map[core.MessageKind]core.Message {
	out := map[core.MessageKind]core.Message{}
	for _, kind := range []core.MessageKind{core.TextCode, core.MailResetAsked, core.MailResetHalfway, core.MailResetDone, core.MailUnbound} {
		out[kind] = core.Message{Kind: kind, Account: "0198", To: "+4915112345678", Name: "ann", At: at, ExpiresAt: at.Add(10 * time.Minute)}
	}
	code := out[core.TextCode]
	code.Code = "123456"
	out[core.TextCode] = code
	return out
}

func TestText(t *testing.T) {
	w := writer(t, "https://login.example.org:8443/auth", "Example")
	for kind, want := range map[core.MessageKind]string{
		core.TextCode:         "123456 is your Example code. Don't share it with anybody, whoever asks.\n\n@login.example.org #123456",
		core.MailResetAsked:   "Example: somebody asked to reset your second step. Not you? Sign in with it, which cancels the reset, and change your password.",
		core.MailResetHalfway: "Example: your second step will soon be reset. Not you? Sign in with it, which cancels the reset, and change your password.",
		core.MailResetDone:    "Example: your second step was reset, and every session has ended. Not you? Set a new password, and ask whoever runs the service.",
		core.MailUnbound:      "Example: this telephone was removed from your account and gets no more codes. Not you? Sign in and change your password.",
	} {
		got, err := w.Text("0198-id", textMessages()[kind])
		must(t, err)
		if whole := (text.Message{ID: "0198-id", To: "+4915112345678", Body: want, Date: at, ExpiresAt: at.Add(10 * time.Minute)}); got != whole {
			t.Errorf("%s: %+v, want %+v", kind, got, whole)
		}
	}
}

// TestNamesInTexts: what becomes of the service's name, in a code and in a notice.
func TestNamesInTexts(t *testing.T) {
	host := func(n int) string { return "https://" + strings.Repeat("a", n-4) + ".org" }
	for _, tt := range []struct{ public, issuer, code, notice string }{ // the beginning of each
		{"https://example.org", "Škoda Łódź", "123456 is your Skoda Lodz code. ", "Skoda Lodz: "},
		{"https://example.org", "Jürgen’s Café", "123456 is your Jürgen's Café code. ", "Jürgen's Café: "},
		{"https://example.org", "J\u0075\u0308rgen", "123456 is your Jürgen code. ", "Jürgen: "},
		{"https://example.org", "Acme™ [beta] {x} a@b #1 🙂", "123456 is your Acme (beta) (x) a b 1 code. ", "Acme (beta) (x) a b 1: "},
		{"https://example.org", "Example.com", "123456 is your Example.com code. ", "Example. com: "},
		{"https://example.org", "日本銀行", "123456 is your code. ", "example. org: "},
		{"https://example.org", "Bank Ωmega Ж", "123456 is your code. ", "example. org: "},
		{"https://example.org", "🙂", "123456 is your code. ", "example. org: "},
		{"http://[::1]:8080", "日本銀行", "123456 is your ::1 code. ", ": : 1: "},
		{"https://example.org", "", "123456 is your example.org code. ", "example. org: "},
		{"https://example.org", strings.Repeat("Example ", 30), "123456 is your Example Example Example Example Example Example Example Example Example... code. ", "Example Example Example Example Examp...: "},
		{host(60), "Example Authentication Services", "123456 is your Example Authentication... code. ", "Example Authentication"},
		{host(75), "Example Authentication Services", "123456 is your Example... code. ", "Example Authentication"},
		{host(80), "Example Authentication Services", "123456 is your code. ", "Example Authentication"},
		{host(86), "日本銀行", "123456 is your code. Don't share it with anybody, whoever asks.\n\n@aaa", "aaaaaaaaaa"},
		{host(87), "日本銀行", "123456 is your aaaaaaaaaa", "aaaaaaaaaa"},
		{host(250), "Example Authentication Services", "123456 is your Example Authentication Services code. ", "Example Authentication"},
		{host(250), "日本銀行", "123456 is your aaaaaaaaaa", "aaaaaaaaaa"},
	} {
		w := writer(t, tt.public, tt.issuer)
		for kind, want := range map[core.MessageKind]string{core.TextCode: tt.code, core.MailResetAsked: tt.notice} {
			got, err := w.Text("id", textMessages()[kind])
			must(t, err)
			if !strings.HasPrefix(got.Body, want) || utf8.RuneCountInString(got.Body) > 160 {
				t.Errorf("%q: %q does not begin with %q, or is too long", tt.issuer, got.Body, want)
			}
		}
	}
}

// alphabet is the GSM 7-bit default alphabet, row by row (3GPP TS 23.038, 6.2.1), without its escape.
const alphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

func oneSegment(body string) bool {
	return utf8.RuneCountInString(body) <= 160 && !strings.ContainsFunc(body, func(r rune) bool { return !strings.ContainsRune(alphabet, r) })
}

// TestEveryCharacterInNames: each becomes something that the alphabet has, or the name is left out.
func TestEveryCharacterInNames(t *testing.T) {
	kept := 0
	for r := rune(0); r < 0x20000; r++ {
		got := letter.GSMName("(" + string(r) + ")")
		if !oneSegment(got) || strings.ContainsAny(got, "@#\r\n") || got != "" && (got[0] != '(' || got[len(got)-1] != ')') {
			t.Fatalf("%U becomes %q", r, got)
		}
		if strings.ContainsRune(got, r) {
			kept++
		}
	}
	if want := utf8.RuneCountInString(alphabet) - len("@#\r\n"); kept != want {
		t.Errorf("%d characters stay what they are, want %d", kept, want)
	}
}

var (
	// shape is a code's text where its last line has room.
	shape = regexp.MustCompile(`^([0-9]+) is your ((?:[^\n@#]+ )?)code\. Don't share it with anybody, whoever asks\.(?:\n\n@([a-z0-9.-]+) #([0-9]+))?$`)
	// chromium is what its parser looks for first anywhere in a text.
	chromium = regexp.MustCompile(`(?:^|\s)@([a-zA-Z0-9.-]+) #([^#\s]+)(?: @([a-zA-Z0-9.-]+))?`)
)

// TestHostileServicesInTexts: whatever the service is called and wherever it is, a text is one segment that browsers read
// one code for one host from, and notices lead nowhere.
func TestHostileServicesInTexts(t *testing.T) {
	label := rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		host := strings.Join(rapid.SliceOfN(label, 1, 12).Draw(t, "host"), ".")
		issuer := rapid.OneOf(hostile(), rapid.StringN(0, 300, -1), rapid.StringOf(rapid.RuneFrom([]rune(alphabet))), rapid.StringMatching(`[ -~]{0,250}`)).Draw(t, "issuer")
		w, err := letter.New(catalogueFor(t), &url.URL{Scheme: "https", Host: host + ":8443", Path: "/auth"}, issuer)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range slices.Sorted(maps.Keys(textMessages())) {
			m := textMessages()[kind]
			if kind == core.TextCode {
				m.Code = rapid.StringMatching(`[0-9]{4,10}`).Draw(t, "code")
			}
			got, err := w.Text("id", m)
			if err != nil {
				t.Fatal(err)
			}
			if !oneSegment(got.Body) {
				t.Fatalf("%d characters, or others: %q", utf8.RuneCountInString(got.Body), got.Body)
			}
			if kind == core.TextCode {
				checkCode(t, got.Body, m.Code, host)
			} else if strings.ContainsAny(got.Body, "\n@#") || linkable.MatchString(strings.ReplaceAll(got.Body, "...", "")) {
				t.Fatalf("a notice that leads somewhere: %q", got.Body)
			}
		}
	})
}

func checkCode(t *rapid.T, body, code, host string) {
	found := shape.FindStringSubmatch(body)
	if found == nil || found[1] != code {
		t.Fatalf("%q is of no shape", body)
	}
	if found[3] == "" { // without the line, for want of room
		if 2*len(code)+len(host) <= 98 {
			t.Fatalf("%q is not bound to %q", body, host)
		}
		return
	}
	read := chromium.FindStringSubmatch(body)
	if found[3] != host || found[4] != code || !slices.Equal(read[1:], []string{host, code, ""}) {
		t.Fatalf("%q: %q, and read as %q", body, found, read)
	}
}

// TestRefusedTexts: a message that lacks what it needs, or has what would be lost, is never sent, nor tried again.
func TestRefusedTexts(t *testing.T) {
	w := writer(t, "https://example.org", "Example")
	for name, spoil := range map[string]func(*core.Message){
		"an unknown kind":        func(m *core.Message) { m.Kind = "other" },
		"a kind of mail":         func(m *core.Message) { m.Kind = core.MailBound; m.Code = "" },
		"a code that is lost":    func(m *core.Message) { m.Kind = core.MailResetAsked },
		"no code":                func(m *core.Message) { m.Code = "" },
		"a short code":           func(m *core.Message) { m.Code = "123" },
		"a long code":            func(m *core.Message) { m.Code = "12345678901" },
		"a code of letters":      func(m *core.Message) { m.Code = "s3cret" },
		"a code of other digits": func(m *core.Message) { m.Code = "１２３４５６" },
		"no time":                func(m *core.Message) { m.At = time.Time{} },
		"no end":                 func(m *core.Message) { m.ExpiresAt = time.Time{} },
	} {
		m := textMessages()[core.TextCode]
		spoil(&m)
		out, err := w.Text("id", m)
		var failed *deliver.Error
		if !errors.As(err, &failed) || failed.Fault != deliver.Permanent || out != (text.Message{}) || m.Code != "" && strings.Contains(err.Error(), m.Code) {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
}

// TestTextsAreSent: package text takes every one.
func TestTextsAreSent(t *testing.T) {
	var b strings.Builder
	sender, err := text.Options{Stderr: &b}.Open("stderr", "", "")
	must(t, err)
	w := writer(t, "https://example.org", "Jürgen’s \u202E\x1b[31m Ω")
	for _, m := range textMessages() {
		out, err := w.Text("0198-id", m)
		must(t, err)
		must(t, sender.Send(t.Context(), out))
	}
	if n := strings.Count(b.String(), "Text message to +4915112345678"); n != len(textMessages()) {
		t.Error(b.String())
	}
}
