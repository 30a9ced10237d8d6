package letter

import (
	"strings"
	"unicode/utf8"
)

const (
	// columns are how wide the text part is. A word that is longer, such as somebody's address, stays whole,
	columns = 78
	// but not one that no mail server takes in one line (RFC 5322, 2.1.1: 998 bytes).
	maxWord = 200 // characters
)

// plain is the text part: paragraphs with an empty line between them, each address on a line of its own, and so a command.
func (l letter) plain() string {
	parts := []string{wrap(l.Title, ""), wrap(l.Text, ""), l.list()}
	if l.Link != nil {
		parts = append(parts, wrap(l.Link.Lead, ""), l.Link.URL)
	}
	if l.Code != nil {
		parts = append(parts, wrap(l.Code.Lead, ""), l.Code.URL, "    "+l.Code.Groups)
	}
	parts = append(parts, wrap(l.Until, ""))
	if l.Advice != nil {
		parts = append(parts, wrap(l.Advice.Heading, ""), wrap(l.Advice.Text, ""), l.Advice.URL, l.Advice.Command)
	}
	parts = append(parts, wrap(l.Never, ""), wrap(l.SentBy, "")+"\n"+l.Home)
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(p)
	}
	return b.String() + "\n"
}

// list aligns the details in two columns.
func (l letter) list() string {
	wide := 0
	for _, d := range l.Details {
		wide = max(wide, utf8.RuneCountInString(d.Label)+1)
	}
	lines := make([]string, 0, len(l.Details))
	for _, d := range l.Details {
		indent := strings.Repeat(" ", wide)
		lines = append(lines, d.Label+indent[utf8.RuneCountInString(d.Label):]+strings.TrimLeft(wrap(d.Value, indent), " "))
	}
	return strings.Join(lines, "\n")
}

// wrap breaks a text into indented lines between its words.
func wrap(text, indent string) string {
	var b strings.Builder
	room := 0
	for _, word := range words(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case b.Len() == 0:
			b.WriteString(indent)
			room = columns - len(indent)
		case n+1 > room:
			b.WriteString("\n" + indent)
			room = columns - len(indent)
		default:
			b.WriteByte(' ')
			room--
		}
		b.WriteString(word)
		room -= n
	}
	return b.String()
}

// words are what a text can be broken between.
func words(text string) []string {
	var out []string
	for _, word := range strings.Fields(text) {
		runes := []rune(word)
		for ; len(runes) > maxWord; runes = runes[maxWord:] {
			out = append(out, string(runes[:maxWord]))
		}
		out = append(out, string(runes))
	}
	return out
}
