package web

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"iter"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport/pages"
)

// An application's templates are made with data of all sorts before anybody sees them: what a branch says that nobody takes for months is
// wrong at once.

// How often a page is made: every branch of ours is taken in far fewer.
const (
	trials        = 128 // where its own file is the application's
	trialsOfParts = 32  // where pieces of it are, which other pages have, too
	trialsAround  = 8   // where only what stands around it is
)

// trialsOf is how often a page is made; 0 where nothing of it is the application's.
func (src sources) trialsOf(page string) (n int) {
	for file := range src.own {
		switch {
		case file == page+pageEnding:
			n = max(n, trials)
		case isPart(file):
			n = max(n, trialsOfParts)
		case isFrame(file):
			n = max(n, trialsAround)
		}
	}
	return n
}

// layoutPieces are what of a page an application's layout gets, each made by itself.
func layoutPieces() []string { return []string{"title", "style", "head", "content", "footer"} }

// try makes every page that an application's templates have part in, and these pieces of it, and tells the first mistake of each.
func (src sources) try(set *template.Template, pieces ...string) error {
	var wrong []error
	said := map[string]bool{}
	for _, page := range src.pages() {
		n := src.trialsOf(page)
		if n == 0 {
			continue
		}
		err := wired(set, page)
		if err == nil {
			err = src.tryPage(set, page, n, pieces)
		}
		if err != nil && !said[err.Error()] {
			said[err.Error()] = true
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

// tried are the data that a page is tried with, the same each time.
func (src sources) tried(page string, n int) iter.Seq[pages.Page] {
	g := sorts{rand.New(rand.NewPCG(1, 2)), src.words(page), src.numbers(page)}
	return func(yield func(pages.Page) bool) {
		for range n {
			var p pages.Page
			g.fill(reflect.ValueOf(&p).Elem())
			if data := dataOf(page); data != nil {
				filled := reflect.New(reflect.TypeOf(data)).Elem()
				filled.Set(reflect.ValueOf(data))
				g.fill(filled)
				p.Data = filled.Interface()
			}
			if !yield(p) {
				return
			}
		}
	}
}

func (src sources) tryPage(set *template.Template, page string, n int, pieces []string) error {
	for p := range src.tried(page, n) {
		for _, piece := range append([]string{"page"}, pieces...) {
			if err := set.ExecuteTemplate(io.Discard, partOf(page, piece), p); err != nil {
				// What html/template can't know: Data has no type of its own.
				return errors.New(strings.ReplaceAll(tellFile(err).Error(), "type interface {}", fmt.Sprintf("type %T", p.Data)))
			}
		}
	}
	return nil
}

// triedText is a catalogue's texts while templates are tried. A key that there isn't is a mistake then alone: nobody loses a page over
// it. What a language is called is another one's each time: own words are chosen by it.
func (s *site) triedText(c texts) func(string, ...any) (string, error) {
	chance, tags := rand.New(rand.NewPCG(3, 4)), s.all.Tags()
	return func(key string, args ...any) (string, error) {
		if !c.Has(key) {
			return "", fmt.Errorf("no text %q", key)
		}
		if key == "language" || strings.HasPrefix(key, "language.") {
			return s.all.In(tags[chance.IntN(len(tags))]).Text(key, args...), nil
		}
		return c.text(key, args...), nil
	}
}

// words are what a page's templates compare values with.
func (src sources) words(page string) []string {
	words := []string{"", "other words"}
	compared := regexp.MustCompile(`\b(?:eq|ne)\s[^}]*?"([^"]+)"`)
	for _, text := range src.textsOf(page) {
		for _, found := range compared.FindAllStringSubmatch(text, -1) {
			words = append(words, found[1])
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// numbers are what they compare amounts with, the next ones, and a few.
func (src sources) numbers(page string) []int64 {
	numbers := []int64{0, 1, 2, 3}
	compared := regexp.MustCompile(`\b(?:eq|ne|lt|le|gt|ge)\s[^}"]*?\b([0-9]{1,9})\b`)
	for _, text := range src.textsOf(page) {
		for _, found := range compared.FindAllStringSubmatch(text, -1) {
			n, _ := strconv.ParseInt(found[1], 10, 64) // nothing else matches
			numbers = append(numbers, n, n+1)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// textsOf are the files that a page is made of.
func (src sources) textsOf(page string) (texts []string) {
	for _, file := range append(src.parts(), page+pageEnding, frameFile, layoutFile) {
		texts = append(texts, src.files[file])
	}
	return texts
}

// longest bounds the lists that pages are tried with: that of recovery codes has ten.
const longest = 12

// sorts makes values of all sorts.
type sorts struct {
	*rand.Rand
	words   []string
	numbers []int64
}

// length is that of a list: mostly a few.
func (g sorts) length() int {
	if g.IntN(8) == 0 {
		return longest
	}
	return g.IntN(3)
}

// fill gives a value another one, and likewise what it consists of. What is not nil stays not nil.
func (g sorts) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(g.words[g.IntN(len(g.words))])
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(g.numbers[g.IntN(len(g.numbers))])
	case reflect.Pointer:
		if v.IsNil() && g.IntN(2) == 0 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		g.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), g.length(), longest))
		for i := range v.Len() {
			g.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"name": strings.Repeat("value", g.IntN(2))}))
	case reflect.Struct:
		g.fillStruct(v)
	}
}

func (g sorts) fillStruct(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		if g.IntN(2) == 0 {
			v.Set(reflect.ValueOf(time.Unix(1<<30, 0)))
		}
		return
	}
	for i := range v.NumField() {
		g.fill(v.Field(i))
	}
}
