package catalogue

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// English is the tag of the language that the others are translations of.
const English = "en"

// Tags lists the languages that come with the program, by their tags and without reading them.
func Tags() (tags []string) {
	names, _ := fs.Glob(files, "*.json") // the one error is of a pattern
	for _, name := range names {
		tags = append(tags, strings.TrimSuffix(name, ".json"))
	}
	return tags
}

// Set is the catalogues of all languages. It is immutable and safe for concurrent use.
type Set struct {
	byTag   map[string]Catalogue
	tags    []string // in the order of their own names
	initial string   // the language of who asks for none
	matcher language.Matcher
	matched []string // the tag at each index that matcher returns
}

// Load reads the texts of all languages, and checks each against the English ones. The error names every text that is
// wrong, and what is wrong with it.
func Load() (*Set, error) { return LoadFrom(files) }

// LoadFrom is [Load] of other files: one for each language, en.json among them.
func LoadFrom(from fs.FS) (*Set, error) {
	names, err := fs.Glob(from, "*.json")
	if err != nil {
		return nil, err
	}
	s := &Set{byTag: map[string]Catalogue{}, initial: English}
	for _, name := range names {
		c, err := read(from, name)
		if err != nil {
			return nil, fmt.Errorf("catalogue: %s: %w", name, err)
		}
		s.byTag[strings.TrimSuffix(name, ".json")] = c
	}
	source, ok := s.byTag[English]
	if !ok {
		return nil, errors.New("catalogue: there is no en.json")
	}
	var faults []error
	for _, name := range names {
		tag := strings.TrimSuffix(name, ".json")
		for _, fault := range s.byTag[tag].faults(tag, source) {
			faults = append(faults, fmt.Errorf("catalogue: %s: %w", name, fault))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	s.order()
	return s, nil
}

// order puts the languages into the order of their own names, and has the matcher prefer English where nothing fits.
func (s *Set) order() {
	for tag := range s.byTag {
		s.tags = append(s.tags, tag)
	}
	slices.SortFunc(s.tags, func(a, b string) int { return cmp.Compare(s.byTag[a].Name(), s.byTag[b].Name()) })
	s.matched = append([]string{English}, slices.DeleteFunc(slices.Clone(s.tags), func(tag string) bool { return tag == English })...)
	tags := make([]language.Tag, len(s.matched))
	for i, tag := range s.matched {
		tags[i] = s.byTag[tag].tag
	}
	s.matcher = language.NewMatcher(tags)
}

// WithDefault is the same set with another language for who asks for none. The error names the languages that there are.
func (s *Set) WithDefault(tag string) (*Set, error) {
	if !s.Has(tag) {
		return nil, fmt.Errorf("catalogue: there is no language %q, but %s", tag, strings.Join(s.tags, ", "))
	}
	other := *s
	other.initial = tag
	return &other, nil
}

// Tags lists the languages, in the order of their own names.
func (s *Set) Tags() []string { return slices.Clone(s.tags) }

// Has says whether there is a language of that tag.
func (s *Set) Has(tag string) bool {
	_, ok := s.byTag[tag]
	return ok
}

// In is the catalogue of a language, or of the default one where there is none of that tag.
func (s *Set) In(tag string) Catalogue {
	if c, ok := s.byTag[tag]; ok {
		return c
	}
	return s.byTag[s.initial]
}

// longestPreference bounds what is read of an Accept-Language header, in bytes: what a browser sends has less than a hundred.
const longestPreference = 256

// Match is the tag of the language that fits an Accept-Language header best (RFC 9110, 12.5.4); "" where the header is
// missing, can't be read, or asks for none that there is.
func (s *Set) Match(header string) string {
	if header == "" || len(header) > longestPreference {
		return ""
	}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(wanted) == 0 {
		return ""
	}
	_, i, confidence := s.matcher.Match(wanted...)
	if confidence == language.No {
		return ""
	}
	return s.matched[i]
}
