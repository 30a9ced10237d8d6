package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Back after the recovery codes, and a reload of them, lead to a page that says that they were shown; nothing is sent
// again, and the codes that were saved are the ones that work.
func TestBackShowsNoCodesAgain(t *testing.T) {
	s, _ := onSQLite(t, "--second-factor", "required")
	b := browse(t, s)
	p := &person{name: "grace", password: "eight ch"}
	b.register(p)
	b.scanAndConfirm(p)
	b.keepRecoveryCodes(p)
	b.mustBeAt("/account")
	b.await(chromedp.NavigateBack())
	b.shownAlready(p)

	b.open("/account/recovery-codes")
	b.fill("code", p.app.next(t))
	b.submit("/account/confirm")
	b.submit("/account/recovery-codes")
	p.recovery = strings.Fields(b.text("#codes"))
	b.await(chromedp.Reload())
	b.shownAlready(p)
	b.signOut()
	b.signInByRecovery(p, p.takeRecovery(t))
	b.mustBeAt("/account")
}

func (b *tab) shownAlready(p *person) {
	b.t.Helper()
	b.mustBeAt("/account")
	said := b.text("main")
	if !strings.Contains(said, "shown already") || strings.Contains(said, p.recovery[0]) {
		b.t.Errorf("the page says %q, want that the codes were shown already", said)
	}
}
