package web

import (
	"encoding/json"
	"math"
	"time"

	"github.com/sallyport/sallyport/internal/catalogue"
	"github.com/sallyport/sallyport/internal/core"
)

// texts are the catalogue of one language, with what only web says: errors and waits.
type texts struct{ catalogue.Catalogue }

func (c texts) text(key string, args ...any) string { return c.Text(key, args...) }

// ofError is what a person or a programmer is told about an error.
func (c texts) ofError(e *core.Error) string {
	key := e.Text
	if key == "" {
		key = "error." + string(e.Code)
	}
	if e.Code == core.CodeClockDrift {
		return c.ofDrift(key, e.Drift)
	}
	if e.Tries != nil {
		return c.ofTries(key, e)
	}
	// Where a text can say how long to wait, it is a text of its own.
	if e.RetryAfter > 0 && c.Has(key+".wait") {
		return c.text(key+".wait", c.wait(e.RetryAfter))
	}
	if !c.Has(key) {
		key = "error." + string(core.CodeInternal)
	}
	return c.text(key, e.Args...)
}

// fewTries is how many wrong codes before the last are counted down aloud.
const fewTries = 10

// ofTries tells what a wrong code leaves: the next delay, or the end.
func (c texts) ofTries(key string, e *core.Error) string {
	if e.Tries.Left == 0 {
		return c.text("code.off")
	}
	said := c.text(key, e.Args...)
	counts := c.Has(key + ".left") // it says itself what is left
	if counts {
		said = c.text(key+".left", e.Tries.Left)
	}
	switch {
	case e.RetryAfter > 0:
		said += " " + c.text("code.wait", c.wait(e.RetryAfter))
	case e.Tries.Free > 0 && !counts:
		said += " " + c.text("code.free", e.Tries.Free)
	}
	if e.Tries.Left <= fewTries && !counts {
		said += " " + c.text("code.left", e.Tries.Left)
	}
	return said
}

// ofDrift tells which way a device's clock is wrong; drift is that clock minus ours.
func (c texts) ofDrift(key string, drift time.Duration) string {
	minutes := max(1, int(math.Round(drift.Abs().Minutes())))
	if drift < 0 {
		return c.text(key+".slow", minutes)
	}
	return c.text(key+".fast", minutes)
}

// ofClock tells in the list of authenticators how far a clock is off; "" where it is not known to be.
func (c texts) ofClock(drift time.Duration) string {
	switch {
	case drift < 0:
		return c.text("app.clock_slow", c.wait(-drift))
	case drift > 0:
		return c.text("app.clock_fast", c.wait(drift))
	}
	return ""
}

// wait says a time to wait in words, rounded up: who waits that long has waited long enough.
func (c texts) wait(d time.Duration) string {
	switch s := seconds(d); {
	case s < 60:
		return c.text("wait.seconds", s)
	case s <= 90*60:
		return c.text("wait.minutes", (s+59)/60)
	case s <= 48*3600:
		return c.text("wait.hours", (s+3599)/3600)
	default:
		return c.text("wait.days", (s+86399)/86400)
	}
}

// forms are the wordings of a text with an amount, for a script that counts down: JSON, by the categories of CLDR, which are
// those of Intl.PluralRules.
func (c texts) forms(key string) (string, error) {
	text, err := json.Marshal(c.Forms(key))
	return string(text), err
}
