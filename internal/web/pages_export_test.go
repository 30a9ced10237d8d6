package web

import (
	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
)

// SafeReturn says whether a return_to is kept.
var SafeReturn = safeReturn

// FileName is the name of a downloaded file of recovery codes.
func FileName(issuer string) string { return fileName(issuer, "recovery-codes.txt") }

// WithParameter adds a parameter to an address.
var WithParameter = withParameter

// Texts is the catalogue.
type Texts = texts

// LoadTexts reads the catalogue of a language.
func LoadTexts(tag string) (Texts, error) {
	all, err := catalogue.Load()
	if err != nil {
		return Texts{}, err
	}
	return Texts{all.In(tag)}, nil
}

// OfError is what is told about an error.
func (c texts) OfError(e *core.Error) string { return c.ofError(e) }

// StaticFiles are the files that pages load, by the names they are served under.
func StaticFiles(cfg Config) (map[string][]byte, error) {
	s, err := newSite(cfg)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, f := range s.views.files {
		files[name] = f.content
	}
	return files, nil
}

// Says is an event in words.
func Says(t Texts, e core.Event, names map[string]string) string {
	return t.says(e, names)
}
