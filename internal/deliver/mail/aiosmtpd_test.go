package mail_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/deliver/mail"
)

// python returns an interpreter that has aiosmtpd: the first in the path, or the system's.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-m", "aiosmtpd", "--version").Run() == nil {
			return name
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("python3 -m aiosmtpd does not run; install python3-aiosmtpd")
	}
	t.Skip("python3 -m aiosmtpd does not run; install python3-aiosmtpd to run this test")
	return ""
}

// TestAgainstAiosmtpd delivers to a server that nobody wrote for this.
func TestAgainstAiosmtpd(t *testing.T) {
	interpreter := python(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	box := filepath.Join(t.TempDir(), "box")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	cmd := exec.CommandContext(ctx, interpreter, "-m", "aiosmtpd", "-n", "-d", "-l", addr, "-c", "aiosmtpd.handlers.Mailbox", box)
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), "Server is listening") {
		t.Log(lines.Text())
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for lines.Scan() { // or it blocks
		}
	}()
	t.Cleanup(func() { cancel(); <-drained; _ = cmd.Wait() })

	m := message()
	m.To = "ann+tag@example.com"
	if err := open(t, mail.Options{}, "smtp://"+addr+"?tls=none").Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	p := parse(t, onlyFile(t, filepath.Join(box, "new")))
	if p.header.Get("To") != "<ann+tag@example.com>" || p.header.Get("Message-Id") != "<0198-abc_D@example.org>" {
		t.Errorf("headers: %v", p.header)
	}
	if p.parts["text/plain; charset=UTF-8"] != m.Text || p.parts["text/html; charset=UTF-8"] != m.HTML {
		t.Errorf("parts: %q", p.parts)
	}
}
