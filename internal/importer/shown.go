package importer

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxShown is how much of a foreign text is repeated, in bytes.
const maxShown = 128

// Shown is a foreign text with nothing in it that a terminal would obey.
func Shown(text string) string {
	if len(text) > maxShown {
		return strconv.QuoteToASCII(text[:maxShown]) + "..."
	}
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.QuoteToASCII(text)
	}
	return text
}

// WriteTo writes the report for people: sums first, then each account that there is something to say about.
func (r Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	r.sums(&b)
	for _, line := range r.Accounts {
		line.write(&b)
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (r Report) sums(b *strings.Builder) {
	done := "imported"
	if r.Rehearsal {
		done = "would be imported; nothing was changed"
	}
	fmt.Fprintf(b, "%s: %d with a password, %d with a confirmed address, %d disabled\n", counted(r.Imported, done), r.WithPassword, r.Confirmed, r.Disabled)
	fmt.Fprintf(b, "second steps: %s; %d recovery codes\n", tally(r.Authenticators), r.RecoveryCodes)
	fmt.Fprintf(b, "groups: %s\n", tally(r.Groups))
	if r.BindAnew > 0 {
		fmt.Fprintf(b, "%s a second step anew\n", counted(r.BindAnew, "to bind"))
	}
	if r.Present > 0 {
		fmt.Fprintf(b, "%s before, and left as they are\n", counted(r.Present, "came"))
	}
	if r.Renamed > 0 {
		fmt.Fprintf(b, "%s other names now: if this is another application, give it a name of its own with --source\n", strconv.Itoa(r.Renamed)+" of them have")
	}
	if r.Refused > 0 {
		fmt.Fprintf(b, "%s\n", counted(r.Refused, "refused"))
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 account " + what
	}
	return strconv.Itoa(n) + " accounts " + what
}

// tally lists names with their numbers: "sms 2, totp 10".
func tally(of map[string]int) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, key+" "+strconv.Itoa(of[key]))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func (l Line) write(b *strings.Builder) {
	who := Shown(l.Name) + " (" + Shown(l.Source) + ")"
	if l.Outcome == Refused {
		fmt.Fprintf(b, "%s: refused: %s Cure: %s.\n", who, sentence(l.Reason), l.Cure)
	}
	if l.BindAnew {
		fmt.Fprintf(b, "%s: its owner binds a second step anew, with the password and a link that is mailed to the confirmed address.\n", who)
	}
	for _, t := range l.Troubles {
		what := t.What
		if t.Name != "" {
			what += " " + Shown(t.Name)
		}
		fate := "does not come along"
		switch {
		case l.Outcome == Present:
			fate = "came before"
		case t.Moved:
			fate = "comes along with a flaw"
		}
		fmt.Fprintf(b, "%s: %s %s: %s Cure: %s.\n", who, what, fate, sentence(t.Reason), t.Cure)
	}
}

func sentence(text string) string {
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
