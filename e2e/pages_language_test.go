package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Pages in languages that need more room, other letters, or the other direction. What mails lead to is looked at in English alone:
// people there find mails by their subjects.
func TestPagesInOtherLanguages(t *testing.T) {
	axe := axeSource(t)
	inOthers := []string{"optional", "required", "due"}
	for _, language := range []string{"ar", "de", "ja"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			for _, part := range sights() {
				if !strings.Contains("|"+strings.Join(inOthers, "|")+"|", "|"+part.name+"|") {
					continue
				}
				t.Run(part.name, func(t *testing.T) {
					h := newHome(t, part.args...)
					in := inspectIn(t, h.server, axe, language)
					part.look(in, h)
					if got := ask(in.tab, chromedp.Evaluate[string](`document.documentElement.lang`)); got != language {
						t.Errorf("the pages were in %q", got)
					}
				})
			}
		})
	}
}

func inspectIn(t *testing.T, s *server, axe, language string) *inspector {
	in := inspect(t, s, axe, true)
	in.tab, in.language, in.variant = browseIn(t, s, language), language, "."+language
	in.width(wide)
	return in
}

// A person changes the language on the page, with script and without, and is on the same page.
func TestSwitchOfLanguages(t *testing.T) {
	for _, script := range []bool{true, false} {
		s, _ := onSQLite(t)
		b := browse(t, s)
		if !script {
			b.withoutScript()
		}
		b.open("/register")
		direction := func() string {
			return ask(b, chromedp.Attributes(chromedp.CSS("html")))["dir"]
		}
		b.do(chromedp.Click(chromedp.CSS("footer details > summary")))
		b.press(`footer button[value="ar"]`)
		b.mustBeAt("/register")
		if got := direction(); got != "rtl" {
			t.Errorf("after the switch to Arabic: %q", got)
		}
		b.do(chromedp.Click(chromedp.CSS("footer details > summary")))
		b.press(`footer button[value="en"]`)
		b.mustBeAt("/register")
		if got := direction(); got != "ltr" {
			t.Errorf("and back: %q", got)
		}
	}
}
