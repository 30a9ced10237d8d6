// Package catalogue holds every text that a person reads, by key and in each language: pages, errors and messages alike.
//
// Use [Load] once, [Set.In] or [Set.Match] for a language, and [Catalogue.Text]. It is not for logs, nor for what programs
// read. It trusts nothing of its files: a language that lacks a text, or says it with other arguments than English does, is
// an error of [Load]. A test of package web keeps keys and uses together.
package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Catalogue is the texts of one language. It is immutable and safe for concurrent use.
type Catalogue struct {
	tag      language.Tag
	messages map[string]message
	isolates bool // arguments are kept apart from text that runs the other way
}

// message is one text. {0}, {1} stand for its arguments, so that a translation may turn their order round.
type message struct {
	text  string   // of a text without an amount
	forms []string // by [form], where the first argument is an amount; nil otherwise
}

// Tag names the language, as BCP 47 does: "en".
func (c Catalogue) Tag() string { return c.Text("language") }

// Name is what the language calls itself.
func (c Catalogue) Name() string { return c.Text("language.name") }

// Direction is "ltr", or "rtl" for a language that is written from right to left.
func (c Catalogue) Direction() string { return c.Text("language.direction") }

// Has says whether there is a text of that key.
func (c Catalogue) Has(key string) bool {
	_, ok := c.messages[key]
	return ok
}

// Keys lists the keys, in no order.
func (c Catalogue) Keys() []string {
	return slices.Collect(maps.Keys(c.messages))
}

// Text is the text of a key with its arguments filled in. Where it has an amount, that is the first argument, an int of 0 or
// more. A key without a text is itself; a test keeps that from happening.
func (c Catalogue) Text(key string, args ...any) string {
	m, ok := c.messages[key]
	if !ok {
		return key
	}
	t := m.text
	if m.forms != nil {
		t = m.forms[c.formOf(args)]
	}
	if len(args) == 0 {
		return t
	}
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, fmt.Sprintf("{%d}", i), c.argument(a))
	}
	return strings.NewReplacer(pairs...).Replace(t)
}

// Forms are the wordings that a text with an amount has, by their names in CLDR, with {0} for the amount: for scripts, which
// count down.
func (c Catalogue) Forms(key string) map[string]string {
	named := map[string]string{}
	for f, text := range c.messages[key].forms {
		if text != "" {
			named[form(f).String()] = text
		}
	}
	return named
}

// argument is one argument as it stands in the text.
func (c Catalogue) argument(a any) string {
	s := fmt.Sprint(a)
	if _, isAmount := a.(int); isAmount {
		return s
	}
	return c.Isolated(s)
}

// Day is a date as people read it, in UTC.
func (c Catalogue) Day(t time.Time) string {
	t = t.UTC()
	months := strings.Fields(c.Text("date.months"))
	return c.Text("date.day", t.Day(), months[t.Month()-1], t.Year())
}

// Moment is a date and a time as people read them, in UTC.
func (c Catalogue) Moment(t time.Time) string {
	return c.Text("date.moment", c.Day(t), t.UTC().Format("15:04"))
}
