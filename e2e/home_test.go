package e2e

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// home is one server that has a browser in front of it, what it mails, and the administrator's commands beside it.
type home struct {
	*server
	box *mailbox
}

// intoMail makes a server write its mail where [homeOf] reads it.
var intoMail = []string{"--mail", "dir:mail"}

func homeOf(s *server) *home {
	return &home{server: s, box: inDirectory(filepath.Join(s.cmd.Dir, "mail"))}
}

// newHome is a server on SQLite.
func newHome(t testing.TB, args ...string) *home {
	t.Helper()
	s, _ := onSQLite(t, append(args, intoMail...)...)
	return homeOf(s)
}

// admin runs a command with the server's settings, and returns what it says.
func (h *home) admin(t testing.TB, words ...string) string {
	t.Helper()
	settings := h.cmd.Args[slices.Index(h.cmd.Args, "serve")+1:]
	cmd := exec.Command(program, slices.Concat(words, settings, []string{"--public-url", h.url})...)
	cmd.Dir, cmd.Env = h.cmd.Dir, ownEnviron()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("sallyport %s: %v\n%s", strings.Join(words, " "), err, out)
	}
	return string(out)
}

// guarded has a confirmed address, a code app and recovery codes.
func (h *home) guarded(t testing.TB) *person {
	t.Helper()
	c := api(h.server)
	p := newPerson(t, c)
	c.call(t, http.StatusAccepted, "PUT", "/email", p.session, object{"email": p.address()})
	l := h.box.await(t, p.address(), mailConfirmNew, 1)
	c.call(t, http.StatusNoContent, "POST", "/email/confirm", p.session, object{"token": l.token})
	return p
}

// visit is a person with a browser and a mailbox.
type visit struct {
	*tab
	p    *person
	home *home
}

// click presses a button or ticks a box that leads nowhere.
func (v *tab) click(selector string) {
	v.t.Helper()
	v.do(chromedp.Click(chromedp.CSS(selector)))
}

// enter gives name and password, and is led to a page.
func (v *visit) enter(page string) {
	v.t.Helper()
	v.open("/login")
	v.fill("login", v.p.name)
	v.fill("password", v.p.password)
	v.submit("/login")
	v.mustBeAt(page)
}

// withRecovery answers with a recovery code where a code of the app is asked for.
func (v *visit) withRecovery(action string) {
	v.t.Helper()
	if link := `main a[href*="with=recovery_code"]`; v.has(link) { // who signed in with one is asked for one first
		v.press(link)
	}
	v.fill("code", v.p.takeRecovery(v.t))
	v.submit(action)
}

// mail waits for the newest message with that subject, after n of them.
func (v *visit) mail(to, subject string, n int) letter {
	v.t.Helper()
	return v.home.box.await(v.t, to, subject, n)
}

// openLink opens a mailed link as its reader does, after a mail scanner has been there.
func (v *visit) openLink(l letter) {
	v.t.Helper()
	if l.token == "" {
		v.t.Fatalf("the message %q has no link", l.subject)
	}
	path := strings.TrimPrefix(l.path, v.prefix())
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		req, err := http.NewRequest(method, v.base+path+"?token="+l.token, nil)
		ok(v.t, err)
		res, err := http.DefaultClient.Do(req)
		ok(v.t, err)
		ok(v.t, res.Body.Close())
	}
	for range 2 { // impatient, or back again
		v.open(path + "?token=" + l.token)
		if at := v.path(); at != path {
			v.t.Fatalf("the link leads to %s, want %s without its token; the page says: %s", at, path, v.text("main"))
		}
	}
}

// mustSay ends the test unless an element of the page has those words.
func (v *tab) mustSay(selector, words string) {
	v.t.Helper()
	if !v.has(selector) {
		v.t.Fatalf("%s: no %s is there; the page says: %s", v.path(), selector, v.text("main"))
	}
	if got := v.text(selector); !strings.Contains(got, words) {
		v.t.Fatalf("%s: %s says %q, want %q in it", v.path(), selector, got, words)
	}
}
