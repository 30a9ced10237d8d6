package e2e

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestQuickStart builds the README's program as somebody does who copied it into a module of their own, and uses it.
func TestQuickStart(t *testing.T) {
	t.Parallel()
	origin, _ := runExample(t, "quickstart")
	b := browse(t, &server{url: origin + "/auth"})
	p := &person{name: "ada-" + strings.ToLower(rand.Text()[:6]), password: "staple " + rand.Text()}

	b.do(chromedp.Navigate(origin + "/"))
	b.mustBeAt("/login") // led there, and back in the end
	b.press(`main a[href^="/auth/register"]`)
	b.fill("username", p.name)
	b.fill("password", p.password)
	b.press(`main form button:not([type="button"])`)
	if got := b.text("body"); got != "Hello, "+p.name+"." {
		t.Fatalf("the application says %q", got)
	}

	b.open("/account")
	b.follow("/account/authenticators/new")
	b.fill("password", p.password)
	b.submit("/account/confirm")
	b.submit("/account/authenticators/new")
	p.app = appFrom(t, scan(t, b.picture()))
	b.fill("code", p.app.first(t))
	b.submit(b.path())
	b.keepRecoveryCodes(p)

	b.signOut()
	b.do(chromedp.Navigate(origin + "/"))
	b.mustBeAt("/login")
	b.fill("login", p.name)
	b.fill("password", p.password)
	b.press(`main form button:not([type="button"])`)
	b.fill("code", spaced(p.app.next(t)))
	b.submit("/login/verify")
	if got := b.text("body"); got != "Hello, "+p.name+"." {
		t.Errorf("after the second step: %q", got)
	}
}

// runExample builds a program of examples/ as somebody does who copied it into a module of their own, and returns the origin of
// it running, on a port of its own, with what it says.
func runExample(t *testing.T, name string) (origin string, said *journal) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	address := strings.Replace(l.Addr().String(), "127.0.0.1", "localhost", 1)
	ok(t, l.Close())
	root, err := filepath.Abs("..")
	ok(t, err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	ok(t, err)
	dir := t.TempDir()
	copyExample(t, filepath.Join(root, "examples", name), dir, address)
	for name, content := range map[string]string{
		"go.sum": string(sums),
		"go.mod": "module example.org/copy\n\ngo 1.26\n\nrequire github.com/sallyport/sallyport v0.0.0\n\nreplace github.com/sallyport/sallyport => " + root + "\n",
	} {
		ok(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	build := exec.Command("go", "build", "-mod=mod", "-o", "app", ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	said = &journal{}
	app := exec.Command(filepath.Join(dir, "app"))
	app.Dir, app.Stdout, app.Stderr = dir, said, said
	ok(t, app.Start())
	t.Cleanup(func() {
		ok(t, app.Process.Signal(syscall.SIGTERM))
		_ = app.Wait() // of a signal: the program has no end of its own
		if t.Failed() {
			t.Log(tail(said.String()))
		}
	})
	origin = "http://" + address
	awaitAnswer(t, origin+"/auth/login")
	return origin, said
}

// copyExample copies the program, without its tests, and what it serves.
func copyExample(t *testing.T, from, to, address string) {
	t.Helper()
	for _, pattern := range []string{"*.go", "static/*"} {
		files, err := filepath.Glob(filepath.Join(from, pattern))
		ok(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			ok(t, err)
			name, err := filepath.Rel(from, file)
			ok(t, err)
			ok(t, os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o700))
			ok(t, os.WriteFile(filepath.Join(to, name), []byte(strings.ReplaceAll(string(source), "localhost:8080", address)), 0o600))
		}
	}
}

// awaitAnswer waits until somebody answers.
func awaitAnswer(t *testing.T, at string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), startTimeout)
	defer stop()
	for ctx.Err() == nil {
		r, err := http.NewRequestWithContext(ctx, "GET", at, nil)
		ok(t, err)
		if res, err := http.DefaultClient.Do(r); err == nil {
			ok(t, res.Body.Close())
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nobody answers at %s", at)
}
