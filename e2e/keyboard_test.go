package e2e

import (
	"strings"
	"testing"

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
	if at := b.focus(); at != "login" {
		t.Errorf("the sign-in page begins at %q, want the field for the name", at)
	}
	b.tabThrough("login", "password", "Show password", "remember", "Sign in", "Create an account")

	b.open("/login")
	b.keys(p.name, kb.Tab, p.password)
	b.await(chromedp.KeyEvent(kb.Enter))
	b.mustBeAt("/login/verify")
	if at := b.focus(); at != "code" {
		t.Errorf("the second step begins at %q, want the field for the code", at)
	}
	b.keys("000")
	b.await(chromedp.KeyEvent(kb.Enter))
	if at := b.focus(); at != "code" {
		t.Errorf("after a code that was too short the focus is at %q, want the field for the code", at)
	}
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
	b.keys("nobody", kb.Tab, "wrong and wrong again")
	b.await(chromedp.KeyEvent(kb.Enter))
	if at := b.focus(); at != "summary" {
		t.Errorf("after an error the focus is at %q, want the summary", at)
	}
	b.keys(kb.Tab, kb.Enter)
	if at := b.focus(); at != "password" {
		t.Errorf("the link of the summary leads to %q, want the field for the password", at)
	}
	if name := ask(b, chromedp.Value(chromedp.ID("login"))); name != "nobody" {
		t.Errorf("the name field has %q after an error, want what was typed", name)
	}
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
