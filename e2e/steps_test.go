package e2e

import (
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// open goes to a path below the public URL.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// fill types into the field of that name, in place of what is there.
func (b *tab) fill(name, text string) {
	b.t.Helper()
	field := chromedp.CSS(`main [name="` + name + `"]:not([hidden]):not([type="hidden"])`)
	b.do(chromedp.Clear(field), chromedp.SendKeys(field, text))
}

// press clicks on what leads to another page, and waits for it.
func (b *tab) press(selector string) {
	b.t.Helper()
	b.await(chromedp.Click(chromedp.CSS(selector)))
}

// await runs a step that leads to another page, and waits for it.
func (b *tab) await(step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ask(b, chromedp.WaitEvent(page.LoadEventFired, nil, step))
}

// submit presses the button of the form that goes to a path.
func (b *tab) submit(path string) {
	b.t.Helper()
	b.press(b.form(path) + ` button:not([type="button"])`)
}

// form selects the form that goes to a path.
func (b *tab) form(path string) string { return `form[action="` + b.prefix() + path + `"]` }

// follow presses the link to a path.
func (b *tab) follow(path string) {
	b.t.Helper()
	b.press(`main a[href="` + b.prefix() + path + `"]`)
}

func (b *tab) prefix() string {
	u, err := url.Parse(b.base)
	ok(b.t, err)
	return strings.TrimSuffix(u.Path, "/")
}

// path is where the browser is, below the public URL.
func (b *tab) path() string {
	b.t.Helper()
	at := ask(b, chromedp.Location())
	return strings.TrimPrefix(at, b.base)
}

// mustBeAt ends the test unless the browser is there. What a page was told to say besides is not compared.
func (b *tab) mustBeAt(path string) {
	b.t.Helper()
	if got, _, _ := strings.Cut(b.path(), "?"); got != path {
		b.t.Fatalf("the browser is at %s, want %s; the page says: %s", got, path, b.text("main"))
	}
}

// text is what can be read in the first element of a selector.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return strings.TrimSpace(ask(b, chromedp.Text(chromedp.CSS(selector))))
}

// has says whether the page has such an element.
func (b *tab) has(selector string) bool {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[bool](`document.querySelector(`+quoted(selector)+`) !== null`))
}

func quoted(s string) string { return "`" + strings.ReplaceAll(s, "`", "\\`") + "`" }

// picture is a screenshot of the whole page, as it is shown now.
func (b *tab) picture() []byte {
	b.t.Helper()
	ctx := b.ctx
	size := ask(b, chromedp.Evaluate[[]float64](
		`(({scrollWidth: w, scrollHeight: h}) => [w, Math.max(h, innerHeight)])(document.scrollingElement)`))
	got, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: new(true),
		Clip:                  &page.Viewport{Width: math.Ceil(size[0]), Height: math.Ceil(size[1]), Scale: 1},
	})
	ok(b.t, err)
	return got.Data
}

func (b *tab) save(file string) {
	b.t.Helper()
	ok(b.t, os.MkdirAll(filepath.Dir(file), 0o755))
	ok(b.t, os.WriteFile(file, b.picture(), 0o644))
}

// downloaded waits for the file that a press made the browser fetch.
func (b *tab) downloaded(suffix string) (name, content string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		found, err := filepath.Glob(filepath.Join(b.downloads, "*"+suffix))
		ok(b.t, err)
		if len(found) == 1 {
			text, err := os.ReadFile(found[0])
			ok(b.t, err)
			if len(text) == 0 { // the browser only keeps the name until the whole file takes its place
				continue
			}
			return filepath.Base(found[0]), string(text)
		}
	}
	b.t.Fatalf("nothing was downloaded whose name ends in %s", suffix)
	return "", ""
}
