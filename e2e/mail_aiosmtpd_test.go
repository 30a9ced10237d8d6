package e2e

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pythonMail finds the interpreter that has aiosmtpd: the one in the path, or the system's.
func pythonMail(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import aiosmtpd").Run() == nil {
			return name
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("there is no aiosmtpd: run .ci/install")
	}
	t.Skip("there is no aiosmtpd: run .ci/install")
	return ""
}

// aiosmtpd starts Debian's mail server, which keeps what it takes in dir.
func aiosmtpd(t testing.TB, python, address, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(python, "-m", "aiosmtpd", "-n", "-d", "-l", address, "-c", "aiosmtpd.handlers.Mailbox", dir)
	said, err := cmd.StderrPipe()
	ok(t, err)
	ok(t, cmd.Start())
	t.Cleanup(func() { end(cmd) })
	listening := make(chan struct{})
	go func() {
		lines := bufio.NewReader(said)
		for {
			line, err := lines.ReadString('\n')
			if err != nil || strings.Contains(line, "Server is listening") {
				break
			}
		}
		close(listening)
		_, _ = io.Copy(io.Discard, lines) // or it blocks
	}()
	select {
	case <-listening:
	case <-time.After(startTimeout):
		t.Fatal("aiosmtpd does not listen")
	}
	return cmd
}

func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// inMaildir reads what aiosmtpd wrote.
func inMaildir(dir string) *mailbox {
	return &mailbox{func() ([]letter, error) {
		names, err := filepath.Glob(filepath.Join(dir, "new", "*"))
		if err != nil {
			return nil, err
		}
		var all []letter
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			l, err := readLetter(raw)
			if err != nil {
				return nil, err
			}
			all = append(all, l)
		}
		return all, nil
	}}
}

// TestMailAgainstAiosmtpd goes through a mail server that nobody wrote for this, which dies and comes back.
func TestMailAgainstAiosmtpd(t *testing.T) {
	python := pythonMail(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	address := l.Addr().String()
	ok(t, l.Close())
	dir := filepath.Join(t.TempDir(), "box")
	running := aiosmtpd(t, python, address, dir)
	e := estateOnSQLite(t, "--mail", "smtp://"+address+"?tls=none")
	e.box = inMaildir(dir)
	o := e.newOwner(t)
	end(running)
	e.cs[0].call(t, http.StatusAccepted, "POST", "/recovery", "", object{"login": o.name})
	e.servers[0].logged(t, "message not sent; it is tried again")
	aiosmtpd(t, python, address, dir)
	link := e.box.await(t, o.email, mailReset, 1)
	e.cs[0].call(t, http.StatusNoContent, "POST", "/recovery/reset", "", object{"token": link.code, "login": o.email, "password": "another staple, battery"})
	e.box.await(t, o.email, mailResetDone, 1)
	if n := len(e.box.letters(t, o.email, mailReset)); n != 1 {
		t.Errorf("the link came %d times", n)
	}
}
