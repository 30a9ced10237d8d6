package catalogue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/text/language"
)

// read reads one language. A key that comes twice is an error: encoding/json would take the last.
func read(from fs.FS, name string) (Catalogue, error) {
	f, err := from.Open(name)
	if err != nil {
		return Catalogue{}, err
	}
	defer f.Close()
	c := Catalogue{messages: map[string]message{}}
	if c.tag, err = language.Parse(strings.TrimSuffix(name, ".json")); err != nil {
		return Catalogue{}, fmt.Errorf("its name is no language: %w", err)
	}
	dec := json.NewDecoder(f)
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return Catalogue{}, errors.Join(errors.New("it is no object"), err)
	}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return Catalogue{}, err
		}
		key := tok.(string) // the decoder lets nothing else stand for a key
		var m message
		if err := dec.Decode(&m); err != nil {
			return Catalogue{}, fmt.Errorf("%s: %w", key, err)
		}
		if c.Has(key) {
			return Catalogue{}, fmt.Errorf("%s comes twice", key)
		}
		c.messages[key] = m
	}
	c.isolates = c.Direction() == "rtl"
	return c, nil
}

// UnmarshalJSON reads a text, or the wordings of a text whose first argument is an amount, by their categories in CLDR.
func (m *message) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &m.text); err == nil {
		return nil
	}
	var named map[string]string
	if err := json.Unmarshal(b, &named); err != nil {
		return err
	}
	m.forms = make([]string, formCount)
	for f := range m.forms {
		m.forms[f] = named[form(f).String()]
	}
	for name := range named {
		if !isForm(name) {
			return fmt.Errorf("%q is no plural category", name)
		}
	}
	return nil
}

func isForm(name string) bool {
	for f := range formCount {
		if f.String() == name {
			return true
		}
	}
	return false
}
