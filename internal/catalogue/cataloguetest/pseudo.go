// Package cataloguetest makes languages of the English one, for tests of what a translation has to bear: every text stands in
// marks, so that one that didn't come from the catalogue is seen beside them.
//
// Use [Pseudo]. It is for tests alone.
package cataloguetest

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sallyport/sallyport/internal/catalogue"
)

// The marks around each text.
const (
	Open  = "⟦"
	Close = "⟧"
)

// Pseudo is English, and beside it German, Arabic (right to left, six plural categories) and Japanese (one) that say the same
// in marks, behind their tag: "⟦de: Sign in⟧".
func Pseudo(t testing.TB) *catalogue.Set {
	t.Helper()
	ours, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	english := ours.In(catalogue.English)
	from := fstest.MapFS{"en.json": file(t, english, "en", "ltr", nil, func(_, text string) string { return text })}
	for tag, categories := range map[string][]string{
		"de": {"one", "other"}, "ja": {"other"}, "ar": {"zero", "one", "two", "few", "many", "other"},
	} {
		direction := map[bool]string{true: "rtl", false: "ltr"}[tag == "ar"]
		from[tag+".json"] = file(t, english, tag, direction, categories, func(key, text string) string { return marked(tag, key, text) })
	}
	set, err := catalogue.LoadFrom(from)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// marked is a text in marks. A name of a month is one word; what stands between names and after them is no words.
func marked(tag, key, text string) string {
	switch {
	case key == "date.months":
		return Open + strings.Join(strings.Fields(text), Close+" "+Open) + Close
	case strings.HasPrefix(key, "date.") || strings.HasPrefix(key, "list."):
		return text
	}
	return Open + tag + ": " + text + Close
}

func file(t testing.TB, english catalogue.Catalogue, tag, direction string, categories []string, say func(key, text string) string) *fstest.MapFile {
	t.Helper()
	texts := map[string]any{}
	for _, key := range english.Keys() {
		forms := english.Forms(key)
		if len(forms) == 0 {
			texts[key] = say(key, english.Text(key))
			continue
		}
		named := map[string]string{}
		for name, text := range forms {
			named[name] = say(key, text)
		}
		for _, name := range categories {
			if named[name] == "" {
				named[name] = say(key, forms["other"])
			}
		}
		if tag == "ja" {
			delete(named, "one")
		}
		texts[key] = named
	}
	texts["language"], texts["language.direction"] = tag, direction
	raw, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: raw}
}
