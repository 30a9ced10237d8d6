package catalogue_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sallyport/sallyport/internal/catalogue"
)

// about is what every file says of its own language.
func about(tag, direction string) map[string]any {
	return map[string]any{
		"language": tag, "language.name": "The " + tag, "language.direction": direction, "date.day": "{0} {1} {2}",
		"date.moment": "{0}, {1} UTC", "date.months": "m1 m2 m3 m4 m5 m6 m7 m8 m9 m10 m11 m12",
	}
}

// with is a file of those texts and some more.
func with(file map[string]any, more map[string]any) map[string]any {
	for key, text := range more {
		file[key] = text
	}
	return file
}

func files(t *testing.T, byTag map[string]map[string]any) fstest.MapFS {
	t.Helper()
	from := fstest.MapFS{}
	for tag, file := range byTag {
		raw, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		from[tag+".json"] = &fstest.MapFile{Data: raw}
	}
	return from
}

type forms = map[string]string

// english has a text of each sort.
func english() map[string]any {
	return with(about("en", "ltr"), map[string]any{
		"plain": "a text", "named": "{0} and {1}", "days": forms{"one": "{0} day", "other": "{0} days"},
		"left": forms{"one": "the last of {1}", "other": "{0} left of {1}"},
	})
}

func arabic() map[string]any {
	return with(about("ar", "rtl"), map[string]any{
		"plain": "نص", "named": "{1} و {0}",
		"days": forms{"zero": "no days", "one": "a day", "two": "two days", "few": "{0} few", "many": "{0} many", "other": "{0} other"},
		"left": forms{"zero": "none of {1}", "one": "last {1}", "two": "two {1}", "few": "{0} {1}", "many": "{0} {1}", "other": "{0} {1}"},
	})
}

func french() map[string]any {
	return with(about("fr", "ltr"), map[string]any{
		"plain": "un texte", "named": "{1} et {0}", "days": forms{"one": "{0} jour", "other": "{0} jours"},
		"left": forms{"one": "le dernier de {1}", "other": "{0} de {1}"},
	})
}

func japanese() map[string]any {
	return with(about("ja", "ltr"), map[string]any{
		"plain": "文", "named": "{1}と{0}", "days": forms{"other": "{0}日"}, "left": forms{"other": "{1}の残り{0}"},
	})
}

func four(t *testing.T) *catalogue.Set {
	t.Helper()
	set, err := catalogue.LoadFrom(files(t, map[string]map[string]any{"en": english(), "ar": arabic(), "fr": french(), "ja": japanese()}))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// The languages that come with the program are whole: this is what fails when a text is added to one of them alone.
func TestEveryLanguageIsWhole(t *testing.T) {
	set, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if tag, isLanguage := strings.CutSuffix(e.Name(), ".json"); isLanguage {
			found++
			if !set.Has(tag) {
				t.Errorf("%s is not loaded", e.Name())
			}
		}
	}
	if found == 0 || len(set.Tags()) != found {
		t.Errorf("%d files, %d languages", found, len(set.Tags()))
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		tag  string
		file map[string]any
		says string
	}{
		"a text is missing":              {"fr", without(french(), "plain"), "fr.json: plain: it is missing"},
		"a text too many":                {"fr", with(french(), map[string]any{"more": "x"}), "fr.json: more: English has no such text"},
		"an argument is missing":         {"fr", with(french(), map[string]any{"named": "{0} et"}), "fr.json: named: its arguments are [{0}]"},
		"an argument too many":           {"fr", with(french(), map[string]any{"plain": "texte {0}"}), "fr.json: plain: its arguments are [{0}]"},
		"an argument twice":              {"fr", with(french(), map[string]any{"named": "{0} {0} et {1}"}), "fr.json: named: its arguments"},
		"an empty text":                  {"fr", with(french(), map[string]any{"plain": ""}), "fr.json: plain: it is empty"},
		"no amount":                      {"fr", with(french(), map[string]any{"days": "{0} jours"}), "fr.json: days: it has an amount in one language"},
		"an amount":                      {"fr", with(french(), map[string]any{"plain": forms{"one": "un", "other": "deux"}}), "fr.json: plain: it has an amount in one language"},
		"a category is missing":          {"ar", with(arabic(), map[string]any{"days": forms{"one": "a day", "other": "{0} days"}}), `ar.json: days: it lacks the wording "zero"`},
		"a category too many":            {"ja", with(japanese(), map[string]any{"days": forms{"one": "{0}日", "other": "{0}日"}}), `ja.json: days: amounts in this language are never "one"`},
		"a category that is none":        {"ja", with(japanese(), map[string]any{"days": forms{"others": "{0}日"}}), `"others" is no plural category`},
		"few without the amount":         {"ar", with(arabic(), map[string]any{"days": arabicDays("few", "some days")}), `ar.json: days: "few": its arguments are []`},
		"one in French serves 0 as well": {"fr", with(french(), map[string]any{"days": forms{"one": "un jour", "other": "{0} jours"}}), `fr.json: days: "one": its arguments are []`},
		"two without the other argument": {"ar", with(arabic(), map[string]any{"left": forms{"zero": "{1}", "one": "{1}", "two": "two", "few": "{0} {1}", "many": "{0} {1}", "other": "{0} {1}"}}), `ar.json: left: "two"`},
		"another language":               {"fr", with(french(), map[string]any{"language": "de"}), `fr.json: language: it is "de"`},
		"a direction that is none":       {"fr", with(french(), map[string]any{"language.direction": "up"}), `fr.json: language.direction: "up"`},
		"eleven months":                  {"fr", with(french(), map[string]any{"date.months": "1 2 3 4 5 6 7 8 9 10 11"}), "fr.json: date.months: 11 names"},
		"a name that is no language":     {"fr-", french(), "fr-.json: its name is no language"},
	} {
		_, err := catalogue.LoadFrom(files(t, map[string]map[string]any{"en": english(), c.tag: c.file}))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, which does not say %q", name, err, c.says)
		}
	}
	twice := files(t, map[string]map[string]any{"en": english()})
	twice["en.json"].Data = []byte(strings.Replace(string(twice["en.json"].Data), "{", `{"plain":"x",`, 1))
	if _, err := catalogue.LoadFrom(twice); err == nil || !strings.Contains(err.Error(), "plain: it comes twice") {
		t.Errorf("a key that comes twice: %v", err)
	}
	if _, err := catalogue.LoadFrom(files(t, map[string]map[string]any{"fr": french()})); err == nil {
		t.Error("without English there is nothing to check by")
	}
}

func without(file map[string]any, key string) map[string]any {
	delete(file, key)
	return file
}

func arabicDays(form, text string) forms {
	days := arabic()["days"].(forms)
	days[form] = text
	return days
}

func TestAmounts(t *testing.T) {
	set := four(t)
	for _, c := range []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 0, "0 days"}, {"en", 1, "1 day"}, {"en", 2, "2 days"}, {"en", 1000000, "1000000 days"},
		{"fr", 0, "0 jour"}, {"fr", 1, "1 jour"}, {"fr", 2, "2 jours"},
		{"ja", 1, "1日"},
		{"ar", 0, "no days"}, {"ar", 1, "a day"}, {"ar", 2, "two days"}, {"ar", 3, "3 few"}, {"ar", 11, "11 many"}, {"ar", 100, "100 other"}, {"ar", 103, "103 few"},
	} {
		if got := set.In(c.tag).Text("days", c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.tag, c.n, got, c.want)
		}
	}
	if got := set.In("fr").Text("days", "{0}"); got != "{0} jours" {
		t.Errorf("for a script to fill in: %q", got)
	}
	if got := set.In("ar").Forms("days"); len(got) != 6 || got["few"] != "{0} few" {
		t.Errorf("for a script that counts: %v", got)
	}
}

// UAX 9, 2.7: what runs the other way doesn't mix with its surroundings.
func TestArgumentsKeepTheirDirection(t *testing.T) {
	set := four(t)
	if got := set.In("ar").Text("named", "ana@example.org", "+49 151"); got != "\u2068+49 151\u2069 و \u2068ana@example.org\u2069" {
		t.Errorf("%q", got)
	}
	if got := set.In("ar").Text("named", "٣ أبريل", 7); got != "7 و ٣ أبريل" {
		t.Errorf("what runs the same way needs no marks: %q", got)
	}
	if got := set.In("ar").WithoutIsolates().Text("named", "ana", "b"); got != "b و ana" {
		t.Errorf("%q", got)
	}
	if got := set.In("fr").Text("named", "ana", "b"); got != "b et ana" {
		t.Errorf("%q", got)
	}
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 3, 2, 23, 4, 5, 0, time.FixedZone("", -2*3600))
	set := four(t)
	if got := set.In("fr").Moment(at); got != "3 m3 2026, 01:04 UTC" {
		t.Errorf("%q", got)
	}
}

func TestMatch(t *testing.T) {
	set := four(t)
	for header, want := range map[string]string{
		"": "", "fr": "fr", "fr-CA,fr;q=0.9,en;q=0.8": "fr", "en-GB": "en", "ar-EG": "ar", "ja-JP": "ja", "da": "", "da, fr;q=0.3": "fr",
		"fr;q=0, en;q=0.1": "en", "en;q=0.1,ja;q=0.2": "ja", "*": "", "zz-!!": "", strings.Repeat("fr,", 100): "", "fr;q=x": "",
	} {
		if got := set.Match(header); got != want {
			t.Errorf("%.40q: %q, want %q", header, got, want)
		}
	}
}

func TestDefault(t *testing.T) {
	set := four(t)
	if got := set.In("xx").Tag(); got != "en" {
		t.Errorf("%q", got)
	}
	french, err := set.WithDefault("fr")
	if err != nil || french.In("").Tag() != "fr" || french.In("ja").Tag() != "ja" || set.In("").Tag() != "en" {
		t.Errorf("%v", err)
	}
	if _, err := set.WithDefault("xx"); err == nil || !strings.Contains(err.Error(), "ar, en, fr, ja") {
		t.Errorf("%v", err)
	}
}
