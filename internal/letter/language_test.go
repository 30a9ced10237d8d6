package letter_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sallyport/sallyport/internal/catalogue/cataloguetest"
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/internal/letter"
)

// languages are all but English, which every other test is about.
func languages(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(texts(t).Tags(), func(tag string) bool { return tag == "en" })
}

func TestMessagesAreInTheirLanguage(t *testing.T) {
	w := writerIn(t, cataloguetest.Pseudo(t), "https://example.org/auth", "Example")
	for tag, direction := range map[string]string{"de": "ltr", "ar": "rtl", "": "ltr", "xx": "ltr"} {
		want, marked := tag, true
		if tag != "de" && tag != "ar" {
			want, marked = "en", false
		}
		m := messages()["reset_password"]
		m.Language = tag
		out := write(t, w, m)
		if !strings.Contains(out.HTML, `<html lang="`+want+`" dir="`+direction+`">`) || strings.Contains(out.Text, "⟦"+want+": ") != marked ||
			strings.Contains(out.Subject, "⟦"+want+": ") != marked || strings.Contains(out.HTML, "⟦"+want+": ") != marked {
			t.Errorf("%q: %s\n%s\n%s", tag, out.Subject, out.Text, out.HTML)
		}
		code := textMessages()[core.TextCode]
		code.Language = tag
		text, err := w.Text("id", code)
		must(t, err)
		prompt := prompts()["sign_in"]
		prompt.Language = tag
		push, err := w.Push(prompt)
		must(t, err)
		if strings.Contains(text.Body, "⟦"+want+": ") != marked || strings.Contains(string(push), "⟦"+want+": ") != marked {
			t.Errorf("%q: %s %s", tag, text.Body, push)
		}
	}
}

// What people chose stands in the list of details, apart from a text that runs the other way; subjects and text messages have
// no invisible marks.
func TestRightToLeft(t *testing.T) {
	w := writerIn(t, cataloguetest.Pseudo(t), "https://example.org/auth", "Example")
	for name, m := range messages() {
		m.Language = "ar"
		out := write(t, w, m)
		if strings.ContainsAny(out.Subject, "\u2068\u2069") {
			t.Errorf("%s: %q", name, out.Subject)
		}
		if !strings.Contains(out.HTML, "<bdi>") || m.Name != "" && m.Account != "" && !strings.Contains(out.Text, "\u2068"+m.Name+"\u2069") {
			t.Errorf("%s: not kept apart:\n%s", name, out.Text)
		}
		if opened, closed := strings.Count(out.Text, "\u2068"), strings.Count(out.Text, "\u2069"); opened != closed || opened == 0 {
			t.Errorf("%s: %d opened, %d closed", name, opened, closed)
		}
		for _, url := range regexp.MustCompile(`<[^>]*>https://[^<]*</`).FindAllString(out.HTML, -1) {
			if !strings.Contains(url, `dir="ltr"`) {
				t.Errorf("%s: %s", name, url)
			}
		}
	}
	for _, m := range textMessages() {
		m.Language = "ar"
		out, err := w.Text("id", m)
		must(t, err)
		if strings.ContainsAny(out.Body, "\u2068\u2069") {
			t.Errorf("%q", out.Body)
		}
	}
}

// Every message in every language there is: nothing is left to fill in, and lines are no wider than a window.
func TestEveryLanguage(t *testing.T) {
	w := writer(t, "https://example.org/auth", "Example")
	unfilled := regexp.MustCompile(`\{[0-9]\}`)
	for _, tag := range languages(t) {
		for name, m := range messages() {
			m.Language = tag
			out := write(t, w, m)
			if found := unfilled.FindString(out.Subject + out.Text + out.HTML); found != "" {
				t.Errorf("%s %s: %s", tag, name, found)
			}
			for _, line := range strings.Split(out.Text, "\n") {
				whole := strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "sallyport account ")
				if letter.Width(line) > 78 && !whole || strings.HasSuffix(line, " ") {
					t.Errorf("%s %s: %q", tag, name, line)
				}
			}
		}
	}
}

// length is how long a text message is, counted here anew.
func length(body string) (segments, units, part int) {
	narrow := !strings.ContainsFunc(body, func(r rune) bool { return !strings.ContainsRune(alphabet, r) })
	units, alone, part := len(utf16.Encode([]rune(body))), 70, 67
	if narrow {
		units, alone, part = utf8.RuneCountInString(body), 160, 153
	}
	if units <= alone {
		return 1, units, alone
	}
	return (units + part - 1) / part, units, part
}

// The text messages of each language: how many segments they are, that the code is in the first, and that the line that binds it
// is last and plain.
func TestSegmentsOfEachLanguage(t *testing.T) {
	most := map[bool]int{true: 1, false: 2} // of codes, by whether they are of the GSM alphabet
	for _, tag := range texts(t).Tags() {
		for _, service := range []string{"Example", "Société Générale", "日本銀行", strings.Repeat("Example ", 30)} {
			w := writer(t, "https://login.example.org", service)
			for kind, m := range textMessages() {
				m.Language = tag
				out, err := w.Text("id", m)
				must(t, err)
				segments, units, part := length(out.Body)
				allowed := 2
				if kind == core.TextCode {
					allowed = most[units > 0 && part >= 153]
				}
				if segments > allowed {
					t.Errorf("%s %s: %d segments: %q", tag, kind, segments, out.Body)
				}
				if at := strings.Index(out.Body, m.Code); len(utf16.Encode([]rune(out.Body[:at])))+len(m.Code) > part {
					t.Errorf("%s: the code is not in the first segment: %q", tag, out.Body)
				}
				if kind == core.TextCode && !strings.HasSuffix(out.Body, "\n\n@login.example.org #123456") {
					t.Errorf("%s: not bound: %q", tag, out.Body)
				}
			}
		}
	}
}

// A language whose letters lack only marks in the alphabet is written without them; another script is 16 bits, with the
// service's name as it is.
func TestAlphabetsOfTexts(t *testing.T) {
	for text, want := range map[string]string{
		"Código: ¿Ñandú?": "Codigo: ¿Ñandu?", "Votre code\u202f: ça va": "Votre code : ca va", "Schlüssel, Größe": "Schlüssel, Größe",
		"您的验证码 é": "您的验证码 é", "a@b #1\nc": "a@b #1\nc",
	} {
		if got := letter.GSMText(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Lines of Chinese and Japanese end between characters, two columns each, and not before a sign that closes.
func TestWrapWithoutSpaces(t *testing.T) {
	text := strings.Repeat("確認コードを入力してください。", 8) + "https://example.org " + strings.Repeat("字", 60)
	wrapped := letter.Wrap(text, "  ")
	for _, line := range strings.Split(wrapped, "\n") {
		if letter.Width(line) > 78 || strings.HasPrefix(strings.TrimSpace(line), "。") || !strings.HasPrefix(line, "  ") {
			t.Errorf("%q", line)
		}
	}
	if got := strings.ReplaceAll(strings.ReplaceAll(wrapped, "\n  ", ""), " ", ""); got != strings.ReplaceAll(text, " ", "") {
		t.Errorf("something is lost: %q", got)
	}
}
