package letter

import (
	"strings"
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
		wide = max(wide, width(d.Label)+1)
	}
	lines := make([]string, 0, len(l.Details))
	for _, d := range l.Details {
		indent := strings.Repeat(" ", wide)
		lines = append(lines, d.Label+indent[width(d.Label):]+strings.TrimLeft(wrap(l.isolated(d.Value), indent), " "))
	}
	return strings.Join(lines, "\n")
}

// isolated keeps a value in its own direction, as the HTML part does with an element.
func (l letter) isolated(value string) string {
	if width(value) > columns/2 { // the marks would be on two lines
		return value
	}
	return l.isolate(value)
}

// wrap breaks a text into indented lines where it can be broken.
func wrap(text, indent string) string {
	var b strings.Builder
	room := 0
	for _, p := range pieces(text) {
		n, space := width(p.text), ""
		if p.spaced {
			space = " "
		}
		switch {
		case b.Len() == 0:
			b.WriteString(indent)
			room = columns - len(indent)
		case n+len(space) > room:
			b.WriteString("\n" + indent)
			room = columns - len(indent)
		default:
			b.WriteString(space)
			room -= len(space)
		}
		b.WriteString(p.text)
		room -= n
	}
	return b.String()
}

// piece is what a text can be broken before: a word, or a character of a script that has no spaces.
type piece struct {
	text   string
	spaced bool // a space stands before it, where no line begins with it
}

func pieces(text string) (out []piece) {
	for _, word := range strings.Fields(text) {
		runes, from := []rune(word), 0
		for i := 1; i <= len(runes); i++ {
			if i < len(runes) && i-from < maxWord && !breaks(runes[i-1], runes[i]) {
				continue
			}
			out = append(out, piece{string(runes[from:i]), from == 0})
			from = i
		}
	}
	return out
}
