package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/core"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalogue holds every text that a person reads. It is immutable.
type catalogue struct {
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

// loadCatalogue reads the English texts.
func loadCatalogue() (catalogue, error) {
	raw, err := textFiles.ReadFile("texts/en.json")
	if err != nil {
		return catalogue{}, err
	}
	var c catalogue
	if err := json.Unmarshal(raw, &c.messages); err != nil {
		return catalogue{}, fmt.Errorf("texts/en.json: %w", err)
	}
	return c, nil
}

// text is the text of a key with its arguments filled in. A key without a text is itself; a test keeps
// that from happening.
func (c catalogue) text(key string, args ...any) string {
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

// ofError is what a person or a programmer is told about an error.
func (c catalogue) ofError(e *core.Error) string {
	key := e.Text
	if key == "" {
		key = "error." + string(e.Code)
	}
	if e.Code == core.CodeClockDrift {
		return c.ofDrift(key, e.Drift)
	}
	// Where a text can say how long to wait, it is a text of its own.
	if _, ok := c.messages[key+".wait"]; ok && e.RetryAfter > 0 {
		return c.text(key+".wait", c.wait(e.RetryAfter))
	}
	if _, ok := c.messages[key]; !ok {
		key = "error." + string(core.CodeInternal)
	}
	return c.text(key, e.Args...)
}

// ofDrift tells which way a device's clock is wrong; drift is that clock minus ours.
func (c catalogue) ofDrift(key string, drift time.Duration) string {
	minutes := max(1, int(math.Round(drift.Abs().Minutes())))
	if drift < 0 {
		return c.text(key+".slow", minutes)
	}
	return c.text(key+".fast", minutes)
}

// wait says a time to wait in words, rounded up: who waits that long has waited long enough.
func (c catalogue) wait(d time.Duration) string {
	switch s := seconds(d); {
	case s < 60:
		return c.text("wait.seconds", s)
	case s <= 90*60:
		return c.text("wait.minutes", (s+59)/60)
	default:
		return c.text("wait.hours", (s+3599)/3600)
	}
}
