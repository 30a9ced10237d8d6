// Package catalogue holds every text that a person reads, by key: pages, errors and messages alike.
//
// Use [Load] once and [Catalogue.Text]. It is not for logs, nor for what programs read. It trusts its embedded file; a
// test of package web keeps keys and uses together.
package catalogue

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed en.json
var english []byte

// Catalogue is the texts of one language. It is immutable and safe for concurrent use.
type Catalogue struct {
	messages map[string]message
}

// message is one text. {0}, {1} stand for its arguments, so that a translation may turn their order round.
type message struct {
	One   string // for an amount of one; "" where the text has no amount
	Other string
}

// UnmarshalJSON reads a text, or {"one": ..., "other": ...} for a text whose first argument is an amount.
func (m *message) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &m.Other); err == nil {
		return nil
	}
	var plural map[string]string
	if err := json.Unmarshal(b, &plural); err != nil {
		return err
	}
	m.One, m.Other = plural["one"], plural["other"]
	if m.One == "" || m.Other == "" || len(plural) != 2 {
		return fmt.Errorf("a text with an amount needs exactly one and other: %s", b)
	}
	return nil
}

// Load reads the English texts.
func Load() (Catalogue, error) {
	var c Catalogue
	if err := json.Unmarshal(english, &c.messages); err != nil {
		return Catalogue{}, fmt.Errorf("catalogue: en.json: %w", err)
	}
	return c, nil
}

// Has says whether there is a text of that key.
func (c Catalogue) Has(key string) bool {
	_, ok := c.messages[key]
	return ok
}

// Keys lists the keys, in no order.
func (c Catalogue) Keys() []string {
	return slices.Collect(maps.Keys(c.messages))
}

// Text is the text of a key with its arguments filled in. A key without a text is itself; a test keeps
// that from happening.
func (c Catalogue) Text(key string, args ...any) string {
	m, ok := c.messages[key]
	if !ok {
		return key
	}
	t := m.Other
	if n, isInt := amount(args); isInt && n == 1 && m.One != "" {
		t = m.One
	}
	if len(args) == 0 {
		return t
	}
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, fmt.Sprintf("{%d}", i), fmt.Sprint(a))
	}
	return strings.NewReplacer(pairs...).Replace(t)
}

func amount(args []any) (int, bool) {
	if len(args) == 0 {
		return 0, false
	}
	n, ok := args[0].(int)
	return n, ok
}
