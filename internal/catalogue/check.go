package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// faults are what is wrong with a language beside the English one, key by key.
func (c Catalogue) faults(tag string, source Catalogue) (faults []error) {
	for _, key := range slices.Sorted(maps.Keys(c.messages)) {
		if !source.Has(key) {
			faults = append(faults, fmt.Errorf("%s: English has no such text", key))
		}
	}
	used := categories(c.tag)
	for _, key := range slices.Sorted(maps.Keys(source.messages)) {
		if err := c.fault(key, source.messages[key], used); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", key, err))
		}
	}
	if len(faults) == 0 {
		faults = c.aboutItself(tag)
	}
	return faults
}

// aboutItself is what a file says wrongly of its own language.
func (c Catalogue) aboutItself(tag string) (faults []error) {
	if c.Tag() != tag {
		faults = append(faults, fmt.Errorf("language: it is %q, in a file for %q", c.Tag(), tag))
	}
	if d := c.Direction(); d != "ltr" && d != "rtl" {
		faults = append(faults, fmt.Errorf("language.direction: %q is neither ltr nor rtl", d))
	}
	if n := len(strings.Fields(c.Text("date.months"))); n != 12 {
		faults = append(faults, fmt.Errorf("date.months: %d names, separated by spaces, where a year has 12", n))
	}
	return faults
}

// fault is what is wrong with one text; in is the English one, and used how many amounts each category of this language has.
func (c Catalogue) fault(key string, in message, used [formCount]int) error {
	m, ok := c.messages[key]
	switch {
	case !ok:
		return errors.New("it is missing")
	case (m.forms == nil) != (in.forms == nil):
		return errors.New("it has an amount in one language, and none in the other")
	case m.forms == nil && m.text == "":
		return errors.New("it is empty")
	case m.forms == nil:
		return sameArguments(m.text, in.text)
	}
	return m.faultOfForms(in, used)
}

// faultOfForms is what is wrong with one of several wordings.
func (m message) faultOfForms(in message, used [formCount]int) error {
	for f, text := range m.forms {
		switch {
		case used[f] == 0 && text != "":
			return fmt.Errorf("amounts in this language are never %q", form(f))
		case used[f] > 0 && text == "":
			return fmt.Errorf("it lacks the wording %q", form(f))
		case used[f] == 0:
			continue
		}
		err := sameArguments(text, in.forms[other])
		if err != nil && (used[f] == 1 || withoutAmount(in.forms[f])) { // the number may be in the words
			err = sameArguments("{0}"+text, in.forms[other])
		}
		if err != nil {
			return fmt.Errorf("%q: %w", form(f), err)
		}
	}
	return nil
}

func withoutAmount(text string) bool { return text != "" && !strings.Contains(text, "{0}") }

// sameArguments says whether two texts have the same arguments, each as often.
func sameArguments(text, source string) error {
	have, want := arguments(text), arguments(source)
	if !slices.Equal(have, want) {
		return fmt.Errorf("its arguments are %v, and those of the English text %v", have, want)
	}
	return nil
}

// arguments are those of a text, sorted: a brace, digits and a brace.
func arguments(text string) (found []string) {
	if !strings.Contains(text, "{") {
		return nil
	}
	for {
		_, after, open := strings.Cut(text, "{")
		if !open {
			slices.Sort(found)
			return found
		}
		if number, _, closed := strings.Cut(after, "}"); closed && number != "" && strings.Trim(number, "0123456789") == "" {
			found = append(found, "{"+number+"}")
		}
		text = after
	}
}
