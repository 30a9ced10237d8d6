package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// inspector looks at pages the way different people do, and keeps pictures where those are wanted.
type inspector struct {
	*tab
	atlas    *atlas
	axe      string // the source of axe-core; "" leaves its rules out
	pictures string // a directory, or ""
	variant  string // goes into the names of pictures
	language string // of the pages; "" is English
}

const (
	narrow = 320  // CSS pixels: a small phone, or 400 % on a screen of 1280
	wide   = 1024 // a window on a desk
)

// look holds the page that is shown now to the rules that hold for every page.
func (in *inspector) look(name string) {
	in.t.Helper()
	for _, fault := range in.faults(name) {
		in.t.Errorf("%s %s", name, fault)
	}
}

func (in *inspector) faults(name string) (found []string) {
	in.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		in.scheme(scheme)
		found = append(found, in.audit("in "+scheme)...)
		in.keep(name, scheme)
	}
	if in.atlas != nil { // mails have the colours that their reader gives them
		in.forced()
		found = append(found, in.audit("in forced colours")...)
		in.keep(name, "forced")
	}
	in.scheme("light")
	in.width(narrow)
	if wide := in.sticksOut(); wide != "" {
		found = append(found, fmt.Sprintf("on a small phone scrolls sideways: %s", wide))
	}
	found = append(found, in.audit("on a small phone")...)
	in.keep(name, "narrow")
	if in.language == "" {
		found = append(found, in.mirrored(name)...)
	}
	in.width(wide)
	errors, title := in.has("#summary"), ask(in.tab, chromedp.Title())
	if in.atlas != nil && !errors {
		in.atlas.mark(in.path())
	}
	if in.language == "" && errors != strings.HasPrefix(title, "Error:") {
		found = append(found, fmt.Sprintf("shows an error: %v; its title is %q", errors, title))
	}
	return found
}

// mirrored looks at the page as one that is written from right to left is laid out.
func (in *inspector) mirrored(name string) (found []string) {
	in.do(chromedp.Evaluate[chromedp.Void](`document.documentElement.dir = 'rtl'; undefined`))
	if wide := in.sticksOut(); wide != "" {
		found = append(found, fmt.Sprintf("from right to left scrolls sideways: %s", wide))
	}
	in.keep(name, "mirrored")
	in.do(chromedp.Evaluate[chromedp.Void](`document.documentElement.dir = 'ltr'; undefined`))
	return found
}

// sticksOut names the elements that make the page wider than the window; "" when there is none.
func (in *inspector) sticksOut() string {
	return ask(in.tab, chromedp.Evaluate[string](`document.scrollingElement.scrollWidth <= innerWidth ? '' :
		'the page ' + [...document.querySelectorAll('body *')]
		.filter(e => e.getBoundingClientRect().right > innerWidth || e.getBoundingClientRect().left < 0)
		.map(e => e.tagName.toLowerCase() + (e.id && '#' + e.id) + (e.classList.length ? '.' + e.classList[0] : '')).join(' ')`))
}

func (in *inspector) keep(name, how string) {
	in.t.Helper()
	if in.pictures == "" {
		return
	}
	in.save(filepath.Join(in.pictures, strings.NewReplacer(" ", "-", ":", "").Replace(name)+"."+how+in.variant+".png"))
}

// audit applies the rules of axe-core: WCAG 2.2 to level AA, and the practices beyond it.
func (in *inspector) audit(how string) []string {
	in.t.Helper()
	if in.axe == "" {
		return nil
	}
	// The source goes in through the debugger: no policy of the page has to allow it.
	in.do(chromedp.Evaluate[chromedp.Void](in.axe + "; undefined"))
	broken := ask(in.tab, chromedp.Evaluate[[]string](`axe.run(document, {resultTypes: ['violations']}).then(r =>
		r.violations.map(v => v.id + ' (' + v.impact + '): ' + v.nodes.map(n => n.target.join(' ')).join(', ')))`,
		chromedp.EvalAwaitPromise))
	for i, rule := range broken {
		broken[i] = how + " breaks a rule of axe: " + rule
	}
	return broken
}

// The inspector itself is held to faults that it has to see.
func TestInspectorSees(t *testing.T) {
	s, _ := onSQLite(t)
	in := inspect(t, s, axeSource(t), true)
	for fault, spoil := range map[string]string{
		"label":    `document.querySelector('label[for=login]').remove()`,
		"contrast": `document.querySelector('h1').style.color = 'light-dark(#ccc, #333)'`,
		"sideways": `document.querySelector('h1').style.width = '400px'`,
		"title":    `document.title = 'Error: nothing is wrong'`,
	} {
		in.open("/login")
		in.do(chromedp.Evaluate[chromedp.Void](spoil + "; undefined"))
		found := strings.Join(in.faults("spoilt"), "\n")
		if !strings.Contains(found, fault) && (in.axe != "" || fault == "sideways" || fault == "title") {
			t.Errorf("a page with a fault (%s) passes: %s", fault, found)
		}
	}
	in.do(chromedp.Evaluate[chromedp.Void](`document.body.append(Object.assign(document.createElement('script'),
		{textContent: '1'}), Object.assign(new Image(), {src: 'https://elsewhere.example/'})); undefined`))
	in.do(chromedp.Sleep(200 * time.Millisecond))
	in.mu.Lock()
	defer in.mu.Unlock()
	if said := strings.Join(in.complaints, "\n"); !strings.Contains(said, "Content Security Policy") || !strings.Contains(said, "elsewhere.example") {
		t.Errorf("script in the page and a picture from elsewhere pass: %q", said)
	}
	in.complaints = nil
}

// axeSource is axe-core: the file that SALLYPORT_TEST_AXE names, or what npm has. Without both its rules are not
// applied, and the test says so.
func axeSource(t *testing.T) string {
	t.Helper()
	if file := os.Getenv("SALLYPORT_TEST_AXE"); file != "" {
		source, err := os.ReadFile(file)
		ok(t, err)
		return string(source)
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Log("npm is not installed: the rules of axe-core are not applied")
		return ""
	}
	dir := t.TempDir()
	fetch := exec.Command("npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix", dir, "axe-core@4.14.1")
	if out, err := fetch.CombinedOutput(); err != nil {
		t.Logf("npm does not get axe-core, its rules are not applied: %v: %s", err, out)
		return ""
	}
	source, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	ok(t, err)
	return string(source)
}
