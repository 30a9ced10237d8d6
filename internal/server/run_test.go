package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/server"
)

// running is a server under test.
type running struct {
	url, address string // as the ready line has them
	stop         func() error
}

var readyLine = regexp.MustCompile(`^Sallyport is ready: (\S+) \(listening on (\S+)\)$`)

// run starts a server on a port of its own, and fails the test if it does not come up.
func run(t *testing.T, flags map[string]string) running {
	t.Helper()
	return runLogged(t, flags, slog.DiscardHandler)
}

func runLogged(t *testing.T, flags map[string]string, log slog.Handler) running {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{
		"listen": "127.0.0.1:0", "database": filepath.Join(dir, "s.db"), "key_file": filepath.Join(dir, "s.key"),
	}
	for k, v := range flags {
		all[k] = v
	}
	s := load(t, server.Sources{Flags: all})
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := s.Run(ctx, in, io.Discard, slog.New(log))
		in.CloseWithError(errors.Join(errors.New("ended"), err))
		ended <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("no ready line: %v", err)
	}
	parts := readyLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
	if parts == nil {
		t.Fatalf("the ready line is %q", line)
	}
	stopped := false
	r := running{url: parts[1], address: parts[2], stop: func() error { stopped = true; cancel(); return <-ended }}
	t.Cleanup(func() {
		if !stopped {
			r.stop() //nolint:errcheck // what failed is reported by then
		}
	})
	return r
}

func get(t *testing.T, method, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func TestServes(t *testing.T) {
	r := run(t, nil)
	_, port, _ := net.SplitHostPort(r.address)
	if r.url != "http://localhost:"+port || port == "0" {
		t.Errorf("ready at %s, listening on %s", r.url, r.address)
	}
	if resp := get(t, "GET", r.url+"/login"); resp.StatusCode != 200 {
		t.Errorf("the page for signing in: %s", resp.Status)
	}
	if err := server.CheckHealth(t.Context(), r.url+"/healthz/ready"); err != nil {
		t.Error(err)
	}
	if err := r.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	if err := server.CheckHealth(t.Context(), r.url+"/healthz/ready"); err == nil {
		t.Error("healthy when it is not there")
	}
}

func TestHealthStandsAtTheRoot(t *testing.T) {
	r := run(t, map[string]string{"public_url": "http://localhost:1/auth"})
	if r.url != "http://localhost:1/auth" {
		t.Errorf("public_url was given, and is %s", r.url)
	}
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/healthz/live", 200}, {"GET", "/healthz/ready", 200}, {"HEAD", "/healthz/ready", 200},
		{"POST", "/healthz/ready", 405}, {"TRACE", "/healthz/live", 405},
		{"GET", "/healthz/", 404}, {"GET", "/healthz/version", 404}, {"GET", "/healthz/live/x", 404}, {"GET", "/healthz", 404},
		{"GET", "/auth/healthz/live", 404}, {"GET", "/auth/login", 200}, {"GET", "/login", 404},
		{"GET", "/debug/pprof/", 404}, {"GET", "/metrics", 404},
	} {
		resp := get(t, tt.method, "http://"+r.address+tt.path)
		if resp.StatusCode != tt.status {
			t.Errorf("%s %s: %s, want %d", tt.method, tt.path, resp.Status, tt.status)
		}
		if got := resp.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s %s: Cache-Control is %q", tt.method, tt.path, got)
		}
	}
	if resp := get(t, "TRACE", "http://"+r.address+"/auth/login"); resp.StatusCode < 400 {
		t.Errorf("TRACE: %s", resp.Status)
	}
}

// TestHealthChecksAreNoSilentProxy: what stands in front looks at the health without X-Forwarded-For. What people send counts.
func TestHealthChecksAreNoSilentProxy(t *testing.T) {
	for path, want := range map[string]bool{"/healthz/ready": false, "/healthz/live": false, "/login": true} {
		var log strings.Builder
		r := runLogged(t, map[string]string{"trusted_proxies": "127.0.0.1"}, slog.NewTextHandler(&log, nil))
		for _, method := range []string{"GET", "HEAD", "POST"} {
			get(t, method, "http://"+r.address+path)
		}
		if err := r.stop(); err != nil {
			t.Fatal(err)
		}
		if said := strings.Contains(log.String(), "has no X-Forwarded-For"); said != want {
			t.Errorf("%s: said is %v, want %v: %s", path, said, want, log.String())
		}
	}
}

func TestHeadersAreBounded(t *testing.T) {
	r := run(t, nil)
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+r.address+"/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", 32<<10))
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s", resp.Status)
	}
}

// A request that is under way when the signal comes gets its answer.
func TestStopLetsRequestsFinish(t *testing.T) {
	r := run(t, nil)
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const body = `{"login": "nobody", "password": "whatever it may be"}`
	const head = "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 53\r\n\r\n"
	if len(body) != 53 {
		t.Fatalf("the body has %d bytes", len(body))
	}
	if _, err := io.WriteString(conn, head+body[:20]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // for the handler to begin
	stopped := make(chan error, 1)
	go func() { stopped <- r.stop() }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a request under way: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if _, err := io.WriteString(conn, body[20:]); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("answered %s", resp.Status)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestPortInUse(t *testing.T) {
	r := run(t, nil)
	s := load(t, server.Sources{Flags: map[string]string{"listen": r.address, "database": filepath.Join(t.TempDir(), "s.db")}})
	var opErr *net.OpError
	if err := s.Run(t.Context(), io.Discard, io.Discard, slog.New(slog.DiscardHandler)); !errors.As(err, &opErr) {
		t.Errorf("%v", err)
	}
}

func TestHealthURL(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:80": "http://127.0.0.1:80/healthz/ready", "[::1]:80": "http://[::1]:80/healthz/ready",
		":80": "http://localhost:80/healthz/ready", "0.0.0.0:80": "http://localhost:80/healthz/ready",
		"[::]:80": "http://localhost:80/healthz/ready", "10.0.0.1:80": "http://10.0.0.1:80/healthz/ready",
	} {
		s := load(t, server.Sources{Flags: map[string]string{"listen": listen, "public_url": "https://example.org/auth"}})
		if got, err := s.HealthURL(); err != nil || got != want {
			t.Errorf("%s: %s, %v", listen, got, err)
		}
	}
	if got, err := load(t, server.Sources{Flags: map[string]string{"listen": "127.0.0.1:0"}}).HealthURL(); err == nil {
		t.Errorf("port 0: %s", got)
	}
}

func TestMigrate(t *testing.T) {
	s := load(t, server.Sources{Flags: map[string]string{"database": filepath.Join(t.TempDir(), "s.db")}})
	for range 2 {
		if err := s.Migrate(t.Context(), slog.New(slog.DiscardHandler)); err != nil {
			t.Error(err)
		}
	}
	s = load(t, server.Sources{Flags: map[string]string{"database": filepath.Join(t.TempDir(), "missing", "s.db")}})
	if err := s.Migrate(t.Context(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("migrated what cannot be opened")
	}
}
