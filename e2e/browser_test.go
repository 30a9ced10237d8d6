package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is one browser with one window, and what it complained about.
type tab struct {
	t         testing.TB
	ctx       context.Context
	base      string // public_url of the server
	downloads string

	mu         sync.Mutex
	complaints []string
	loads      map[network.RequestID]string // documents, by the request that fetched them
}

// patience is how long one step of a person in the browser may take.
const patience = 30 * time.Second

// browse opens a browser with a profile of its own. When the test ends it must have nothing to complain about.
func browse(t testing.TB, s *server) *tab {
	t.Helper()
	return browseIn(t, s, "en-US")
}

// browseIn opens one whose owner reads that language.
func browseIn(t testing.TB, s *server, language string) *tab {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("disable-component-update", true), chromedp.Flag("accept-lang", language),
		// Whatever the browser itself wants to look up: it finds nobody.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1024, 900))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, shut := chromedp.NewContext(ctx)
	b := &tab{t: t, ctx: ctx, base: s.url, downloads: t.TempDir(), loads: map[network.RequestID]string{}}
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		shut()
	})
	b.do(chromedp.Func(func(context.Context, *chromedp.Target) error { return nil }))
	ok(t, chromedp.Listen(ctx, b.hear))
	_, err := chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	ok(t, err)
	// As if the window was in front: without it nothing shows that it has the focus.
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	ok(t, err)
	_, err = chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: b.downloads,
	})
	ok(t, err)
	t.Cleanup(b.mustBeQuiet)
	return b
}

// hear collects what no page of ours should make a browser say: errors on the console, violations of the policy, and
// requests to elsewhere.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Type == network.ResourceTypeDocument {
			b.loads[e.RequestID] = e.Request.URL
		}
		if !strings.HasPrefix(e.Request.URL, strings.TrimSuffix(b.base, b.prefix())+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
			b.complain("a request to elsewhere: %s", e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		b.complain("an exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.complain("console.%s", e.Type)
	case *audits.EventIssueAdded:
		what := string(e.Issue.Code)
		if d := e.Issue.Details; d != nil && d.GenericIssueDetails != nil {
			what = string(d.GenericIssueDetails.ErrorType)
		}
		if what == "NavigationEntryMarkedSkippable" {
			return // nobody touched that page: its passkey was chosen for them
		}
		b.complain("an issue: %s", what)
	case *log.EventEntryAdded:
		// A page that says what was wrong comes with a status that says so too; browsers log that as an error.
		_, document := b.loads[e.Entry.NetworkRequestID]
		if e.Entry.Level == log.EntryLevelInfo || (document && strings.Contains(e.Entry.Text, "status of 4")) {
			return
		}
		b.complain("%s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
	}
}

func (b *tab) complain(format string, args ...any) {
	b.complaints = append(b.complaints, fmt.Sprintf(format, args...))
}

func (b *tab) mustBeQuiet() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Errorf("the browser: %s", c)
	}
	b.complaints = nil
}

// do runs steps that have to succeed in time.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if b.ctx == nil {
		b.t.Fatal("no browser")
	}
	if chromedp.FromContext(b.ctx).Browser == nil {
		ok(b.t, chromedp.Do(b.ctx)) // its first step binds the browser's life to the context
	}
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.lost(err)
	}
}

// lost ends the test with a picture of where it was.
func (b *tab) lost(err error) {
	b.t.Helper()
	if dir := os.Getenv("SALLYPORT_SCREENSHOTS"); dir != "" {
		b.save(filepath.Join(dir, "lost.png"))
	}
	b.t.Fatalf("%v: %v", b.path(), err)
}

// ask is do for what returns a value.
func ask[T any](b *tab, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Helper()
		b.t.Fatal(err)
	}
	return v
}

// withoutScript makes the pages do without it. The test itself still can ask them things.
func (b *tab) withoutScript() {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ok(b.t, err)
}

// beforeScripts runs a script in each page before those of the page.
func (b *tab) beforeScripts(source string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
	ok(b.t, err)
}

// scheme is light or dark.
func (b *tab) scheme(name string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
	ok(b.t, err)
}

// forced gives the page a few colours of the system's own, as people set who see badly.
func (b *tab) forced() {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-color-scheme", Value: "dark"}},
	})
	ok(b.t, err)
}

// width sets how wide the window is, in CSS pixels.
func (b *tab) width(px int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(px, 900))
}
