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
	err = object(dec, func(key string) error {
		if c.Has(key) {
			return errors.New("it comes twice")
		}
		m, err := readMessage(dec)
		c.messages[key] = m
		return err
	})
	c.isolates = c.Direction() == "rtl"
	return c, err
}

// object reads an object, key by key; value reads what the key has. Tokens tell what encoding/json passes over, of two keys that
// are alike the first.
func object(dec *json.Decoder, value func(key string) error) error {
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.Join(errors.New("it is no object"), err)
	}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		key := tok.(string) // the decoder lets nothing else stand for a key
		if err := value(key); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	_, err := dec.Token()
	return err
}

// readMessage reads a text, or the wordings of a text whose first argument is an amount, by their categories in CLDR.
func readMessage(dec *json.Decoder) (m message, err error) {
	tok, err := dec.Token()
	if err != nil {
		return message{}, err
	}
	if text, ok := tok.(string); ok {
		return message{text: text}, nil
	}
	if tok != json.Delim('{') {
		return message{}, errors.New("it is neither a text nor an object")
	}
	return readForms(dec)
}

func readForms(dec *json.Decoder) (message, error) {
	m := message{forms: make([]string, formCount)}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return message{}, err
		}
		f, known := formNamed(name)
		if !known {
			return message{}, fmt.Errorf("%q is no plural category", name)
		}
		text, err := dec.Token()
		if err != nil {
			return message{}, err
		}
		said, isText := text.(string)
		if !isText {
			return message{}, fmt.Errorf("%q is no text", name)
		}
		m.forms[f] = said
	}
	_, err := dec.Token()
	return m, err
}

func formNamed(name any) (form, bool) {
	for f := range formCount {
		if f.String() == name {
			return f, true
		}
	}
	return 0, false
}
