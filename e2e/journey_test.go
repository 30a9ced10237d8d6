package e2e

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The main thing, as a person does it: register, scan the code, type a code back, keep the recovery codes, sign out,
// sign in with a code, sign in with a recovery code.
func TestJourney(t *testing.T) {
	t.Run("script", func(t *testing.T) {
		t.Parallel()
		s, dir := onSQLite(t, "--second-factor", "required")
		b := browse(t, s)
		journey(t, s, dir, b)
		if b.open("/register"); !b.has("[data-reveal]:not([hidden])") {
			t.Error("the pages did not run their script: the button that needs it is hidden")
		}
	})
	t.Run("no script", func(t *testing.T) {
		t.Parallel()
		s, dir := onSQLite(t, "--second-factor", "required")
		b := browse(t, s)
		b.withoutScript()
		journey(t, s, dir, b)
		if b.open("/register"); !b.has("[data-reveal][hidden]") {
			t.Error("the pages ran their script: the button that needs it is shown")
		}
	})
	t.Run("prefix", func(t *testing.T) {
		t.Parallel()
		s := underPrefix(t, "/auth", "--second-factor", "required")
		journey(t, s, "", browse(t, s))
	})
}

func journey(t *testing.T, s *server, dir string, b *tab) {
	p := &person{name: "ada-" + strings.ToLower(rand.Text()[:6]), password: "staple " + rand.Text()}
	b.register(p)
	b.scanAndConfirm(p)
	b.keepRecoveryCodes(p)
	b.mustBeAt("/account")
	b.mustBeFor(p)

	b.signOut()
	b.signIn(p, spaced(p.app.next(t)))
	b.mustBeAt("/account")

	b.signOut()
	code := p.takeRecovery(t)
	b.signInByRecovery(p, code)
	b.mustBeAt("/account")
	b.mustBeFor(p)

	b.signOut()
	b.signInByRecovery(p, code)
	b.mustBeAt("/login/verify")
	if !strings.Contains(b.text("#summary"), "used") {
		t.Errorf("a recovery code a second time: the page says %q, want that it was used", b.text("#summary"))
	}
	// On the same page, where the last try was with a used code, the next one does.
	b.fill("code", strings.ToLower(strings.ReplaceAll(p.takeRecovery(t), "-", " ")))
	b.submit("/login/verify")
	b.mustBeAt("/account")
	mustNotLeak(t, s, dir, p)
}

func (b *tab) register(p *person) {
	b.t.Helper()
	b.open("/login")
	b.follow("/register")
	b.fill("username", p.name)
	b.fill("password", p.password)
	b.submit("/register")
	b.mustBeAt("/login/setup")
}

// scanAndConfirm sets the code app up from a picture of the page, in both schemes.
func (b *tab) scanAndConfirm(p *person) {
	b.t.Helper()
	b.scheme("dark")
	dark := scan(b.t, b.picture())
	b.do(chromedp.Reload())
	b.scheme("light")
	uri := scan(b.t, b.picture())
	if *uri != *dark {
		b.t.Fatal("the QR code is another one after a reload, or in dark")
	}
	if label := uri.Path; label != "/Sallyport:"+p.name || uri.Query().Get("issuer") != "Sallyport" {
		b.t.Errorf("the QR code is labelled %q by %q", label, uri.Query().Get("issuer"))
	}
	p.app = appFrom(b.t, uri)
	b.fill("code", p.app.first(b.t))
	b.submit("/login/setup")
}

// keepRecoveryCodes downloads them, compares the file with the page, and says that they are safe.
func (b *tab) keepRecoveryCodes(p *person) {
	b.t.Helper()
	p.recovery = strings.Fields(b.text("#codes"))
	if len(p.recovery) != 10 {
		b.t.Fatalf("%d recovery codes are shown, want 10; the page says: %s", len(p.recovery), b.text("h1"))
	}
	b.do(chromedp.Click(chromedp.CSS(b.form("/account/recovery-codes/download") + " button")))
	name, content := b.downloaded("-recovery-codes.txt")
	if name != "sallyport-recovery-codes.txt" || !strings.Contains(content, p.name) || !strings.Contains(content, b.base+"/login") {
		b.t.Errorf("the downloaded %s names not the account, or not where to use the codes", name)
	}
	for _, code := range p.recovery {
		if !strings.Contains(content, code) {
			b.t.Errorf("the downloaded %s lacks a code that the page shows", name)
		}
	}
	b.do(chromedp.Click(chromedp.CSS("#saved")))
	b.submit("/account/recovery-codes/saved")
}

func (b *tab) mustBeFor(p *person) {
	b.t.Helper()
	if who := b.text("footer"); !strings.Contains(who, p.name) {
		b.t.Errorf("the page is for %q, want %s", who, p.name)
	}
}

func (b *tab) signOut() {
	b.t.Helper()
	b.submit("/logout")
	b.mustBeAt("/login")
}

// password gives name and password and goes on to the second step.
func (b *tab) password(p *person) {
	b.t.Helper()
	b.open("/login")
	b.fill("login", p.name)
	b.fill("password", p.password)
	b.submit("/login")
	b.mustBeAt("/login/verify")
}

func (b *tab) signIn(p *person, code string) {
	b.t.Helper()
	b.password(p)
	b.fill("code", code)
	b.submit("/login/verify")
}

func (b *tab) signInByRecovery(p *person, code string) {
	b.t.Helper()
	b.password(p)
	b.follow("/login/verify?with=recovery_code")
	b.fill("code", code)
	b.submit("/login/verify")
}
