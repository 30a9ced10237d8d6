package e2e

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is one running program.
type server struct {
	url     string // of its pages: public_url
	address string // where it listens, host and port
	cmd     *exec.Cmd
	log     *journal
	exited  chan struct{} // closed once it has ended
	err     error         // of its end, once exited is closed
	killed  bool
}

// logged waits until the program has written a text.
func (s *server) logged(t testing.TB, text string) {
	t.Helper()
	for deadline := time.Now().Add(startTimeout); !strings.Contains(s.log.String(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log does not say %q; it ends:\n%s", text, tail(s.log.String()))
		}
	}
}

// journal collects what a program writes, from several goroutines.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

const (
	startTimeout = 30 * time.Second
	stopTimeout  = 20 * time.Second
)

// serve starts the program in dir and waits until it says that it is ready. When the test ends it has to stop on
// SIGTERM with status 0.
func serve(t testing.TB, dir string, args ...string) *server {
	t.Helper()
	s, err := launch(dir, args...)
	ok(t, err)
	t.Cleanup(func() { s.finish(t) })
	return s
}

// launch is serve for goroutines, and for tests that stop the server themselves.
func launch(dir string, args ...string) (*server, error) {
	s := &server{log: &journal{}, exited: make(chan struct{})}
	s.cmd = exec.Command(program, append([]string{"serve"}, args...)...)
	s.cmd.Dir, s.cmd.Stderr = dir, s.log
	s.cmd.Env = ownEnviron()
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewReader(out)
		line, _ := lines.ReadString('\n')
		ready <- line
		_, _ = io.Copy(s.log, lines)
		s.err = s.cmd.Wait()
		close(s.exited)
	}()
	return s, s.awaitReady(ready)
}

// ownEnviron is the environment of a program without what is meant for the tests, or for another server.
func ownEnviron() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "SALLYPORT_") })
}

func (s *server) awaitReady(ready <-chan string) error {
	select {
	case line := <-ready:
		found := regexp.MustCompile(`^Sallyport is ready: (http\S+) \(listening on (\S+)\)\n$`).FindStringSubmatch(line)
		if found == nil {
			_ = s.cmd.Process.Kill()
			<-s.exited
			return &startError{line + s.log.String()}
		}
		s.url, s.address = found[1], found[2]
		return nil
	case <-time.After(startTimeout):
		_ = s.cmd.Process.Kill()
		return &startError{"not ready after " + startTimeout.String() + "\n" + s.log.String()}
	}
}

type startError struct{ said string }

func (e *startError) Error() string { return "the server did not start:\n" + e.said }

// finish stops the server the way an operator does, and holds it to the exit status.
func (s *server) finish(t testing.TB) {
	t.Helper()
	if s.killed {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	ctx, stop := context.WithTimeout(context.Background(), stopTimeout)
	defer stop()
	select {
	case <-s.exited:
		if s.err != nil {
			t.Errorf("SIGTERM: %v, want exit status 0\n%s", s.err, tail(s.log.String()))
		}
	case <-ctx.Done():
		_ = s.cmd.Process.Kill()
		t.Errorf("SIGTERM: still running after %v\n%s", stopTimeout, tail(s.log.String()))
	}
	s.killed = true
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "DATA RACE") || strings.Contains(line, "panic") {
			t.Errorf("the log has: %s", line)
		}
	}
	if t.Failed() {
		t.Logf("the log of %s ends:\n%s", s.address, tail(s.log.String()))
	}
}

// kill ends the server with no chance to tidy up.
func (s *server) kill(t testing.TB) {
	t.Helper()
	s.killed = true
	ok(t, s.cmd.Process.Kill())
	<-s.exited
}

func tail(s string) string {
	const most = 3000
	if len(s) > most {
		s = "..." + s[len(s)-most:]
	}
	return s
}

// onSQLite starts one server on a database file of its own.
func onSQLite(t testing.TB, args ...string) (s *server, dir string) {
	t.Helper()
	dir = t.TempDir()
	return serve(t, dir, append([]string{
		"--listen", "127.0.0.1:0",
		"--database", filepath.Join(dir, "accounts.db"), "--key-file", filepath.Join(dir, "ring.key"),
	}, args...)...), dir
}
