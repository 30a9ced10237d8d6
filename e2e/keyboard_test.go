package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Nobody needs a mouse: each thing that can be used is reached by Tab, in order, and can be seen to be.
func TestKeyboardOnly(t *testing.T) {
	s, _ := onSQLite(t)
	c := api(s)
	p := newPerson(t, c)
	b := browse(t, s)
	b.open("/login")
	b.focusMustBe("login")
	b.tabThrough("login", "password", "Show password", "remember", "Sign in", "Sign in with a passkey", "Forgot your password?", "Create an account")

	b.open("/login")
	b.focusMustBe("login")
	b.keys(p.name, kb.Tab, p.password)
	b.await(chromedp.KeyEvent(kb.Enter))
	b.mustBeAt("/login/verify")
	b.focusMustBe("code")
	b.tabThrough("code", "trust_browser", "Continue", "Use a recovery code instead", "I can't use any of these", "Use a different account")
	b.open("/login/lost")
	b.keys(kb.Tab)
	b.tabThrough("Use one Recovery code", "Enter a code", "Back to the second step", "Use a different account")

	b.open("/login/verify")
	b.focusMustBe("code")
	b.keys("000")
	b.await(chromedp.KeyEvent(kb.Enter))
	b.focusMustBe("code") // now there is an error above it
	b.keys(p.app.next(t))
	b.await(chromedp.KeyEvent(kb.Enter))
	b.mustBeAt("/account")

	for range 20 { // the last thing on the page is the way out
		if b.keys(kb.Tab); b.focus() == "Sign out" {
			b.await(chromedp.KeyEvent(kb.Enter))
			b.mustBeAt("/login")
			return
		}
	}
	t.Error("Tab does not lead to the button that signs out")
}

// An error that belongs to no code field is where the focus goes, and leads on to its field.
func TestKeyboardFindsTheError(t *testing.T) {
	s, _ := onSQLite(t)
	b := browse(t, s)
	b.open("/login")
	b.focusMustBe("login")
	b.keys("nobody", kb.Tab, "wrong and wrong again")
	b.await(chromedp.KeyEvent(kb.Enter))
	b.focusMustBe("summary")
	b.keys(kb.Tab) // to its link
	b.do(chromedp.Func(pressEnter))
	b.focusMustBe("password")
	if name := ask(b, chromedp.Value(chromedp.ID("login"))); name != "nobody" {
		t.Errorf("the name field has %q after an error, want what was typed", name)
	}
}

// pressEnter is the key alone. The character that chromedp sends after it would go to the field that a link leads to.
func pressEnter(ctx context.Context, t *chromedp.Target) error {
	for _, what := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: what, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *tab) keys(each ...string) {
	b.t.Helper()
	for _, k := range each {
		b.do(chromedp.KeyEvent(k))
	}
}

// focus names what has the focus: its id, or the words that it is announced with.
func (b *tab) focus() string {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[string](`(e => e.id || e.getAttribute('aria-label') || e.textContent.trim())(document.activeElement)`))
}

// focusMustBe waits for the focus: a page that has loaded gives it with its first frame.
func (b *tab) focusMustBe(want string) {
	b.t.Helper()
	var at string
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if at = b.focus(); at == want {
			return
		}
	}
	b.t.Fatalf("%s: the focus is at %q, want %s", b.path(), at, want)
}

// tabThrough holds the order of what Tab reaches, and that each shows where the focus is.
func (b *tab) tabThrough(want ...string) {
	b.t.Helper()
	var got []string
	for range want {
		got = append(got, b.focus())
		if !ask(b, chromedp.Evaluate[bool](`(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)(getComputedStyle(document.activeElement))`)) {
			b.t.Errorf("%s has the focus and does not show it", b.focus())
		}
		b.keys(kb.Tab)
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		b.t.Errorf("Tab goes through %q, want %q", got, want)
	}
}
